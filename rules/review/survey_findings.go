// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// Findings says what was found in the records.
func (v *Survey) Findings() []Finding {
	f := &finder{study: v.study}
	if v.people == 0 {
		return nil
	}
	for _, kind := range terminology.Kinds() {
		if k := v.kinds[kind]; k != nil {
			f.kind(kind, k)
			f.unmatched(kind, v)
		}
	}
	for _, c := range v.concepts {
		f.surveyed(c, v)
	}
	return sorted(v.study.File(), f.found)
}

// kind says what none of the concepts of a kind could read.
func (f *finder) kind(kind terminology.Kind, k *kindCount) {
	at := f.top()
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

// symbol is what a code, the name of a code system or a unit looks like;
// anything else may be somebody's own words.
var symbol = regexp.MustCompile(`^[^\s]{1,64}$`)

// frequent lists the codes that nobody could read, the most frequent first.
func (k *kindCount) frequent() string {
	const most = 10
	keys := slices.SortedFunc(maps.Keys(k.codes), func(a, b code) int {
		return cmp.Or(k.codes[b].entries-k.codes[a].entries, strings.Compare(a.system, b.system), strings.Compare(a.code, b.code))
	})
	var list []string
	for _, key := range keys[:min(len(keys), most)] {
		c := k.codes[key]
		text := key.code
		if !symbol.MatchString(text) && c.people == 1 {
			text = "a code that is a text"
		}
		// What stands in one person's record alone may be somebody's own words.
		if c.display != "" && c.people > 1 {
			text = shortened(text, 40) + " (" + shortened(c.display, 60) + ")"
		}
		list = append(list, fmt.Sprintf("%s %s: %d", systemName(key.system), text, c.entries))
	}
	if len(keys) > most {
		list = append(list, fmt.Sprintf("and %d further codes", len(keys)-most))
	}
	return strings.Join(list, "; ")
}

// unmatched lists the concepts of a kind that matched nobody.
func (f *finder) unmatched(kind terminology.Kind, v *Survey) {
	k := v.kinds[kind]
	var names []string
	for _, c := range v.concepts {
		if c.Kind == kind && c.people == 0 {
			names = append(names, c.Name)
		}
	}
	if k.entries == 0 || len(names) == 0 {
		return
	}
	f.add("concept-matches-nobody", f.top(), "", "%d of %d concepts of kind %s match nobody of %s: %s", len(names), len(k.concepts), kind, people(v.people), strings.Join(names, ", ")).
		hint("right for what is rare; otherwise compare their codes with those of the source, whose %s come with %s", kind.Domain(), k.systems.frequent(5))
}

// surveyed says what one concept made of the records.
func (f *finder) surveyed(c *conceptCount, v *Survey) {
	k := v.kinds[c.Kind]
	at := c.by.Pos
	domain := string(c.Kind.Domain())
	if c.unread > k.unread { // what nobody can read is said once, for all
		f.add("concept-cannot-read", at, c.Name, "it cannot read %d of %d %s, so each of them may be it: they come with %s", c.unread, k.entries, domain, c.systems.frequent(5)).
			hint("give the concept codes of these systems, or names; a class needs them for each member")
	}
	// A hundredth of the entries is no accident; medications go by names.
	if 100*c.foreign.sum() >= k.entries && c.foreign.sum() > 0 && c.Kind != terminology.MedicationKind {
		f.add("concept-without-system", at, c.Name, "it lists no codes of %s, with which %d of %d %s come: only a text can show them to be it", c.foreign.frequent(3), c.foreign.sum(), k.entries, domain).
			hint("give the concept codes of these systems")
	}
	if !c.measured || len(c.units) == 0 {
		return
	}
	found := f.add("unit-unread", at, c.Name, "%d of %d results cannot be compared in %s: they come in %s", c.units.sum(), c.results, unitOf(c.Unit), c.units.frequent(5))
	switch {
	case c.Unit == "":
		found.hint("give the concept the unit of the protocol, as in unit: mg/dL")
	case c.units[""] > 0:
		found.hint("a result without unit may be in any; the source must say it")
	default:
		found.hint("between mass and substance (mg/dL, mmol/L) the concept needs molar_mass, for mEq/L valence; else name a concept of its own for the other unit")
	}
}

func (c counts) sum() (n int) {
	for _, one := range c {
		n += one
	}
	return n
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
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
