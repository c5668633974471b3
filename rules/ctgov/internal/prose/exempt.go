// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"
)

// exempted reads what a comparison leaves out: "<= 2.5 x ULN, or <= 5 x ULN if
// liver metastases are present", "unless Gilbert's syndrome".
func (p *parser) exempted(n node, list []measured, w *window) (node, bool) {
	start := p.i
	if other, ok := p.ifNot(n, list, w); ok {
		return other, true
	}
	parens := p.take("(") || p.take("[")
	p.takeAny(",", ";")
	alternative := p.takeAny("or", "and", "however") != ""
	mark := p.i
	if l, ok := p.otherLimit(); ok {
		p.takeAny("is acceptable", "is allowed", "are acceptable", "is permitted", "allowed", "acceptable")
		if c, ok := p.group(); ok && p.close(parens) {
			return p.withOther(n, list, l, c, w)
		}
	}
	p.i = mark
	if !alternative && p.takeAny("unless", "except", "with the exception of", "excluding", "except for", "other than", "not applicable") != "" {
		p.i = mark
		p.takeAny("unless", "except", "with the exception of", "except for")
		if p.i > mark {
			if c, ok := p.group(); ok {
				if l, ok := p.whoMustHave(list); ok && p.close(parens) {
					return p.withOther(n, list, l, c, w)
				} else if !ok && p.close(parens) {
					form := n.form
					if p.exclusion {
						n = allOf(n, negation(c))
					} else {
						n = anyOf(n, c)
					}
					n.form = form
					return n, true
				}
			}
		}
	}
	p.i = start
	return n, true
}

// ifNot reads "if no liver metastases or <= 5 x ULN if liver metastases".
func (p *parser) ifNot(n node, list []measured, w *window) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	p.take(",")
	if p.takeAny("if no", "in the absence of", "without", "if there is no", "if there are no", "in patients without", "for patients without", "for participants without", "if not in the presence of") == "" {
		return fail()
	}
	p.takeAny("demonstrable", "known", "documented", "evidence of", "evident")
	none, ok := p.group()
	if !ok {
		return fail()
	}
	p.take(",")
	if p.takeAny("or", "and", ";") == "" {
		return fail()
	}
	l, ok := p.otherLimit()
	if !ok {
		return fail()
	}
	some, ok := p.group()
	if !ok || !covers(some, none) {
		return fail()
	}
	out, ok := p.withOther(n, list, l, some, w)
	if !ok {
		return fail()
	}
	return out, true
}

// covers reports whether a group is another one, or the other and more: "if no
// liver metastases, or <= 3 x ULN if Gilbert's syndrome or liver metastases".
func covers(some, none node) bool {
	return some.rule == none.rule || strings.HasSuffix(some.rule, " or "+none.rule) || strings.HasPrefix(some.rule, none.rule+" or ")
}

func (p *parser) close(parens bool) bool { return !parens || p.takeAny(")", "]") != "" }

// otherLimit reads a further limit of the same measurement.
func (p *parser) otherLimit() (limit, bool) {
	start := p.i
	op, _ := p.comparator()
	if op == "" {
		p.i = start
		return limit{}, false
	}
	l, ok := p.value(op)
	if !ok || l.of == "" && l.unit == "" {
		p.i = start
		return limit{}, false
	}
	return l, true
}

// group reads who a further limit is for.
func (p *parser) group() (node, bool) {
	start := p.i
	p.take(",")
	p.takeAny("if the patient has", "if patient has", "if subject has", "if participant has", "if the subject has", "if patients have", "if", "for patients with", "for subjects with", "for participants with", "in patients with", "in subjects with", "in participants with", "in the presence of", "in case of", "in cases of", "for those with", "with", "patients with", "subjects with", "participants with", "for patient with", "when", "in", "the presence of", "the patient has", "patient has", "presence of", "for", "in the setting of", "for patients who have", "in patients who have", "subject has", "in patient with", "if there is", "if there are", "those with", "in those with", "participants who have", "in the case of", "individuals with", "in individuals with")
	p.takeAny("known", "documented", "presence of", "the", "confirmed", "diagnosed")
	var parts []node
	for {
		it, ok := p.phrase(nil)
		if !ok {
			break
		}
		n, ok := it.build(it.own)
		if !ok || it.narrowed {
			break
		}
		parts = append(parts, n)
		mark := p.i
		if p.takeAny("or", "and / or") == "" {
			break
		}
		if p.is("<", "<=") {
			p.i = mark
			break
		}
	}
	if len(parts) == 0 {
		p.i = start
		return node{}, false
	}
	p.takeAny("is present", "are present", "present", "exist", "exists")
	return anyOf(parts...), true
}

// whoMustHave reads "who must have a total bilirubin < 3 x ULN".
func (p *parser) whoMustHave(list []measured) (limit, bool) {
	start := p.i
	p.take(",")
	if p.takeAny("who must have", "who can have", "may have", "who may have", "must have", "can have", "where", "in whom", "for whom", "who should have", "in which case", "who are allowed to have", "who are permitted to have", "whose", "who are required to have") == "" {
		p.i = start
		return limit{}, false
	}
	if m, ok := p.quantity(); ok && m.concept != list[0].concept {
		p.i = start
		return limit{}, false
	}
	p.copula()
	return p.otherLimit()
}

// withOther adds a limit that holds for a group.
func (p *parser) withOther(n node, list []measured, l limit, group node, w *window) (node, bool) {
	parts := make([]node, len(list))
	for i, m := range list {
		var ok bool
		if parts[i], ok = p.compare(m, []limit{l}, w); !ok {
			return node{}, false
		}
	}
	form := n.form
	if p.exclusion {
		if l.op[0] != '>' {
			return node{}, false
		}
		n = anyOf(allOf(negation(group), n), allOf(group, anyOf(parts...)))
	} else {
		if l.op[0] != '<' {
			return node{}, false
		}
		n = anyOf(n, allOf(group, allOf(parts...)))
	}
	n.form = form
	return n, true
}

// bySex reads limits of their own for men and women: "> 450 ms in men or > 470 ms
// in women".
func (p *parser) bySex(n node, list []measured, limits []limit, w *window) (node, bool) {
	start := p.i
	first := p.whichSex()
	if first == "" {
		p.i = start
		return n, true
	}
	p.takeAny(",", ";")
	p.takeAny("or", "and", "/")
	l, ok := p.otherLimit()
	second := p.whichSex()
	if !ok || second == "" || second == first || len(list) != 1 || len(limits) != 1 || l.op[0] != limits[0].op[0] {
		return node{}, false
	}
	other, ok := p.compare(list[0], []limit{l}, w)
	if !ok {
		return node{}, false
	}
	sex := func(s string) node { return comparison("sex", `sex == "`+s+`"`, "is "+s) }
	form := n.form
	n = anyOf(allOf(sex(first), n), allOf(sex(second), other))
	n.form = form
	return n, true
}

func (p *parser) whichSex() string {
	start := p.i
	parens := p.take("(")
	p.takeAny("for", "in", "if")
	sex := ""
	if p.takeAny("men", "male", "male subjects", "male patients", "male participants") != "" {
		sex = "male"
	} else if p.takeAny("women", "female", "woman", "female subjects", "female patients", "female participants") != "" {
		sex = "female"
	}
	if sex == "" || parens && !p.take(")") {
		p.i = start
		return ""
	}
	return sex
}
