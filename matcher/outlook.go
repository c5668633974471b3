// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"slices"
	"strings"
)

// HorizonText tells how far ahead the result looks: "within 2 years" or, if a fixed
// date of the study ended it earlier, "by 2027-03-01".
func (r *Result) HorizonText() string {
	if r.Horizon == (Horizon{}) {
		return "by " + r.LookedUntil.String()
	}
	return "within " + r.Horizon.String()
}

// StopText tells which medicines to stop, and how long to wait.
func (c *Clearing) StopText() string {
	parts := make([]string, len(c.Stop))
	for i, s := range c.Stop {
		parts[i] = "stop " + s.Medication + " first; " + s.Washout + " after its last dose"
	}
	return strings.Join(parts, "; ")
}

// outlook writes the dates in a sentence or two. Sure and best are the indexes of
// the first periods in which the person is eligible, surely and in the best case, or
// -1.
func (f *forecast) outlook(sure, best int) string {
	r := f.result
	var text string
	switch {
	case sure == 0 && r.EligibleUntil == 0:
		return "Eligible on the screening day; nothing on record changes that " + r.HorizonText() + "."
	case sure == 0:
		return "Eligible until " + r.EligibleUntil.String() + " if nothing new happens: " + f.endText(sure, Eligible) + "."
	case sure > 0:
		text = "Eligible from " + r.EarliestEligible.String()
		if r.EligibleUntil != 0 {
			text += " until " + r.EligibleUntil.String()
		}
		text += " if nothing new happens: " + f.beforeText(sure) + "."
		if r.EligibleUntil != 0 {
			text += " Then " + f.endText(sure, Eligible) + "."
		}
		if r.BestCase != nil {
			text += " " + f.bestCaseText(best)
		}
		return text
	case best >= 0:
		return f.bestCaseText(best)
	}
	return "Not eligible " + r.HorizonText() + ": " + f.alwaysBlockedText() + "."
}

func (f *forecast) bestCaseText(best int) string {
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
		text += " Then " + f.endText(best, Eligible, Undetermined) + "."
	}
	return text
}

// endText names the criteria that end the verdicts which begin at a period.
func (f *forecast) endText(at int, verdicts ...Verdict) string {
	end := at
	for end+1 < len(f.periods) && slices.Contains(verdicts, f.periods[end].verdict) {
		end++
	}
	p := &f.periods[end]
	if p.verdict == Ineligible {
		return joinVerb(f.idsOf(p.failing), "fails", "fail") + " from " + p.from.String() + " on"
	}
	return joinVerb(f.idsOf(p.unknown), "is", "are") + " not known from " + p.from.String() + " on"
}

// beforeText names the criteria that do not pass before a period.
func (f *forecast) beforeText(at int) string {
	p := &f.periods[at-1]
	if p.verdict == Ineligible {
		return joinVerb(f.idsOf(p.failing), "blocks", "block") + " until the day before"
	}
	return joinVerb(f.idsOf(p.unknown), "is", "are") + " not known until the day before"
}

func (f *forecast) alwaysBlockedText() string {
	always := slices.Clone(f.periods[0].failing)
	for _, p := range f.periods {
		always = slices.DeleteFunc(always, func(c int) bool { return !slices.Contains(p.failing, c) })
	}
	if len(always) == 0 {
		return "on each day some criterion fails"
	}
	var parts []string
	for _, i := range always {
		c := &f.result.Criteria[i]
		switch c.Clearing.Kind {
		case ClearsAfterStopping:
			parts = append(parts, c.ID+" is ongoing ("+c.Clearing.StopText()+")")
		case ClearsNever:
			parts = append(parts, c.ID+" fails for good")
		case ClearsByNewFact:
			parts = append(parts, c.ID+" fails until something new is recorded")
		default:
			parts = append(parts, c.ID+" fails throughout")
		}
	}
	return strings.Join(parts, ", ")
}

func joinVerb(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " " + many
}
