// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// testResult reads a test that is positive or negative, and the frame of women
// who can become pregnant around one.
func (p *parser) testResult() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	p.takeAny("a", "an", "the", "documented", "known", "have a", "has a")
	word := p.takeAny("positive", "negative")
	if word != "" {
		p.takeAny("test for", "result for", "test result for", "for", "results for", "tests for", "serology for", "results on")
	}
	p.takeAny("serum or urine", "urine or serum", "serum / urine", "urine / serum", "serum", "urine", "blood", "highly sensitive", "blood or urine", "urine or blood", "serum and / or urine", "urinary")
	p.takeAny("beta hcg", "beta - human chorionic gonadotropin", "hcg", "beta - hcg", "β - hcg", "beta human chorionic gonadotropin ( β - hcg )", "human chorionic gonadotropin ( hcg )", "beta - human chorionic gonadotropin ( β - hcg )", "β - human chorionic gonadotropin ( hcg )", "β - human chorionic gonadotropin ( β - hcg )", "beta human chorionic gonadotropin", "human chorionic gonadotropin")
	c, end := p.find(p.i, terminology.ObservationKind)
	if c == nil || c.Unit != "" || !yesNo[c.Name] {
		return fail()
	}
	from := p.i
	p.i = end
	p.synonym(&thing{kind: terminology.ObservationKind, concept: c}, from)
	p.takeAny("test result", "result", "test", "results", "tests")
	p.takeAny("( serum or urine )", "( urine or serum )", "( serum )", "( urine )", "( blood or urine )", "performed", "obtained")
	if word == "" {
		p.takeAny("is", "must be", "are", "was")
		word = p.takeAny("positive", "negative")
		if p.take("+") || p.take("( + )") {
			word = "positive"
		}
	}
	if word == "" {
		return fail()
	}
	w, ok := p.window()
	if !ok {
		return fail()
	}
	p.takeAny("at screening", "at the time of screening", "at the screening visit", "at screening visit")
	if !p.boundary() && !p.is("for", "in") {
		return fail()
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
			return w.on(atom(form, word+"("+arg+")", "latest "+c.Label+when+" is "+word)), true
		},
		own: w, windows: true, measured: true,
	}, true
}

// yesNo are the tests of which a result is positive or negative.
var yesNo = words("pregnancy_test hiv_test hepatitis_b_surface_antigen hepatitis_b_core_antibody hepatitis_c_antibody")

// fertile reads "women of childbearing potential must have a negative pregnancy
// test": it asks nothing of anybody else.
func (p *parser) fertile() (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	if p.exclusion {
		return fail()
	}
	p.takeAny("all", "for", "any", "if", "in")
	if it, ok := p.testResult(); ok { // "negative pregnancy test for women of ..."
		p.take(",")
		p.takeAny("for all", "in all", "for", "in", "for any")
		if test, ok := it.build(it.own); ok && test.form == "pregnancy" && p.word(-1) != "test" && p.fertileWoman() {
			return p.onlyFertile(test), true
		}
		return fail()
	}
	if !p.fertileWoman() {
		return fail()
	}
	p.take(",")
	if p.takeAny("must have", "should have", "must have had", "have", "with", "are required to have", "need to have", "has", "must", "will have") == "" {
		return fail()
	}
	p.take("have")
	it, ok := p.testResult()
	if !ok {
		return fail()
	}
	test, ok := it.build(it.own)
	if !ok || test.form != "pregnancy" {
		return fail()
	}
	return p.onlyFertile(test), true
}

// onlyFertile asks something of women who could become pregnant alone.
func (p *parser) onlyFertile(test node) node {
	q := p.r.question("pregnancy", "could_become_pregnant", "Is the person a woman who could become pregnant (of childbearing potential)?")
	n := anyOf(comparison("sex", `sex == "male"`, "is male"), negation(q), test)
	n.form = "pregnancy"
	return n
}

// allergy reads an allergy or intolerance.
func (p *parser) allergy() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	suspected := p.takeAny("known or suspected", "suspected or known", "known / suspected", "suspected") != ""
	p.takeAny("a known", "known", "history of", "a history of", "known history of", "documented", "any known", "prior history of", "any history of", "documented history of", "a known history of", "previous history of", "prior", "previous", "any", "current", "medical history of", "past history of", "has a known", "have a known", "known history or")
	narrow := p.adjectives()
	if p.takeAny("allergy to", "allergic to", "hypersensitivity to", "allergic reaction to", "allergies to", "allergy or hypersensitivity to", "hypersensitivity or allergy to", "sensitivity to", "allergy / hypersensitivity to", "hypersensitivity reaction to", "allergy against", "hypersensitive to", "intolerance to", "anaphylaxis to", "anaphylactic reaction to", "allergic or hypersensitive to", "allergic reactions to", "hypersensitivity reactions to", "allergy or intolerance to", "hypersensitivity or intolerance to", "allergy or sensitivity to", "hypersensitivity against", "allergy of", "allergic reaction or hypersensitivity to", "allergies or hypersensitivity to", "intolerance or hypersensitivity to", "hypersensitivity / allergy to", "allergic hypersensitivity to", "intolerance or allergy to", "anaphylactic reactions to", "sensitivity or allergy to", "intolerant to", "allergy for", "hypersensitivity for", "allergies or intolerance to", "allergies / intolerance to", "hypersensitivity or intolerance to", "allergies or hypersensitivity reactions to", "hypersensitivity", "allergy") == "" {
		return fail()
	}
	if p.word(-1) != "to" && p.word(-1) != "for" && p.word(-1) != "against" && p.word(-1) != "of" {
		return fail()
	}
	var parts []node
	for {
		n, ok := p.allergen(narrow)
		if !ok {
			return fail()
		}
		parts = append(parts, n)
		mark := p.i
		sep, ok := p.separator()
		if !ok {
			break
		}
		p.takeAny("to")
		if sep == andWord || !p.allergenFollows() {
			p.i = mark
			break
		}
	}
	if !p.boundary() || p.is("and", "(") {
		return fail()
	}
	if suspected {
		said := p.words(start, p.i)
		parts = append(parts, p.r.question("allergy", said, "Does this hold: \""+said+"\"?"))
	}
	n := anyOf(parts...)
	n.form = "allergy"
	return fixed(n), true
}

func (p *parser) allergenFollows() bool {
	mark := p.i
	_, ok := p.allergen("")
	p.i = mark
	return ok
}

var allergenStop = words(`and or but if unless who which that with within history known due including such as e.g i.e for in on at by from has have had is are were was be been not no other condition requiring would may subject
	patient participant pregnancy pregnant current active prior previous inability unable use treatment renal cardiac hepatic severe serious significant allergy hypersensitivity intolerance contraindication any-none similar like`)

// allergen reads what somebody is allergic to.
func (p *parser) allergen(narrow string) (node, bool) {
	start := p.i
	p.takeAny("any of the", "any", "the", "a", "one of the", "either")
	from := p.i
	if c, end := p.find(p.i, terminology.AllergyKind); c != nil {
		p.i = end
		if p.boundary() && !p.is("within", "in") && narrow == "" {
			return atom("allergy", "allergic("+c.Name+")", "is allergic to "+strings.TrimSuffix(strings.TrimPrefix(c.Label, "allergy to "), " allergy")), true
		}
		p.i = from
	}
	n := 0
	for ; !p.done() && n < 10; p.i++ {
		t := p.toks[p.i]
		if t.kind == markToken && (t.text == "-" && t.glued || t.text == "'") {
			continue
		}
		if t.text == "/" && t.glued {
			continue
		}
		if t.kind == numberToken && t.glued && n > 0 {
			continue
		}
		if t.kind != wordToken || allergenStop[t.stem] || allergenStop[t.text] || strings.HasSuffix(t.text, "ing") && t.text != "ring" {
			break
		}
		n++
	}
	if n == 0 || n >= 10 || !p.boundary() || p.is("within", "in", "as", "with", "that", "who") {
		p.i = start
		return node{}, false
	}
	label := "allergy to " + tidyLabel(p.words(start, p.i))
	s := p.r.stub(terminology.AllergyKind, label)
	out := atom("allergy", "allergic("+s.Name+")", "has an "+label)
	out.stubs = []Stub{s}
	if narrow != "" {
		q := p.r.question("allergy", narrow+" "+label, "Is the "+label+" "+strings.ToLower(narrow)+"?")
		out = allOf(out, q)
	}
	out.form = "allergy"
	return out, true
}

// fertileWoman reads "women of childbearing potential".
func (p *parser) fertileWoman() bool {
	return p.takeAny("women", "female", "female subjects", "female patients", "female participants", "premenopausal women", "woman", "females", "all women", "female participant") != "" &&
		p.takeAny("of child bearing potential", "of childbearing potential", "of childbearing age", "of child bearing age", "of reproductive potential", "of reproductive age", "who are of childbearing potential", "with childbearing potential", "of child - bearing potential", "of childbearing potential ( wocbp )", "of childbearing potential ( wcbp )", "of child bearing potential ( wocbp )", "of childbearing potential [ wocbp ]", "of reproductive potential ( wocbp )", "with child bearing potential", "with child - bearing potential", "with reproductive potential") != ""
}
