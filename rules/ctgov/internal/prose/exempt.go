// SPDX-License-Identifier: Apache-2.0

package prose

import "strings"

// readExemption reads an exemption from a comparison: "<= 2.5 x ULN, or <= 5 x
// ULN if liver metastases are present", "unless Gilbert's syndrome".
func (p *parser) readExemption(n node, list []measured, w *window) (node, bool) {
	start := p.i
	if other, ok := p.readConditionalLimit(n, list, w); ok {
		return other, true
	}
	parens := p.takePhrase("(") || p.takePhrase("[")
	p.takeLongest(",", ";")
	alternative := p.takeLongest("or", "and", "however") != ""
	mark := p.i
	if l, ok := p.readOtherLimit(); ok {
		p.takeLongest("is acceptable", "is allowed", "are acceptable", "is permitted", "allowed", "acceptable")
		if c, ok := p.readGroup(); ok && p.closeParenthesis(parens) {
			return p.addGroupLimit(n, list, l, c, w)
		}
	}
	p.i = mark
	if !alternative && p.takeLongest("unless", "except", "with the exception of", "excluding", "except for", "other than", "not applicable") != "" {
		p.i = mark
		p.takeLongest("unless", "except", "with the exception of", "except for")
		if p.i > mark {
			if c, ok := p.readGroup(); ok {
				if l, ok := p.readGroupLimit(list); ok && p.closeParenthesis(parens) {
					return p.addGroupLimit(n, list, l, c, w)
				} else if !ok && p.closeParenthesis(parens) {
					if p.exclusion {
						return allOf(n, negated(c)).withForm(n.form), true
					}
					return anyOf(n, c).withForm(n.form), true
				}
			}
		}
	}
	p.i = start
	return n, true
}

// readConditionalLimit reads "if no liver metastases or <= 5 x ULN if liver
// metastases".
func (p *parser) readConditionalLimit(n node, list []measured, w *window) (_ node, read bool) {
	defer p.backtrackUnless(&read)()
	p.takePhrase(",")
	if p.takeLongest("if no", "in the absence of", "without", "if there is no", "if there are no", "in patients without", "for patients without", "for participants without", "if not in the presence of") == "" {
		return node{}, false
	}
	p.takeLongest("demonstrable", "known", "documented", "evidence of", "evident")
	none, ok := p.readGroup()
	if !ok {
		return node{}, false
	}
	p.takePhrase(",")
	if p.takeLongest("or", "and", ";") == "" {
		return node{}, false
	}
	l, ok := p.readOtherLimit()
	if !ok {
		return node{}, false
	}
	some, ok := p.readGroup()
	if !ok || !groupCovers(some, none) {
		return node{}, false
	}
	return p.addGroupLimit(n, list, l, some, w)
}

// groupCovers reports whether a group is equal to another one or includes it:
// "if no liver metastases, or <= 3 x ULN if Gilbert's syndrome or liver
// metastases".
func groupCovers(some, none node) bool {
	return some.rule == none.rule || strings.HasSuffix(some.rule, " or "+none.rule) || strings.HasPrefix(some.rule, none.rule+" or ")
}

func (p *parser) closeParenthesis(parens bool) bool { return !parens || p.takeLongest(")", "]") != "" }

func (p *parser) readOtherLimit() (_ limit, read bool) {
	defer p.backtrackUnless(&read)()
	op := p.readComparator()
	if op == "" {
		return limit{}, false
	}
	l, ok := p.readValue(op)
	if !ok || l.of == "" && l.unit == "" {
		return limit{}, false
	}
	return l, true
}

func (p *parser) readGroup() (node, bool) {
	start := p.i
	p.takePhrase(",")
	p.takeLongest("if the patient has", "if patient has", "if subject has", "if participant has", "if the subject has", "if patients have", "if", "for patients with", "for subjects with", "for participants with", "in patients with", "in subjects with", "in participants with", "in the presence of", "in case of", "in cases of", "for those with", "with", "patients with", "subjects with", "participants with", "for patient with", "when", "in", "the presence of", "the patient has", "patient has", "presence of", "for", "in the setting of", "for patients who have", "in patients who have", "subject has", "in patient with", "if there is", "if there are", "those with", "in those with", "participants who have", "in the case of", "individuals with", "in individuals with")
	p.takeLongest("known", "documented", "presence of", "the", "confirmed", "diagnosed")
	var parts []node
	for {
		it, ok := p.readPhrase(nil)
		if !ok {
			break
		}
		n, ok := it.build(it.own)
		if !ok || it.narrowed {
			break
		}
		parts = append(parts, n)
		mark := p.i
		if p.takeLongest("or", "and / or") == "" {
			break
		}
		if p.isNext("<", "<=") {
			p.i = mark
			break
		}
	}
	if len(parts) == 0 {
		p.i = start
		return node{}, false
	}
	p.takeLongest("is present", "are present", "present", "exist", "exists")
	return anyOf(parts...), true
}

// readGroupLimit reads "who must have a total bilirubin < 3 x ULN".
func (p *parser) readGroupLimit(list []measured) (_ limit, read bool) {
	defer p.backtrackUnless(&read)()
	p.takePhrase(",")
	if p.takeLongest("who must have", "who can have", "may have", "who may have", "must have", "can have", "where", "in whom", "for whom", "who should have", "in which case", "who are allowed to have", "who are permitted to have", "whose", "who are required to have") == "" {
		return limit{}, false
	}
	if m, ok := p.readMeasurementName(); ok && m.concept != list[0].concept {
		return limit{}, false
	}
	p.readCopula()
	return p.readOtherLimit()
}

func (p *parser) addGroupLimit(n node, list []measured, l limit, group node, w *window) (node, bool) {
	parts, ok := buildNodes(list, func(m measured) (node, bool) { return p.compareNode(m, []limit{l}, w) })
	if !ok || (l.op[0] == '>') != p.exclusion {
		return node{}, false
	}
	if p.exclusion {
		return anyOf(allOf(negated(group), n), allOf(group, anyOf(parts...))).withForm(n.form), true
	}
	return anyOf(n, allOf(group, allOf(parts...))).withForm(n.form), true
}

// readSexLimits reads separate limits for men and women: "> 450 ms in men or >
// 470 ms in women".
func (p *parser) readSexLimits(n node, list []measured, limits []limit, w *window) (node, bool) {
	start := p.i
	first := p.readSexOfLimit()
	if first == "" {
		p.i = start
		return n, true
	}
	p.takeLongest(",", ";")
	p.takeLongest("or", "and", "/")
	l, ok := p.readOtherLimit()
	second := p.readSexOfLimit()
	if !ok || second == "" || second == first || len(list) != 1 || len(limits) != 1 || l.op[0] != limits[0].op[0] {
		return node{}, false
	}
	other, ok := p.compareNode(list[0], []limit{l}, w)
	if !ok {
		return node{}, false
	}
	sex := func(s string) node { return comparisonNode("sex", `sex == "`+s+`"`, "is "+s) }
	n = anyOf(allOf(sex(first), n), allOf(sex(second), other)).withForm(n.form)
	return n, true
}

func (p *parser) readSexOfLimit() string {
	start := p.i
	parens := p.takePhrase("(")
	p.takeLongest("for", "in", "if")
	sex := ""
	if p.takeLongest("men", "male", "male subjects", "male patients", "male participants") != "" {
		sex = "male"
	} else if p.takeLongest("women", "female", "woman", "female subjects", "female patients", "female participants") != "" {
		sex = "female"
	}
	if sex == "" || parens && !p.takePhrase(")") {
		p.i = start
		return ""
	}
	return sex
}
