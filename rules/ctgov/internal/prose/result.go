// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// readTestResult reads a positive or negative test, and the frame of women who
// can become pregnant around one.
func (p *parser) readTestResult() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	p.takeLongest("a", "an", "the", "documented", "known", "have a", "has a")
	word := p.takeLongest("positive", "negative")
	if word != "" {
		p.takeLongest("test for", "result for", "test result for", "for", "results for", "tests for", "serology for", "results on")
	}
	p.takeLongest("serum or urine", "urine or serum", "serum / urine", "urine / serum", "serum", "urine", "blood", "highly sensitive", "blood or urine", "urine or blood", "serum and / or urine", "urinary")
	p.takeLongest("beta hcg", "beta - human chorionic gonadotropin", "hcg", "beta - hcg", "β - hcg", "beta human chorionic gonadotropin ( β - hcg )", "human chorionic gonadotropin ( hcg )", "beta - human chorionic gonadotropin ( β - hcg )", "β - human chorionic gonadotropin ( hcg )", "β - human chorionic gonadotropin ( β - hcg )", "beta human chorionic gonadotropin", "human chorionic gonadotropin")
	c, end := p.findConcept(p.i, terminology.ObservationKind)
	if c == nil || c.Unit != "" || !yesNo[c.Name] {
		return nil, false
	}
	from := p.i
	p.i = end
	p.readSynonym(&thing{kind: terminology.ObservationKind, concept: c}, from)
	p.takeLongest("test result", "result", "test", "results", "tests")
	p.takeLongest("( serum or urine )", "( urine or serum )", "( serum )", "( urine )", "( blood or urine )", "performed", "obtained")
	if word == "" {
		p.takeLongest("is", "must be", "are", "was")
		word = p.takeLongest("positive", "negative")
		if p.takePhrase("+") || p.takePhrase("( + )") {
			word = "positive"
		}
	}
	if word == "" {
		return nil, false
	}
	w, ok := p.readWindow()
	if !ok {
		return nil, false
	}
	p.takeLongest("at screening", "at the time of screening", "at the screening visit", "at screening visit")
	if !p.atBoundary() && !p.isNext("for", "in") {
		return nil, false
	}
	form := "infection"
	if strings.HasPrefix(c.Name, "pregnancy") {
		form = "pregnancy"
	}
	return &item{
		build: func(w *window) (node, bool) {
			arg, when := c.Name, ""
			if w != nil {
				arg, when = arg+", "+w.rule, " "+w.said
			}
			return w.datedNode(atomNode(form, word+"("+arg+")", "latest "+c.Label+when+" is "+word)), true
		},
		own: w, windows: true, measured: true,
	}, true
}

// yesNo are the tests whose results are positive or negative.
var yesNo = WordSet("pregnancy_test hiv_test hepatitis_b_surface_antigen hepatitis_b_core_antibody hepatitis_c_antibody")

// readFertileTest reads "women of childbearing potential must have a negative
// pregnancy test", which requires nothing of other people.
func (p *parser) readFertileTest() (_ node, read bool) {
	defer p.backtrackUnless(&read)()
	if p.exclusion {
		return node{}, false
	}
	p.takeLongest("all", "for", "any", "if", "in")
	if it, ok := p.readTestResult(); ok { // "negative pregnancy test for women of ..."
		p.takePhrase(",")
		p.takeLongest("for all", "in all", "for", "in", "for any")
		if test, ok := it.build(it.own); ok && test.form == "pregnancy" && p.textAt(-1) != "test" && p.readFertileWoman() {
			return p.fertileOnlyNode(test), true
		}
		return node{}, false
	}
	if !p.readFertileWoman() {
		return node{}, false
	}
	p.takePhrase(",")
	if p.takeLongest("must have", "should have", "must have had", "have", "with", "are required to have", "need to have", "has", "must", "will have") == "" {
		return node{}, false
	}
	p.takePhrase("have")
	it, ok := p.readTestResult()
	if !ok {
		return node{}, false
	}
	test, ok := it.build(it.own)
	if !ok || test.form != "pregnancy" {
		return node{}, false
	}
	return p.fertileOnlyNode(test), true
}

// fertileOnlyNode restricts a test to women who could become pregnant.
func (p *parser) fertileOnlyNode(test node) node {
	q := p.r.questionNode("pregnancy", "could_become_pregnant", "Is the person a woman who could become pregnant (of childbearing potential)?")
	return anyOf(comparisonNode("sex", `sex == "male"`, "is male"), negated(q), test).withForm("pregnancy")
}

func (p *parser) readAllergy() (_ *item, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	suspected := p.takeLongest("known or suspected", "suspected or known", "known / suspected", "suspected") != ""
	p.takeLongest("a known", "known", "history of", "a history of", "known history of", "documented", "any known", "prior history of", "any history of", "documented history of", "a known history of", "previous history of", "prior", "previous", "any", "current", "medical history of", "past history of", "has a known", "have a known", "known history or")
	narrow := p.readAdjectives()
	if p.takeLongest("allergy to", "allergic to", "hypersensitivity to", "allergic reaction to", "allergies to", "allergy or hypersensitivity to", "hypersensitivity or allergy to", "sensitivity to", "allergy / hypersensitivity to", "hypersensitivity reaction to", "allergy against", "hypersensitive to", "intolerance to", "anaphylaxis to", "anaphylactic reaction to", "allergic or hypersensitive to", "allergic reactions to", "hypersensitivity reactions to", "allergy or intolerance to", "hypersensitivity or intolerance to", "allergy or sensitivity to", "hypersensitivity against", "allergy of", "allergic reaction or hypersensitivity to", "allergies or hypersensitivity to", "intolerance or hypersensitivity to", "hypersensitivity / allergy to", "allergic hypersensitivity to", "intolerance or allergy to", "anaphylactic reactions to", "sensitivity or allergy to", "intolerant to", "allergy for", "hypersensitivity for", "allergies or intolerance to", "allergies / intolerance to", "hypersensitivity or intolerance to", "allergies or hypersensitivity reactions to", "hypersensitivity", "allergy") == "" {
		return nil, false
	}
	if p.textAt(-1) != "to" && p.textAt(-1) != "for" && p.textAt(-1) != "against" && p.textAt(-1) != "of" {
		return nil, false
	}
	var parts []node
	for {
		n, ok := p.readAllergen(narrow)
		if !ok {
			return nil, false
		}
		parts = append(parts, n)
		mark := p.i
		sep, ok := p.readSeparator()
		if !ok {
			break
		}
		p.takeLongest("to")
		if sep == andWord || !p.allergenFollows() {
			p.i = mark
			break
		}
	}
	if !p.atBoundary() || p.isNext("and", "(") {
		return nil, false
	}
	if suspected {
		parts = append(parts, p.r.quotedQuestion("allergy", p.textBetween(start, p.i)))
	}
	return fixedItem(anyOf(parts...).withForm("allergy")), true
}

func (p *parser) allergenFollows() bool {
	mark := p.i
	_, ok := p.readAllergen("")
	p.i = mark
	return ok
}

var allergenStop = wordTables.wordSet("allergen stop")

func (p *parser) readAllergen(narrow string) (node, bool) {
	start := p.i
	p.takeLongest("any of the", "any", "the", "a", "one of the", "either")
	from := p.i
	if c, end := p.findConcept(p.i, terminology.AllergyKind); c != nil {
		p.i = end
		if p.atBoundary() && !p.isNext("within", "in") && narrow == "" {
			return atomNode("allergy", "allergic("+c.Name+")", "is allergic to "+strings.TrimSuffix(strings.TrimPrefix(c.Label, "allergy to "), " allergy")), true
		}
		p.i = from
	}
	n := 0
	for ; !p.atEnd() && n < 10; p.i++ {
		t := p.toks[p.i]
		if t.text == "-" && t.glued || t.text == "'" || t.text == "/" && t.glued || t.kind == numberToken && t.glued && n > 0 {
			continue
		}
		if t.kind != wordToken || allergenStop[t.stem] || allergenStop[t.text] || strings.HasSuffix(t.text, "ing") && t.text != "ring" {
			break
		}
		n++
	}
	if n == 0 || n >= 10 || !p.atBoundary() || p.isNext("within", "in", "as", "with", "that", "who") {
		p.i = start
		return node{}, false
	}
	label := "allergy to " + tidyLabel(p.textBetween(start, p.i))
	s := p.r.newStub(terminology.AllergyKind, label)
	out := atomNode("allergy", "allergic("+s.Name+")", "has an "+label)
	out.stubs = []Stub{s}
	if narrow != "" {
		out = allOf(out, p.r.questionNode("allergy", narrow+" "+label, "Is the "+label+" "+strings.ToLower(narrow)+"?"))
	}
	return out.withForm("allergy"), true
}

func (p *parser) readFertileWoman() bool {
	return p.takeLongest("women", "female", "female subjects", "female patients", "female participants", "premenopausal women", "woman", "females", "all women", "female participant") != "" &&
		p.takeLongest("of child bearing potential", "of childbearing potential", "of childbearing age", "of child bearing age", "of reproductive potential", "of reproductive age", "who are of childbearing potential", "with childbearing potential", "of child - bearing potential", "of childbearing potential ( wocbp )", "of childbearing potential ( wcbp )", "of child bearing potential ( wocbp )", "of childbearing potential [ wocbp ]", "of reproductive potential ( wocbp )", "with child bearing potential", "with child - bearing potential", "with reproductive potential") != ""
}
