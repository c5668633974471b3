// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// criteria lists every criterion with its quote, finding and records.
func (p *page) criteria(r *matcher.Result) {
	p.heading("Every criterion")
	for i := range r.Criteria {
		c := &r.Criteria[i]
		p.blank()
		p.paragraph(2, fmt.Sprintf("%2d. ", i+1), fmt.Sprintf("%s (%s): %s", c.ID, c.Kind, label(c)), styleOf(c.Outcome))
		p.quote(c)
		p.labelled(4, "Finding", c.Reason, Normal)
		p.evidence("Record", c.Evidence)
		for _, m := range c.Missing {
			p.labelled(4, "Find out", m.Ask, Normal)
		}
		p.evidence("To consider", c.Shown)
	}
}

// quote writes the protocol's own words.
func (p *page) quote(c *matcher.Criterion) {
	if text, ok := strings.CutPrefix(c.Quote, "Built in: "); ok && c.ID == "alive" {
		p.labelled(4, "Built in", text, Normal)
		return
	}
	p.labelled(4, "Protocol", "“"+c.Quote+"”", Normal)
}

// label is the outcome of a criterion, loud where it fails.
func label(c *matcher.Criterion) string {
	if c.Outcome == matcher.Fail {
		return strings.ToUpper(c.Label)
	}
	return c.Label
}

func styleOf(o matcher.Outcome) Style {
	switch o {
	case matcher.Pass:
		return Favourable
	case matcher.Fail:
		return Adverse
	}
	return Open
}

// evidence lists facts, a paragraph each, the label at the first.
func (p *page) evidence(name string, list []rules.Evidence) {
	for i := range list {
		p.labelled(4, name, fact(&list[i]), Normal)
		name = ""
	}
}

// longest is how many characters of a record's own words are shown.
const longest = 160

// fact writes a fact in one line: what, result, when, where, notes.
func fact(e *rules.Evidence) string {
	name := shortened(e.Display)
	if name == "" {
		name = words(e.Concept)
	}
	parts := []string{name}
	if e.Value != "" {
		parts[0] += ": " + strings.TrimSpace(shortened(e.Value)+" "+e.Unit)
	}
	if when := span(e.Start, e.End); when != "" {
		parts = append(parts, when)
	}
	var where []string
	if e.Record != "" {
		where = append(where, e.Record)
	}
	if e.Code != "" {
		where = append(where, strings.TrimSpace(e.System+" "+e.Code))
	}
	text := strings.Join(parts, ", ")
	if len(where) > 0 {
		text += " (" + strings.Join(where, ", ") + ")"
	}
	if e.Note != "" {
		text += "; " + e.Note
	}
	return text
}

func shortened(s string) string {
	if cut := runesLong(s, longest); cut < len(s) {
		return s[:cut] + "…"
	}
	return s
}

// span writes when a fact was.
func span(start, end patient.Date) string {
	switch {
	case start.IsZero() && end.IsZero():
		return ""
	case end.IsZero():
		return dateWords(start)
	case start.IsZero():
		return "until " + dateWords(end)
	}
	return dateWords(start) + " to " + dateWords(end)
}

// dateWords writes a date that is known in part as a person would.
func dateWords(d patient.Date) string {
	first, last, interval := strings.Cut(d.String(), "/")
	switch {
	case !interval:
		return first
	case first == "..":
		return last + " or earlier"
	case last == "..":
		return first + " or later"
	}
	return "some day from " + first + " to " + last
}
