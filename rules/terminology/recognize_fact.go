// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// factReader is the work of reading one fact. It is used again for the next one.
type factReader struct {
	recognizer *Recognizer
	// turn numbers the facts: a state of another turn is one of an earlier fact.
	turn  uint32
	nodes []nodeState

	codes []factCode
	texts []reading
	added bool // a terminology of the site knows something of the fact
	site  bool // the site's list says something of the fact

	buffer  []byte
	related []int32 // nodes that the coding at hand is related to
}

// factCode is one coding of the fact.
type factCode struct {
	coding  int16
	code    addedCode
	reading reading          // nil: the code is not known
	listed  map[int32]Reason // by node: what its list says of the code
	added   *addedReading    // nil: the terminologies of the site do not have the code
	site    siteStatement    // nil: the site's list does not say what the code is
}

type nodeState struct {
	lists   [mayBeCodes + 1]codeRelation // of the coding at hand, by list
	related bool

	graded uint32 // the turn in which match was found
	match  conceptMatch
}

func newFactReader(r *Recognizer) *factReader {
	return &factReader{recognizer: r, nodes: make([]nodeState, len(r.index.nodes))}
}

// resetState prepares the reader for the next fact. It keeps nothing of this one but
// the space.
func (s *factReader) resetState() {
	clear(s.buffer[:cap(s.buffer)])
	clear(s.codes)
	clear(s.texts)
	s.codes, s.texts, s.buffer = s.codes[:0], s.texts[:0], s.buffer[:0]
}

// readFact reads the codes and texts of a fact.
func (s *factReader) readFact(f *patient.Fact) {
	s.turn++
	s.added, s.site = false, false
	for i := range f.Codes {
		s.readCoding(&f.Codes[i], codingIndex(i), s.recognizer.site.ofCoding(f, i))
	}
	s.readText(f, f.Text)
	for i := range f.Codes {
		if d := f.Codes[i].Display; d != f.Text && (i == 0 || d != f.Codes[i-1].Display) {
			s.readText(f, d)
		}
	}
}

// readCoding reads one coding, of which the site's list may say what it is. One that is
// not well-formed in its system says nothing by itself.
func (s *factReader) readCoding(c *patient.Coding, at int16, site siteStatement) {
	index := s.recognizer.index
	id := index.systemOf(c.System)
	code := strings.TrimSpace(c.Code)
	read := factCode{coding: at, site: site}
	s.site = s.site || site != nil
	if code == "" || id != noSystem && int(id) < len(codeSystems) && codeSystems[id].fault(code) != "" {
		if site != nil {
			s.codes = append(s.codes, read)
		}
		return
	}
	system := patient.SystemName(c.System)
	if id != noSystem {
		system = index.nameOf(id)
	}
	read = s.readCode(system, code)
	read.coding, read.site = at, site
	read.added = s.readAdded(addedCode{system, NormalCode(system, code)})
	s.added = s.added || read.added != nil
	s.codes = append(s.codes, read)
}

// readCode reads a code by the lists of the concepts and by the core.
func (s *factReader) readCode(system, code string) factCode {
	index := s.recognizer.index
	read := factCode{code: addedCode{system, code}}
	id, listed := index.systems[system]
	if listed {
		s.buffer = appendNormalCode(s.buffer[:0], id, code)
		s.relateList(id, s.buffer, &read, nil)
	}
	if listed && int(id) < len(codeSystems) {
		own := &codeSystems[id]
		lists := func(n int32) bool { return slices.Contains(index.nodes[n].systems, id) }
		for _, name := range own.alike {
			s.relateList(index.systems[name], s.buffer, &read, lists)
			if name == patient.SNOMED {
				system = name
			}
		}
		if own.national {
			s.buffer = cutToICD10(s.buffer)
			s.relateList(index.systems[patient.ICD10], s.buffer, &read, lists)
			system, code = patient.ICD10, string(s.buffer)
		}
	}
	read.reading = s.recognizer.reader.readCode(system, code)
	return read
}

// relateList notes what the lists of a system say of a code, but for the nodes that
// list the code's own system.
func (s *factReader) relateList(id systemID, code []byte, read *factCode, listsOwn func(int32) bool) {
	s.relateCode(id, code)
	for _, n := range s.related {
		st := &s.nodes[n]
		said := weighRelations(st.lists)
		st.lists, st.related = [mayBeCodes + 1]codeRelation{}, false
		if said == NoReason || listsOwn != nil && listsOwn(n) {
			continue
		}
		if read.listed == nil {
			read.listed = map[int32]Reason{}
		}
		if read.listed[n] == NoReason || said == CoversCode {
			read.listed[n] = said
		}
	}
	s.related = s.related[:0]
}

// Lengths of a code of ICD-10 without its dot, in characters.
const (
	icdCategory    = 3
	icdSubcategory = 4
)

// cutToICD10 gives the characters of a national code that nations have in common with
// the World Health Organization: they keep its codes up to the fourth character and
// subdivide them. An X in the place of the fourth says that the category has no
// subdivisions.
func cutToICD10(code []byte) []byte {
	if len(code) > icdCategory && code[icdCategory] == 'X' {
		return code[:icdCategory]
	}
	return code[:min(len(code), icdSubcategory)]
}

// relateCode finds the nodes that list, except or are near to a code.
func (s *factReader) relateCode(id systemID, code []byte) {
	index := s.recognizer.index
	listings := index.codes[id]
	tree := int(id) < len(codeSystems) && codeSystems[id].tree
	if index.prefixed[id] {
		for i := 1; i < len(code); i++ {
			l := listings[string(code[:i])]
			if l == nil {
				if tree { // every beginning of a listed code has a listing
					break
				}
				continue
			}
			for _, m := range l.prefix {
				s.relation(m).prefix = int16(i)
			}
			if tree {
				s.relateNear(l.exact)
			}
		}
	}
	l := listings[string(code)]
	if l == nil {
		return
	}
	for _, m := range l.exact {
		s.relation(m).listed = true
	}
	for _, m := range l.prefix {
		s.relation(m).prefix = int16(min(len(code), 1<<15-1))
	}
	s.relateNear(l.ancestor)
}

func (s *factReader) relateNear(mentions []mention) {
	for _, m := range mentions {
		s.relation(m).near = true
	}
}

// relation gives the relation of the coding at hand to the terms of a mention.
func (s *factReader) relation(m mention) *codeRelation {
	st := &s.nodes[m.node]
	if !st.related {
		st.related = true
		s.related = append(s.related, m.node)
	}
	return &st.lists[m.list]
}

// readText reads a wording. A placeholder, and a text that repeats a code, is none.
func (s *factReader) readText(f *patient.Fact, text string) {
	words := FoldWording(text)
	if !isWording(f, text, words) {
		return
	}
	site := s.recognizer.site.ofText(f, words)
	read := s.recognizer.reader.readText(text)
	if s.repeatsTitle(read) {
		read = nil
	} else {
		read = s.readAddedText(text, read)
	}
	switch {
	case site != nil:
		s.texts, s.site = append(s.texts, siteText{read, site}), true
	case read != nil:
		s.texts = append(s.texts, read)
	}
}

// repeatsTitle reports whether a wording is the title of a code of the fact.
func (s *factReader) repeatsTitle(read reading) bool {
	words, ok := read.(titled)
	return ok && slices.ContainsFunc(s.codes, func(c factCode) bool {
		code, ok := c.reading.(titled)
		return ok && code.title() == words.title()
	})
}

// isWording reports whether a text, whose words [FoldWording] gives, says something in
// words. It does not where it is a placeholder or repeats a code, as J45 does.
func isWording(f *patient.Fact, text, words string) bool {
	if words == "" || placeholders[words] {
		return false
	}
	if !strings.ContainsAny(words, "0123456789") {
		return true
	}
	for i := range f.Codes {
		if strings.EqualFold(strings.TrimSpace(text), strings.TrimSpace(f.Codes[i].Code)) {
			return false
		}
	}
	return true
}

// decide gives the reason by which the fact is, may be or is not an instance of a
// node's own terms, and the coding that decided or -1. What the terminologies of a site
// say besides never turns a definite answer into the other, nor into unknown but where it
// contradicts it.
func (s *factReader) decide(n int32) (Reason, int16) {
	if s.recognizer.index.nodes[n].concept.Stub() {
		return s.decideStub(n), -1
	}
	known, coding := s.decideBy(n, byCore)
	if s.added {
		known, coding = s.decideWith(n, byTerminologies, known, coding)
	}
	if s.site {
		known, coding = s.decideWith(n, bySiteList, known, coding)
	}
	return known, coding
}

// sources says what a decision rests on: each source adds to those before it.
type sources int8

const (
	byCore          sources = iota // the concepts and the core
	byTerminologies                // and the terminologies of the site
	bySiteList                     // and the site's list
)

// decideWith adds what a further source says to what is known without it, the reason known.
// It does not overrule a yes or a no: it contradicts it.
func (s *factReader) decideWith(n int32, by sources, known Reason, coding int16) (Reason, int16) {
	added, at := s.decideBy(n, by)
	isYes, isNo := known.Grade() >= ByName, known.Grade() == 0
	switch {
	case !isYes && !isNo:
		return added, at
	case added == Contradiction, isYes && added.Grade() == 0, isNo && added.Grade() >= ByName:
		return Contradiction, at
	}
	return known, coding
}

// decideBy is [factReader.decide] by some sources.
//
//   - What a code says outranks what words say, if it says yes or no. A yes by code
//     and a word of doubt, and a yes by words and a no by code, are a contradiction.
//   - A code that is known, and that may be the concept, is not overruled by words
//     that say no, unless its name only shares a word with the concept; words that
//     say yes decide.
//   - Otherwise the words decide. Several wordings of one fact that contradict each
//     other decide nothing.
func (s *factReader) decideBy(n int32, by sources) (Reason, int16) {
	coded, coding := s.decideCodes(n, by)
	worded := s.decideTexts(n, by)
	switch coded.Grade() {
	case ByCode, ByName:
		switch {
		case worded == WordOfDoubt || worded == OutsideException:
			return worded.doubted(), coding
		case worded == OutsideKnownWording && s.recognizer.kind == MedicationKind, worded == OutsideMapping && coded == CoversMapping:
			return Contradiction, coding
		}
		return coded, coding
	case MayBe:
		if worded.Grade() >= ByName || (coded == RelatedMeaning || coded == RelatedMapping) && (worded == OutsideKnownWording || worded == OutsideMapping) {
			return worded, -1
		}
		return coded, coding
	case 0:
		switch {
		case worded.Grade() >= ByName:
			return Contradiction, coding
		case worded == WordsLeftOver || worded == WordOfDoubt || worded == NarrowerMeaning || worded == Contradiction:
			return worded, -1 // the code may say one thing of several that the words say
		}
		return coded, coding
	}
	switch {
	case worded != NoReason:
		return worded, -1
	case len(s.codes) > 0:
		return UnknownCode, s.codes[0].coding
	}
	return NoWording, -1
}

// isExcepted reports whether a name that the node excepts stands in a wording of a product.
func (s *factReader) isExcepted(n int32) bool {
	return slices.ContainsFunc(s.texts, func(r reading) bool {
		x, ok := r.(excepting)
		return ok && x.excepts(n)
	})
}

// doubted is the reason of a fact whose code says yes and whose words say otherwise.
func (r Reason) doubted() Reason {
	if r == WordOfDoubt {
		return WordOfDoubt
	}
	return Contradiction
}

// decideCodes gives what the codings say together; NoReason if no code is known.
func (s *factReader) decideCodes(n int32, by sources) (Reason, int16) {
	var yes, no, may Reason
	var yesAt, noAt, mayAt int16 = -1, -1, -1
	near := false
	for i := range s.codes {
		c := &s.codes[i]
		near = near || c.listed[n] == WiderMeaning
		said := c.relate(n)
		if by >= byTerminologies && c.added != nil {
			said = c.added.weigh(n, said)
		}
		if by == bySiteList && c.site != nil {
			said = c.site.added(n, said)
		}
		switch {
		case said == NoReason:
		case said.Grade() >= ByName && (yes == NoReason || said.Grade() > yes.Grade()):
			yes, yesAt = said, c.coding
		case said.Grade() == MayBe && may == NoReason:
			may, mayAt = said, c.coding
		case said.Grade() == 0 && (no == NoReason || said == OutsideException):
			no, noAt = said, c.coding
		}
	}
	switch {
	case yes != NoReason && no == OutsideException, yes == CoversMapping && no == OutsideMapping:
		return Contradiction, yesAt
	case yes != NoReason:
		return yes, yesAt
	case may != NoReason && (no == NoReason || near):
		return may, mayAt
	case no != NoReason:
		return no, noAt
	}
	return NoReason, -1
}

// decideTexts gives what the texts say together; NoReason if there are none.
func (s *factReader) decideTexts(n int32, by sources) Reason {
	var yes, no, may, open Reason
	for _, t := range s.texts {
		if w, ok := t.(siteText); ok && by < bySiteList {
			t = w.reading
		}
		if w, ok := t.(*addedText); ok && by < byTerminologies {
			t = w.reading
		}
		if t == nil {
			continue // it repeats the title of a code
		}
		switch said := t.relate(n); said.Grade() {
		case ByName, ByCode:
			yes = said
		case MayBe:
			if may == NoReason || said == WordOfDoubt || said == Contradiction {
				may = said
			}
		case 0:
			if no != OutsideException {
				no = said
			}
		default:
			if open == NoReason || said == UnknownWording {
				open = said
			}
		}
	}
	switch {
	case yes != NoReason && (no != NoReason || may == WordOfDoubt || may == Contradiction):
		return Contradiction
	case yes != NoReason:
		return yes
	case may != NoReason:
		return may
	case open == UnknownWording:
		return open
	case no != NoReason:
		return no
	}
	return open
}
