// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// thing is a named condition, medicine, procedure or vaccine.
type thing struct {
	name    string // in the rule
	kind    terminology.Kind
	label   string
	concept *terminology.Concept // nil if the library lacks it
	stub    Stub
	words   string // as the sentence has them
	// closed is the list after "i.e.", which replaces the name.
	closed []*thing
}

func (p *parser) readThing(f *frame) (_ *thing, read bool) {
	defer p.backtrackUnless(&read)()
	p.takeLongest("any", "a", "an", "the")
	from := p.i
	if p.isNext("other", "another") {
		// "aspirin or other anticoagulants", "any other investigational drug"
		if !p.isNext("other investigational", "another investigational") && !p.later {
			return nil, false
		}
		p.i++
		if p.isNext("investigational") {
			p.i = from
		} else {
			from = p.i
		}
	}
	kinds := []terminology.Kind{terminology.ConditionKind, terminology.ProcedureKind, terminology.MedicationKind, terminology.ImmunizationKind}
	if c, end := p.findConcept(p.i, kinds...); c != nil {
		p.i = end
		t := &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c}
		p.readTrailer(c.Kind)
		t.words = p.textBetween(from, p.i)
		p.readSynonym(t, from)
		p.readClosedList(t)
		if p.atBoundary() {
			return t, true
		}
		p.i = from
	}
	label, kind, ok := p.readNounPhrase()
	if w := p.textAt(-1); !ok && f != nil && f.taken && w != "on" && w != "undergoing" {
		label, kind, ok = p.readMedicineName()
	}
	if !ok || !p.atBoundary() {
		return nil, false
	}
	label = tidyLabel(label)
	t := &thing{kind: kind, label: label, words: label}
	if t.kind == terminology.ConditionKind && f != nil && (f.taken || f.done) {
		return nil, false
	}
	p.readSynonym(t, from)
	p.readClosedList(t)
	if e := p.readExamples(); e != "" && t.closed == nil {
		t.label += " " + e
		t.words = t.label
	}
	t.stub = p.r.newStub(kind, t.label)
	t.name = t.stub.Name
	if !p.atBoundary() {
		return nil, false
	}
	return t, true
}

// tidyLabel brings a label to lower case, except for abbreviations such as HIV.
func tidyLabel(label string) string {
	list := strings.Fields(label)
	for i, w := range list {
		if strings.ToUpper(w) != w || len(w) > 6 {
			list[i] = strings.ToLower(w)
		}
	}
	return strings.Join(list, " ")
}

// readTrailer reads words that add nothing to a name of its kind.
func (p *parser) readTrailer(k terminology.Kind) {
	switch k {
	case terminology.MedicationKind:
		p.takeLongest("therapy", "treatment", "use", "medication", "drug", "agent", "administration", "infusion", "injection")
	}
}

// readSynonym reads a repeated name in parentheses: the initials of the words
// before, or another name of the concept.
func (p *parser) readSynonym(t *thing, from int) {
	if p.textAt(0) != "(" {
		return
	}
	start := p.i
	p.i++
	if t.concept != nil {
		p.takeLongest("e.g", "i . e .", "i.e", "also known as")
		if c, end := p.findConcept(p.i, t.kind); c == t.concept && end < len(p.toks) && p.toks[end].text == ")" {
			p.i = end + 1
			return
		}
		p.i = start + 1
	}
	if p.i+1 < len(p.toks) && p.toks[p.i+1].text == ")" && p.areInitials(p.toks[p.i], from, start) {
		p.i += 2
		return
	}
	p.i = start
}

// readExamples reads "(e.g. ...)" after a name that the library lacks, and
// gives it for the label, for the person who completes the concept.
func (p *parser) readExamples() string {
	start := p.i
	if p.takePhrase("(") && p.takeLongest("e.g", "e . g", "eg", "such as", "including", "for example", "i.e", "i . e", "ie", "including but not limited to", "including , but not limited to", "e.g .") != "" {
		for n := 0; !p.atEnd() && n < 40; n++ {
			if p.textAt(0) == "(" || p.textAt(0) == ";" {
				break
			}
			if p.takePhrase(")") {
				return p.textBetween(start, p.i)
			}
			p.i++
		}
	}
	p.i = start
	return ""
}

// areInitials reports whether a word consists of initial letters of the words
// from one token to before another, in order.
func (p *parser) areInitials(t token, from, to int) bool {
	raw := p.text[t.start:t.end]
	short := strings.TrimSuffix(raw, "s")
	if t.kind != wordToken || len(short) < 2 || len(short) > 8 || strings.ToUpper(short) != short {
		return false
	}
	short = strings.ToLower(short)
	i := 0
	for _, w := range p.toks[from:to] {
		if w.kind != wordToken {
			continue
		}
		for k := 0; k < len(w.text) && i < len(short) && w.text[k] == short[i]; k++ {
			i++
			if k == 0 && len(w.text) > 1 && i < len(short) && w.text[1] != short[i] {
				break
			}
		}
	}
	return i == len(short) || i >= len(short)-1 && len(short) > 2 && short[0] == p.toks[from].text[0]
}

// maxWords is the maximum number of tokens of a name.
const maxWords = 12

// nameIndex maps names in protocols to concepts.
type nameIndex map[string][]*terminology.Concept

func (x nameIndex) addName(name string, c *terminology.Concept) {
	if key := nameKey(tokenize(normalizeText(name))); key != "" {
		x[key] = appendNew(x[key], c)
	}
}

// nameKey gives the key of a name: its stems with single spaces, without
// hyphens inside words.
func nameKey(list []token) string {
	var words []string
	for _, t := range list {
		if t.text != "-" {
			words = append(words, t.stem)
		}
	}
	return strings.Join(words, " ")
}

// newIndex indexes the concepts by their names and labels. The names that
// records use are not indexed: a record of "myocardial infarction" shows
// coronary artery disease, but a protocol that says so does not mean coronary
// artery disease. Those of single medicines and of measurements are indexed,
// because they mean the concept. A product of two medicines ("Synjardy") means
// neither of them alone and is not indexed.
func newIndex(concepts []*terminology.Concept) nameIndex {
	x, products := nameIndex{}, nameIndex{}
	byName := map[string]*terminology.Concept{}
	for _, c := range concepts {
		byName[c.Name] = c
	}
	for _, c := range concepts {
		if incomplete[c.Name] {
			continue
		}
		x.addName(strings.ReplaceAll(c.Name, "_", " "), c)
		x.addName(c.Label, c)
		if c.Kind == terminology.AllergyKind {
			x.addName(strings.ReplaceAll(strings.TrimSuffix(c.Name, "_allergy"), "_", " "), c)
		}
		for _, name := range c.Names {
			switch {
			case c.Kind == terminology.ObservationKind:
				x.addName(name, c)
			case c.Kind == terminology.MedicationKind && !isMedicineClass(c):
				products.addName(name, c)
			}
		}
	}
	for key, list := range products {
		if len(list) == 1 {
			x[key] = appendNew(x[key], list[0])
		}
	}
	for name, list := range synonyms {
		if c := byName[name]; c != nil {
			for _, s := range list {
				x.addName(s, c)
			}
		}
	}
	return x
}

// isMedicineClass reports whether a medication concept is several substances:
// it has members, lists a whole group of ATC, or is one of multipleMedicines.
func isMedicineClass(c *terminology.Concept) bool {
	group := func(code string) bool { return strings.HasSuffix(code, "*") }
	return len(c.Any) > 0 || slices.ContainsFunc(c.Codes["atc"], group) || multipleMedicines[c.Name]
}

// findConcept gives the concept of these kinds with the longest name at token
// i, and the index of the token after the name.
func (p *parser) findConcept(i int, kinds ...terminology.Kind) (*terminology.Concept, int) {
	var found *terminology.Concept
	end := i
	var words []string
	for j := i; j < len(p.toks) && j < i+maxWords; j++ {
		t := p.toks[j]
		if t.kind == markToken && t.text == "-" {
			if j == i || !t.glued || j+1 >= len(p.toks) || !p.toks[j+1].glued {
				break
			}
			continue
		}
		if t.kind == compareToken {
			break
		}
		words = append(words, t.stem)
		for _, c := range p.r.index[strings.Join(words, " ")] {
			if slices.Contains(kinds, c.Kind) {
				found, end = c, j+1
			}
		}
	}
	return found, end
}
