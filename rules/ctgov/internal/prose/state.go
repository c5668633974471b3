// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// infectionConcepts are asked even if the list of conditions is complete
// without them: a positive test may be the only entry of the record.
var infectionConcepts = WordSet("hiv hepatitis_b hepatitis_c tuberculosis latent_tuberculosis covid_19")

// undiagnosed are conditions that a result shows without a diagnosis. They too
// are asked even if the list of conditions is complete.
var undiagnosed = WordSet("anemia thrombocytopenia neutropenia leukopenia pancytopenia obesity hyperlipidemia acute_kidney_injury digital_ulcer proteinuria hypokalemia hyperkalemia hypercalcemia hyponatremia lymphopenia osteopenia prolonged_qt suicidal_ideation fever pain nausea")

func (p *parser) stateNode(t *thing, f frame, narrow string, w *window) (node, bool) {
	if n, ok := p.seriousInfectionNode(t, f, narrow, w); ok {
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
		n = p.conditionNode(t, f, w, call, when)
		if n.rule == "" {
			return node{}, false
		}
	case terminology.MedicationKind:
		switch {
		case w != nil:
			n = atomNode("washout", call("took"), "took "+t.label+when)
		case f.tense == present && !f.active:
			n = atomNode("medication", call("takes"), "takes "+t.label+" on the screening day")
		case f.tense == past:
			n = atomNode("medication", call("took"), "ever took "+t.label)
		default:
			return node{}, false
		}
		n = p.addUnstatedRoute(t, n, when)
	case terminology.ProcedureKind:
		if f.tense == present || f.tense == doubted || f.tense != past && w == nil && !(p.exclusion && onceForAll(t)) {
			return node{}, false
		}
		n = atomNode("procedure", call("underwent"), "underwent "+t.label+when)
	case terminology.ImmunizationKind:
		if f.tense == present || w == nil && f.tense != past {
			return node{}, false
		}
		n = atomNode("vaccination", call("vaccinated"), "was given "+t.label+when)
	}
	if t.concept == nil {
		n.stubs = appendNew(n.stubs, t.stub)
	}
	return p.narrowedNode(t, w.datedNode(n), narrow, f.tense == past || w != nil), true
}

func (p *parser) narrowedNode(t *thing, n node, narrow string, past bool) node {
	if narrow == "" {
		return n
	}
	verb := "Is"
	if past {
		verb = "Was"
	}
	return allOf(n, p.r.questionNode(n.form, narrow+" "+t.label, verb+" the "+t.words+" "+strings.ToLower(narrow)+"?")).withForm(n.form)
}

// addUnstatedRoute adds immunoglobulin of a route not stated in the record to
// intravenous immunoglobulin.
func (p *parser) addUnstatedRoute(t *thing, n node, when string) node {
	other := p.r.names["immunoglobulin_route_not_stated"]
	if t.name != "immunoglobulin_iv" || other == nil {
		return n
	}
	unclear := atomNode(n.form, strings.Replace(n.rule, t.name, other.Name, 1), "took immunoglobulin of a route not stated"+when)
	return anyOf(n, allOf(unclear, p.r.questionNode(n.form, "immunoglobulin was intravenous", "Was the immunoglobulin given intravenously?"))).withForm(n.form)
}

// seriousInfectionNode gives the node for "serious infection": the class of the
// library holds infections that are always serious, and the rule asks about the
// others.
func (p *parser) seriousInfectionNode(t *thing, f frame, narrow string, w *window) (node, bool) {
	c := p.r.names["serious_infection"]
	if c == nil || t.kind != terminology.ConditionKind || t.concept != nil && t.name != "infection" || stemOf(t.label) != "infection" || f.tense == doubted || f.taken || f.done || f.tense == inWindow {
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
	return anyOf(w.datedNode(atomNode("infection", rule, words)), p.r.questionNode("infection", strings.TrimPrefix(words, "has a "), ask)).withForm("infection"), true
}

func (p *parser) conditionNode(t *thing, f frame, w *window, call func(string) string, when string) node {
	form := "condition"
	if infectionConcepts[t.name] {
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
		n = atomNode(form, call("had"), "had "+t.label+when)
		ask, id = "Has the person had "+t.words+strings.TrimPrefix(when, ",")+"?", "had "+t.label+when
	case f.tense == inWindow:
		return node{}
	case f.active && (t.name == "hepatitis_b" || t.name == "hepatitis_c"):
		// A record does not tell whether a chronic infection is active.
		return p.r.questionNode(form, "active "+t.label, "Does the person have active "+t.words+"?")
	default:
		n = atomNode(form, call("has"), "has "+t.label)
	}
	if t.concept != nil && (infectionConcepts[t.name] || undiagnosed[t.name]) || f.tense == doubted {
		if f.tense == doubted {
			ask, id = "Is "+t.words+" suspected?", "suspected "+t.label
		}
		n = anyOf(n, p.r.questionNode(form, id, ask)).withForm(form)
	}
	return n
}

// onceForAll reports whether the name of a procedure without a time means at
// any time.
func onceForAll(t *thing) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(t.label)), func(w string) bool {
		return strings.HasPrefix(w, "transplant") || hasEnding(stemOf(w), []string{"ectomy", "plasty"}) || w == "amputation"
	})
}
