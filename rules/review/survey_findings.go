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

// Findings gives the findings of the survey.
func (v *Survey) Findings() []Finding {
	f := &finder{study: v.study}
	if v.people == 0 {
		return nil
	}
	for _, kind := range terminology.Kinds() {
		if k := v.kinds[kind]; k != nil {
			f.addKindFindings(kind, k)
			f.addUnmatched(kind, v)
		}
	}
	for _, c := range v.concepts {
		f.addConceptFindings(c, v)
	}
	return sortFindings(v.study.File(), f.found)
}

func (f *finder) addKindFindings(kind terminology.Kind, k *kindCount) {
	at := f.studyStart()
	domain := string(kind.Domain())
	if k.entries == 0 {
		f.addFinding("concept-matches-nobody", at, "", "the source holds no %s, which the study reads", domain).
			setHint("is it the right source? A domain that a record leaves out is unknown for that person")
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
	if most := k.mostFrequentCodes(); most != "" {
		parts = append(parts, "the most frequent codes: "+most)
	}
	f.addFinding("codes-unread", at, "", "no concept of the study can read %d of %d %s: each may be anything; %s", k.unread, k.entries, domain, strings.Join(parts, "; ")).
		setHint("name a local code system with %s or under systems:; for others, eligo terms review --from SOURCE lists the codes and wordings, and --terms FILE uses what you say they are", k.systemFlags())
}

// systemFlags gives the flags that name the most frequent local code systems of the source.
func (k *kindCount) systemFlags() string {
	const most = 3
	urls := k.local.byFrequency()
	if len(urls) == 0 {
		return "--system URL=NAME"
	}
	var flags []string
	for _, url := range urls[:min(len(urls), most)] {
		flags = append(flags, "--system "+url+"=NAME")
	}
	return strings.Join(flags, " ")
}

// symbol matches a code, the name of a code system or a unit. Anything else may
// be free text about a person.
var symbol = regexp.MustCompile(`^[^\s]{1,64}$`)

// systemURL matches a URL, or a URN, of a code system.
var systemURL = regexp.MustCompile(`^(?i:https?://|urn:)[^\s]{1,500}$`)

func (k *kindCount) mostFrequentCodes() string {
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
		// A display in the record of one person only may be free text.
		if c.display != "" && c.people > 1 {
			text = shorten(text, 40) + " (" + shorten(c.display, 60) + ")"
		}
		list = append(list, fmt.Sprintf("%s %s: %d", systemName(key.system), text, c.entries))
	}
	if len(keys) > most {
		list = append(list, fmt.Sprintf("and %d further codes", len(keys)-most))
	}
	return strings.Join(list, "; ")
}

func (f *finder) addUnmatched(kind terminology.Kind, v *Survey) {
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
	hint := fmt.Sprintf("right for what is rare; otherwise compare their codes with those of the source, whose %s come with %s", kind.Domain(), k.systems.mostFrequent(5))
	if len(k.local) > 0 {
		hint += "; name a local code system with " + k.systemFlags()
	}
	f.addFinding("concept-matches-nobody", f.studyStart(), "", "%d of %d concepts of kind %s match nobody of %s: %s", len(names), len(k.concepts), kind, peopleText(v.people), strings.Join(names, ", ")).
		setHint("%s", hint)
}

func (f *finder) addConceptFindings(c *conceptCount, v *Survey) {
	k := v.kinds[c.Kind]
	at := c.by.Pos
	domain := string(c.Kind.Domain())
	if c.unread > k.unread { // entries that no concept can read have one finding together
		f.addFinding("concept-cannot-read", at, c.Name, "it cannot read %d of %d %s, so each of them may be it: they come with %s", c.unread, k.entries, domain, c.systems.mostFrequent(5)).
			setHint("give the concept codes of these systems, or names (a class needs them for each member), or say what the entries are: eligo terms review, then --terms FILE")
	}
	// Less than a hundredth may be an error of the source; medications have names.
	if 100*c.unlisted.total() >= k.entries && c.unlisted.total() > 0 && c.Kind != terminology.MedicationKind {
		f.addFinding("concept-without-system", at, c.Name, "it lists no codes of %s, with which %d of %d %s come: only a text can show them to be it", c.unlisted.mostFrequent(3), c.unlisted.total(), k.entries, domain).
			setHint("give the concept codes of these systems")
	}
	if !c.measured || len(c.units) == 0 {
		return
	}
	found := f.addFinding("unit-unread", at, c.Name, "%d of %d results cannot be compared in %s: they come in %s", c.units.total(), c.results, unitText(c.Unit), c.units.mostFrequent(5))
	switch {
	case c.Unit == "":
		found.setHint("give the concept the unit of the protocol, as in unit: mg/dL")
	case c.units[""] > 0:
		found.setHint("a result without unit may be in any; the source must say it")
	default:
		found.setHint("between mass and substance (mg/dL, mmol/L) the concept needs molar_mass, for mEq/L valence; else name a concept of its own for the other unit")
	}
}

func (c counts) total() (n int) {
	for _, one := range c {
		n += one
	}
	return n
}

func peopleText(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func unitText(unit string) string {
	if unit == "" {
		return "no unit"
	}
	return unit
}

func (c counts) byFrequency() []string {
	return slices.SortedFunc(maps.Keys(c), func(a, b string) int {
		return cmp.Or(c[b]-c[a], strings.Compare(a, b))
	})
}

func (c counts) mostFrequent(most int) string {
	names := c.byFrequency()
	var list []string
	for _, name := range names[:min(len(names), most)] {
		list = append(list, fmt.Sprintf("%s (%d)", unitText(name), c[name]))
	}
	if len(names) > most {
		list = append(list, fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(list, ", ")
}
