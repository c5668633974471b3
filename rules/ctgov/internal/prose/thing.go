// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// thing is a condition, a medicine, a procedure or a vaccine that was named.
type thing struct {
	name    string // in the rule
	kind    terminology.Kind
	label   string
	concept *terminology.Concept // nil where the library lacks it
	stub    Stub
	words   string // as the sentence has them
	// closed is the list behind "i.e.", which takes the place of the name.
	closed []*thing
}

// thing reads a name.
func (p *parser) thing(f *frame) (*thing, bool) {
	start := p.i
	p.takeAny("any", "a", "an", "the")
	from := p.i
	if p.is("other", "another") {
		// "aspirin or other anticoagulants", "any other investigational drug"
		if !p.is("other investigational", "another investigational") && !p.later {
			p.i = start
			return nil, false
		}
		p.i++
		if p.is("investigational") {
			p.i = from
		} else {
			from = p.i
		}
	}
	kinds := []terminology.Kind{terminology.ConditionKind, terminology.ProcedureKind, terminology.MedicationKind, terminology.ImmunizationKind}
	if c, end := p.find(p.i, kinds...); c != nil {
		p.i = end
		t := &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c}
		p.trailer(c.Kind)
		t.words = p.words(from, p.i)
		p.synonym(t, from)
		p.closedList(t)
		if p.boundary() {
			return t, true
		}
		p.i = from
	}
	label, kind, ok := p.noun()
	if w := p.word(-1); !ok && f != nil && f.taken && w != "on" && w != "undergoing" {
		label, kind, ok = p.medicineName()
	}
	if !ok || !p.boundary() {
		p.i = start
		return nil, false
	}
	label = tidyLabel(label)
	t := &thing{kind: kind, label: label, words: label}
	if t.kind == terminology.ConditionKind && f != nil && (f.taken || f.done) {
		p.i = start
		return nil, false
	}
	p.synonym(t, from)
	p.closedList(t)
	if e := p.examples(); e != "" && t.closed == nil {
		t.label += " " + e
		t.words = t.label
	}
	t.stub = p.r.stub(kind, t.label)
	t.name = t.stub.Name
	if !p.boundary() {
		p.i = start
		return nil, false
	}
	return t, true
}

// tidyLabel brings a label to lower case, but for words that have no lower
// case letter of their own, such as HIV.
func tidyLabel(label string) string {
	list := strings.Fields(label)
	for i, w := range list {
		if strings.ToUpper(w) != w || len(w) > 6 {
			list[i] = strings.ToLower(w)
		}
	}
	return strings.Join(list, " ")
}

// trailer reads words that add nothing to a name of its kind.
func (p *parser) trailer(k terminology.Kind) {
	switch k {
	case terminology.MedicationKind:
		p.takeAny("therapy", "treatment", "use", "medication", "drug", "agent", "administration", "infusion", "injection")
	case terminology.ConditionKind:
		mark := p.i
		if p.take("(") {
			p.i = mark
		}
	}
}

// synonym reads a name in parentheses that says the same again: the initials of
// what stands before, or another name of the concept.
func (p *parser) synonym(t *thing, from int) {
	if p.word(0) != "(" {
		return
	}
	start := p.i
	p.i++
	if t.concept != nil {
		p.takeAny("e.g", "i . e .", "i.e", "also known as")
		if c, end := p.find(p.i, t.kind); c == t.concept && end < len(p.toks) && p.toks[end].text == ")" {
			p.i = end + 1
			return
		}
		p.i = start + 1
	}
	if p.i+1 < len(p.toks) && p.toks[p.i+1].text == ")" && p.initials(p.toks[p.i], from, start) {
		p.i += 2
		return
	}
	p.i = start
}

// examples reads "(e.g. ...)" behind a name that the library lacks, and gives it
// for the label: whoever completes the concept has to see it.
func (p *parser) examples() string {
	start := p.i
	if p.take("(") && p.takeAny("e.g", "e . g", "eg", "such as", "including", "for example", "i.e", "i . e", "ie", "including but not limited to", "including , but not limited to", "e.g .") != "" {
		for n := 0; !p.done() && n < 40; n++ {
			if p.word(0) == "(" || p.word(0) == ";" {
				break
			}
			if p.take(")") {
				return p.words(start, p.i)
			}
			p.i++
		}
	}
	p.i = start
	return ""
}

// initials reports whether a word is made of letters that the words from one
// token to before another begin with, in their order.
func (p *parser) initials(t token, from, to int) bool {
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
