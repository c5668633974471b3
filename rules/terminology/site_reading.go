// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"maps"
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/patient"
)

// siteReader reads the facts of one kind by a [SiteList]. A nil siteReader says nothing.
type siteReader struct {
	recognizer *Recognizer
	domain     patient.Domain
	lines      map[siteKey]*SiteLine
	statements sync.Map // of *SiteLine: siteStatement
}

// newSiteReader gives nil for a list that says nothing about facts of the kind.
func newSiteReader(r *Recognizer, list *SiteList) *siteReader {
	if list == nil {
		return nil
	}
	s := &siteReader{recognizer: r, domain: r.kind.Domain(), lines: map[siteKey]*SiteLine{}}
	for key, line := range list.lines {
		if key.domain != "" && key.domain != s.domain {
			continue
		}
		key.domain = ""
		if own := s.lines[key]; own == nil || own.Domain == "" { // a line about the domain counts before one about every domain
			s.lines[key] = line
		}
	}
	if len(s.lines) == 0 {
		return nil
	}
	return s
}

// ofCoding gives what the list says about a coding of a fact, with a wording of the fact or
// by itself.
func (s *siteReader) ofCoding(f *patient.Fact, i int) siteStatement {
	if s == nil {
		return nil
	}
	return s.statementOf(s.lineOfCoding(f, i, func(string) bool { return true }))
}

// lineOfCoding finds the line of a coding with one of the wordings of the fact that are
// wanted, or else of the coding alone.
func (s *siteReader) lineOfCoding(f *patient.Fact, i int, wanted func(wording string) bool) *SiteLine {
	c := &f.Codes[i]
	systems := []string{patient.SystemName(c.System)}
	if local, ok := s.recognizer.index.local[c.System]; ok {
		systems = append(systems, local)
	}
	for _, system := range systems {
		key := siteKey{system: system, code: NormalCode(system, c.Code)}
		if key.code == "" {
			continue
		}
		for _, text := range [...]string{c.Display, f.Text} {
			if key.wording = FoldWording(text); key.wording != "" && wanted(key.wording) && s.lines[key] != nil {
				return s.lines[key]
			}
		}
		if key.wording = ""; wanted("") && s.lines[key] != nil {
			return s.lines[key]
		}
	}
	return nil
}

// ofText gives what the list says about a wording of a fact, whose folded words are given:
// with a coding of the fact or by itself.
func (s *siteReader) ofText(f *patient.Fact, words string) siteStatement {
	if s == nil {
		return nil
	}
	for i := range f.Codes {
		if line := s.lineOfCoding(f, i, func(wording string) bool { return wording == words }); line != nil {
			return s.statementOf(line)
		}
	}
	return s.statementOf(s.lines[siteKey{wording: words}])
}

// statementOf works out, once, what a line says about each node.
func (s *siteReader) statementOf(line *SiteLine) siteStatement {
	if line == nil {
		return nil
	}
	if said, known := s.statements.Load(line); known {
		return said.(siteStatement)
	}
	r := &siteLineReader{s.recognizer, newFactReader(s.recognizer)}
	said := r.readMeaning(&line.Is)
	s.statements.Store(line, said)
	return said
}

// siteStatement is what a line says about each node: CoversMapping, RelatedMapping,
// OutsideMapping or NoReason.
type siteStatement []Reason

// added is what is said of a node by the list and by what else is known, own. The list
// decides where own is neither yes nor no; what contradicts own is a contradiction.
func (s siteStatement) added(node int32, own Reason) Reason {
	switch said := s[node]; {
	case said == NoReason, own == Contradiction:
		return own
	case own == NoReason, own.Grade() == Unrecognized:
		return said
	case own.Grade() == MayBe:
		if said == RelatedMapping {
			return own
		}
		return said
	case own.Grade() == 0 && said == CoversMapping, own.Grade() >= ByName && said == OutsideMapping:
		return Contradiction
	}
	return own
}

// siteText is a wording about which the list says something.
type siteText struct {
	reading // nil if it repeats the title of a code
	site    siteStatement
}

func (t siteText) relate(node int32) Reason {
	own := NoReason
	if t.reading != nil {
		own = t.reading.relate(node)
	}
	return t.site.added(node, own)
}

func (t siteText) excepts(node int32) bool {
	x, ok := t.reading.(excepting)
	return ok && x.excepts(node)
}

// statements yields what the list says about a fact at hand.
func (s *factReader) siteStatements(yield func(siteStatement) bool) {
	for i := range s.codes {
		if said := s.codes[i].site; said != nil && !yield(said) {
			return
		}
	}
	for _, t := range s.texts {
		if t, ok := t.(siteText); ok && !yield(t.site) {
			return
		}
	}
}

// decideStub gives what the list says of a stub, of which no record can say anything;
// EmptyConcept if it says nothing.
func (s *factReader) decideStub(n int32) Reason {
	said := EmptyConcept
	for statement := range s.siteStatements {
		switch here := statement[n]; {
		case here == NoReason || here == said:
		case said == EmptyConcept:
			said = here
		default:
			return Contradiction
		}
	}
	return said
}

// withSiteList adds, to the match of the members of a class without terms of its own, that
// the list says that the fact is the class.
func (s *factReader) withSiteList(n int32, best conceptMatch) conceptMatch {
	covers := false
	for statement := range s.siteStatements {
		covers = covers || statement[n] == CoversMapping
	}
	switch {
	case !covers || best.grade >= ByName:
		return best
	case best.grade == 0, best.reason == Contradiction:
		return conceptMatch{coding: -1, member: n, grade: MayBe, reason: Contradiction}
	}
	return conceptMatch{coding: -1, member: n, grade: ByName, reason: CoversMapping}
}

// siteLineReader works out what a line says about the nodes of a recognizer.
type siteLineReader struct {
	recognizer *Recognizer
	facts      *factReader
}

func (r *siteLineReader) readMeaning(m *SiteMeaning) siteStatement {
	switch {
	case m.Code != "":
		return r.readCode(m.System, m.Code)
	case m.Concept != nil:
		return r.readConcept(m.Concept)
	}
	return r.readNone(m.NoneOf)
}

// readCode reads a code as that of a fact.
func (r *siteLineReader) readCode(system, code string) siteStatement {
	said := make(siteStatement, len(r.recognizer.index.nodes))
	for n, reason := range r.reasons(&patient.Coding{System: system, Code: code}, "") {
		switch {
		case reason == NoReason || reason.Grade() == Unrecognized:
		case reason.Grade() >= ByName:
			said[n] = CoversMapping
		case reason.Grade() == MayBe:
			said[n] = RelatedMapping
		default:
			said[n] = OutsideMapping
		}
	}
	return said
}

// reasons gives, for each node, what is known of a code or of a wording.
func (r *siteLineReader) reasons(code *patient.Coding, text string) []Reason {
	s, nodes := r.facts, r.recognizer.index.nodes
	defer s.resetState()
	s.turn++
	said := make([]Reason, len(nodes))
	if code != nil {
		s.readCoding(code, 0, nil)
	} else if IsWording(text) {
		s.texts = append(s.texts, s.readAddedText(text, r.recognizer.reader.readText(text)))
	}
	for n := range nodes {
		if nodes[n].concept.Stub() {
			continue
		}
		if code != nil {
			said[n], _ = s.decideCodes(int32(n), byTerminologies)
		} else {
			said[n] = s.decideTexts(int32(n), byTerminologies)
		}
	}
	return said
}

// readConcept says yes of the nodes with the concept's name. Of the others it says what is
// known of all the codes and names of the concept: they are outside if some of these are
// known to be outside, and none is or may be one of theirs.
func (r *siteLineReader) readConcept(c *Concept) siteStatement {
	nodes := r.recognizer.index.nodes
	seen := make([]struct{ yes, may, no, open bool }, len(nodes))
	collect := func(reasons []Reason) {
		for n, reason := range reasons {
			at := &seen[n]
			switch {
			case reason == NoReason || reason.Grade() == Unrecognized:
				at.open = true
			case reason.Grade() >= ByName:
				at.yes = true
			case reason.Grade() == MayBe:
				at.may = true
			default:
				at.no = true
			}
		}
	}
	for m := range c.Members() {
		for _, system := range slices.Sorted(maps.Keys(m.Codes)) {
			for _, code := range m.Codes[system] {
				if n := len(code); n > 0 && code[n-1] == '*' {
					code = code[:n-1]
				}
				collect(r.reasons(&patient.Coding{System: system, Code: code}, ""))
			}
		}
		for _, name := range append([]string{m.Label}, m.Names...) {
			collect(r.reasons(nil, name))
		}
	}
	said := make(siteStatement, len(nodes))
	for n := range nodes {
		switch at := seen[n]; {
		case nodes[n].concept.Name == c.Name:
			said[n] = CoversMapping
		case at.yes && !at.may && !at.no && !at.open:
			said[n] = CoversMapping
		case at.yes || at.may:
			said[n] = RelatedMapping
		case at.no:
			said[n] = OutsideMapping
		}
	}
	return said
}

// readNone says no of the nodes with the given names and of their members; of all nodes if
// there are no names.
func (r *siteLineReader) readNone(names []string) siteStatement {
	nodes := r.recognizer.index.nodes
	said := make(siteStatement, len(nodes))
	var exclude func(n int32)
	exclude = func(n int32) {
		if said[n] == OutsideMapping {
			return
		}
		said[n] = OutsideMapping
		for _, m := range nodes[n].members {
			exclude(m)
		}
	}
	for n := range nodes {
		if len(names) == 0 || slices.Contains(names, nodes[n].concept.Name) {
			exclude(int32(n))
		}
	}
	return said
}
