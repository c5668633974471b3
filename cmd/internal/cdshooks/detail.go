// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

const maxLines = 6 // of a list in a card

// detailText explains a verdict in Markdown.
func (h *handler) detailText(r *matcher.Result, rec *prefetched) string {
	m := &markdown{}
	m.addParagraph(r.Summary)
	if r.Outlook != "" {
		m.addParagraph(r.Outlook)
	}
	m.addBlocking(r)
	m.addNeeded(r)
	m.addBasis(r, rec)
	return m.String()
}

// addBlocking lists the criteria that fail.
func (m *markdown) addBlocking(r *matcher.Result) {
	var items []string
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == matcher.Fail {
			items = append(items, describeFailure(c))
		}
	}
	m.addList("What blocks", items)
}

// describeFailure returns the quote and the reason of a criterion.
func describeFailure(c *matcher.Criterion) string {
	return fmt.Sprintf("“%s” %s (%s criterion %s)", truncate(c.Quote, maxText/2), c.Reason, c.Kind, c.ID)
}

// addNeeded lists the facts to find out.
func (m *markdown) addNeeded(r *matcher.Result) {
	title := "To find out"
	if r.NeededFor != 0 {
		title += ", for " + r.NeededFor.String()
	}
	var items []string
	for _, n := range r.Needed {
		item := n.Ask
		for _, o := range n.Or {
			item += " Or: " + o.Ask
		}
		criteria := slices.Concat(n.Settles, n.Ends)
		slices.Sort(criteria)
		items = append(items, item+" ("+n.Who+"; for "+strings.Join(slices.Compact(criteria), ", ")+")")
	}
	m.addList(title, items)
}

// addBasis lists the missing data, the notes and the dates of the verdict.
func (m *markdown) addBasis(r *matcher.Result, rec *prefetched) {
	var items []string
	for _, d := range rec.asked {
		if why := rec.missing[d]; len(why) > 0 {
			items = append(items, string(d)+": "+strings.Join(why, "; "))
		}
	}
	m.addList("Not supplied by the EHR", items)
	m.addList("Notes on the record", slices.DeleteFunc(slices.Clone(r.Data.Issues), func(note string) bool {
		return slices.ContainsFunc(rec.asked, func(d patient.Domain) bool { return strings.HasPrefix(note, notSupplied(d)) })
	}))
	days := "Screening day " + r.Dates[language.Screening].String()
	for _, name := range slices.Sorted(maps.Keys(r.Dates)) {
		if name != language.Screening {
			days += ", " + strings.ReplaceAll(name, "_", " ") + " " + r.Dates[name].String()
			if r.AssumesDate(name) {
				days += " (assumed)"
			}
		}
	}
	version := r.Study.ID
	if r.Study.Version != "" {
		version += ", version " + r.Study.Version
	}
	m.addParagraph(days + ". Study " + version + ". This is a prescreen by a program (" + r.Engine + ") from the record that it was given. An investigator decides.")
}
