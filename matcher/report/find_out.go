// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// findOut is everything that is not known: first the facts that the result needs,
// then the rest.
type findOut struct {
	About     string        // the consequence of the needed facts; "" if there are none
	Needed    []neededGroup // those that could each end it by themselves, then the others
	RestTitle string
	Rest      []gap                // not needed, and not known either
	Silent    []*matcher.Criterion // unknown, without anything that would be missing: "<9" for a limit of 8
}

type neededGroup struct {
	Title string
	Facts []neededView
}

type neededView struct {
	matcher.Needed
	Number    int
	From, For string
}

// gap is a missing fact, and the criteria that it leaves open.
type gap struct {
	matcher.Missing
	criteria []string
	maybe    []string // the concepts that an entry that was not recognised may be
}

// newFindOut divides the missing facts into the needed and the rest. A result
// without dates names nothing as needed.
func newFindOut(r *matcher.Result) findOut {
	f := findOut{About: neededAbout(r), RestTitle: restTitle(r)}
	f.Rest, f.Silent = collectGaps(r)
	needed := slices.Clone(r.Needed)
	for i := range needed {
		n := &needed[i]
		f.Rest = slices.DeleteFunc(f.Rest, func(g gap) bool { return covers(n, &g) })
	}
	f.Needed = groupNeeded(mergeUnrecognized(needed))
	f.Rest = mergeUnrecognizedGaps(f.Rest)
	return f
}

// groupNeeded puts the facts that could each end it first, and numbers all.
func groupNeeded(needed []matcher.Needed) (groups []neededGroup) {
	var ending, others []neededView
	for _, n := range needed {
		view := neededView{n, 0, neededFrom(&n), neededFor(&n)}
		if len(n.Ends) > 0 {
			ending = append(ending, view)
		} else {
			others = append(others, view)
		}
	}
	endingTitle := "First, as a bad answer to any one of these ends it"
	if len(ending) == 1 {
		endingTitle = "First, as a bad answer ends it"
	}
	number := 0
	for _, group := range []neededGroup{{endingTitle, ending}, {"Needed as well; none of these ends it by itself", others}} {
		for i := range group.Facts {
			number++
			group.Facts[i].Number = number
		}
		if len(group.Facts) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// mergeUnrecognized makes one of the needed facts about entries that were not recognised,
// if there are more than mostAsked.
func mergeUnrecognized(needed []matcher.Needed) []matcher.Needed {
	isOne := func(n matcher.Needed) bool { return n.Why == matcher.WhyNotRecognized }
	first := slices.IndexFunc(needed, isOne)
	one, number, facts := matcher.Needed{}, 0, 0
	for i := range needed {
		if n := &needed[i]; isOne(*n) {
			number, facts = number+1, facts+entriesOf(n.Facts)
			one.Why, one.Who = n.Why, n.Who
			one.Settles, one.Ends = appendNew(one.Settles, n.Settles), appendNew(one.Ends, n.Ends)
		}
	}
	if number <= mostAsked {
		return needed
	}
	one.Ask = askUnrecognized(facts)
	needed[first] = one
	return slices.Concat(needed[:first+1], slices.DeleteFunc(needed[first+1:], isOne))
}

// mergeUnrecognizedGaps is mergeUnrecognized for gaps.
func mergeUnrecognizedGaps(gaps []gap) []gap {
	isOne := func(g gap) bool { return g.Why == matcher.WhyNotRecognized }
	first := slices.IndexFunc(gaps, isOne)
	one, number, facts := gap{}, 0, 0
	for i := range gaps {
		if g := &gaps[i]; isOne(*g) {
			number, facts = number+1, facts+entriesOf(g.Facts)
			one.Why, one.criteria = g.Why, appendNew(one.criteria, g.criteria)
		}
	}
	if number <= mostAsked {
		return gaps
	}
	one.Ask = askUnrecognized(facts)
	gaps[first] = one
	return slices.Concat(gaps[:first+1], slices.DeleteFunc(gaps[first+1:], isOne))
}

// appendNew appends the ids that are not in a list.
func appendNew(list, ids []string) []string {
	for _, id := range ids {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// collectGaps collects the missing facts of the open criteria, each once, in the
// order of the study, and the criteria without any.
func collectGaps(r *matcher.Result) (list []gap, silent []*matcher.Criterion) {
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if c.Outcome != matcher.Unclear {
			continue
		}
		if len(c.Missing) == 0 {
			silent = append(silent, c)
		}
		for _, m := range c.Missing {
			at := slices.IndexFunc(list, func(g gap) bool { return g.sameFact(m) })
			if at < 0 {
				at = len(list)
				list = append(list, gap{Missing: m})
			}
			g := &list[at]
			if !slices.Contains(g.criteria, c.ID) {
				g.criteria = append(g.criteria, c.ID)
			}
			if !slices.Contains(g.maybe, m.What) {
				g.maybe = append(g.maybe, m.What)
			}
		}
	}
	return list, silent
}

// sameFact reports whether one look settles both: entries that were not recognised are the
// same, for all the concepts that they may be.
func (g *gap) sameFact(m matcher.Missing) bool {
	return g.Missing == m || m.Why == matcher.WhyNotRecognized && g.Why == m.Why && g.Record == m.Record
}

// AskText is the question that closes the gap.
func (g gap) AskText() string {
	if g.Why != matcher.WhyNotRecognized || len(g.maybe) < 2 {
		return g.Ask
	}
	more := g.maybe[1:]
	if n := len(more) - mostMaybe; n > 1 {
		more = append(slices.Clone(more[:mostMaybe]), fmt.Sprintf("one of %d other things", n))
	}
	return g.Ask + " Or " + strings.Join(more, ", or ") + "."
}

// mostMaybe is how many further concepts an entry is said to be, perhaps.
const mostMaybe = 5

// WhyText names the fact, the reason why it is not known, and its criteria.
func (g gap) WhyText() string {
	why := nameWords(g.What) + ": " + whyText(g.Why)
	switch {
	case g.Question:
		why = questionText(g.What, g.Why)
	case g.Why == matcher.WhyNotRecognized: // it must not be called by the name of what it may be
		why = whyText(g.Why)
	case g.Record != "":
		why += " (" + g.Record + ")"
	}
	return why + "; " + criteriaText(g.criteria)
}

func questionText(id string, why matcher.Why) string {
	if why == matcher.WhyConflict {
		return "question " + id + ", answered both yes and no"
	}
	return "question " + id
}

// covers reports whether n, or one of its alternatives, is the fact of the gap.
func covers(n *matcher.Needed, g *gap) bool {
	same := func(what, record string) bool {
		if g.Why == matcher.WhyNotRecognized {
			return record == g.Record
		}
		return what == g.What && record == g.Record
	}
	return same(n.What, n.Record) || slices.ContainsFunc(n.Or, func(o matcher.Alternative) bool { return same(o.What, o.Record) })
}

// neededAbout is the consequence if the needed facts turn out well.
func neededAbout(r *matcher.Result) string {
	if len(r.Needed) == 0 {
		return ""
	}
	if r.FactsNeeded() == 0 {
		return "Nothing that could be found out makes the person surely eligible. This is the least that could settle it the other way."
	}
	text := "This is the least to find out. If all of it turns out well, the person is eligible"
	if len(r.Needed) == 1 {
		text = "This is the least to find out. If it turns out well, the person is eligible"
	}
	if r.NeededFor != 0 {
		text += " when screened on " + r.NeededFor.String() + ", the first day on which nothing surely blocks"
	}
	return text + "."
}

func restTitle(r *matcher.Result) string {
	switch {
	case r.Verdict == matcher.Ineligible:
		return "What else is not known (it changes nothing while something blocks)"
	case r.FactsNeeded() > 0:
		return "What else is not known (it is not needed if all of the above turns out well)"
	case len(r.Needed) > 0:
		return "What else is not known"
	}
	return "What is not known, and how to find it out"
}

type gapGroup struct {
	Title string
	Gaps  []gap
}

// RestGroups divides Rest: first the gaps in the record, then the questions to each
// person that the study names, then the other questions.
func (f findOut) RestGroups() []gapGroup {
	record, unnamed := gapGroup{Title: "Missing in the record"}, gapGroup{Title: "Questions to a person"}
	var named []gapGroup
	for _, g := range f.Rest {
		group := &unnamed
		switch {
		case !g.Question:
			group = &record
		case g.Who != "":
			title := "Questions to the " + g.Who
			at := slices.IndexFunc(named, func(n gapGroup) bool { return n.Title == title })
			if at < 0 {
				at = len(named)
				named = append(named, gapGroup{Title: title})
			}
			group = &named[at]
		}
		group.Gaps = append(group.Gaps, g)
	}
	all := slices.Concat([]gapGroup{record}, named, []gapGroup{unnamed})
	return slices.DeleteFunc(all, func(g gapGroup) bool { return len(g.Gaps) == 0 })
}

func neededFrom(n *matcher.Needed) string {
	if n.Question {
		return whoText(n.Who) + " (" + questionText(n.What, n.Why) + ")"
	}
	return whoText(n.Who)
}

func neededFor(n *matcher.Needed) string {
	ids := slices.Clone(n.Settles)
	for _, id := range n.Ends {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return criteriaText(ids)
}
