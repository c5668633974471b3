// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// when says on which days the verdict changes. A result that was made without
// dates has none.
func (p *page) when(r *matcher.Result, brief bool) {
	if r.Outlook == "" {
		return
	}
	p.heading("When")
	p.blank()
	p.text(2, r.Outlook)
	if near := nearMiss(r); near != "" {
		p.text(2, near)
	}
	for i := range r.Criteria {
		if text := clearing(&r.Criteria[i]); text != "" {
			p.item(r.Criteria[i].ID + ": " + strings.TrimSuffix(text, ".") + ".")
		}
	}
	p.blank()
	if brief {
		p.text(2, "Screening days, looked for up to "+r.LookedUntil.String()+".")
		return
	}
	p.text(2, whenNote(r))
}

// whenNote says what the dates take for granted.
func whenNote(r *matcher.Result) string {
	note := "These are screening days, looked for up to " + r.LookedUntil.String() + ". Nothing new is taken to happen"
	if len(r.Dates) > 1 {
		note += ", and the study's other dates to keep their distance from the screening day unless they are fixed"
	}
	return note + "."
}

// clearing says when a criterion that does not pass will.
func clearing(c *matcher.Criterion) string {
	var parts []string
	if c.MayClearOn != 0 {
		parts = append(parts, "not known from "+c.MayClearOn.String()+" on")
	}
	if c.ClearsOn != 0 {
		parts = append(parts, "passes from "+c.ClearsOn.String()+" on")
	}
	if c.Clearing != "" {
		parts = append(parts, c.Clearing)
	}
	return strings.Join(parts, ", ")
}

// washouts lists the exposures that the study's washouts looked at: each once,
// with every washout that it falls under.
func (p *page) washouts(r *matcher.Result) {
	if len(r.Washout) == 0 {
		return
	}
	p.heading("Washouts")
	p.blank()
	said := map[string]bool{}
	for i := range r.Washout {
		text := exposure(&r.Washout[i])
		if said[text] {
			continue
		}
		said[text] = true
		p.item(text)
		for k := range r.Washout[i:] {
			if x := &r.Washout[i+k]; exposure(x) == text {
				p.text(6, clearance(x)+": "+x.Length+" before the "+dayName(x.Before)+washoutRule(x)+"; for criterion "+x.Criterion)
			}
		}
	}
}

// exposure says in one line what was taken, and until when.
func exposure(x *matcher.Exposure) string {
	text := shortened(x.Medication)
	switch {
	case x.Ongoing:
		text += ", ongoing"
	case x.LastDose.IsZero():
		text += ", last dose not known"
	default:
		text += ", last dose " + dateWords(x.LastDose)
	}
	text += " (" + x.Record + ")"
	if x.Unclassified {
		text += "; not classified, it may be what a rule names or not"
	}
	if x.Note != "" {
		text += "; " + x.Note
	}
	return text
}

// clearance says when an exposure lies before the washout.
func clearance(x *matcher.Exposure) string {
	switch {
	case x.Clear && x.ClearsOn != 0:
		return "clear since " + x.ClearsOn.String()
	case x.Clear:
		return "clear"
	case x.ClearsOn != 0:
		return "clear on " + x.ClearsOn.String()
	case x.LastDose.IsZero():
		return "clear " + x.Length + " after its last dose"
	}
	return "not clear on the day that is fixed"
}

// washoutRule says whose rule it is.
func washoutRule(x *matcher.Exposure) string {
	if x.Class == "" {
		return ", its own rule"
	}
	return ", the rule for " + x.Class
}

// dayName is a date of a study in words.
func dayName(anchor string) string {
	if anchor == "screening" {
		return "screening day"
	}
	return words(anchor)
}
