// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// TextOptions say how a text report looks. The zero value is plain text, 100
// characters wide.
type TextOptions struct {
	// Width of a line in characters; 0 is 100.
	Width int
	// Paint, if not nil, marks a piece of text as being of a style, with
	// colour for instance. Reports read the same without it.
	Paint func(Style, string) string
	// Brief leaves out the list of every criterion and what the result rests on,
	// and says the rest in fewer words.
	Brief bool
}

// Text writes one result for the person who screens: the verdict, what blocks,
// when that changes, the washouts, what is not known and how to find it out, every criterion with the
// protocol's words and the records, and what all of it rests on.
//
// It holds patient data. What it quotes from the record is made safe to show
// (see [Plain]).
func Text(w io.Writer, r *matcher.Result, o TextOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	p := &page{width: o.Width, paint: o.Paint}
	p.title(r)
	p.verdict(r)
	p.blocking(r)
	p.when(r, o.Brief)
	p.washouts(r)
	p.open(r)
	if o.Brief {
		p.blank()
		p.text(0, "A prescreen by "+r.Engine+", from this record alone. An investigator decides.")
	} else {
		p.criteria(r)
		p.basis(r)
		p.blank()
		p.text(0, "This is a prescreen by a program ("+r.Engine+"), from the record that it was given and nothing else. It does not decide who joins: an investigator does.")
	}
	_, err := w.Write(p.Bytes())
	return err
}

// title says who is screened for what, and for which days.
func (p *page) title(r *matcher.Result) {
	p.paragraph(0, "", "Prescreen of patient "+r.Patient+" for study "+r.Study.ID, Heading)
	title := r.Study.Title
	if r.Study.Version != "" {
		title = strings.TrimSpace(title + " (version " + r.Study.Version + ")")
	}
	if title != "" {
		p.text(0, title)
	}
	p.text(0, dates(r))
}

// dates names the screening day and the study's further dates.
func dates(r *matcher.Result) string {
	parts := []string{"Screening day " + r.Dates["screening"].String()}
	for _, name := range anchors(r) {
		part := words(name) + " " + r.Dates[name].String()
		if slices.Contains(r.Data.Assumed, name+" = screening day") {
			part += " (assumed)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// anchors lists the study's dates besides the screening day.
func anchors(r *matcher.Result) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r.Dates)), func(name string) bool { return name == "screening" })
}

// verdict says the verdict in words, and what it means.
func (p *page) verdict(r *matcher.Result) {
	title, style := "ELIGIBLE as far as this record shows", Favourable
	switch {
	case r.Verdict == matcher.Ineligible:
		title, style = "NOT ELIGIBLE", Adverse
	case r.Verdict == matcher.Undetermined && r.Awaits == matcher.AwaitsAnswers:
		title, style = "NOT DECIDED: only questions to a person are open", Open
	case r.Verdict == matcher.Undetermined:
		title, style = "NOT DECIDED: something is missing", Open
	}
	p.blank()
	p.paragraph(0, "", title, style)
	p.text(0, tally(r))
	if favours(r) {
		p.assumed(r)
	}
}

// favours reports whether all that the record decides speaks for the person.
func favours(r *matcher.Result) bool {
	return r.Verdict == matcher.Eligible || r.Verdict == matcher.Undetermined && r.Awaits == matcher.AwaitsAnswers
}

// tally says how many criteria the verdict rests on.
func tally(r *matcher.Result) string {
	all, open := len(r.Criteria), len(r.Unknown)
	passes := fmt.Sprintf("The person fails none of the %d criteria and passes %d. ", all, all-open)
	switch {
	case r.Verdict == matcher.Eligible:
		return fmt.Sprintf("The person passes all %d criteria.", all)
	case r.Verdict == matcher.Ineligible:
		text := fmt.Sprintf("The person fails %d of %d criteria.", len(r.Blocking), all)
		if open > 0 {
			text += fmt.Sprintf(" %d more cannot be decided yet.", open)
		}
		return text
	case r.Awaits == matcher.AwaitsAnswers:
		return passes + count(open, "criterion waits", "criteria wait") + " for answers that no record gives."
	}
	return passes + count(open, "criterion cannot", "criteria cannot") + " be decided yet."
}

// assumed says beside a favourable verdict what was taken on trust for it.
func (p *page) assumed(r *matcher.Result) {
	for _, a := range r.Data.Assumed {
		p.text(0, "Assumed: "+assumption(a)+".")
	}
}

// blocking lists the criteria that fail.
func (p *page) blocking(r *matcher.Result) {
	if len(r.Blocking) == 0 {
		return
	}
	p.heading("What blocks")
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if c.Outcome != matcher.Fail {
			continue
		}
		p.blank()
		p.paragraph(2, "", fmt.Sprintf("%s (%s)", c.ID, c.Kind), Adverse)
		p.quote(4, c)
		p.labelled(4, "Finding", c.Reason)
	}
}

// count gives "1 criterion" and "2 criteria".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// words turns a name of a study file into words.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
