// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Findings says what was found in the records.
func (v *Survey) Findings() []Finding {
	f := &finder{study: v.study}
	if v.people == 0 {
		return nil
	}
	for _, kind := range rules.Kinds() {
		if k := v.kinds[kind]; k != nil {
			f.kind(kind, k)
		}
	}
	for _, c := range v.concepts {
		f.surveyed(c, v)
	}
	return sorted(v.study.File(), f.found)
}

// kind says what none of the concepts of a kind could read.
func (f *finder) kind(kind rules.Kind, k *kindCount) {
	at := rules.Position{File: f.study.File(), Line: 1, Column: 1}
	domain := string(kind.Domain())
	if k.entries == 0 {
		f.add("concept-matches-nobody", at, "", "the source holds no %s, which the study reads", domain).
			hint("is it the right source? A domain that a record leaves out is unknown for that person")
		return
	}
	if k.unread == 0 {
		return
	}
	var parts []string
	if k.textual > 0 {
		parts = append(parts, fmt.Sprintf("%d with a text alone", k.textual))
	}
	if k.wordless > 0 {
		parts = append(parts, fmt.Sprintf("%d with no code and no text", k.wordless))
	}
	if most := k.frequent(); most != "" {
		parts = append(parts, "the most frequent codes: "+most)
	}
	f.add("codes-unread", at, "", "no concept of the study can read %d of %d %s: each may be anything; %s", k.unread, k.entries, domain, strings.Join(parts, "; ")).
		hint("name a local code system with --system URL=NAME or under systems:, and give the concepts codes of this system, or names")
}

// frequent lists the codes that nobody could read, the most frequent first.
func (k *kindCount) frequent() string {
	const most = 10
	keys := slices.SortedFunc(maps.Keys(k.codes), func(a, b code) int {
		return cmp.Or(k.codes[b].entries-k.codes[a].entries, strings.Compare(a.system, b.system), strings.Compare(a.code, b.code))
	})
	var list []string
	for _, key := range keys[:min(len(keys), most)] {
		c := k.codes[key]
		system := key.system
		if system == "" {
			system = "no system"
		}
		text := system + " " + shortened(key.code, 40)
		// What stands in one record alone may be somebody's own words.
		if c.display != "" && (c.people > 1 || slices.Contains(patient.KnownSystems(), key.system)) {
			text += " (" + shortened(c.display, 60) + ")"
		}
		list = append(list, fmt.Sprintf("%s, %d times", text, c.entries))
	}
	if len(keys) > most {
		list = append(list, fmt.Sprintf("and %d further codes", len(keys)-most))
	}
	return strings.Join(list, "; ")
}

// surveyed says what one concept made of the records.
func (f *finder) surveyed(c *conceptCount, v *Survey) {
	k := v.kinds[c.Kind]
	at := c.by.Pos
	domain := string(c.Kind.Domain())
	if k.entries > 0 && c.people == 0 {
		f.add("concept-matches-nobody", at, c.Name, "%s matches nobody of %d people", c.Name, v.people).
			hint("right for what is rare; otherwise compare its codes with those of the source, whose %s come with: %s", domain, k.systems.frequent(5))
	}
	if c.unread > k.unread { // what nobody can read is said once, for all
		f.add("concept-cannot-read", at, c.Name, "%s cannot read %d of %d %s, so each of them may be it: they come with %s", c.Name, c.unread, k.entries, domain, c.systems.frequent(5)).
			hint("give the concept codes of these systems, or names; a class needs them for each member")
	}
	if !c.measured || len(c.units) == 0 {
		return
	}
	bad := 0
	for _, n := range c.units {
		bad += n
	}
	found := f.add("unit-unread", at, c.Name, "%d of %d results of %s cannot be compared in %s: they come in %s", bad, c.results, c.Name, unitOf(c.Unit), c.units.frequent(5))
	switch {
	case c.Unit == "":
		found.hint("give the concept the unit of the protocol, as in unit: mg/dL")
	case c.units[""] > 0:
		found.hint("a result without unit may be in any; the source must say it")
	default:
		found.hint("between mass and substance (mg/dL, mmol/L) the concept needs molar_mass, for mEq/L valence; else name a concept of its own for the other unit")
	}
}

func unitOf(unit string) string {
	if unit == "" {
		return "no unit"
	}
	return unit
}

// frequent lists names with how often they were seen, the most frequent first.
func (c counts) frequent(most int) string {
	names := slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(c[b]-c[a], strings.Compare(a, b))
	})
	var list []string
	for _, name := range names[:min(len(names), most)] {
		list = append(list, fmt.Sprintf("%s (%d)", shortened(unitOf(name), 60), c[name]))
	}
	if len(names) > most {
		list = append(list, fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(list, ", ")
}
