// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"maps"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
)

// ChangedBy is the cause that could still change a rule that is true or false.
type ChangedBy string

// The causes: time alone; a fact that is not on record today, such as a new
// result, a medicine stopped or another answer; or nothing, as long as the record
// is right: a past sepsis stays in the past.
const (
	ByTime    ChangedBy = "time"
	ByNewFact ChangedBy = "fact"
	ByNothing ChangedBy = "permanent"
)

// lifetime is how many years ahead [StudyChart.ChangedBy] looks.
const lifetime = 120

// ChangedBy gives the cause that could still change the rule of one of the study's
// criteria, an index in Study.Criteria. All anchors move along with the
// screening day. A rule that is not known can be changed by a fact.
func (c StudyChart) ChangedBy(d language.Dates, criterion int) ChangedBy {
	v := c.evaluator(d)
	defer c.release(v)
	root := c.study.Criteria[criterion].Form()
	r := v.evaluate(root)
	if r.isPermanent() {
		return ByNothing
	}
	v.truthOnly = true
	t := &timeline{view: v, from: d, last: d.Screening.AddYears(lifetime), anchors: maps.Clone(d.Anchors)}
	turns := t.transitionsOf(root)
	if r.Truth != language.Unknown && len(turns) > 1 {
		return ByTime
	}
	return ByNewFact
}

// isPermanent reports whether neither time nor a new fact changes the truth of the part.
func (r *NodeResult) isPermanent() bool {
	if r.Form.Op == language.Atom {
		return r.atomIsPermanent()
	}
	same, count := 0, len(r.kids)
	for i := range r.kids {
		if kid := &r.kids[i]; kid.isPermanent() && (r.Form.Op == language.Not || kid.Truth == r.Truth) {
			same++
		}
	}
	switch {
	case r.Truth == language.Unknown:
		return false
	case r.Form.Op == language.And && r.Truth == language.False, r.Form.Op == language.Or && r.Truth == language.True:
		return same > 0
	case r.Form.Op == language.AtLeast && r.Truth == language.True:
		return same >= r.Form.N
	case r.Form.Op == language.AtLeast:
		return same > count-r.Form.N
	}
	return same == count
}

// atomIsPermanent reports whether an atom keeps its truth: a person who died is dead,
// a person's sex stays, nobody grows younger, and a past event stays in the past.
func (r *NodeResult) atomIsPermanent() bool {
	call := r.Form.Calls[0]
	word, way := call.Word, call.Word.Monotone
	switch {
	case r.Truth == language.Unknown:
		return false
	case word.Constant:
		return true
	case way == 0 || call.Window != nil:
		return false
	case word.Answer == language.TruthAnswer:
		return (r.Truth == language.True) == (way > 0)
	}
	switch op := r.Form.Operator(); {
	case strings.HasPrefix(op, ">"):
		return (r.Truth == language.True) == (way > 0)
	case strings.HasPrefix(op, "<"):
		return (r.Truth == language.True) == (way < 0)
	}
	return false
}
