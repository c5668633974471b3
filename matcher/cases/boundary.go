// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Boundary is a case at an edge of a rule: it asserts the truth of one
// criterion.
type Boundary struct {
	Case
	Criterion string
	// Want is worked out by plain arithmetic, and is what the case asserts; Got
	// is what the rules say. Where they differ, one of them is wrong.
	Want, Got language.Truth
	Reason    string // of the rules
}

// Boundaries makes cases for every edge of a study's rules: birthdays and the
// days before them, the first day of each window with its neighbours, ends of
// months, limits and a step to either side, results below and above a limit,
// what is missing, in part known or not supplied, and the answers to questions.
// Each person has what the other parts of the rule need for the one part to
// decide, and nothing else. on is the screening day that they are made around.
//
// The notes name each part of a rule for which no case could be made, and why.
func Boundaries(s *rules.Study, on patient.Day) (list []Boundary, notes []string, err error) {
	m, err := matcher.New(s)
	if err != nil {
		return nil, nil, err
	}
	for i := range s.Criteria {
		if s.Criteria[i].Pos.Line == 0 {
			continue // built in
		}
		g := &generator{study: s, criterion: &s.Criteria[i], on: on, form: s.Criteria[i].Form(), names: map[string]bool{}}
		g.generate()
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

// generator makes the cases of one criterion.
type generator struct {
	study     *rules.Study
	criterion *rules.Criterion
	form      *language.Form
	on        patient.Day
	domains   []patient.Domain // that the rule reads
	concepts  []*terminology.Concept

	atom  *language.Form // whose edges are made now
	words string         // what cases call it
	base  *sketch        // in which it decides
	made  []language.Truth

	names map[string]bool
	list  []Boundary
	notes []string
}

func (g *generator) note(f *language.Form, format string, args ...any) {
	g.notes = append(g.notes, fmt.Sprintf("%s: %s: %s: %s", g.criterion.RuleAt(f.Offset), g.criterion.ID, f.Source, fmt.Sprintf(format, args...)))
}

func (g *generator) generate() {
	atoms := g.form.Atoms()
	for _, a := range atoms {
		for _, c := range a.Calls {
			if c.Concept != nil {
				g.concepts = append(g.concepts, c.Concept)
			}
			switch {
			case c.Concept != nil && !slices.Contains(g.domains, c.Concept.Kind.Domain()):
				g.domains = append(g.domains, c.Concept.Kind.Domain())
			case c.Question != nil && !slices.Contains(g.domains, patient.Answers):
				g.domains = append(g.domains, patient.Answers)
			}
		}
	}
	times := map[string]int{} // that the rule has come to the same words
	for _, a := range atoms {
		g.atom, g.made, g.words = a, nil, a.Source
		if times[a.Source]++; times[a.Source] > 1 {
			g.words += fmt.Sprintf(" (%d)", times[a.Source])
		}
		g.base = g.newSketch(a)
		g.aim(g.base, g.form)
		g.edges()
		slices.Sort(g.made)
		switch g.made = slices.Compact(g.made); len(g.made) {
		case 0:
		case 1:
			g.note(a, "every case says %s: no person was found in whom this part decides", g.made[0])
		}
	}
}

// newSketch has every date of the study on a day of its own. The one that the
// atom's window counts from lies within the window, seen from the screening day.
func (g *generator) newSketch(a *language.Form) *sketch {
	s := &sketch{on: g.on, concepts: g.concepts, dates: map[string]patient.Day{}, answers: map[string]patient.Reply{}, absent: map[patient.Domain]bool{}}
	for i, name := range g.study.Anchors {
		s.dates[name] = g.on + patient.Day(14+7*i)
		if w := a.Calls[0].Window; w != nil && w.Anchor == name {
			length := int(g.on - windowStart(w.Unit, w.N, g.on))
			s.dates[name] = g.on + patient.Day(min(14+7*i, max(length-1, 0)/2))
		}
	}
	return s
}

// aim gives the person what the rest of the rule needs for the atom to decide:
// the other parts of an and true, those of an or false. It reports whether the
// atom stands in f.
func (g *generator) aim(s *sketch, f *language.Form) bool {
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
		g.want(s, kid, want)
	}
	return g.aim(s, f.Kids[at])
}

// want gives the person what makes a part of the rule true or false.
func (g *generator) want(s *sketch, f *language.Form, t language.Truth) {
	if f.Op == language.Atom {
		g.wantAtom(s, f, t)
		return
	}
	if f.Op == language.Not {
		t = t.Not()
	}
	for _, kid := range f.Kids {
		g.want(s, kid, t)
	}
}

// wantAtom tries what there is until the atom is as it should be; else it
// leaves the person as they were.
func (g *generator) wantAtom(s *sketch, f *language.Form, t language.Truth) {
	fits := func(s *sketch) bool {
		have, sure := s.settle(f)
		return have == t && sure
	}
	if fits(s.clone()) {
		return
	}
	for _, e := range edgesOf(f) {
		trial := s.clone()
		if e.set(trial) && trial.on == s.on && fits(trial) {
			*s = *trial
			return
		}
	}
}

// edges makes a case for each edge of the atom.
func (g *generator) edges() {
	edges := edgesOf(g.atom)
	if len(edges) == 0 {
		g.note(g.atom, "no cases are made for this form")
	}
	for _, call := range g.atom.Calls {
		if call.Concept == nil {
			continue
		}
		if _, ok := g.base.factOf(call.Concept); !ok {
			g.note(g.atom, "no fact can be made of %s: it has no whole code and no name", call.Concept.Name)
		}
	}
	for _, e := range edges {
		s := g.base.clone()
		s.removeFacts(g.atom)
		if !e.set(s) {
			continue
		}
		want, sure := s.settle(g.form)
		if !sure {
			g.note(g.atom, "%s: left out: %s", e.words, s.open[0])
			continue
		}
		words := g.criterion.ID + ": " + g.words + ": " + e.words
		if g.names[words] {
			continue
		}
		b := Boundary{Criterion: g.criterion.ID, Want: want}
		b.Words, b.Pos = words, g.criterion.RuleAt(g.atom.Offset)
		b.Person = s.profile(shortID(words), g.domains)
		if err := b.Person.Validate(); err != nil {
			g.note(g.atom, "%s: left out: nobody can be so: %s", e.words, strings.ReplaceAll(err.Error(), "\n", "; "))
			continue
		}
		g.names[words] = true
		g.made = append(g.made, want)
		b.Dates = matcher.Dates{Screening: s.on, Anchors: s.dates}
		b.Truth = map[string]language.Truth{g.criterion.ID: want}
		g.list = append(g.list, b)
	}
}

// removeFacts takes away what the rest of the rule brought of the atom's own
// concepts: the atom has the last word about them.
func (s *sketch) removeFacts(atom *language.Form) {
	for _, call := range atom.Calls {
		if call.Concept == nil {
			continue
		}
		s.facts = slices.DeleteFunc(s.facts, func(f fact) bool {
			return f.concept.Kind == call.Concept.Kind && s.isOf(&f, call.Concept) != language.False
		})
	}
	s.open = nil
}
