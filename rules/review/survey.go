// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Survey counts how the concepts of a study read real records. It keeps counts,
// codes, the displays of codes, and units, and nothing else of a person. It is
// not safe for concurrent use.
type Survey struct {
	study    *rules.Study
	people   int
	concepts []*conceptCount // of the rules and shows
	kinds    map[terminology.Kind]*kindCount
}

// conceptCount counts the entries that a concept read, and those that it could
// not read.
type conceptCount struct {
	*terminology.Concept
	by       *rules.Criterion // the first criterion that names it
	measured bool             // a rule compares its numbers
	people   int              // people with an entry of the concept
	results  int              // results with a number
	unread   int              // entries that it could not read
	systems  counts           // code systems of the unread entries
	listed   map[string]bool  // code systems of its codes
	unlisted counts           // known code systems, whose codes have no names, of other entries, which it could read by their text
	units    counts           // units that cannot be converted
}

type kindCount struct {
	entries    int
	recognizer *terminology.Recognizer
	concepts   []*conceptCount // in the order of the recognizer
	unread     int             // entries that no concept could read
	forbidden  int             // entries marked as unreadable
	wordless   int             // unread entries with no code and no text
	textual    int             // unread entries with a text only
	systems    counts
	local      counts              // code systems that are not known, by their URL
	codes      map[code]*codeCount // of the unread entries
}

type code struct{ system, code string }

type codeCount struct {
	entries, people, last int // last: index of the last person with it
	display               string
}

// counts maps names to the number of their occurrences.
type counts map[string]int

// Limits of the memory of a survey.
const (
	mostCodes = 50_000 // codes of a kind
	mostNames = 1_000  // code systems or units
)

func (c counts) countName(name string) {
	if _, ok := c[name]; ok || len(c) < mostNames {
		c[name]++
	}
}

// NewSurvey makes a survey of a study.
func NewSurvey(s *rules.Study) *Survey {
	v := &Survey{study: s, kinds: map[terminology.Kind]*kindCount{}}
	index := map[*terminology.Concept]*conceptCount{}
	name := func(concept *terminology.Concept, by *rules.Criterion, measured bool) {
		c := index[concept]
		if c == nil {
			c = &conceptCount{Concept: concept, by: by, systems: counts{}, units: counts{}, unlisted: counts{}, listed: map[string]bool{}}
			for m := range concept.Members() {
				for system := range m.Codes {
					c.listed[system] = true
				}
			}
			index[concept], v.concepts = c, append(v.concepts, c)
			if v.kinds[concept.Kind] == nil {
				v.kinds[concept.Kind] = &kindCount{systems: counts{}, local: counts{}, codes: map[code]*codeCount{}}
			}
			v.kinds[concept.Kind].concepts = append(v.kinds[concept.Kind].concepts, c)
		}
		c.measured = c.measured || measured
	}
	f := finder{study: s}
	f.eachCriterion(func(c *rules.Criterion) {
		for _, k := range c.Form().AllCalls() {
			if k.Concept != nil {
				name(k.Concept, c, k.Word.Measured)
			}
		}
		for _, concept := range c.Show {
			name(concept, c, false)
		}
	})
	for kind, k := range v.kinds {
		var concepts []*terminology.Concept
		for _, c := range k.concepts {
			concepts = append(concepts, c.Concept)
		}
		k.recognizer = terminology.NewRecognizer(kind, concepts, s.Systems, s.Terminology)
	}
	return v
}

// PeopleCount is the number of people added.
func (v *Survey) PeopleCount() int { return v.people }

// AddPerson counts the entries of one person, whose profile has been validated.
func (v *Survey) AddPerson(p *patient.Profile) {
	v.people++
	for kind, k := range v.kinds {
		facts := kind.Facts(p)
		var hits []terminology.Hit
		for i, fact := range facts {
			hits = k.recognizer.Recognize(fact, int32(i), hits)
		}
		made := make([][]terminology.Hit, len(k.concepts))
		for _, h := range hits {
			made[h.Concept] = append(made[h.Concept], h)
		}
		blind := make([]int, len(facts)) // the number of concepts that could not read each entry
		for n, c := range k.concepts {
			c.countPerson(p, facts, made[n], blind)
		}
		for i, fact := range facts {
			k.countEntry(fact, blind[i] == len(k.concepts), v.people)
		}
	}
}

var knownSystems = patient.KnownSystems()

func (c *conceptCount) countPerson(p *patient.Profile, facts []*patient.Fact, made []terminology.Hit, blind []int) {
	unread := map[int32]bool{}
	found := false
	for _, r := range made {
		switch {
		case r.Grade == terminology.Unrecognized:
			blind[r.Fact]++
			unread[r.Fact] = true
			if facts[r.Fact].Unreadable == "" {
				c.unread++
				c.systems.countName(systemsOf(facts[r.Fact]))
			}
		case r.Grade != terminology.MayBe:
			found = true
			c.countResult(p, r.Fact)
		}
	}
	if found {
		c.people++
	}
	for i, fact := range facts {
		known := slices.ContainsFunc(fact.Codes, func(k patient.Coding) bool {
			return slices.Contains(knownSystems, k.System) && !terminology.Core().Holds(k.System)
		})
		listed := slices.ContainsFunc(fact.Codes, func(k patient.Coding) bool {
			return slices.ContainsFunc(terminology.ListsOf(k.System), func(name string) bool { return c.listed[name] })
		})
		if known && !listed && !unread[int32(i)] {
			c.unlisted.countName(systemsOf(fact))
		}
	}
}

func (c *conceptCount) countResult(p *patient.Profile, i int32) {
	if c.Kind != terminology.ObservationKind || p.Observations[i].Value.Quantity == nil {
		return
	}
	c.results++
	if unit := p.Observations[i].Value.Quantity.Unit; !c.Converts(unit) {
		if len(strings.Fields(unit)) > 2 || len(unit) > 30 {
			unit = "a text"
		}
		c.units.countName(unit)
	}
}

// countEntry counts an entry; unread says that no concept could read it.
func (k *kindCount) countEntry(fact *patient.Fact, unread bool, person int) {
	k.entries++
	k.systems.countName(systemsOf(fact))
	for _, c := range fact.Codes {
		if systemURL.MatchString(c.System) && patient.SystemName(c.System) == c.System {
			k.local.countName(c.System)
		}
	}
	switch {
	case fact.Unreadable != "":
		k.forbidden++
		return
	case !unread:
		return
	}
	k.unread++
	switch {
	case len(fact.Codes) > 0:
	case fact.Text != "":
		k.textual++
	default:
		k.wordless++
	}
	for _, c := range fact.Codes {
		key := code{c.System, c.Code}
		seen := k.codes[key]
		if seen == nil {
			if len(k.codes) >= mostCodes {
				continue
			}
			seen = &codeCount{display: c.Display}
			k.codes[key] = seen
		}
		if seen.entries++; seen.last != person {
			seen.people, seen.last = seen.people+1, person
		}
		if seen.display != c.Display {
			seen.display = "" // displays differ: none is kept
		}
	}
}

func systemName(system string) string {
	switch {
	case system == "":
		return "codes of no system"
	case !symbol.MatchString(system) && !systemURL.MatchString(system):
		return "codes of a system that is no URL"
	}
	return system
}

func systemsOf(fact *patient.Fact) string {
	var names []string
	for _, c := range fact.Codes {
		name := systemName(c.System)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	switch {
	case len(names) > 0:
		return strings.Join(names, " and ")
	case fact.Text != "":
		return "text alone"
	}
	return "nothing"
}
