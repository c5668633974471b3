// SPDX-License-Identifier: Apache-2.0

package rules

import (
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
	root := s.Criteria[criterion].rule
	r := v.read(root)
	if r.lasts() {
		return LastsForever, nil
	}
	v.terse = true
	t := &timeline{view: v, from: d, last: d.Screening.AddYears(lifetime), anchors: maps.Clone(d.Anchors)}
	turns := t.of(root)
	if r.truth != Unknown && len(turns) > 1 {
		return LastsForNow, nil
	}
	return LastsUnlessNew, nil
}

// lasts reports whether a branch stays what it is whatever comes.
func (r *judgement) lasts() bool {
	if r.branch.Op == Atom {
		return r.atomLasts()
	}
	same, count := 0, len(r.kids)
	for i := range r.kids {
		if kid := &r.kids[i]; kid.lasts() && (r.branch.Op == Not || kid.truth == r.truth) {
			same++
		}
	}
	switch {
	case r.truth == Unknown:
		return false
	case r.branch.Op == And && r.truth == False, r.branch.Op == Or && r.truth == True:
		return same > 0
	case r.branch.Op == AtLeast && r.truth == True:
		return same >= r.branch.N
	case r.branch.Op == AtLeast:
		return same > count-r.branch.N
	}
	return same == count
}

// atomLasts reports whether an atom keeps its truth: a person who died is dead,
// a person's sex stays, nobody grows younger, and a past event stays in the past.
func (r *judgement) atomLasts() bool {
	call := r.branch.Calls[0]
	word, way := call.Word, call.Word.Monotone
	switch {
	case r.truth == Unknown:
		return false
	case word.Constant:
		return true
	case way == 0 || call.Window != nil:
		return false
	case word.Answer == TruthAnswer:
		return (r.truth == True) == (way > 0)
	}
	switch op := r.branch.Operator(); {
	case strings.HasPrefix(op, ">"):
		return (r.truth == True) == (way > 0)
	case strings.HasPrefix(op, "<"):
		return (r.truth == True) == (way < 0)
	}
	return false
}
