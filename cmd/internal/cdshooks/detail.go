// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// mostLines is how many of a list a card shows.
const mostLines = 6

// detail explains a verdict in Markdown.
func (h *handler) detail(r *matcher.Result, rec *record) string {
	m := &markdown{}
	m.paragraph(r.Summary)
	if r.Outlook != "" {
		m.paragraph(r.Outlook)
	}
	m.blocking(r)
	m.needed(r)
	m.basis(r, rec)
	return m.String()
}

// blocking lists the criteria that fail.
func (m *markdown) blocking(r *matcher.Result) {
	var items []string
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == matcher.Fail {
			items = append(items, blamed(c))
		}
	}
	m.list("What blocks", items)
}

// blamed gives a criterion in the protocol's own words, with its finding.
func blamed(c *matcher.Criterion) string {
	return fmt.Sprintf("“%s” %s (%s criterion %s)", cut(c.Quote, maxText/2), c.Reason, c.Kind, c.ID)
}

// needed lists what to find out.
func (m *markdown) needed(r *matcher.Result) {
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
	m.list(title, items)
}

// basis says what the verdict rests on.
func (m *markdown) basis(r *matcher.Result, rec *record) {
	var items []string
	for _, d := range rec.asked {
		if why := rec.missing[d]; len(why) > 0 {
			items = append(items, string(d)+": "+strings.Join(why, "; "))
		}
	}
	m.list("Not supplied by the EHR", items)
	m.list("Notes on the record", slices.DeleteFunc(slices.Clone(r.Data.Issues), func(note string) bool {
		return slices.ContainsFunc(rec.asked, func(d patient.Domain) bool { return strings.HasPrefix(note, notSupplied(d)) })
	}))
	days := "Screening day " + r.Dates["screening"].String()
	for _, name := range slices.Sorted(maps.Keys(r.Dates)) {
		if name != "screening" {
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
	m.paragraph(days + ". Study " + version + ". This is a prescreen by a program (" + r.Engine + ") from the record that it was given. An investigator decides.")
}
