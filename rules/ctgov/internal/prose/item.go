// SPDX-License-Identifier: Apache-2.0

package prose

// item reads one part of a list.
func (p *parser) item(inherit *frame) (*item, bool) {
	start := p.i
	p.takeAny("are", "is", "be", "must be", "have", "has", "must have", "with", "who are", "who have", "should have", "should be", "to have")
	if p.takeAny("no", "not", "without", "no known", "no evidence of", "absence of", "not be", "must not be", "must not have", "not have", "do not have", "does not have", "no current", "without any") != "" {
		if !p.exclusion && !p.is("more", "less", "greater", "longer", "older", "younger", "lower", "higher", "later", "least", "only") {
			if n, ok := p.denied(); ok {
				it := fixed(n)
				it.negated = true
				return it, true
			}
		}
		p.i = start
		return nil, false
	}
	it, ok := p.plainItem(inherit)
	if !ok && p.later {
		p.i = start
		it, ok = p.restAsked()
	}
	if !ok {
		p.i = start
	}
	return it, ok
}

// plainItem reads one part of a list that is not denied.
func (p *parser) plainItem(inherit *frame) (*item, bool) {
	if p.budget--; p.budget < 0 {
		return nil, false
	}
	for _, read := range []func() (*item, bool){p.age, p.sexItem, p.motherhood, p.measurement, p.testResult, p.allergy, p.viralPair, p.smoker, p.heartClass, p.since} {
		if it, ok := read(); ok {
			return it, true
		}
	}
	return p.phrase(inherit)
}

// sexItem reads a sex that is the whole of an item.
func (p *parser) sexItem() (*item, bool) {
	start := p.i
	p.takeAny("sex :", "gender :", "sex", "gender")
	for _, row := range []struct{ sex, rule string }{{"female", `sex == "female"`}, {"male", `sex == "male"`}} {
		if p.takeAny(map[string][]string{"female": {"female", "women", "female sex", "female gender", "female subjects", "female patients"}, "male": {"male", "men", "male sex", "male gender", "male subjects", "male patients"}}[row.sex]...) != "" && (p.done() || p.is(",", ";", ".", "and") && !p.is("and female", "and male", "and women", "and men")) {
			return fixed(comparison("sex", row.rule, "is "+row.sex)), true
		}
	}
	p.i = start
	return nil, false
}

// motherhood reads pregnancy and breastfeeding.
func (p *parser) motherhood() (*item, bool) {
	start := p.i
	if p.later {
		p.takeAny("patients", "subjects", "participants", "women who are", "women who", "women", "females", "females who are", "patients who are", "subjects who are", "participants who are", "those who are", "women with")
	}
	p.takeAny("currently", "current", "known", "confirmed", "known to be", "actively")
	what := ""
	switch {
	case p.takeAny("pregnant", "pregnancy", "being pregnant", "gravid", "state of pregnancy") != "":
		what = "pregnancy"
	case p.takeAny("breastfeeding", "breast feeding", "breast - feeding", "lactating", "lactation", "nursing", "breast feed", "breastfeed", "nursing ( lactating )", "breastfeeding ( lactating )", "lactating ( breastfeeding )", "nursing a child", "breastfeeding a child", "breastfeeding an infant", "nursing an infant", "lactating state", "breast milk feeding", "breastfeed a child", "breast feeding a child", "lactating / nursing", "lactating / breastfeeding", "breastfeeding / lactating", "nursing / lactating", "breastfeeding / nursing") != "":
		what = "breastfeeding"
	case p.takeAny("planning to become pregnant", "planning pregnancy", "planning a pregnancy", "intending to become pregnant", "plan to become pregnant", "plans to become pregnant", "intend to become pregnant", "wish to become pregnant", "wishing to become pregnant", "trying to become pregnant", "considering becoming pregnant", "intention to become pregnant", "attempting to become pregnant", "planning on becoming pregnant", "plans on becoming pregnant", "seeking to become pregnant", "planned pregnancy", "plan to be pregnant", "interested in becoming pregnant", "desire to become pregnant", "expecting to become pregnant", "planning to conceive", "trying to conceive", "plan pregnancy", "plan to conceive", "planning for pregnancy", "pregnancy planning", "intends to become pregnant", "considering pregnancy", "wanting to become pregnant", "preparing for pregnancy", "planning to get pregnant", "plan to get pregnant", "wants to become pregnant", "want to become pregnant", "wish to be pregnant", "planning to be pregnant", "plans to get pregnant", "intending pregnancy", "intend to get pregnant", "planning to become pregnant or breastfeed", "plan to become pregnant or breastfeed", "planning to breastfeed", "plan to breastfeed", "intends to breastfeed", "desire for pregnancy", "intended pregnancy") != "":
		from := start
		if p.is("during", "in", "within", "while", "throughout", "at any time", "over the", "for the", "before") {
			for n := 0; n < 24 && !p.done() && !p.is(",", ";", ".", "(") && (!p.is("or", "and") || p.is("or within", "and within", "or for", "and for", "or during", "or in the")); n++ {
				p.i++
			}
		}
		if !p.boundary() {
			p.i = start
			return nil, false
		}
		said := p.words(from, p.i)
		q := p.r.question("pregnancy", "plans_pregnancy "+said, "Does this hold: \""+said+"\"?")
		n := allOf(comparison("pregnancy", `sex != "male"`, "is not male"), q)
		it := fixed(n)
		it.infant = true
		return it, true
	default:
		p.i = start
		return nil, false
	}
	if what == "pregnancy" && p.is("test", "loss", "related", "induced", "-", "status", "outcome", "complication") {
		p.i = start
		return nil, false
	}
	for range 2 {
		p.takeAny("women", "female", "patient", "subject", "mother", "participant", "individual", "lady", "volunteer", "woman", "person")
	}
	if !p.boundary() {
		p.i = start
		return nil, false
	}
	p.takeAny("at screening", "at the time of screening", "at time of screening")
	ask := map[string]string{"pregnancy": "Is the person pregnant?", "breastfeeding": "Is the person breastfeeding?"}[what]
	id := map[string]string{"pregnancy": "is_pregnant", "breastfeeding": "is_breastfeeding"}[what]
	if p.r.names[what] == nil {
		p.i = start
		return nil, false
	}
	inner := anyOf(atom("pregnancy", "has("+what+")", what), p.r.question("pregnancy", id, ask))
	n := allOf(comparison("pregnancy", `sex != "male"`, "is not male"), inner)
	it := fixed(n)
	it.infant = true
	return it, true
}
