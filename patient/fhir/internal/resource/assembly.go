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

type profileBuilder struct {
	*patient.Profile
	issues   *issueList
	absences []absenceClaim
	// entryCounts counts the resources of a domain.
	entryCounts map[patient.Domain]int
}

type absenceClaim struct {
	absence
	record string
	until  patient.Date // when it was made
}

// reserveObservations makes room for the statements, of which most are the patient's.
func (a *profileBuilder) reserveObservations(all []*statement) {
	a.entryCounts = make(map[patient.Domain]int, 8)
	n := 0
	for _, s := range all {
		if s.domain == patient.Observations {
			n += 1 + len(s.parts)
		}
	}
	if n > 0 {
		a.Observations = make([]patient.Observation, 0, n)
	}
}

func (a *profileBuilder) addStatement(s *statement) {
	if len(s.faults) == 0 {
		for _, note := range s.notes {
			a.issues.addIssue(s.record, note)
		}
		if absent, ok := s.findAbsence(); ok {
			if s.assertsAbsence(absent) {
				until := s.recorded
				if until.IsZero() {
					until = s.start.date
				}
				a.absences = append(a.absences, absenceClaim{absent, s.record, until})
			} else {
				a.issues.addIssue(s.record, "is a statement of absence that is in error, over or not confirmed: it says nothing")
			}
			return
		}
	}
	f := patient.Fact{Codes: s.codes, Text: s.text, Record: s.record, Recorded: s.recorded}
	switch {
	case len(s.faults) > 0:
		f = a.unreadableFact(s.record, s.faults)
		*s = statement{domain: s.domain, medication: medication{basis: s.basis}}
	case len(f.Codes) == 0 && f.Text == "":
		f.Unreadable = "it does not say what it is about"
		a.issues.addIssue(s.record, "unreadable: "+f.Unreadable)
	}
	a.entryCounts[s.domain]++
	a.addFact(s, f)
}

func (a *profileBuilder) unreadableFact(record string, faults []string) patient.Fact {
	slices.Sort(faults)
	why := strings.Join(slices.Compact(faults), "; ")
	why = why[:min(len(why), maxURI)]
	a.issues.addIssue(record, "unreadable: "+why)
	return patient.Fact{Record: record, Unreadable: why}
}

func (a *profileBuilder) addFact(s *statement, f patient.Fact) {
	start, end := s.start.datesFor(a.BirthDate), s.end.datesFor(a.BirthDate)
	if start.IsZero() && !s.start.isZero() || end.IsZero() && !s.end.isZero() {
		a.issues.addIssue(s.record, "an age cannot be dated, since the birth date is not known")
	}
	switch s.domain {
	case patient.Conditions:
		a.Conditions = append(a.Conditions, patient.Condition{Fact: f, Course: s.course, Certainty: s.certainty, Onset: start, Abatement: end})
	case patient.Allergies:
		a.Allergies = append(a.Allergies, patient.Allergy{Fact: f, Course: s.course, Certainty: s.certainty, Onset: start})
	case patient.Medications:
		a.Medications = append(a.Medications, patient.Medication{Fact: f, Basis: s.basis, Status: s.status, Start: start, End: end})
	case patient.Procedures:
		a.Procedures = append(a.Procedures, patient.Procedure{Fact: f, Status: s.status, Start: start, End: end})
	case patient.Immunizations:
		a.Immunizations = append(a.Immunizations, patient.Immunization{Fact: f, Status: s.status, Date: start})
	case patient.Observations:
		a.Observations = append(a.Observations, s.result.observation(f, s.status, start))
		for i := range s.parts {
			a.addComponent(s, &s.parts[i], start)
		}
	}
}

func (a *profileBuilder) addComponent(s *statement, p *component, date patient.Date) {
	f := patient.Fact{Codes: p.codes, Text: p.text, Record: s.record, Recorded: s.recorded}
	switch {
	case len(p.faults) > 0:
		a.Observations = append(a.Observations, patient.Observation{Fact: a.unreadableFact(s.record, p.faults)})
		return
	case len(f.Codes) == 0 && f.Text == "":
		f.Unreadable = "a component does not say what it is about"
		a.issues.addIssue(s.record, "unreadable: "+f.Unreadable)
	}
	a.Observations = append(a.Observations, p.result.observation(f, s.status, date))
}

func (v *result) observation(f patient.Fact, status string, date patient.Date) patient.Observation {
	return patient.Observation{
		Fact: f, Status: status, Date: date, Value: v.value,
		Interpretation: v.interpretation, Low: v.low, High: v.high,
	}
}

// settleAbsences decides which domains without entries were supplied, and
// notes contradictions. Entries win against a statement that there are none.
func (a *profileBuilder) settleAbsences(supplied, complete []patient.Domain) {
	if len(a.Observations) == 0 {
		a.Observations = nil // there was only room
	}
	ignorant := map[patient.Domain]bool{}
	for _, c := range a.absences {
		switch filled := a.entryCounts[c.domain] > 0; {
		case c.scope == unknown && filled:
			a.addUnknownEntry(c, "it says that there may be more")
		case c.scope == unknown:
			ignorant[c.domain] = true
			a.issues.addIssue(c.record, "says that nothing is known: "+string(c.domain)+" count as not supplied")
		case c.scope == partly && !filled:
			a.issues.addIssue(c.record, "is about one kind of "+string(c.domain)+" only: it does not supply the others")
		case filled && c.scope != partly:
			a.issues.addIssue(c.record, "contradicts the other "+string(c.domain)+", which stand")
		}
	}
	for _, c := range a.absences {
		if ignorant[c.domain] || a.entryCounts[c.domain] > 0 {
			continue
		}
		switch c.scope {
		case entirely:
			a.MarkSupplied(c.domain)
		case now:
			a.addUnknownEntry(c, "it is about the present only, and the past is open")
		}
	}
	for _, d := range supplied {
		if !ignorant[d] {
			a.MarkSupplied(d)
		}
	}
	for _, d := range complete {
		if !ignorant[d] {
			a.AssumeComplete(d)
		}
	}
}

// addUnknownEntry adds an entry that may have been anything: until now for a statement
// about the present, else to this day.
func (a *profileBuilder) addUnknownEntry(c absenceClaim, why string) {
	a.issues.addIssue(c.record, "unreadable: "+why)
	s := statement{domain: c.domain}
	if c.scope == now {
		s.course, s.status = patient.Resolved, "completed"
		if !c.until.IsZero() {
			s.end.date = patient.Between(patient.MinDay, c.until.Last())
		}
	}
	a.addFact(&s, patient.Fact{Record: c.record, Unreadable: why})
}

// addDoubts adds to each domain that may not be complete an entry that may be
// anything. A result that is missing never turns into a "no".
func (a *profileBuilder) addDoubts(all Doubts) {
	for _, domain := range patient.FactDomains() {
		d, doubtful := all[domain]
		switch {
		case !doubtful || !a.Supplied(domain):
		case domain == patient.Observations:
			a.issues.addIssue(d.record, "results may be missing: "+d.reason())
		default:
			why := d.reason()
			a.issues.addIssue(d.record, "unreadable: "+why)
			a.addFact(&statement{domain: domain}, patient.Fact{Record: d.record, Unreadable: Cite(why)})
		}
	}
}

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

// issueLines gives one line for each reason, in the order in which they came up.
func (i *issueList) issueLines() (lines []string) {
	const namedRecords = 5
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

func (g *Collection) skippedIssues() (lines []string) {
	kinds := slices.SortedFunc(maps.Keys(g.skippedTypes), func(a, b string) int {
		return cmp.Or(g.skippedTypes[b]-g.skippedTypes[a], strings.Compare(a, b))
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
