// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Survey looks at real records: what the concepts of a study make of them. It
// keeps counts, codes, the displays of codes, and units; nothing else of a
// person. It is not safe for concurrent use.
type Survey struct {
	study    *rules.Study
	people   int
	concepts []*conceptCount // those that rules and shows name
	kinds    map[terminology.Kind]*kindCount
}

// conceptCount is what a concept made of the records.
type conceptCount struct {
	*terminology.Concept
	by       *rules.Criterion // that names it first
	measured bool             // a rule compares its numbers
	people   int              // with an entry that it recognised
	results  int              // with a number
	unread   int              // entries that it could not read
	systems  counts           // of those
	listed   map[string]bool  // code systems that it or a member lists
	foreign  counts           // known systems of entries with none of these, which it could read by their text
	units    counts           // that cannot be converted
}

// kindCount is what the records hold of one kind of entry.
type kindCount struct {
	entries    int
	recognizer *terminology.Recognizer
	concepts   []*conceptCount // of the study, in the order of the recognizer
	unread     int             // entries that none of these could read
	barred     int             // entries that nobody may interpret
	wordless   int             // entries with no code and no text
	textual    int             // entries that none could read, with a text alone
	systems    counts
	codes      map[code]*codeCount // that none could read
}

type code struct{ system, code string }

type codeCount struct {
	entries, people, last int // last: the person seen last
	display               string
}

// counts says how often each of several names was seen.
type counts map[string]int

// Bounds of what a survey keeps, whatever the records hold.
const (
	mostCodes = 50_000 // of a kind
	mostNames = 1_000  // of systems or units
)

func (c counts) add(name string) {
	if _, ok := c[name]; ok || len(c) < mostNames {
		c[name]++
	}
}

// NewSurvey prepares a survey for the study.
func NewSurvey(s *rules.Study) *Survey {
	v := &Survey{study: s, kinds: map[terminology.Kind]*kindCount{}}
	index := map[*terminology.Concept]*conceptCount{}
	name := func(concept *terminology.Concept, by *rules.Criterion, measured bool) {
		c := index[concept]
		if c == nil {
			c = &conceptCount{Concept: concept, by: by, systems: counts{}, units: counts{}, foreign: counts{}, listed: map[string]bool{}}
			c.list(concept, 0)
			index[concept], v.concepts = c, append(v.concepts, c)
			if v.kinds[concept.Kind] == nil {
				v.kinds[concept.Kind] = &kindCount{systems: counts{}, codes: map[code]*codeCount{}}
			}
			v.kinds[concept.Kind].concepts = append(v.kinds[concept.Kind].concepts, c)
		}
		c.measured = c.measured || measured
	}
	f := finder{study: s}
	f.criteria(func(c *rules.Criterion) {
		calls(c, func(k *language.Call) {
			if k.Concept != nil {
				name(k.Concept, c, k.Word.Measured)
			}
		})
		for _, concept := range c.Show {
			name(concept, c, false)
		}
	})
	for kind, k := range v.kinds {
		var concepts []*terminology.Concept
		for _, c := range k.concepts {
			concepts = append(concepts, c.Concept)
		}
		k.recognizer = terminology.NewRecognizer(kind, concepts, s.Systems)
	}
	return v
}

// People is how many people were looked at.
func (v *Survey) People() int { return v.people }

// Add looks at one person, whose profile has been validated.
func (v *Survey) Add(p *patient.Profile) {
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
		blind := make([]int, len(facts)) // how many concepts could not read each entry
		for n, c := range k.concepts {
			c.add(p, facts, made[n], blind)
		}
		for i, fact := range facts {
			k.add(fact, blind[i] == len(k.concepts), v.people)
		}
	}
}

var knownSystems = patient.KnownSystems()

// add counts what the concept made of a person's entries.
func (c *conceptCount) add(p *patient.Profile, facts []*patient.Fact, made []terminology.Hit, blind []int) {
	unread := map[int32]bool{}
	found := false
	for _, r := range made {
		switch {
		case r.Grade == terminology.Unreadable:
			blind[r.Fact]++
			unread[r.Fact] = true
			if facts[r.Fact].Unreadable == "" {
				c.unread++
				c.systems.add(systemsOf(facts[r.Fact]))
			}
		case r.Grade != terminology.MayBe:
			found = true
			c.result(p, r.Fact)
		}
	}
	if found {
		c.people++
	}
	for i, fact := range facts {
		known := slices.ContainsFunc(fact.Codes, func(k patient.Coding) bool { return slices.Contains(knownSystems, k.System) })
		listed := slices.ContainsFunc(fact.Codes, func(k patient.Coding) bool { return c.listed[k.System] })
		if known && !listed && !unread[int32(i)] {
			c.foreign.add(systemsOf(fact))
		}
	}
}

// list marks the code systems of a concept and its members.
func (c *conceptCount) list(concept *terminology.Concept, level int) {
	for system := range concept.Codes {
		c.listed[system] = true
	}
	for _, member := range concept.Any {
		if level < mostLevels {
			c.list(member, level+1)
		}
	}
}

// result counts the unit of a result.
func (c *conceptCount) result(p *patient.Profile, i int32) {
	if c.Kind != terminology.ObservationKind || p.Observations[i].Value.Quantity == nil {
		return
	}
	c.results++
	if unit := p.Observations[i].Value.Quantity.Unit; !c.Converts(unit) {
		if len(strings.Fields(unit)) > 2 || len(unit) > 30 {
			unit = "a text"
		}
		c.units.add(unit)
	}
}

// add counts an entry; unread says that no concept could read it.
func (k *kindCount) add(fact *patient.Fact, unread bool, person int) {
	k.entries++
	k.systems.add(systemsOf(fact))
	switch {
	case fact.Unreadable != "":
		k.barred++
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
			seen.display = "" // not the code's own words
		}
	}
}

// systemName names a code system for a message.
func systemName(system string) string {
	switch {
	case system == "":
		return "codes of no system"
	case !symbol.MatchString(system):
		return "codes of a system that is no URL"
	}
	return system
}

// systemsOf names the code systems of an entry.
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
