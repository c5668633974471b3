// SPDX-License-Identifier: Apache-2.0

// Package boundaries makes a case for each edge of a study's rules. The truth
// that a case asserts is worked out without the engine, by plain arithmetic and a
// calendar of its own, so that the two can be compared.
//
// It may import matcher, matcher/cases, rules with its packages, and patient. It
// has no clock.
package boundaries

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Boundary is a case at an edge of a rule: it asserts the truth of one
// criterion.
type Boundary struct {
	cases.Case
	Criterion string
	// Want is the truth by plain arithmetic, which the case asserts. Got is the
	// truth by the rules. If they differ, one of them is wrong.
	Want, Got language.Truth
	Reason    string // of the rules
}

// Generate makes cases for each edge of a study's rules: birthdays and the days
// before them, the first day of each window with its neighbours, ends of
// months, limits and a step to either side, results below and above a limit,
// missing, partly known and not supplied entries, and the answers to questions.
// Each person has the entries that the other parts of the rule need for the one
// part to decide, and nothing else. on is the screening day of most cases.
//
// The notes name each part of a rule without a case, and the reason.
func Generate(s *rules.Study, on patient.Day) (list []Boundary, notes []string, err error) {
	m, err := matcher.New(s)
	if err != nil {
		return nil, nil, err
	}
	for i := range s.Criteria {
		if s.Criteria[i].Pos.Line == 0 {
			continue // built in
		}
		g := &generator{study: s, criterion: &s.Criteria[i], on: on, form: s.Criteria[i].Form(), names: map[string]bool{}}
		g.makeCases()
		for _, b := range g.list {
			results, err := m.Match(b.Person, b.Dates)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %s: %w", b.Criterion, b.Words, err)
			}
			b.Got, b.Reason = results[0].Criteria[i].Truth, results[0].Criteria[i].Reason
			list = append(list, b)
		}
		notes = append(notes, g.notes...)
	}
	return list, notes, nil
}

type generator struct {
	study     *rules.Study
	criterion *rules.Criterion
	form      *language.Form
	on        patient.Day
	domains   []patient.Domain // of the rule
	concepts  []*terminology.Concept

	recognition *recognition

	atom  *language.Form // the current atom
	words string         // its name in cases
	base  *sketch        // the person for whom it decides
	made  []language.Truth

	names map[string]bool
	list  []Boundary
	notes []string
}

func (g *generator) addNote(f *language.Form, format string, args ...any) {
	g.notes = append(g.notes, fmt.Sprintf("%s: %s: %s: %s", g.criterion.RuleAt(f.Offset), g.criterion.ID, f.Source, fmt.Sprintf(format, args...)))
}

func (g *generator) makeCases() {
	g.concepts = g.form.Concepts()
	g.recognition = newRecognition(g.study, g.concepts)
	atoms := g.form.Atoms()
	for _, a := range atoms {
		for _, c := range a.Calls {
			switch {
			case c.Concept != nil && !slices.Contains(g.domains, c.Concept.Kind.Domain()):
				g.domains = append(g.domains, c.Concept.Kind.Domain())
			case c.Question != nil && !slices.Contains(g.domains, patient.Answers):
				g.domains = append(g.domains, patient.Answers)
			}
		}
	}
	times := map[string]int{} // occurrences of each atom in the rule
	for _, a := range atoms {
		g.atom, g.made, g.words = a, nil, a.Source
		if times[a.Source]++; times[a.Source] > 1 {
			g.words += fmt.Sprintf(" (%d)", times[a.Source])
		}
		g.base = g.newSketch(a)
		g.satisfyOthers(g.base, g.form)
		g.makeEdgeCases()
		slices.Sort(g.made)
		switch g.made = slices.Compact(g.made); len(g.made) {
		case 0:
		case 1:
			g.addNote(a, "every case says %s: no person was found in whom this part decides", g.made[0])
		}
	}
}

// newSketch has each date of the study on a separate day. The date of the
// atom's window is inside the window seen from the screening day.
func (g *generator) newSketch(a *language.Form) *sketch {
	s := &sketch{on: g.on, concepts: g.concepts, recognition: g.recognition, dates: map[string]patient.Day{}, answers: map[string]patient.Reply{}, absent: map[patient.Domain]bool{}}
	for i, name := range g.study.Anchors {
		s.dates[name] = g.on + patient.Day(14+7*i)
		if w := a.Calls[0].Window; w != nil && w.Anchor == name {
			length := int(g.on - windowStart(w.Unit, w.N, g.on))
			s.dates[name] = g.on + patient.Day(min(14+7*i, max(length-1, 0)/2))
		}
	}
	return s
}

// satisfyOthers gives the person the entries for which the atom decides: the
// other operands of an and are true, those of an or false. It reports whether
// the atom is in f.
func (g *generator) satisfyOthers(s *sketch, f *language.Form) bool {
	at := slices.IndexFunc(f.Kids, func(kid *language.Form) bool { return slices.Contains(kid.Atoms(), g.atom) })
	if at < 0 {
		return f == g.atom
	}
	others := f.N - 1 // of an at_least: so many others true
	for i, kid := range f.Kids {
		if i == at {
			continue
		}
		want := language.False
		if f.Op == language.And || f.Op == language.AtLeast && others > 0 {
			want = language.True
			others--
		}
		g.makeTruth(s, kid, want)
	}
	return g.satisfyOthers(s, f.Kids[at])
}

func (g *generator) makeTruth(s *sketch, f *language.Form, t language.Truth) {
	if f.Op == language.Atom {
		g.makeAtomTruth(s, f, t)
		return
	}
	if f.Op == language.Not {
		t = t.Not()
	}
	for _, kid := range f.Kids {
		g.makeTruth(s, kid, t)
	}
}

// makeAtomTruth tries the edges of the atom until it has the truth; otherwise
// it leaves the person unchanged.
func (g *generator) makeAtomTruth(s *sketch, f *language.Form, t language.Truth) {
	fits := func(s *sketch) bool {
		have, sure := s.expectedTruth(f)
		return have == t && sure
	}
	if fits(s.cloneSketch()) {
		return
	}
	for _, e := range atomEdges(f) {
		trial := s.cloneSketch()
		if e.apply(trial) && trial.on == s.on && fits(trial) {
			*s = *trial
			return
		}
	}
}

func (g *generator) makeEdgeCases() {
	edges := atomEdges(g.atom)
	if len(edges) == 0 {
		g.addNote(g.atom, "no cases are made for this form")
	}
	for _, call := range g.atom.Calls {
		if call.Concept == nil {
			continue
		}
		if _, ok := g.base.newFact(call.Concept); !ok {
			g.addNote(g.atom, "no fact can be made of %s: it has no whole code and no name", call.Concept.Name)
		}
	}
	for _, e := range edges {
		s := g.base.cloneSketch()
		s.removeFacts(g.atom)
		if !e.apply(s) {
			continue
		}
		want, sure := s.expectedTruth(g.form)
		if !sure {
			g.addNote(g.atom, "%s: left out: %s", e.words, s.undecided[0])
			continue
		}
		words := g.criterion.ID + ": " + g.words + ": " + e.words
		if g.names[words] {
			continue
		}
		b := Boundary{Criterion: g.criterion.ID, Want: want}
		b.Words, b.Pos = words, g.criterion.RuleAt(g.atom.Offset)
		b.Person = s.makeProfile(b.PersonID(), g.domains)
		if err := b.Person.Validate(); err != nil {
			g.addNote(g.atom, "%s: left out: nobody can be so: %s", e.words, strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		g.names[words] = true
		g.made = append(g.made, want)
		b.Dates = matcher.Dates{Screening: s.on, Anchors: s.dates}
		b.Truth = map[string]language.Truth{g.criterion.ID: want}
		g.list = append(g.list, b)
	}
}

func (s *sketch) removeFacts(atom *language.Form) {
	for _, call := range atom.Calls {
		if call.Concept == nil {
			continue
		}
		s.facts = slices.DeleteFunc(s.facts, func(f fact) bool {
			return f.concept.Kind == call.Concept.Kind && s.isInstance(&f, call.Concept) != language.False
		})
	}
	s.undecided = nil
}

// The calendar of the boundary cases is independent of the engine, whose calendar
// the cases test.
