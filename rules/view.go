// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"

	"github.com/expr-lang/expr/vm"
)

// view is a chart seen on one set of dates, and what the words of the atom at
// hand have found in it. A view serves one goroutine.
type view struct {
	chart   *Chart
	study   *Study
	dates   Dates
	machine vm.VM
	env     map[string]any
	found   []*sighting
}

// Evaluate decides every criterion of a study for the patient of a chart, in
// the order of Study.Criteria. The chart must come from a Reader that was made
// with this study.
func (s *Study) Evaluate(c *Chart, d Dates) ([]Finding, error) {
	v := c.reader.views.Get().(*view)
	defer func() {
		v.chart, v.study, v.found = nil, nil, nil
		c.reader.views.Put(v)
	}()
	v.chart, v.study, v.dates = c, s, d
	if v.env == nil {
		v.env = map[string]any{patientKey: v}
	}
	findings := make([]Finding, len(s.Criteria))
	for i := range s.Criteria {
		criterion := &s.Criteria[i]
		r, err := v.read(criterion.program.root)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", s.ID, criterion.ID, err)
		}
		findings[i] = v.explain(&r)
		for _, concept := range criterion.Show {
			findings[i].Shown = v.show(concept, findings[i].Shown)
		}
	}
	return findings, nil
}

// judgement is a branch of a program with what it came to.
type judgement struct {
	branch *branch
	truth  Truth
	kids   []judgement
	found  []*sighting // of a leaf
}

// read evaluates a branch and everything below it, so that every part that
// decides is known.
func (v *view) read(b *branch) (judgement, error) {
	r := judgement{branch: b}
	if b.op == leaf {
		v.found = nil
		out, err := v.machine.Run(b.atom.code, v.env)
		if err != nil {
			return r, fmt.Errorf("%s: %w", b.atom.source, err)
		}
		r.truth, r.found = out.(Truth), v.found
		return r, nil
	}
	r.kids = make([]judgement, len(b.kids))
	for i, kid := range b.kids {
		var err error
		if r.kids[i], err = v.read(kid); err != nil {
			return r, err
		}
	}
	r.truth = combined(b, r.kids)
	return r, nil
}

// combined is Kleene's logic: and is the least, or the greatest, not the
// negation; at_least counts.
func combined(b *branch, kids []judgement) Truth {
	switch b.op {
	case not:
		return kids[0].truth.Not()
	case and:
		t := True
		for i := range kids {
			t = min(t, kids[i].truth)
		}
		return t
	case or:
		t := False
		for i := range kids {
			t = max(t, kids[i].truth)
		}
		return t
	}
	yes, open := 0, 0
	for i := range kids {
		switch kids[i].truth {
		case True:
			yes++
		case Unknown:
			open++
		}
	}
	return truthOf(yes >= b.n, yes+open < b.n)
}

// deciding visits the leaves that made the branch what it is: of an "and" that
// is false, those that are false; of an "or" that is true, those that are
// true. Where a branch is unknown these are its unknown parts, with the true
// parts of an "and" that made the question arise.
func (r *judgement) deciding(visit func(*judgement)) {
	if r.branch.op == leaf {
		visit(r)
		return
	}
	for i := range r.kids {
		kid := &r.kids[i]
		var decides bool
		switch r.branch.op {
		case not:
			decides = true
		case and:
			decides = r.truth != False || kid.truth == False
		case or:
			decides = kid.truth == r.truth
		default:
			decides = kid.truth == r.truth || r.truth == Unknown && kid.truth == True
		}
		if decides {
			kid.deciding(visit)
		}
	}
}

// explain makes a finding of what was read.
func (v *view) explain(r *judgement) Finding {
	f := Finding{Truth: r.truth}
	var reason sentences
	r.deciding(func(leaf *judgement) {
		for _, s := range leaf.found {
			for i := range s.seen {
				f.Evidence = appendNew(f.Evidence, v.evidence(s.call.concept, &s.seen[i]))
			}
			for _, e := range s.own {
				f.Evidence = appendNew(f.Evidence, e)
			}
			if leaf.truth == Unknown {
				for _, gap := range s.gaps {
					f.Missing = appendNew(f.Missing, gap)
				}
			}
		}
		reason.add(v.sentence(leaf))
	})
	f.Reason = reason.String()
	return f
}
