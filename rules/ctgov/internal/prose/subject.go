// SPDX-License-Identifier: Apache-2.0

package prose

import "github.com/eligo-trials/eligo/rules/terminology"

// subject is the group of people that a statement is about.
type subject struct {
	sex     string // female, male, or "" for anybody
	must    bool
	negated bool
	named   bool
}

var personWords = WordSet("patient subject participant individual person volunteer candidate adult")

// readStatement reads a sentence, or the part of one up to a semicolon.
func (p *parser) readStatement() (node, bool) {
	start := p.i
	if n, ok := p.readFertileTest(); ok {
		return n, true
	}
	if n, ok := p.readQuantified(false); ok && (p.atEnd() || p.isNext(".", ";")) {
		return n, true
	}
	p.i = start
	p.readPreamble()
	s, ok := p.readSubject()
	p.takeLongest("a", "an", "any")
	if !ok {
		p.i = start
		return node{}, false
	}
	if s.negated && p.exclusion {
		return node{}, false
	}
	var n node
	mark := p.i
	if q, ok := p.readQuantified(s.negated); ok {
		n = q
	} else if s.negated {
		n, _ = p.readDenied()
	} else {
		n, _ = p.readList(p.readItem)
	}
	if n.rule == "" || !p.atEnd() && !p.isNext(".", ";") {
		p.i = mark
		if n, ok = p.readRestricted(s.negated); !ok {
			p.i = mark
			if n, ok = p.readUnresolved(s.negated); !ok {
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
		sex := comparisonNode("sex", `sex == "`+s.sex+`"`, "is "+s.sex)
		return allOf(sex, n).withForm(n.form), true
	}
	return node{}, false
}

// readDenied reads a list that is denied as a whole: "no A or B".
func (p *parser) readDenied() (_ node, read bool) {
	defer p.backtrackUnless(&read)()
	words := map[string]bool{}
	var items []*item
	var f *frame
	for {
		p.later = len(items) > 0
		it, ok := p.readPlainItem(f)
		p.later = false
		if !ok {
			return node{}, false
		}
		items = append(items, it)
		f = it.frame
		mark := p.i
		sep, ok := p.readSeparator()
		if !ok {
			break
		}
		if p.isNext("no", "not", "without", "never", "must", "are", "is", "have", "has") {
			p.i = mark
			break
		}
		words[sep] = true
	}
	if len(items) > 1 && (!words[orWord] || words[andWord]) {
		return node{}, false
	}
	return p.combineDenied(items)
}

func (p *parser) combineDenied(items []*item) (node, bool) {
	if !spreadWindow(items) || namesOverlap(items) {
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
	return negated(anyOf(parts...)), true
}

func (p *parser) readPreamble() {
	p.takeLongest("the", "a", "an", "any", "all", "each", "those", "every", "be", "to be", "to have", "any of the", "eligible", "study")
}

// readSubject reads the subject of a statement, and the verb.
func (p *parser) readSubject() (subject, bool) {
	var s subject
	people := false // words for people may follow
	adult := p.takeLongest("adult", "adult male or female", "adult male and female", "adult men or women", "adult men and women", "adult men or non-pregnant women-none", "adult healthy", "adult human") != ""
	switch {
	case p.takeLongest("male or female", "female or male", "male and female", "female and male", "men or women", "women or men", "men and women", "women and men", "males or females", "males and females", "both male and female", "both men and women", "male / female", "male or female adult", "man or woman", "men or woman", "woman or man", "a man or woman", "both sexes", "either sex", "either gender", "both genders", "of either sex", "of both sexes", "male or female sex", "any gender", "men / women", "patients of both sexes", "patients of either sex", "patients of either gender", "male & female", "males & females", "patients of any gender") != "":
		s.named, people = true, true
		p.takeLongest("human")
	case p.takeLongest("female", "women", "woman") != "":
		s.sex, s.named, people = "female", true, true
	case p.takeLongest("male", "men", "man") != "":
		s.sex, s.named, people = "male", true, true
	case p.takePhrase("healthy"):
		return s, false
	case personWords[p.stemAt(0)]:
		s.named = true
		p.i++
	case p.takeLongest("those", "anyone", "persons") != "", adult:
		s.named = true
	}
	if people && personWords[p.stemAt(0)] {
		p.i++
	}
	if s.named && p.textAt(0) == "s" && p.textAt(-1) == "'" { // subject(s)
		p.i++
	}
	if s.named && p.textAt(0) == "(" && p.textAt(1) == "s" && p.textAt(2) == ")" {
		p.i += 3
	}
	if adult {
		p.adults = true
	}
	p.takePhrase(",")
	for {
		switch {
		case p.takeLongest("must", "should", "shall", "need to", "needs to", "will", "is required to", "are required to") != "":
			s.must = true
		case p.takeLongest("without any", "without", "with no", "not", "does not", "do not", "did not", "free of", "free from", "absence of", "no evidence of", "no known", "no", "never", "no current evidence of", "without evidence of", "with no evidence of", "without current", "with no known", "with no current") != "":
			if s.negated || p.isNext("more", "less", "greater", "longer", "older", "younger", "lower", "higher", "later", "be more", "least", "be older") {
				return s, false
			}
			s.negated = true
		case p.readLinkingVerb():
		default:
			return s, true
		}
	}
}

func (p *parser) readLinkingVerb() bool {
	if p.isNext("has been", "have been", "has had", "have had", "has received", "have received", "has undergone", "have undergone", "having received", "having undergone", "has taken", "have taken", "have used", "has used", "has previously", "have previously", "has ever", "have ever") {
		// Verbs of the past belong to a frame; "been" alone to none.
		return false
	}
	return p.takeLongest("with", "who", "that", "has", "have", "having", "had to have", "be", "is", "are", "being", "currently have", "currently has", "who", "currently with", "present with", "presents with", "exhibit", "exhibits", "demonstrate") != ""
}

// readUnresolved reads an ambiguous list of names that were all understood:
// "uncontrolled hypertension or diabetes", "prior chemotherapy or surgery
// within 4 weeks". Everybody for whom a reading of the list is true has, had or
// took one of them. So the rule asks the whole sentence of those people, and of
// nobody else.
func (p *parser) readUnresolved(denied bool) (_ node, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	if denied || p.isNext("no", "not", "without") {
		return node{}, false
	}
	var items []*item
	var f *frame
	for {
		p.later = len(items) > 0
		it, ok := p.readPhrase(f)
		p.later = false
		if !ok {
			return node{}, false
		}
		items = append(items, it)
		f = it.frame
		mark := p.i
		if _, ok := p.readSeparator(); !ok {
			break
		}
		if it.ofWhat {
			return node{}, false // "cancer of the head and neck"
		}
		if p.atEnd() {
			p.i = mark
			break
		}
	}
	if len(items) < 2 || !p.atEnd() && !p.restNarrows(p.toks[p.i:], items[len(items)-1].thing) {
		return node{}, false
	}
	n, ok := p.widestNode(items)
	return p.askSentenceFrom(start, n), ok
}

// widestNode gives the node that is true of people who have, had or took any of
// the items at any time.
func (p *parser) widestNode(items []*item) (node, bool) {
	timeless := p.atEnd()
	for _, it := range items {
		timeless = timeless && it.own == nil && (it.frame.tense == present || it.frame.tense == bare)
	}
	var parts []node
	for _, it := range items {
		f := *it.frame
		switch {
		case it.thing.kind == terminology.ImmunizationKind || f.tense == inWindow && it.thing.kind == terminology.ConditionKind:
			return node{}, false
		case it.thing.kind != terminology.ConditionKind && f.tense == bare && !p.exclusion:
			return node{}, false // planned or done
		case it.thing.kind == terminology.ConditionKind && (f.taken || f.done):
			f = frame{tense: past} // of a list that began with "treatment with"
		case f.tense == doubted || it.thing.kind == terminology.ConditionKind && timeless:
		default:
			f.tense = past
		}
		n, ok := p.stateNodes(it.thing, f, "", nil)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return anyOf(parts...), true
}
