// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// readPhrase reads an item that names a thing: a frame, adjectives, the name,
// and a window.
func (p *parser) readPhrase(inherit *frame) (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	f, own, narrow, ok := p.readManner(inherit)
	if !ok {
		return nil, false
	}
	t, ok := p.readThing(f)
	if !ok || t.name == "pregnancy" || t.name == "breastfeeding" {
		return nil, false
	}
	if !own && narrow != "" && inherit != nil && inherit.tense == past && !inherit.taken && t.kind == terminology.ConditionKind {
		return nil, false // "history of stroke or severe asthma": ever, or now
	}
	mark := p.i
	w, ok := p.readWindow()
	if w != nil && (f.diagnosis || strings.Contains(strings.ToLower(narrow), "diagnosed")) {
		p.i, w = mark, nil // the diagnosis lies in the window, not the disease
	}
	if w != nil && strings.EqualFold(narrow, "recent") {
		narrow = "" // the window says how recent
	}
	if !ok || narrow != "" && t.kind != terminology.ConditionKind {
		return nil, false
	}
	longer, ok := p.readLongerWindow(t, w)
	if !ok {
		return nil, false
	}
	return &item{
		build: func(w *window) (node, bool) {
			n, ok := p.stateNodes(t, *f, narrow, w)
			if ok && longer != nil {
				n = anyOf(n, *longer).withForm("washout")
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

// surgeries are names that begin with a word that is an adjective elsewhere.
var surgeries = []string{"major surgery", "major surgical", "major operation"}

// readManner reads the words before a name: a frame, own if the item has one,
// and narrowing adjectives.
func (p *parser) readManner(inherit *frame) (f *frame, own bool, narrow string, ok bool) {
	before := ""
	if !p.isNext(surgeries...) {
		before = p.readAdjectives()
	}
	f, own = p.readFrame()
	if !p.isNext(surgeries...) {
		narrow = p.readAdjectives()
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
		if g, again := p.readFrame(); again { // "known severe active"
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
		g.tense = past // a recent condition may be over
		f = &g
	}
	return f, own, narrow, true
}
