// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// closedList reads "(i.e. etanercept, infliximab)" behind a name: it says what
// the name stands for, where the library knows every one of them.
func (p *parser) closedList(t *thing) {
	start := p.i
	if p.takeAny("( i.e", "( i . e", "( ie", "( i.e .", "( i . e .", "( ie .") == "" || t.kind != terminology.MedicationKind && t.kind != terminology.ConditionKind {
		p.i = start
		return
	}
	p.takeAny(".", ",", ":")
	var list []*thing
	for {
		c, end := p.find(p.i, t.kind)
		if c == nil {
			p.i = start
			return
		}
		list = append(list, &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: p.words(p.i, end)})
		p.i = end
		if p.take(")") {
			break
		}
		if _, ok := p.separator(); !ok {
			p.i = start
			return
		}
	}
	t.closed = list
}

// states gives the node for a thing, or for each of the list that stands for it.
func (p *parser) states(t *thing, f frame, narrow string, w *window) (node, bool) {
	if t.closed == nil {
		return p.state(t, f, narrow, w)
	}
	var parts []node
	for _, one := range t.closed {
		n, ok := p.state(one, f, narrow, w)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return anyOf(parts...), true
}

// longer reads a longer window for some behind one for all: "within 8 weeks of
// the first dose (6 months for rituximab)".
func (p *parser) longer(t *thing, w *window) (*node, bool) {
	start := p.i
	if w == nil || t.kind != terminology.MedicationKind || p.word(0) != "(" {
		return nil, true
	}
	p.i++
	p.takeAny("or", "within", "and")
	d, ok := p.duration()
	if !ok || !p.take("for") {
		p.i = start
		return nil, true // something else
	}
	var parts []node
	for {
		one, ok := p.thing(&frame{})
		if !ok || one.kind != terminology.MedicationKind {
			return nil, false
		}
		far := *w
		suffix := ""
		if w.anchor != "" {
			suffix = ", " + w.anchor
		}
		far.rule = "within(" + d.rule() + suffix + ")"
		far.said = "in the " + d.said() + " before the same day"
		if days(d) <= w.days {
			return nil, false // shorter: then the class is not the whole class
		}
		n, ok := p.state(one, frame{}, "", &far)
		if !ok {
			return nil, false
		}
		parts = append(parts, n)
		if p.take(")") {
			break
		}
		if _, ok := p.separator(); !ok {
			return nil, false
		}
	}
	n := anyOf(parts...)
	return &n, true
}

// days is about how long a duration is; two that are closer than a month or so
// need not be compared.
func days(d duration) int {
	return d.n * map[string]int{"days": 1, "weeks": 7, "months": 30, "years": 365}[d.unit]
}
