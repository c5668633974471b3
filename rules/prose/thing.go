// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// thing is a condition, a medicine, a procedure or a vaccine that was named.
type thing struct {
	name    string // in the rule
	kind    rules.Kind
	label   string
	concept *rules.Concept // nil where the library lacks it
	stub    Stub
	words   string // as the sentence has them
	// closed is the list behind "i.e.", which takes the place of the name.
	closed []*thing
}

// infections are those that a list of conditions without them does not rule
// out: a positive test may stand alone in the record, so it is asked.
var infections = words("hiv hepatitis_b hepatitis_c tuberculosis latent_tuberculosis covid_19")

// silent are conditions that a result shows while nobody writes a diagnosis: a
// list of conditions without them does not rule them out either.
var silent = words("anemia thrombocytopenia neutropenia leukopenia pancytopenia obesity hyperlipidemia acute_kidney_injury digital_ulcer proteinuria hypokalemia hyperkalemia hypercalcemia hyponatremia lymphopenia osteopenia prolonged_qt suicidal_ideation fever pain nausea")

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
	kinds := []rules.Kind{rules.ConditionKind, rules.ProcedureKind, rules.MedicationKind, rules.ImmunizationKind}
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
	if t.kind == rules.ConditionKind && f != nil && (f.taken || f.done) {
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
func (p *parser) trailer(k rules.Kind) {
	switch k {
	case rules.MedicationKind:
		p.takeAny("therapy", "treatment", "use", "medication", "drug", "agent", "administration", "infusion", "injection")
	case rules.ConditionKind:
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

// state gives the node for a thing in a frame.
func (p *parser) state(t *thing, f frame, narrow string, w *window) (node, bool) {
	if n, ok := p.seriousInfection(t, f, narrow, w); ok {
		return n, true
	}
	var n node
	call := func(word string) string {
		if w != nil {
			return word + "(" + t.name + ", " + w.rule + ")"
		}
		return word + "(" + t.name + ")"
	}
	when := ""
	if w != nil {
		when = " " + w.said
	}
	switch t.kind {
	case rules.ConditionKind:
		if f.taken || f.done {
			return node{}, false
		}
		n, when = p.condition(t, f, w, call, when)
		if n.rule == "" {
			return node{}, false
		}
	case rules.MedicationKind:
		switch {
		case w != nil:
			n = atom("washout", call("took"), "took "+t.label+when)
		case f.tense == present && (f.taken || f.tense == present) && !f.active:
			n = atom("medication", call("takes"), "takes "+t.label+" on the screening day")
		case f.tense == past:
			n = atom("medication", call("took"), "ever took "+t.label)
		default:
			return node{}, false
		}
	case rules.ProcedureKind:
		if f.tense == present || f.tense == doubted || f.tense != past && w == nil && !(p.exclusion && onceForAll(t)) {
			return node{}, false
		}
		n = atom("procedure", call("underwent"), "underwent "+t.label+when)
	case rules.ImmunizationKind:
		if f.tense == present || w == nil && f.tense != past {
			return node{}, false
		}
		n = atom("vaccination", call("vaccinated"), "was given "+t.label+when)
	}
	if t.concept == nil {
		n.stubs = appendNew(n.stubs, t.stub)
	}
	if other := p.r.names["immunoglobulin_route_not_stated"]; t.name == "immunoglobulin_iv" && other != nil {
		unclear := atom(n.form, strings.Replace(n.rule, t.name, other.Name, 1), "took immunoglobulin of a route not stated"+when)
		n = anyOf(n, allOf(unclear, p.r.question(n.form, "immunoglobulin was intravenous", "Was the immunoglobulin given intravenously?")))
		n.form = unclear.form
	}
	n = w.on(n)
	if narrow != "" {
		verb := "Is"
		if f.tense == past || w != nil {
			verb = "Was"
		}
		q := p.r.question(n.form, narrow+" "+t.label, verb+" the "+t.words+" "+strings.ToLower(narrow)+"?")
		form := n.form
		n = allOf(n, q)
		n.form = form
	}
	return n, true
}

// seriousInfection gives the node for "serious infection": the library's class
// holds those that are serious whatever their course, any other is asked.
func (p *parser) seriousInfection(t *thing, f frame, narrow string, w *window) (node, bool) {
	c := p.r.names["serious_infection"]
	if c == nil || t.kind != rules.ConditionKind || t.concept != nil || stem(t.label) != "infection" || f.tense == doubted || f.taken || f.done || f.tense == inWindow {
		return node{}, false
	}
	switch strings.ToLower(narrow) {
	case "serious", "severe", "severe or serious", "serious or severe":
	default:
		return node{}, false
	}
	rule, words, ask := "has(serious_infection)", "has a serious infection", "Does the person have a "+strings.ToLower(narrow)+" infection?"
	if w != nil {
		rule, words = "had(serious_infection, "+w.rule+")", "had a serious infection "+w.said
		ask = "Has the person had a " + strings.ToLower(narrow) + " infection " + w.said + "?"
	} else if f.tense == past {
		rule, words, ask = "had(serious_infection)", "ever had a serious infection", "Has the person ever had a "+strings.ToLower(narrow)+" infection?"
	}
	n := anyOf(w.on(atom("infection", rule, words)), p.r.question("infection", strings.TrimPrefix(words, "has a "), ask))
	n.form = "infection"
	return n, true
}

// condition gives the node for a condition.
func (p *parser) condition(t *thing, f frame, w *window, call func(string) string, when string) (node, string) {
	form := "condition"
	if infections[t.name] {
		form = "infection"
	}
	ask := "Does the person have " + t.words + "?"
	id := t.label
	var n node
	switch {
	case w != nil || f.tense == past:
		if t.name == "pregnancy" || t.name == "breastfeeding" {
			return node{}, ""
		}
		if w == nil {
			when = ", now or ever"
		}
		n = atom(form, call("had"), "had "+t.label+when)
		ask, id = "Has the person had "+t.words+strings.TrimPrefix(when, ",")+"?", "had "+t.label+when
	case f.tense == inWindow:
		return node{}, ""
	case f.active && (t.name == "hepatitis_b" || t.name == "hepatitis_c"):
		// A chronic infection on record may be active or not.
		return p.r.question(form, "active "+t.label, "Does the person have active "+t.words+"?"), when
	default:
		n = atom(form, call("has"), "has "+t.label)
	}
	if t.concept != nil && (infections[t.name] || silent[t.name]) || f.tense == doubted {
		if f.tense == doubted {
			ask, id = "Is "+t.words+" suspected?", "suspected "+t.label
		}
		rule := n
		n = anyOf(rule, p.r.question(form, id, ask))
		n.form = form
	}
	return n, when
}

// onceForAll reports whether the name of a procedure without a time means ever.
func onceForAll(t *thing) bool {
	for _, w := range strings.Fields(strings.ToLower(t.label)) {
		if strings.HasPrefix(w, "transplant") || hasEnding(stem(w), []string{"ectomy", "plasty"}) || w == "amputation" {
			return true
		}
	}
	return false
}

// phrase reads an item that names a thing: a frame, adjectives, the name, and a
// window.
func (p *parser) phrase(inherit *frame) (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	before := ""
	if !p.is("major surgery", "major surgical", "major operation") {
		before = p.adjectives()
	}
	f, own := p.leadIn()
	narrow := ""
	if !p.is("major surgery", "major surgical", "major operation", "recurrent disease") {
		narrow = p.adjectives()
	}
	if before != "" {
		if narrow != "" || !own {
			narrow = strings.TrimSpace(before + " " + narrow)
		} else if !strings.HasSuffix(before, "confirmed") {
			return fail()
		} else {
			narrow = before
		}
	}
	if own && narrow != "" && !f.active {
		if g, again := p.leadIn(); again { // "known severe active"
			if !g.active || f.taken {
				return fail()
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
			return fail()
		}
		g := *f
		g.tense = past // what was recent may be over
		f = &g
	}
	t, ok := p.thing(f)
	if !ok || t.name == "pregnancy" || t.name == "breastfeeding" {
		return fail()
	}
	if !own && narrow != "" && inherit != nil && inherit.tense == past && !inherit.taken && t.kind == rules.ConditionKind {
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
	if !ok || narrow != "" && t.kind != rules.ConditionKind {
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
		windows:   f.tense != present && f.tense != doubted || t.kind == rules.MedicationKind,
		frame:     f,
		inherited: !own && (narrow == "" || inherit == nil || *inherit == frame{}),
		narrowed:  narrow != "",
		thing:     t,
		words:     t.words,
		ofWhat:    t.concept == nil && strings.Contains(t.words, " of "),
		infant:    t.name == "pregnancy" || t.name == "breastfeeding",
	}, true
}
