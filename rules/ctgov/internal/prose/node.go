// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// Precedence of the operators of a rule, from the lowest.
const (
	orBinds = iota
	andBinds
	compareBinds
	atomBinds
)

// node is the rule for a part of a criterion that was understood, and its
// meaning in plain words.
type node struct {
	rule  string
	said  string
	form  string
	binds int

	stubs     []Stub
	anchors   []string
	questions []Question
}

func atomNode(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: atomBinds}
}

func comparisonNode(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: compareBinds}
}

func (n *node) adoptNames(parts ...node) {
	for _, p := range parts {
		for _, s := range p.stubs {
			n.stubs = appendNew(n.stubs, s)
		}
		for _, a := range p.anchors {
			n.anchors = appendNew(n.anchors, a)
		}
		for _, q := range p.questions {
			n.questions = appendNew(n.questions, q)
		}
	}
}

func appendNew[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

func joinNodes(word string, binds int, parts []node) node {
	if len(parts) == 1 {
		return parts[0]
	}
	n := node{form: parts[0].form, binds: binds}
	var texts, said []string
	for _, p := range parts {
		text, words := p.rule, p.said
		if p.binds <= binds && p.binds != binds || p.binds == orBinds && binds == andBinds {
			text, words = "("+text+")", "("+words+")"
		} else if p.binds < atomBinds && p.binds != binds && p.binds != compareBinds {
			words = "(" + words + ")"
		}
		texts, said = append(texts, text), append(said, words)
	}
	n.rule, n.said = strings.Join(texts, " "+word+" "), strings.Join(said, " "+word+" ")
	n.adoptNames(parts...)
	return n
}

// buildNodes gives the nodes of the elements of a list, or false if one has none.
func buildNodes[T any](list []T, build func(T) (node, bool)) ([]node, bool) {
	parts, all := make([]node, len(list)), true
	for i, one := range list {
		var ok bool
		parts[i], ok = build(one)
		all = all && ok
	}
	return parts, all
}

func (n node) withForm(form string) node {
	n.form = form
	return n
}

func allOf(parts ...node) node { return joinNodes("and", andBinds, parts) }

func anyOf(parts ...node) node { return joinNodes("or", orBinds, parts) }

func negated(p node) node {
	n := p
	if p.binds == atomBinds && !strings.HasPrefix(p.rule, "not ") {
		n.rule, n.said = "not "+p.rule, "not "+p.said
	} else {
		n.rule, n.said = "not ("+p.rule+")", "not ("+p.said+")"
	}
	n.binds = atomBinds
	return n
}

func identifierSlug(words string, most int) string {
	var b strings.Builder
	for _, c := range strings.ReplaceAll(strings.ToLower(words), "'s", "") {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	s := strings.Trim(b.String(), "_")
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		s = "x_" + s
	}
	if len(s) > most {
		h := fnv.New32a()
		h.Write([]byte(words))
		cut := s[:most]
		if i := strings.LastIndexByte(cut, '_'); i > most/2 {
			cut = cut[:i]
		}
		s = fmt.Sprintf("%s_%04x", cut, h.Sum32()&0xffff)
	}
	return strings.TrimSuffix(s, "_")
}

func (r *Reader) questionNode(form, id, ask string) node {
	id = identifierSlug(id, 48)
	if r.isNameTaken(id) {
		id += "_asked"
	}
	n := atomNode(form, "answer("+id+")", "a person answers yes to \""+ask+"\"")
	n.questions = []Question{{ID: id, Ask: ask, Who: "investigator"}}
	return n
}

func (r *Reader) quotedQuestion(form, said string) node {
	return r.questionNode(form, said, holdsText(said))
}

func holdsText(said string) string { return "Does this hold: \"" + said + "\"?" }

// askSentenceFrom takes the rest of the sentence and asks the sentence, from the
// token start, of the people for whom the node is true.
func (p *parser) askSentenceFrom(start int, n node) node {
	p.i = len(p.toks)
	return allOf(n, p.r.quotedQuestion(n.form, p.textBetween(start, p.i))).withForm(n.form)
}

// newStub makes a concept that the library lacks.
func (r *Reader) newStub(k terminology.Kind, label string) Stub {
	name := identifierSlug(label, 48)
	if r.isNameTaken(name) {
		name += "_stated"
	}
	return Stub{Name: name, Kind: string(k), Label: label}
}

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
	if c == nil || t.kind != terminology.ConditionKind || t.concept != nil || stemOf(t.label) != "infection" || f.tense == doubted || f.taken || f.done || f.tense == inWindow {
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
