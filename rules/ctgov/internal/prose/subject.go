// SPDX-License-Identifier: Apache-2.0

package prose

// subject is who a statement is about.
type subject struct {
	sex     string // female, male, or "" for anybody
	must    bool
	negated bool
	named   bool
}

var people = words("patient subject participant individual person volunteer candidate adult")

// statement reads what a sentence, or a part of one up to a semicolon, says.
func (p *parser) statement() (node, bool) {
	start := p.i
	if n, ok := p.fertile(); ok {
		return n, true
	}
	if n, ok := p.quantified(false); ok && (p.done() || p.is(".", ";")) {
		return n, true
	}
	p.i = start
	p.preamble()
	s, ok := p.subject()
	p.takeAny("a", "an", "any")
	if !ok {
		p.i = start
		return node{}, false
	}
	if s.negated && p.exclusion {
		return node{}, false
	}
	var n node
	mark := p.i
	if q, ok := p.quantified(s.negated); ok {
		n = q
	} else if s.negated {
		n, _ = p.denied()
	} else {
		n, _ = p.list(p.item)
	}
	if n.rule == "" || !p.done() && !p.is(".", ";") {
		p.i = mark
		if n, ok = p.restricted(s.negated); !ok {
			p.i = mark
			if n, ok = p.unresolved(s.negated); !ok {
				return node{}, false
			}
		}
	}
	switch s.sex {
	case "":
		return n, true
	case "female", "male":
		if s.must && !p.exclusion {
			return node{}, false // "women must ..." says nothing of men
		}
		if n.form == "pregnancy" {
			return n, true
		}
		sex := comparison("sex", `sex == "`+s.sex+`"`, "is "+s.sex)
		both := allOf(sex, n)
		both.form = n.form
		return both, true
	}
	return node{}, false
}

// denied reads a list that is denied as a whole: "no A or B".
func (p *parser) denied() (node, bool) {
	start := p.i
	words := map[string]bool{}
	var items []*item
	var f *frame
	for {
		p.later = len(items) > 0
		it, ok := p.plainItem(f)
		p.later = false
		if !ok {
			p.i = start
			return node{}, false
		}
		items = append(items, it)
		f = it.frame
		mark := p.i
		sep, ok := p.separator()
		if !ok {
			break
		}
		if p.is("no", "not", "without", "never", "must", "are", "is", "have", "has") {
			p.i = mark
			break
		}
		words[sep] = true
	}
	if len(items) > 1 && (!words[orWord] || words[andWord]) {
		p.i = start
		return node{}, false
	}
	n, ok := p.combineDenied(items)
	if !ok {
		p.i = start
		return node{}, false
	}
	return n, true
}

func (p *parser) combineDenied(items []*item) (node, bool) {
	if !spreadWindow(items) || entangled(items) {
		return node{}, false
	}
	var parts []node
	for i, it := range items {
		n, ok := it.build(it.own)
		if !ok || it.narrowed && i+1 < len(items) && items[i+1].inherited || it.measured {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return negation(anyOf(parts...)), true
}

// preamble reads words that only lead in.
func (p *parser) preamble() {
	p.takeAny("the", "a", "an", "any", "all", "each", "those", "every", "be", "to be", "to have", "any of the", "eligible", "study")
}

// subject reads who a statement is about, and the verb.
func (p *parser) subject() (subject, bool) {
	var s subject
	start := p.i
	adult := p.takeAny("adult", "adult male or female", "adult male and female", "adult men or women", "adult men and women", "adult men or non-pregnant women-none", "adult healthy", "adult human") != ""
	switch {
	case p.takeAny("male or female", "female or male", "male and female", "female and male", "men or women", "women or men", "men and women", "women and men", "males or females", "males and females", "both male and female", "both men and women", "male / female", "male or female adult", "man or woman", "men or woman", "woman or man", "a man or woman", "both sexes", "either sex", "either gender", "both genders", "of either sex", "of both sexes", "male or female sex", "any gender", "men / women", "patients of both sexes", "patients of either sex", "patients of either gender", "male & female", "males & females", "patients of any gender") != "":
		s.named = true
		p.takeAny("human")
		if people[p.stemAt(0)] {
			p.i++
		}
	case p.takeAny("female", "women", "woman") != "":
		s.sex, s.named = "female", true
		if people[p.stemAt(0)] {
			p.i++
		}
	case p.takeAny("male", "men", "man") != "":
		s.sex, s.named = "male", true
		if people[p.stemAt(0)] {
			p.i++
		}
	case p.take("healthy"):
		return s, false
	case people[p.stemAt(0)]:
		s.named = true
		p.i++
	case p.takeAny("those", "anyone", "persons") != "":
		s.named = true
	case adult:
		s.named = true
	}
	if s.named && p.word(0) == "s" && p.word(-1) == "'" { // subject(s)
		p.i++
	}
	if s.named && p.word(0) == "(" && p.word(1) == "s" && p.word(2) == ")" {
		p.i += 3
	}
	if adult {
		p.adults = true
	}
	_ = start
	p.take(",")
	for {
		switch {
		case p.takeAny("must", "should", "shall", "need to", "needs to", "will", "is required to", "are required to") != "":
			s.must = true
		case p.takeAny("without any", "without", "with no", "not", "does not", "do not", "did not", "free of", "free from", "absence of", "no evidence of", "no known", "no", "never", "no current evidence of", "without evidence of", "with no evidence of", "without current", "with no known", "with no current") != "":
			if p.is("more", "less", "greater", "longer", "older", "younger", "lower", "higher", "later", "be more", "least", "be older") {
				return s, false
			}
			if s.negated {
				return s, false
			}
			s.negated = true
		case p.linked():
		default:
			return s, true
		}
	}
}

// linked reads a verb that ties a subject to what is said of it.
func (p *parser) linked() bool {
	if p.is("has been", "have been", "has had", "have had", "has received", "have received", "has undergone", "have undergone", "having received", "having undergone", "has taken", "have taken", "have used", "has used", "has previously", "have previously", "has ever", "have ever") {
		// Verbs of the past belong to a frame; "been" alone to none.
		return false
	}
	return p.takeAny("with", "who", "that", "has", "have", "having", "had to have", "be", "is", "are", "being", "currently have", "currently has", "who", "currently with", "present with", "presents with", "exhibit", "exhibits", "demonstrate") != ""
}
