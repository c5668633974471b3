// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// criteria lists every criterion with its quote, finding and records.
func (p *page) criteria(r *matcher.Result) {
	p.heading("Every criterion")
	for i := range r.Criteria {
		c := &r.Criteria[i]
		p.blank()
		p.paragraph(2, fmt.Sprintf("%2d. ", i+1), fmt.Sprintf("%s (%s): %s", c.ID, c.Kind, label(c)), styleOf(c.Outcome))
		p.quote(6, c)
		p.labelled(6, "Finding", c.Reason)
		p.evidence("Record", c, c.Evidence)
		name := "To find out"
		for _, m := range c.Missing {
			if !m.Question { // a question stands in the finding
				p.labelled(6, name, m.Ask)
				name = ""
			}
		}
		p.evidence("To consider", c, c.Shown)
	}
}

// quote writes the protocol's own words.
func (p *page) quote(indent int, c *matcher.Criterion) {
	if text, ok := builtIn(c); ok {
		p.labelled(indent, "Built in", text)
		return
	}
	p.labelled(indent, "Protocol", "“"+c.Quote+"”")
}

// builtIn gives the words over a criterion, and whether they are eligo's own
// rather than the protocol's.
func builtIn(c *matcher.Criterion) (quote string, ours bool) {
	if text, ok := strings.CutPrefix(c.Quote, "Built in: "); ok && c.ID == "alive" {
		return sentenceCase(text), true
	}
	return c.Quote, false
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
func (p *page) evidence(name string, c *matcher.Criterion, list []matcher.Evidence) {
	for i := range list {
		e := &list[i]
		text := fact(e)
		if what := unreadable(c, e); what != "" {
			text = fmt.Sprintf("an entry that cannot be read and may be %s (%s)", what, e.Record)
		}
		p.labelled(6, name, text)
		name = ""
	}
}

// unreadable gives what a fact may be, where it is cited because nobody can
// tell what it is: it must not be called by that name.
func unreadable(c *matcher.Criterion, e *matcher.Evidence) string {
	for _, m := range c.Missing {
		if m.Why == matcher.WhyUnreadable && m.Record == e.Record && e.Display == "" && e.Code == "" {
			return m.What
		}
	}
	return ""
}

// longest is how many characters of a record's own words are shown.
const longest = 160

// fact writes a fact in one line: what, result, when, where, notes.
func fact(e *matcher.Evidence) string {
	text := factWhat(e)
	if when := span(e.Start, e.End); when != "" {
		text += ", " + when
	}
	var where []string
	if e.Record != "" {
		where = append(where, e.Record)
	}
	if e.Code != "" {
		where = append(where, strings.TrimSpace(e.System+" "+e.Code))
	}
	if len(where) > 0 {
		text += " (" + strings.Join(where, ", ") + ")"
	}
	if e.Note != "" {
		text += "; " + e.Note
	}
	return text
}

// factWhat writes what a fact is, with its result.
func factWhat(e *matcher.Evidence) string {
	text := shortened(e.Display)
	if text == "" {
		text = words(e.Concept)
	}
	if value := strings.TrimSpace(shortened(e.Value) + " " + e.Unit); value != "" {
		if !strings.HasSuffix(text, "?") { // no question of a study
			text += ":"
		}
		text += " " + value
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
