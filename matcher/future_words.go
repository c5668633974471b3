// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"slices"
	"strings"
)

// outlook says the dates in a sentence or two. Sure and best are the steps
// from which on the person is eligible, surely and in the best case; -1 is none.
func (f *future) outlook(sure, best int) string {
	r := f.result
	var text string
	switch {
	case sure == 0 && r.EligibleUntil == 0:
		return "Eligible on the screening day; nothing on record changes that " + f.within + "."
	case sure == 0:
		return "Eligible until " + r.EligibleUntil.String() + " if nothing new happens: " + f.ending(sure, Eligible) + "."
	case sure > 0:
		text = "Eligible from " + r.EarliestEligible.String()
		if r.EligibleUntil != 0 {
			text += " until " + r.EligibleUntil.String()
		}
		text += " if nothing new happens: " + f.clearing(sure) + "."
		if r.EligibleUntil != 0 {
			text += " Then " + f.ending(sure, Eligible) + "."
		}
		if r.BestCase != nil {
			text += " " + f.bestCase(best)
		}
		return text
	case best >= 0:
		return f.bestCase(best)
	}
	return "Not eligible " + f.within + ": " + f.blocked() + "."
}

// bestCase says the dates that hold if what is not known turns out well.
func (f *future) bestCase(best int) string {
	b := f.result.BestCase
	from := "now"
	if best > 0 {
		from = "from " + b.EarliestEligible.String()
	}
	text := "In the best case eligible " + from
	if b.EligibleUntil != 0 {
		text += " until " + b.EligibleUntil.String()
	}
	text += ", which takes for granted what is not known (" + strings.Join(b.Assumes, ", ") + ")."
	if b.EligibleUntil != 0 {
		text += " Then " + f.ending(best, Eligible, Undetermined) + "."
	}
	return text
}

// ending says which criteria end the stretch that begins at a step.
func (f *future) ending(at int, want ...Verdict) string {
	end := at
	for end+1 < len(f.steps) && slices.Contains(want, f.steps[end].verdict) {
		end++
	}
	s := &f.steps[end]
	if s.verdict == Ineligible {
		return verb(f.names(s.failing), "fails", "fail") + " from " + s.from.String() + " on"
	}
	return verb(f.names(s.unsure), "is", "are") + " not known from " + s.from.String() + " on"
}

// clearing says what stands in the way until a step.
func (f *future) clearing(at int) string {
	s := &f.steps[at-1]
	if s.verdict == Ineligible {
		return verb(f.names(s.failing), "blocks", "block") + " until the day before"
	}
	return verb(f.names(s.unsure), "is", "are") + " not known until the day before"
}

// blocked says what never lets the person in.
func (f *future) blocked() string {
	always := slices.Clone(f.steps[0].failing)
	for _, s := range f.steps {
		always = slices.DeleteFunc(always, func(c int) bool { return !slices.Contains(s.failing, c) })
	}
	if len(always) == 0 {
		return "on each day some criterion fails"
	}
	var parts []string
	for _, i := range always {
		c := &f.result.Criteria[i]
		words, ongoing := strings.CutPrefix(c.Clearing, "ongoing: ")
		switch {
		case ongoing:
			parts = append(parts, c.ID+" is ongoing ("+words+")")
		case c.Clearing == clearsNever:
			parts = append(parts, c.ID+" fails for good")
		case c.Clearing == clearsNotByWaiting:
			parts = append(parts, c.ID+" fails until something new is recorded")
		default:
			parts = append(parts, c.ID+" fails throughout")
		}
	}
	return strings.Join(parts, ", ")
}

// verb joins names to a verb.
func verb(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " " + many
}
