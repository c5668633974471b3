// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// phrase reads an item that names a thing: a frame, adjectives, the name, and a
// window.
func (p *parser) phrase(inherit *frame) (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	f, own, narrow, ok := p.manner(inherit)
	if !ok {
		return fail()
	}
	t, ok := p.thing(f)
	if !ok || t.name == "pregnancy" || t.name == "breastfeeding" {
		return fail()
	}
	if !own && narrow != "" && inherit != nil && inherit.tense == past && !inherit.taken && t.kind == terminology.ConditionKind {
		return fail() // "history of stroke or severe asthma": ever, or now
	}
	mark := p.i
	w, ok := p.window()
	if w != nil && (f.diagnosis || strings.Contains(strings.ToLower(narrow), "diagnosed")) {
		p.i, w = mark, nil // the diagnosis lies in the window, not the disease
	}
	if w != nil && strings.EqualFold(narrow, "recent") {
		narrow = "" // the window says how recent
	}
	if !ok || narrow != "" && t.kind != terminology.ConditionKind {
		return fail()
	}
	longer, ok := p.longer(t, w)
	if !ok {
		return fail()
	}
	return &item{
		build: func(w *window) (node, bool) {
			n, ok := p.states(t, *f, narrow, w)
			if ok && longer != nil {
				n = anyOf(n, *longer)
				n.form = "washout"
			}
			return n, ok
		},
		own:       w,
		windows:   f.tense != present && f.tense != doubted || t.kind == terminology.MedicationKind,
		frame:     f,
		inherited: !own && (narrow == "" || inherit == nil || *inherit == frame{}),
		narrowed:  narrow != "",
		thing:     t,
		words:     t.words,
		ofWhat:    t.concept == nil && strings.Contains(t.words, " of "),
	}, true
}

// surgeries are names that begin with what is an adjective elsewhere.
var surgeries = []string{"major surgery", "major surgical", "major operation"}

// manner reads what stands before a name: a frame, own if it is the item's own,
// and adjectives that narrow.
func (p *parser) manner(inherit *frame) (f *frame, own bool, narrow string, ok bool) {
	before := ""
	if !p.is(surgeries...) {
		before = p.adjectives()
	}
	f, own = p.leadIn()
	if !p.is(surgeries...) {
		narrow = p.adjectives()
	}
	switch {
	case before == "":
	case narrow != "" || !own:
		narrow = strings.TrimSpace(before + " " + narrow)
	case !strings.HasSuffix(before, "confirmed"):
		return nil, false, "", false
	default:
		narrow = before
	}
	if own && narrow != "" && !f.active {
		if g, again := p.leadIn(); again { // "known severe active"
			if !g.active || f.taken {
				return nil, false, "", false
			}
			f = g
		}
	}
	if !own {
		f = &frame{}
		if inherit != nil && narrow == "" {
			f = inherit
		}
	}
	if strings.Contains(strings.ToLower(narrow), "recent") {
		if f.tense == present || f.tense == doubted {
			return nil, false, "", false
		}
		g := *f
		g.tense = past // what was recent may be over
		f = &g
	}
	return f, own, narrow, true
}
