// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
)

// gap is something to find out, and the criteria that it leaves open.
type gap struct {
	rules.Missing
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
func (g *gap) same(m rules.Missing) bool {
	return g.Missing == m || m.Why == rules.WhyUnreadable && g.Why == m.Why && m.Record != "" && g.Record == m.Record
}

// open says what is not known and how to find it out: first what the record
// lacks, then the questions, by who can answer them.
func (p *page) open(r *matcher.Result) {
	if len(r.Unknown) == 0 {
		return
	}
	title := "What is not known, and how to find it out"
	if r.Verdict == matcher.Ineligible {
		title = "What else is not known (it changes nothing while something blocks)"
	}
	p.heading(title)
	list, silent := gaps(r)
	p.missing(list)
	for _, who := range answerers(list) {
		p.questions(list, who)
	}
	p.undecided(silent)
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
		if len(g.maybe) > 1 {
			p.item(fmt.Sprintf("What is %s? It cannot be read, so it may be any of: %s.", g.Record, strings.Join(g.maybe, ", ")))
			p.text(6, leavesOpen(g.criteria))
			continue
		}
		p.item(g.Ask)
		why := words(g.What) + ": " + reasonWhy(g.Why)
		if g.Record != "" {
			why += " (" + g.Record + ")"
		}
		p.text(6, why+"; "+leavesOpen(g.criteria))
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
		note := "question " + g.What
		if g.Why == rules.WhyConflict {
			note += ", answered both yes and no"
		}
		p.text(6, note+"; "+leavesOpen(g.criteria))
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
func reasonWhy(w rules.Why) string {
	switch w {
	case rules.WhyNotSupplied:
		return "not supplied"
	case rules.WhyTooOld:
		return "results are too old"
	case rules.WhyPartialDate:
		return "the date is not exact enough"
	case rules.WhyUnconfirmed:
		return "not confirmed or not final"
	case rules.WhyMayBe:
		return "the record may or may not mean it"
	case rules.WhyUnreadable:
		return "the record cannot be read"
	case rules.WhyConflict:
		return "the record contradicts itself"
	case rules.WhyUnit:
		return "the unit cannot be converted"
	case rules.WhyRecordEnds:
		return "the record ends too early"
	}
	return string(w)
}
