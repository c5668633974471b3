// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// UnrecognizedGroup is the facts of one kind that some concept of a study did not
// recognise and that say the same: the same code and words, or any code of a code system that
// is not known.
type UnrecognizedGroup struct {
	Kind   terminology.Kind
	Reason terminology.Reason // of the fact First
	// System is the short name or the URL of a code system, "" for facts without a code.
	System string
	// UnknownSystem says that System is not known. The group then holds all facts coded in
	// it, and Code and Wording are those of First.
	UnknownSystem bool
	Code, Wording string
	Forbidden     string // why the source forbids to interpret the facts, or ""
	// First is the index, in its domain, of the fact whose record sorts first, and Record
	// that record.
	First  int32
	Record string
	Facts  int // how many: 1 or more

	hits int // of the study's concepts that did not recognise the facts
}

// UnrecognizedQuestion asks for the meaning of one group or, if there are many, of all the
// smaller groups of a kind.
type UnrecognizedQuestion struct {
	Groups []UnrecognizedGroup // one or more, in the order of StudyChart.Unrecognized
	Facts  int                 // of all groups
	Rank   int                 // index of the first group in StudyChart.Unrecognized
}

// mostQuestions is how many groups of a kind have a question of their own.
const mostQuestions = 5

// unrecognizedFacts are the groups of one study and one profile.
type unrecognizedFacts struct {
	groups    []UnrecognizedGroup       // by how many concepts they leave open, then by size
	groupOf   [6][]int32                // by kind and fact: 1 + index in groups, or 0
	questions [6][]UnrecognizedQuestion // by kind
}

// Unrecognized lists the groups of facts that some concept of the study's rules did
// not recognise: those that more concepts did not recognise first, then the larger, then
// by their text. The list must not be changed.
func (c StudyChart) Unrecognized() []UnrecognizedGroup {
	if c.unrecognized == nil {
		return nil
	}
	return c.unrecognized.groups
}

// groupSet is a set of groups, a bit for each.
type groupSet []uint64

// addGroup adds one of n groups to a set, and reports whether it is new there.
func (s *groupSet) addGroup(group int32, n int) bool {
	if len(*s) == 0 {
		*s = slices.Grow(*s, (n+63)/64)[:(n+63)/64]
		clear(*s)
	}
	bit := uint64(1) << (group % 64)
	isNew := (*s)[group/64]&bit == 0
	(*s)[group/64] |= bit
	return isNew
}

// EachGroup hands to use the groups that leave an unknown part of a rule open, as indices in
// StudyChart.Unrecognized. It may hand one of them twice.
func (r *NodeResult) EachGroup(use func(group int)) {
	for _, s := range r.Calls {
		for i, set := range s.groups {
			for ; set != 0; set &= set - 1 {
				use(64*i + bits.TrailingZeros64(set))
			}
		}
	}
}

// unrecognizedKey is the identity of a group.
type unrecognizedKey struct {
	kind                             int
	reason                           terminology.Reason
	system, code, wording, forbidden string
}

// groupUnrecognized groups the facts that concepts of the study, also those that it only
// shows, did not recognise; nil if there are none.
func (c *Chart) groupUnrecognized(s *rules.Study) *unrecognizedFacts {
	if !c.someUnrecognized {
		return nil
	}
	u := &unrecognizedFacts{}
	known := map[unrecognizedKey]int32{}
	for _, concept := range s.ReadConcepts() {
		u.addHits(c, concept, known)
	}
	for i := range s.Criteria {
		for _, concept := range s.Criteria[i].Show {
			if !slices.Contains(s.ReadConcepts(), concept) {
				u.addHits(c, concept, known)
			}
		}
	}
	if len(u.groups) == 0 {
		return nil
	}
	u.sortGroups()
	u.makeQuestions()
	return u
}

func (u *unrecognizedFacts) addHits(c *Chart, concept *terminology.Concept, known map[unrecognizedKey]int32) {
	kind, hits := c.reader.concepts[concept].kind, c.hitsOf(concept)
	for i := range hits {
		if hits[i].Grade == terminology.Unrecognized {
			u.addHit(c, kind, &hits[i], known)
		}
	}
}

// addHit counts a fact that one concept did not recognise.
func (u *unrecognizedFacts) addHit(c *Chart, kind int, h *terminology.Hit, known map[unrecognizedKey]int32) {
	if u.groupOf[kind] == nil {
		u.groupOf[kind] = make([]int32, c.reader.kinds[kind].kind.FactCount(c.patient))
	}
	place := &u.groupOf[kind][h.Fact]
	if *place == 0 {
		group := c.reader.describeUnrecognized(c.patient, kind, h)
		key := unrecognizedKey{kind, group.Reason, group.System, group.Code, group.Wording, group.Forbidden}
		if group.UnknownSystem {
			key = unrecognizedKey{kind: kind, system: group.System}
		}
		at, found := known[key]
		if !found {
			u.groups = append(u.groups, group)
			at = int32(len(u.groups))
			known[key] = at
		} else if have := &u.groups[at-1]; group.compareExample(have) < 0 {
			group.Facts, group.hits = have.Facts, have.hits
			*have = group
		}
		u.groups[at-1].Facts++
		*place = at
	}
	u.groups[*place-1].hits++
}

// compareExample orders facts of one group by their record, words and code: the order of
// the facts in the profile does not matter.
func (g *UnrecognizedGroup) compareExample(o *UnrecognizedGroup) int {
	return cmp.Or(strings.Compare(g.Record, o.Record), strings.Compare(g.Wording, o.Wording), strings.Compare(g.Code, o.Code))
}

// describeUnrecognized describes a fact as a group of its own, of which no fact is counted.
func (r *Reader) describeUnrecognized(p *patient.Profile, kind int, h *terminology.Hit) UnrecognizedGroup {
	k := r.kinds[kind].kind
	f := k.Fact(p, h.Fact)
	g := UnrecognizedGroup{Kind: k, Reason: h.Reason, First: h.Fact, Record: RecordOf(p, k, h.Fact), Forbidden: f.Unreadable}
	if f.Unreadable != "" {
		g.Reason = terminology.Uninterpreted
		return g
	}
	coding := r.tellingCoding(f, h.Coding)
	if coding >= 0 {
		c := &f.Codes[coding]
		g.Code, g.System = strings.TrimSpace(c.Code), patient.SystemName(c.System)
		g.UnknownSystem = g.System != "" && !r.knowsSystem(c.System)
	}
	g.Wording = strings.TrimSpace(WordsOf(f, int16(coding)))
	if g.Wording == g.Code {
		g.Wording = ""
	}
	g.Reason = ReasonOf(f, h)
	return g
}

// ReasonOf is the reason of a hit. For a fact that was not recognised, a recognizer may leave
// it to what the fact has: a code, words or neither.
func ReasonOf(f *patient.Fact, h *terminology.Hit) terminology.Reason {
	switch {
	case h.Reason != terminology.NoReason || h.Grade != terminology.Unrecognized:
		return h.Reason
	case WordsOf(f, h.Coding) != "":
		return terminology.UnknownWording
	case len(f.Codes) > 0:
		return terminology.UnknownCode
	}
	return terminology.NoWording
}

// tellingCoding gives the index of the coding that names a fact: the one that decided, or
// else the first of a known system, or else the first; -1 for a fact without codings.
func (r *Reader) tellingCoding(f *patient.Fact, decided int16) int {
	if decided >= 0 {
		return int(decided)
	}
	for i := range f.Codes {
		if r.knowsSystem(f.Codes[i].System) {
			return i
		}
	}
	return min(0, len(f.Codes)-1)
}

func (r *Reader) knowsSystem(system string) bool {
	_, local := r.systems[system]
	return local || terminology.IsKnownSystem(patient.SystemName(system))
}

// WordsOf gives a fact's own words: those of a coding, by its index or -1, or else of the
// fact, or else of any coding; "" if it has none.
func WordsOf(f *patient.Fact, coding int16) string {
	if coding >= 0 && f.Codes[coding].Display != "" {
		return f.Codes[coding].Display
	}
	if f.Text != "" {
		return f.Text
	}
	for i := range f.Codes {
		if f.Codes[i].Display != "" {
			return f.Codes[i].Display
		}
	}
	return ""
}

func (u *unrecognizedFacts) sortGroups() {
	order := make([]int, len(u.groups))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := &u.groups[i], &u.groups[j]
		return cmp.Or(cmp.Compare(b.hits*a.Facts, a.hits*b.Facts), // by concepts for each fact
			cmp.Compare(b.Facts, a.Facts), a.compareText(b), cmp.Compare(i, j))
	})
	sorted, newPlace := make([]UnrecognizedGroup, len(order)), make([]int32, len(order)+1)
	for place, i := range order {
		sorted[place], newPlace[i+1] = u.groups[i], int32(place+1)
	}
	u.groups = sorted
	for kind := range u.groupOf {
		for i, g := range u.groupOf[kind] {
			u.groupOf[kind][i] = newPlace[g]
		}
	}
}

// compareText orders groups by their domain, system, words and code.
func (g *UnrecognizedGroup) compareText(o *UnrecognizedGroup) int {
	return cmp.Or(strings.Compare(string(g.Kind), string(o.Kind)), strings.Compare(g.System, o.System), strings.Compare(g.Wording, o.Wording),
		strings.Compare(g.Code, o.Code), strings.Compare(g.Forbidden, o.Forbidden))
}

// makeQuestions asks for the first groups of a kind one by one, and for the others in one
// question.
func (u *unrecognizedFacts) makeQuestions() {
	for i := range u.groups {
		g := &u.groups[i]
		kind := slices.Index(terminology.Kinds(), g.Kind)
		questions := u.questions[kind]
		if len(questions) <= mostQuestions {
			u.questions[kind] = append(questions, UnrecognizedQuestion{u.groups[i : i+1 : i+1], g.Facts, i})
			continue
		}
		rest := &questions[mostQuestions]
		rest.Groups, rest.Facts = append(rest.Groups, *g), rest.Facts+g.Facts
	}
}

// question gives the question that a fact that was not recognised belongs to.
func (u *unrecognizedFacts) question(kind terminology.Kind, fact int32) (q *UnrecognizedQuestion, group int32) {
	k := slices.Index(terminology.Kinds(), kind)
	group = u.groupOf[k][fact] - 1
	questions := u.questions[k]
	for i := range questions[:min(len(questions), mostQuestions)] {
		if questions[i].Rank == int(group) {
			return &questions[i], group
		}
	}
	return &questions[len(questions)-1], group
}
