// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// issueList groups the records that could not be used by reason.
type issueList struct {
	reasons []string
	records map[string][]string
}

func (i *issueList) addIssue(record, reason string) {
	if i.records == nil {
		i.records = map[string][]string{}
	}
	if _, known := i.records[reason]; !known {
		i.reasons = append(i.reasons, reason)
	}
	i.records[reason] = append(i.records[reason], record)
}

// namedRecords is how many records a line names.
const namedRecords = 5

// issueLines gives one line for each reason, in the order in which they came up.
func (i *issueList) issueLines() []string {
	var lines []string
	for _, reason := range i.reasons {
		all := i.records[reason]
		named := strings.Join(all[:min(len(all), namedRecords)], ", ")
		if more := len(all) - namedRecords; more > 0 {
			named = fmt.Sprintf("%s and %d more", named, more)
		}
		lines = append(lines, named+": "+reason)
	}
	return lines
}

// skippedIssues lists the resources that were not read.
func (g *Collection) skippedIssues() (lines []string) {
	kinds := slices.SortedFunc(maps.Keys(g.skippedTypes), func(a, b string) int {
		if n := g.skippedTypes[b] - g.skippedTypes[a]; n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	var counts []string
	for _, kind := range kinds {
		if kind != "MedicationDispense" {
			counts = append(counts, fmt.Sprintf("%d %s", g.skippedTypes[kind], kind))
		}
	}
	if len(counts) > 0 {
		lines = append(lines, "skipped "+strings.Join(counts, ", ")+": not read")
	}
	if g.outcomeCount > 0 {
		lines = append(lines, fmt.Sprintf("skipped %d OperationOutcome: the server had something to say about the search, and the record may be incomplete", g.outcomeCount))
	}
	if g.failedRequests > 0 {
		lines = append(lines, fmt.Sprintf("requests that failed: %d; the record may be incomplete", g.failedRequests))
	}
	return lines
}

// Doubt says that a domain may hold more than was read.
type Doubt struct {
	record  string // where the first reason stands
	why     string
	more    int  // further reasons
	Vouched bool // Options.Complete settles it
}

// Doubts are those of the whole export, by domain.
type Doubts map[patient.Domain]Doubt

// AddToAll adds a doubt to every domain of facts.
func (d *Doubts) AddToAll(record, why string, vouched bool) {
	for _, domain := range patient.FactDomains() {
		d.Add(domain, record, why, vouched)
	}
}

// Add notes a reason. One that nobody can vouch for comes before one that
// somebody can.
func (d *Doubts) Add(domain patient.Domain, record, why string, vouched bool) {
	if *d == nil {
		*d = Doubts{}
	}
	one, again := (*d)[domain]
	switch {
	case !again:
		one = Doubt{record: record, why: why, Vouched: vouched}
	case one.Vouched && !vouched:
		one = Doubt{record: record, why: why, more: one.more + 1}
	default:
		one.more++
	}
	(*d)[domain] = one
}

func (d Doubt) reason() string {
	why := cmp.Or(d.why, "the export is not complete")
	if d.more > 0 {
		why = fmt.Sprintf("%s (and %d more reasons)", why, d.more)
	}
	if d.Vouched {
		why += "; whoever knows it to be complete can say so"
	}
	return why
}
