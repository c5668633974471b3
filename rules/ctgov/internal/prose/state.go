// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// infections are those that a list of conditions without them does not rule
// out: a positive test may stand alone in the record, so it is asked.
var infections = words("hiv hepatitis_b hepatitis_c tuberculosis latent_tuberculosis covid_19")

// silent are conditions that a result shows while nobody writes a diagnosis: a
// list of conditions without them does not rule them out either.
var silent = words("anemia thrombocytopenia neutropenia leukopenia pancytopenia obesity hyperlipidemia acute_kidney_injury digital_ulcer proteinuria hypokalemia hyperkalemia hypercalcemia hyponatremia lymphopenia osteopenia prolonged_qt suicidal_ideation fever pain nausea")

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
	case terminology.ConditionKind:
		if f.taken || f.done {
			return node{}, false
		}
		n = p.condition(t, f, w, call, when)
		if n.rule == "" {
			return node{}, false
		}
	case terminology.MedicationKind:
		switch {
		case w != nil:
			n = atom("washout", call("took"), "took "+t.label+when)
		case f.tense == present && !f.active:
			n = atom("medication", call("takes"), "takes "+t.label+" on the screening day")
		case f.tense == past:
			n = atom("medication", call("took"), "ever took "+t.label)
		default:
			return node{}, false
		}
		n = p.routeNotStated(t, n, when)
	case terminology.ProcedureKind:
		if f.tense == present || f.tense == doubted || f.tense != past && w == nil && !(p.exclusion && onceForAll(t)) {
			return node{}, false
		}
		n = atom("procedure", call("underwent"), "underwent "+t.label+when)
	case terminology.ImmunizationKind:
		if f.tense == present || w == nil && f.tense != past {
			return node{}, false
		}
		n = atom("vaccination", call("vaccinated"), "was given "+t.label+when)
	}
	if t.concept == nil {
		n.stubs = appendNew(n.stubs, t.stub)
	}
	return p.narrowed(t, w.on(n), narrow, f.tense == past || w != nil), true
}

// narrowed asks whether a thing is what an adjective says.
func (p *parser) narrowed(t *thing, n node, narrow string, past bool) node {
	if narrow == "" {
		return n
	}
	verb := "Is"
	if past {
		verb = "Was"
	}
	out := allOf(n, p.r.question(n.form, narrow+" "+t.label, verb+" the "+t.words+" "+strings.ToLower(narrow)+"?"))
	out.form = n.form
	return out
}

// routeNotStated adds immunoglobulin whose route the record does not tell to
// that which was given into a vein.
func (p *parser) routeNotStated(t *thing, n node, when string) node {
	other := p.r.names["immunoglobulin_route_not_stated"]
	if t.name != "immunoglobulin_iv" || other == nil {
		return n
	}
	unclear := atom(n.form, strings.Replace(n.rule, t.name, other.Name, 1), "took immunoglobulin of a route not stated"+when)
	out := anyOf(n, allOf(unclear, p.r.question(n.form, "immunoglobulin was intravenous", "Was the immunoglobulin given intravenously?")))
	out.form = n.form
	return out
}

// seriousInfection gives the node for "serious infection": the library's class
// holds those that are serious whatever their course, any other is asked.
func (p *parser) seriousInfection(t *thing, f frame, narrow string, w *window) (node, bool) {
	c := p.r.names["serious_infection"]
	if c == nil || t.kind != terminology.ConditionKind || t.concept != nil || stem(t.label) != "infection" || f.tense == doubted || f.taken || f.done || f.tense == inWindow {
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
func (p *parser) condition(t *thing, f frame, w *window, call func(string) string, when string) node {
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
			return node{}
		}
		if w == nil {
			when = ", now or ever"
		}
		n = atom(form, call("had"), "had "+t.label+when)
		ask, id = "Has the person had "+t.words+strings.TrimPrefix(when, ",")+"?", "had "+t.label+when
	case f.tense == inWindow:
		return node{}
	case f.active && (t.name == "hepatitis_b" || t.name == "hepatitis_c"):
		// A chronic infection on record may be active or not.
		return p.r.question(form, "active "+t.label, "Does the person have active "+t.words+"?")
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
	return n
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
