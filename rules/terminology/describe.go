// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Description is what is known about one code, or about one name of a list without codes.
type Description struct {
	Found       string     `json:"found"`  // the code or the words that were looked up
	System      string     `json:"system"` // short name of a code system or of a list of names
	Code        string     `json:"code,omitzero"`
	Name        string     `json:"name,omitzero"`
	Parents     []CodeName `json:"parents,omitempty"`
	MapsTo      []CodeName `json:"maps_to,omitempty"` // ICD codes of a disease, ATC codes of a medicine
	Ingredients []CodeName `json:"ingredients,omitempty"`
	Meanings    []string   `json:"meanings,omitempty"` // of an abbreviation or a foreign wording
}

// CodeName is a code with its system and its preferred name.
type CodeName struct {
	System string `json:"system"`
	Code   string `json:"code"`
	Name   string `json:"name,omitzero"`
}

// String is the code as lists of a site name it, with its name: "icd10cm:I50.9 (heart
// failure unspecified)".
func (c CodeName) String() string {
	text := c.System + ":" + c.Code
	if c.Name != "" && !strings.EqualFold(c.Name, c.Code) {
		text += " (" + c.Name + ")"
	}
	return text
}

// The bounds of a description.
const (
	mostDescriptions = 12
	mostLinks        = 8 // parents, maps or ingredients
	phraseWords      = 6 // words of a part of a wording that is looked up
)

// DescribeCode gives what is known about a code of a system, by its short name or URL.
func (k *Knowledge) DescribeCode(system, code string) []Description {
	system = patient.SystemName(system)
	var list []Description
	for e := range k.Find(system, NormalCode(system, code)) {
		list = append(list, k.describe(e, code))
	}
	return list
}

// DescribeWording gives what is known about a wording of a fact of a kind or, if the whole is
// not known, about the longest parts of it.
func (k *Knowledge) DescribeWording(kind Kind, wording string) []Description {
	words := lexicon.Words(wording)
	var list []Description
	for first := 0; first < len(words); {
		found := false
		for n := min(len(words)-first, phraseWords); n > 0 && !found; n-- {
			phrase := words[first : first+n]
			for _, e := range k.named(kind, phrase) {
				list, found = append(list, k.describe(e, strings.Join(phrase, " "))), true
				if len(list) == mostDescriptions {
					return list
				}
			}
			if found {
				first += n
			}
		}
		if !found {
			first++
		}
	}
	return list
}

// nameGroups are the name spaces that the wordings of a kind are looked up in.
func (k Kind) nameGroups() []lexicon.Group {
	switch k {
	case MedicationKind:
		return []lexicon.Group{lexicon.Medicine}
	case AllergyKind:
		return []lexicon.Group{lexicon.Medicine, lexicon.Substance}
	case ImmunizationKind:
		return []lexicon.Group{lexicon.Vaccine}
	case ObservationKind:
		return []lexicon.Group{lexicon.Laboratory}
	}
	return []lexicon.Group{lexicon.Diagnosis}
}

// listsOfMeanings are the lists of abbreviations and foreign wordings of a kind.
func (k Kind) listsOfMeanings() []string {
	if k == MedicationKind || k == AllergyKind {
		return []string{abbreviationSystem, classSystem}
	}
	return []string{"abbreviation", "foreign"}
}

// named gives the entries whose name the words are, each once: those with a code first.
func (k *Knowledge) named(kind Kind, words []string) []lexicon.Entry {
	var entries []lexicon.Entry
	text := strings.Join(words, " ")
	for _, g := range kind.nameGroups() {
		name := words
		if g != lexicon.Medicine {
			name = lexicon.Stems(text)
		}
		for _, m := range k.Lookup(nil, g, name) {
			if !slices.Contains(entries, m.Entry) {
				entries = append(entries, m.Entry)
			}
		}
	}
	slices.SortStableFunc(entries, func(a, b lexicon.Entry) int { return cmp.Compare(systemRank(a), systemRank(b)) })
	for _, system := range kind.listsOfMeanings() {
		for e := range k.Find(system, text) {
			entries = append(entries, e)
		}
	}
	return entries
}

// systemRank puts the known code systems before the other lists.
func systemRank(e lexicon.Entry) int {
	if i := slices.IndexFunc(codeSystems[:], func(s codeSystem) bool { return s.name == e.System() }); i >= 0 {
		return i
	}
	return len(codeSystems)
}

func (k *Knowledge) describe(e lexicon.Entry, found string) Description {
	d := Description{
		Found: found, System: e.System(), Code: shownCode(e.System(), e.Code()), Name: e.Label(),
		Parents: k.links(e, lexicon.Parent), MapsTo: k.links(e, lexicon.MapsTo), Ingredients: k.links(e, lexicon.HasIngredient),
	}
	for _, i := range d.Ingredients {
		for x := range k.Find(i.System, i.Code) {
			d.MapsTo = append(d.MapsTo, k.links(x, lexicon.MapsTo)...)
		}
	}
	for n := range e.Names() {
		if n.Group == lexicon.Meaning {
			d.Meanings = append(d.Meanings, n.Text())
		}
	}
	return d
}

func (k *Knowledge) links(e lexicon.Entry, r lexicon.Relation) (list []CodeName) {
	for x := range k.Related(e, r) {
		if len(list) == mostLinks {
			return list
		}
		list = append(list, codeName(x))
	}
	return list
}

func codeName(e lexicon.Entry) CodeName {
	return CodeName{e.System(), shownCode(e.System(), e.Code()), e.Label()}
}

// shownCode writes a code of ICD with its dot.
func shownCode(system, code string) string {
	switch {
	case strings.Contains(code, "-"): // a block
	case len(code) > 3 && (system == patient.ICD10CM || system == patient.ICD10 || system == patient.ICD9CM && code[0] != 'E'):
		return code[:3] + "." + code[3:]
	case len(code) > 4 && system == patient.ICD9CM:
		return code[:4] + "." + code[4:]
	case len(code) > 2 && system == patient.ICD9Proc:
		return code[:2] + "." + code[2:]
	}
	return code
}
