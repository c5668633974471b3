// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// findOut is what is to be found out: what the result needs, and what else its
// criteria lack.
type findOut struct {
	About  string           // what the needed facts do; "" where there are none
	Ending []matcher.Needed // each could end it by itself
	Others []matcher.Needed // needed as well
	Rest   []gap            // not needed, and not known either
	Silent []*matcher.Criterion
}

// toFindOut divides what is not known into what is needed and the rest.
func toFindOut(r *matcher.Result) findOut {
	f := findOut{About: neededAbout(r)}
	f.Rest, f.Silent = gaps(r)
	for _, n := range r.Needed {
		f.Rest = slices.DeleteFunc(f.Rest, func(g gap) bool {
			covered := covers(&n, &g)
			if covered && len(g.maybe) > 1 && g.Record == n.Record {
				n.Ask = askWords(&g)
			}
			return covered
		})
		if len(n.Ends) > 0 {
			f.Ending = append(f.Ending, n)
		} else {
			f.Others = append(f.Others, n)
		}
	}
	return f
}

// covers reports whether finding out n, or one of its alternatives, is finding
// out what leaves the gap.
func covers(n *matcher.Needed, g *gap) bool {
	same := func(what, record string) bool {
		if g.Why == matcher.WhyUnreadable && g.Record != "" {
			return record == g.Record
		}
		return what == g.What && record == g.Record
	}
	return same(n.What, n.Record) || slices.ContainsFunc(n.Or, func(o matcher.Alternative) bool { return same(o.What, o.Record) })
}

// neededAbout says what it takes for the needed facts to settle the verdict.
func neededAbout(r *matcher.Result) string {
	if len(r.Needed) == 0 {
		return ""
	}
	if !couldSettle(r) {
		return "Nothing that could be found out makes the person surely eligible. This is the least that could settle it the other way."
	}
	text := "This is the least to find out. "
	if len(r.Needed) == 1 {
		text += "If it turns out well, the person is eligible"
	} else {
		text += "If all of it turns out well, the person is eligible"
	}
	if r.NeededFor != 0 {
		text += " when screened on " + r.NeededFor.String() + ", the first day on which nothing surely blocks"
	}
	return text + "."
}

// couldSettle reports whether the needed facts could make the person eligible.
func couldSettle(r *matcher.Result) bool {
	return slices.ContainsFunc(r.Needed, func(n matcher.Needed) bool { return len(n.Settles) > 0 })
}

// whom says where the answer is to be had.
func whom(who string) string {
	switch who {
	case "record":
		return "look in the record"
	case "laboratory":
		return "a measurement"
	case "":
		return "ask a person"
	}
	return "ask the " + who
}

// neededWhom says where a needed fact is to be had, and of a question its id.
func neededWhom(n *matcher.Needed) string {
	switch text := whom(n.Who); {
	case !n.Question:
		return text
	case n.Why == matcher.WhyConflict:
		return text + " (question " + n.What + ", answered both yes and no)"
	default:
		return text + " (question " + n.What + ")"
	}
}

// neededFor names the criteria that a needed fact is for.
func neededFor(n *matcher.Needed) string {
	ids := slices.Clone(n.Settles)
	for _, id := range n.Ends {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return leavesOpen(ids)
}

// nearMiss says what could change the one criterion that keeps a person out.
func nearMiss(r *matcher.Result) string {
	if r.NearMiss == nil {
		return ""
	}
	text := "Only " + r.NearMiss.Criterion + " keeps the person out as far as the record shows"
	switch r.NearMiss.By {
	case matcher.ByTime:
		text += ": a matter of time"
	case matcher.ByNewFact:
		text += ". Time alone does not change it; a new fact could, such as a new result, a medicine stopped or another answer"
	case matcher.ByNothing:
		text += ". Nothing changes it as long as the record is right"
	}
	return text + "."
}

// whyNotKnown says of a gap what it is and why it is open.
func whyNotKnown(g *gap) string {
	if !g.Question && len(g.maybe) > 1 {
		return "the record cannot be read"
	}
	if g.Question {
		if g.Why == matcher.WhyConflict {
			return "question " + g.What + ", answered both yes and no"
		}
		return "question " + g.What
	}
	why := words(g.What) + ": " + reasonWhy(g.Why)
	if g.Record != "" {
		why += " (" + g.Record + ")"
	}
	return why
}

// askWords are the words to ask for a gap.
func askWords(g *gap) string {
	if !g.Question && len(g.maybe) > 1 {
		return "What is " + g.Record + "? It cannot be read, so it may be any of: " + strings.Join(g.maybe, ", ") + "."
	}
	return g.Ask
}
