// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

func (p *parser) readItem(inherit *frame) (*item, bool) {
	start := p.i
	p.takeLongest("are", "is", "be", "must be", "have", "has", "must have", "with", "who are", "who have", "should have", "should be", "to have")
	if p.takeLongest("no", "not", "without", "no known", "no evidence of", "absence of", "not be", "must not be", "must not have", "not have", "do not have", "does not have", "no current", "without any") != "" {
		if !p.exclusion && !p.isNext("more", "less", "greater", "longer", "older", "younger", "lower", "higher", "later", "least", "only") {
			if n, ok := p.readDenied(); ok {
				return &item{build: n.withoutWindow, negated: true}, true
			}
		}
		p.i = start
		return nil, false
	}
	it, ok := p.readPlainItem(inherit)
	if !ok && p.later {
		p.i = start
		it, ok = p.readAskedRest()
	}
	if !ok {
		p.i = start
	}
	return it, ok
}

func (p *parser) readPlainItem(inherit *frame) (*item, bool) {
	if p.budget--; p.budget < 0 {
		return nil, false
	}
	for _, read := range []func() (*item, bool){p.readAge, p.readSex, p.readPregnancy, p.readMeasurement, p.readTestResult, p.readAllergy, p.readViralPair, p.readSmoker, p.readHeartClass, p.readTimeSince} {
		if it, ok := read(); ok {
			return it, true
		}
	}
	return p.readPhrase(inherit)
}

func (p *parser) readSex() (*item, bool) {
	start := p.i
	p.takeLongest("sex :", "gender :", "sex", "gender")
	for _, row := range []struct{ sex, rule string }{{"female", `sex == "female"`}, {"male", `sex == "male"`}} {
		if p.takeLongest(map[string][]string{"female": {"female", "women", "female sex", "female gender", "female subjects", "female patients"}, "male": {"male", "men", "male sex", "male gender", "male subjects", "male patients"}}[row.sex]...) != "" && (p.atEnd() || p.isNext(",", ";", ".", "and") && !p.isNext("and female", "and male", "and women", "and men")) {
			return fixedItem(comparisonNode("sex", row.rule, "is "+row.sex)), true
		}
	}
	p.i = start
	return nil, false
}

func (p *parser) readPregnancy() (_ *item, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	if p.later {
		p.takeLongest("patients", "subjects", "participants", "women who are", "women who", "women", "females", "females who are", "patients who are", "subjects who are", "participants who are", "those who are", "women with")
	}
	p.takeLongest("currently", "current", "known", "confirmed", "known to be", "actively")
	name := ""
	switch {
	case p.takeLongest("pregnant", "pregnancy", "being pregnant", "gravid", "state of pregnancy") != "":
		name = "pregnancy"
	case p.takeLongest("breastfeeding", "breast feeding", "breast - feeding", "lactating", "lactation", "nursing", "breast feed", "breastfeed", "nursing ( lactating )", "breastfeeding ( lactating )", "lactating ( breastfeeding )", "nursing a child", "breastfeeding a child", "breastfeeding an infant", "nursing an infant", "lactating state", "breast milk feeding", "breastfeed a child", "breast feeding a child", "lactating / nursing", "lactating / breastfeeding", "breastfeeding / lactating", "nursing / lactating", "breastfeeding / nursing") != "":
		name = "breastfeeding"
	case p.takeLongest("planning to become pregnant", "planning pregnancy", "planning a pregnancy", "intending to become pregnant", "plan to become pregnant", "plans to become pregnant", "intend to become pregnant", "wish to become pregnant", "wishing to become pregnant", "trying to become pregnant", "considering becoming pregnant", "intention to become pregnant", "attempting to become pregnant", "planning on becoming pregnant", "plans on becoming pregnant", "seeking to become pregnant", "planned pregnancy", "plan to be pregnant", "interested in becoming pregnant", "desire to become pregnant", "expecting to become pregnant", "planning to conceive", "trying to conceive", "plan pregnancy", "plan to conceive", "planning for pregnancy", "pregnancy planning", "intends to become pregnant", "considering pregnancy", "wanting to become pregnant", "preparing for pregnancy", "planning to get pregnant", "plan to get pregnant", "wants to become pregnant", "want to become pregnant", "wish to be pregnant", "planning to be pregnant", "plans to get pregnant", "intending pregnancy", "intend to get pregnant", "planning to become pregnant or breastfeed", "plan to become pregnant or breastfeed", "planning to breastfeed", "plan to breastfeed", "intends to breastfeed", "desire for pregnancy", "intended pregnancy") != "":
		from := start
		if p.isNext("during", "in", "within", "while", "throughout", "at any time", "over the", "for the", "before") {
			for n := 0; n < 24 && !p.atEnd() && !p.isNext(",", ";", ".", "(") && (!p.isNext("or", "and") || p.isNext("or within", "and within", "or for", "and for", "or during", "or in the")); n++ {
				p.i++
			}
		}
		if !p.atBoundary() {
			return nil, false
		}
		said := p.textBetween(from, p.i)
		q := p.r.questionNode("pregnancy", "plans_pregnancy "+said, holdsText(said))
		n := allOf(comparisonNode("pregnancy", `sex != "male"`, "is not male"), q)
		return &item{build: n.withoutWindow, infant: true}, true
	default:
		return nil, false
	}
	if name == "pregnancy" && p.isNext("test", "loss", "related", "induced", "-", "status", "outcome", "complication") {
		return nil, false
	}
	for range 2 {
		p.takeLongest("women", "female", "patient", "subject", "mother", "participant", "individual", "lady", "volunteer", "woman", "person")
	}
	if !p.atBoundary() {
		return nil, false
	}
	p.takeLongest("at screening", "at the time of screening", "at time of screening")
	ask := map[string]string{"pregnancy": "Is the person pregnant?", "breastfeeding": "Is the person breastfeeding?"}[name]
	id := map[string]string{"pregnancy": "is_pregnant", "breastfeeding": "is_breastfeeding"}[name]
	if p.r.names[name] == nil {
		return nil, false
	}
	inner := anyOf(atomNode("pregnancy", "has("+name+")", name), p.r.questionNode("pregnancy", id, ask))
	n := allOf(comparisonNode("pregnancy", `sex != "male"`, "is not male"), inner)
	return &item{build: n.withoutWindow, infant: true}, true
}

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
