// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// readClosedList reads "(i.e. etanercept, infliximab)" after a name. The list
// replaces the name if the library has each of its concepts.
func (p *parser) readClosedList(t *thing) {
	start := p.i
	if p.takeLongest("( i.e", "( i . e", "( ie", "( i.e .", "( i . e .", "( ie .") == "" || t.kind != terminology.MedicationKind && t.kind != terminology.ConditionKind {
		p.i = start
		return
	}
	p.takeLongest(".", ",", ":")
	var list []*thing
	for {
		c, end := p.findConcept(p.i, t.kind)
		if c == nil {
			p.i = start
			return
		}
		list = append(list, &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: p.textBetween(p.i, end)})
		p.i = end
		if p.takePhrase(")") {
			break
		}
		if _, ok := p.readSeparator(); !ok {
			p.i = start
			return
		}
	}
	t.closed = list
}

// stateNodes gives the node for a thing, or for each of its closed list.
func (p *parser) stateNodes(t *thing, f frame, narrow string, w *window) (node, bool) {
	if t.closed == nil {
		return p.stateNode(t, f, narrow, w)
	}
	var parts []node
	for _, one := range t.closed {
		n, ok := p.stateNode(one, f, narrow, w)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return anyOf(parts...), true
}

// readLongerWindow reads a longer window for some medicines after a window for
// all: "within 8 weeks of the first dose (6 months for rituximab)".
func (p *parser) readLongerWindow(t *thing, w *window) (*node, bool) {
	start := p.i
	if w == nil || t.kind != terminology.MedicationKind || p.textAt(0) != "(" {
		return nil, true
	}
	p.i++
	p.takeLongest("or", "within", "and")
	d, ok := p.readDuration()
	if !ok || !p.takePhrase("for") {
		p.i = start
		return nil, true
	}
	var parts []node
	for {
		one, ok := p.readThing(&frame{})
		if !ok || one.kind != terminology.MedicationKind {
			return nil, false
		}
		far := *w
		suffix := ""
		if w.anchor != "" {
			suffix = ", " + w.anchor
		}
		far.rule = "within(" + d.ruleText() + suffix + ")"
		far.said = "in the " + d.plainText() + " before the same day"
		if approximateDays(d) <= w.days {
			return nil, false // a shorter window would narrow the class
		}
		n, ok := p.stateNode(one, frame{}, "", &far)
		if !ok {
			return nil, false
		}
		parts = append(parts, n)
		if p.takePhrase(")") {
			break
		}
		if _, ok := p.readSeparator(); !ok {
			return nil, false
		}
	}
	n := anyOf(parts...)
	return &n, true
}

// approximateDays gives the approximate number of days of a duration.
func approximateDays(d duration) int {
	return d.n * map[string]int{"days": 1, "weeks": 7, "months": 30, "years": 365}[d.unit]
}
