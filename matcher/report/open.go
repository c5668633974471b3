// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// gap is something to find out, and the criteria that it leaves open.
type gap struct {
	matcher.Missing
	criteria []string
	maybe    []string // of an entry that cannot be read: all that it may be
}

// gaps gathers what the open criteria lack, each once, in the order of the
// study. Criteria that name nothing that they lack come back as well.
func gaps(r *matcher.Result) (list []gap, silent []*matcher.Criterion) {
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if c.Outcome != matcher.Unclear {
			continue
		}
		if len(c.Missing) == 0 {
			silent = append(silent, c)
		}
		for _, m := range c.Missing {
			at := slices.IndexFunc(list, func(g gap) bool { return g.same(m) })
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

// same reports whether one look settles both: an entry that cannot be read is
// one entry, whatever it may be.
func (g *gap) same(m matcher.Missing) bool {
	return g.Missing == m || m.Why == matcher.WhyUnreadable && g.Why == m.Why && m.Record != "" && g.Record == m.Record
}

// open says what is to be found out: first what is needed, then what else is
// not known. A result that was made without dates names nothing as needed.
func (p *page) open(r *matcher.Result) {
	f := toFindOut(r)
	p.needed(&f)
	if len(f.Rest)+len(f.Silent) == 0 {
		return
	}
	p.heading(restTitle(r))
	p.missing(f.Rest)
	for _, who := range answerers(f.Rest) {
		p.questions(f.Rest, who)
	}
	p.undecided(f.Silent)
}

// restTitle stands over what is not known and not needed.
func restTitle(r *matcher.Result) string {
	switch {
	case r.Verdict == matcher.Ineligible:
		return "What else is not known (it changes nothing while something blocks)"
	case couldSettle(r):
		return "What else is not known (it is not needed if all of the above turns out well)"
	case len(r.Needed) > 0:
		return "What else is not known"
	}
	return "What is not known, and how to find it out"
}

// needed lists the least to find out.
func (p *page) needed(f *findOut) {
	if f.About == "" {
		return
	}
	p.heading("What to find out")
	p.blank()
	p.text(2, f.About)
	number := 0
	list := func(title string, needed []matcher.Needed) {
		if len(needed) == 0 {
			return
		}
		p.blank()
		p.paragraph(2, "", title, Open)
		for i := range needed {
			n := &needed[i]
			number++
			p.paragraph(4, fmt.Sprintf("%2d. ", number), n.Ask, Normal)
			p.text(8, neededWhom(n)+"; "+neededFor(n))
			for _, o := range n.Or {
				p.paragraph(8, "or ", o.Ask+" ("+whom(o.Who)+")", Normal)
			}
		}
	}
	list(endingTitle(len(f.Ending)), f.Ending)
	list("Needed as well; none of these ends it by itself", f.Others)
}

// endingTitle stands over the facts that could each end it.
func endingTitle(n int) string {
	if n == 1 {
		return "First, as a bad answer ends it"
	}
	return "First, as a bad answer to any one of these ends it"
}

// undecided lists the criteria that what is recorded leaves open, without
// anything that would be missing: a result of "<9" does not say whether it is
// below 8.
func (p *page) undecided(silent []*matcher.Criterion) {
	if len(silent) == 0 {
		return
	}
	p.blank()
	p.paragraph(2, "", "Recorded, and not enough to decide", Open)
	for _, c := range silent {
		p.item(c.Reason)
		p.text(6, leavesOpen([]string{c.ID}))
	}
}

// missing lists what the record lacks.
func (p *page) missing(list []gap) {
	first := true
	for _, g := range list {
		if g.Question {
			continue
		}
		if first {
			p.blank()
			p.paragraph(2, "", "Missing in the record", Open)
			first = false
		}
		p.item(askWords(&g))
		p.text(6, whyNotKnown(&g)+"; "+leavesOpen(g.criteria))
	}
}

// questions lists the questions to one kind of person.
func (p *page) questions(list []gap, who string) {
	p.blank()
	if who == "" {
		p.paragraph(2, "", "Questions to a person", Open)
	} else {
		p.paragraph(2, "", "Questions to the "+who, Open)
	}
	for _, g := range list {
		if !g.Question || g.Who != who {
			continue
		}
		p.item(g.Ask)
		p.text(6, whyNotKnown(&g)+"; "+leavesOpen(g.criteria))
	}
}

// answerers lists who can answer the open questions, in the order of the
// study, and last "" where nobody is named.
func answerers(list []gap) []string {
	var who []string
	nobody := false
	for _, g := range list {
		switch {
		case !g.Question:
		case g.Who == "":
			nobody = true
		case !slices.Contains(who, g.Who):
			who = append(who, g.Who)
		}
	}
	if nobody {
		who = append(who, "")
	}
	return who
}

func leavesOpen(criteria []string) string {
	if len(criteria) == 1 {
		return "for criterion " + criteria[0]
	}
	return "for criteria " + strings.Join(criteria, ", ")
}

// reasonWhy says in words why something is not known.
func reasonWhy(w matcher.Why) string {
	switch w {
	case matcher.WhyNotSupplied:
		return "not supplied"
	case matcher.WhyTooOld:
		return "results are too old"
	case matcher.WhyPartialDate:
		return "the date is not exact enough"
	case matcher.WhyUnconfirmed:
		return "not confirmed or not final"
	case matcher.WhyMayBe:
		return "the record may or may not mean it"
	case matcher.WhyUnreadable:
		return "the record cannot be read"
	case matcher.WhyConflict:
		return "the record contradicts itself"
	case matcher.WhyUnit:
		return "the unit cannot be converted"
	case matcher.WhyRecordEnds:
		return "the record ends too early"
	}
	return string(w)
}
