// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"maps"
	"strings"
)

// Lasting says what could still change a rule that is true or false.
type Lasting string

// What could change a rule: time alone; a fact that is not on record today,
// such as a new result, a medicine stopped or another answer; or nothing, as
// long as the record is right: whoever had sepsis has had it.
const (
	LastsForNow    Lasting = "time"
	LastsUnlessNew Lasting = "fact"
	LastsForever   Lasting = "permanent"
)

// lifetime is how many years ahead Study.Lasting looks.
const lifetime = 120

// Lasting tells what could still change the rule of one of the study's
// criteria, an index in Study.Criteria. All anchors move along with the
// screening day. A rule that is not known can be changed by a fact.
//
// The chart must come from a Reader that was made with this study.
func (s *Study) Lasting(c *Chart, d Dates, criterion int) (Lasting, error) {
	v := c.reader.views.Get().(*view)
	defer c.reader.views.Put(v)
	defer v.close()
	v.open(c, s, d)
	root := s.Criteria[criterion].program.root
	r, err := v.read(root)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", s.ID, s.Criteria[criterion].ID, err)
	}
	if r.lasts() {
		return LastsForever, nil
	}
	v.terse = true
	t := &timeline{view: v, from: d, last: d.Screening.AddYears(lifetime), anchors: maps.Clone(d.Anchors)}
	turns, err := t.of(root)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", s.ID, s.Criteria[criterion].ID, err)
	}
	if r.truth != Unknown && len(turns) > 1 {
		return LastsForNow, nil
	}
	return LastsUnlessNew, nil
}

// lasts reports whether a branch stays what it is whatever comes.
func (r *judgement) lasts() bool {
	if r.branch.op == leaf {
		return r.atomLasts()
	}
	same, count := 0, len(r.kids)
	for i := range r.kids {
		if kid := &r.kids[i]; kid.lasts() && (r.branch.op == not || kid.truth == r.truth) {
			same++
		}
	}
	switch {
	case r.truth == Unknown:
		return false
	case r.branch.op == and && r.truth == False, r.branch.op == or && r.truth == True:
		return same > 0
	case r.branch.op == atLeast && r.truth == True:
		return same >= r.branch.n
	case r.branch.op == atLeast:
		return same > count-r.branch.n
	}
	return same == count
}

// atomLasts: who died is dead, a person's sex stays, nobody grows younger, and
// what once was has been.
func (r *judgement) atomLasts() bool {
	call, op := r.branch.atom.calls[0], ""
	if len(r.branch.atom.calls) == 1 && r.branch.atom.bound != nil {
		op = r.branch.atom.bound.op
	}
	grows := strings.HasPrefix(op, ">") && r.truth == True || strings.HasPrefix(op, "<") && r.truth == False
	ever := call.window == nil
	switch name := call.word.name; {
	case r.truth == Unknown:
		return false
	case name == "alive":
		return r.truth == False
	case name == "sex":
		return true
	case strings.HasPrefix(name, "age"):
		return grows
	case name == "times", name == "highest":
		return ever && grows
	case name == "lowest":
		return ever && (strings.HasPrefix(op, "<") && r.truth == True || strings.HasPrefix(op, ">") && r.truth == False)
	case name == "had", name == "took", name == "underwent", name == "vaccinated", name == "ever_positive", name == "tested":
		return ever && r.truth == True
	}
	return false
}
