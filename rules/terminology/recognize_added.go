// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// addedReader reads codes and wordings by the terminologies that a site adds. These
// translate: a code is read as the codes that it is mapped to, as what lies below the
// codes above it, as its ingredients, and by its names; the core and the lists of the
// concepts say what these mean. So the words and names of a site never change how the
// core reads, and what is definite without a site's terminology is not turned into the
// other by it: where the two contradict each other the answer is a contradiction.
type addedReader struct {
	known   *Knowledge      // of the site alone
	groups  []lexicon.Group // of the names of facts of the kind
	parents sync.Map        // of addedCode: factCode of what lies above many codes
	kept    atomic.Int32
	prepare sync.Once
	wider   map[addedCode][]int32 // nodes by the codes above those that they list
}

// Bounds of what is read for one code.
const (
	maxMapped   = 16   // codes that it is mapped to
	maxAbove    = 512  // codes above it
	maxNames    = 8    // names
	maxKept     = 8192 // readings of codes above
	mapSteps    = 3    // maps that are followed one after the other
	productStep = 6    // from a package to its ingredients
)

// addedCode is a code of a system.
type addedCode struct{ system, code string }

func codeOfEntry(e lexicon.Entry) addedCode { return addedCode{e.System(), e.Code()} }

// newAddedReader gives the reader of a site's terminologies; nil if there are none.
func newAddedReader(k Kind, known *Knowledge) *addedReader {
	if len(known.lexicons) < 2 {
		return nil
	}
	r := &addedReader{known: &Knowledge{lexicons: known.lexicons[1:]}}
	switch k {
	case MedicationKind:
		r.groups = []lexicon.Group{lexicon.Medicine, lexicon.Substance}
	case AllergyKind:
		r.groups = []lexicon.Group{lexicon.Substance, lexicon.Medicine}
	case ImmunizationKind:
		r.groups = []lexicon.Group{lexicon.Vaccine, lexicon.Medicine}
	case ObservationKind:
		r.groups = []lexicon.Group{lexicon.Laboratory}
	}
	r.groups = append(r.groups, lexicon.Diagnosis)
	return r
}

// addedReading is what the terminologies of a site say of a code.
type addedReading struct {
	reader *addedReader
	mapped []factCode // the codes that it is mapped to
	above  []factCode // the codes above it, and above those
	names  []reading  // by its names, the label first
	whole  reading    // by its ingredients, or the axes of a test; nil if there are none
	wider  []int32    // nodes that list a code below it
}

// readAdded reads a code by the terminologies of the site; nil if they do not have it.
func (s *factReader) readAdded(c addedCode) *addedReading {
	r := s.recognizer.added
	if r == nil {
		return nil
	}
	found := false
	for range r.known.Find(c.system, c.code) {
		found = true
	}
	if !found {
		return nil
	}
	r.prepare.Do(func() { r.findWider(s.recognizer.index) })
	w := &addedReading{reader: r, wider: r.wider[c]}
	mapped := r.mappedCodes(c)
	for _, m := range mapped[1:] {
		w.mapped = append(w.mapped, s.readCode(m.system, m.code))
	}
	for _, a := range r.codesAbove(mapped) {
		if above := s.readAbove(a); above.listed != nil || above.reading != nil {
			w.above = append(w.above, above)
		}
	}
	names := r.namesOf(c)
	for _, name := range names {
		w.names = append(w.names, s.recognizer.reader.readText(name))
	}
	w.whole = r.readWhole(s.recognizer.reader, mapped, names)
	return w
}

// mappedCodes gives a code and the codes that it is mapped to. A code that is the
// same as another is read as that one, a code that is mapped as its target, never the
// other way round: many codes may be mapped to one that is wider.
func (r *addedReader) mappedCodes(c addedCode) []addedCode {
	codes := []addedCode{c}
	add := func(e lexicon.Entry) {
		if m := codeOfEntry(e); len(codes) < maxMapped && !slices.Contains(codes, m) {
			codes = append(codes, m)
		}
	}
	for e := range r.known.Find(c.system, c.code) {
		for same := range e.Related(lexicon.Same) {
			add(same)
		}
	}
	first := 0
	for range mapSteps {
		last := len(codes)
		for _, from := range codes[first:last] {
			for e := range r.known.Find(from.system, from.code) {
				for target := range e.Related(lexicon.MapsTo) {
					add(target)
				}
			}
		}
		first = last
	}
	return codes
}

// codesAbove gives the codes above some codes, the nearest first. What is above may lie
// in another system: a parent is followed by the codes that it is mapped to.
func (r *addedReader) codesAbove(from []addedCode) []addedCode {
	met := map[addedCode]bool{}
	for _, c := range from {
		met[c] = true
	}
	var above []addedCode
	todo := slices.Clone(from)
	for len(todo) > 0 && len(above) < maxAbove {
		c := todo[0]
		todo = todo[1:]
		for e := range r.known.Find(c.system, c.code) {
			for p := range e.Related(lexicon.Parent) {
				if IsOwnSystem(p.System()) {
					continue
				}
				for _, a := range r.mappedCodes(codeOfEntry(p)) {
					if !met[a] {
						met[a] = true
						above, todo = append(above, a), append(todo, a)
					}
				}
			}
		}
	}
	return above
}

// findWider finds the codes above those that the nodes list: a fact with one of them is
// wider, and never something else.
func (r *addedReader) findWider(x *conceptIndex) {
	r.wider = map[addedCode][]int32{}
	for i := range x.nodes {
		n := int32(i)
		for name, codes := range x.nodes[i].concept.Codes {
			if known, ok := x.local[name]; ok {
				name = known
			}
			system := patient.SystemName(name)
			var listed []addedCode
			for _, code := range codes {
				prefix, isPrefix := strings.CutSuffix(strings.TrimSpace(code), "*")
				prefix = NormalCode(system, prefix)
				if !isPrefix {
					listed = append(listed, addedCode{system, prefix})
					continue
				}
				for e := range r.known.Prefixed(system, prefix) {
					listed = append(listed, codeOfEntry(e))
				}
			}
			for _, above := range r.codesAbove(listed) {
				r.wider[above] = addNode(r.wider[above], n)
			}
		}
	}
}

// namesOf gives the names of a code, the label first.
func (r *addedReader) namesOf(c addedCode) []string {
	var names []string
	for e := range r.known.Find(c.system, c.code) {
		for n := range e.Names() {
			if n.Group == lexicon.Meaning || len(names) == maxNames {
				continue
			}
			text := n.Text()
			switch {
			case slices.Contains(names, text):
			case n.Kind == lexicon.Label && len(names) > 0:
				names = slices.Insert(names, 0, text)
			default:
				names = append(names, text)
			}
		}
	}
	return names
}

// productReader is a reader of products, which are their ingredients.
type productReader interface {
	// readIngredients reads a product by its ingredients, each with its codes and
	// names; name, which may be "", says what else is known of it.
	readIngredients(name string, ingredients []addedIngredient) reading
}

// axesReader is a reader of results by the axes of their codes.
type axesReader interface {
	readTest(e lexicon.Entry) reading
}

// addedIngredient is an ingredient as a site's terminology knows it.
type addedIngredient struct {
	codes []addedCode
	names []string
}

// readWhole reads a product by its ingredients, or a test by its component.
func (r *addedReader) readWhole(reader kindReader, codes []addedCode, names []string) reading {
	if results, ok := reader.(axesReader); ok {
		for _, c := range codes {
			for e := range r.known.Find(c.system, c.code) {
				if w := results.readTest(e); w != nil {
					return w
				}
			}
		}
		return nil
	}
	products, ok := reader.(productReader)
	if !ok {
		return nil
	}
	for _, c := range codes {
		found := map[addedCode]bool{}
		r.addIngredients(c, found, map[addedCode]bool{c: true}, 0)
		if len(found) == 0 {
			continue
		}
		var list []addedIngredient
		for i := range found {
			list = append(list, addedIngredient{r.mappedCodes(i), r.namesOf(i)})
		}
		name := ""
		if len(names) > 0 {
			name = names[0]
		}
		return products.readIngredients(name, list)
	}
	return nil
}

// addIngredients finds what a product is made of in the end.
func (r *addedReader) addIngredients(c addedCode, found, met map[addedCode]bool, step int) {
	for e := range r.known.Find(c.system, c.code) {
		for part := range e.Related(lexicon.HasIngredient) {
			p := codeOfEntry(part)
			if met[p] {
				continue
			}
			met[p] = true
			if step == productStep || !r.hasIngredients(p) {
				found[p] = true
				continue
			}
			r.addIngredients(p, found, met, step+1)
		}
	}
}

func (r *addedReader) hasIngredients(c addedCode) bool {
	for e := range r.known.Find(c.system, c.code) {
		for range e.Related(lexicon.HasIngredient) {
			return true
		}
	}
	return false
}

// readAbove reads a code above others: by the lists of the concepts and, if the core
// knows it, by the core. It is kept for the next code below.
func (s *factReader) readAbove(c addedCode) factCode {
	r := s.recognizer.added
	if have, ok := r.parents.Load(c); ok {
		return have.(factCode)
	}
	read := s.readCode(c.system, c.code)
	if r.kept.Load() < maxKept {
		r.kept.Add(1)
		r.parents.Store(c, read)
	}
	return read
}

// relate gives what the terminologies of the site say of the code for a node; NoReason
// if they say nothing.
func (w *addedReading) relate(n int32) Reason {
	yes, excepted, below := w.relateAbove(n)
	if excepted {
		if yes {
			return Contradiction
		}
		return OutsideException
	}
	var covers, no, may Reason
	if yes {
		covers = CoversCode
	}
	note := func(said Reason) {
		switch {
		case said == NoReason:
		case said.Grade() >= ByName && covers == NoReason:
			covers = said
		case said.Grade() == 0 && (no == NoReason || said == OutsideException):
			no = said
		case said.Grade() == MayBe && (may == NoReason || said == WordOfDoubt):
			may = said
		}
	}
	for i := range w.mapped {
		note(w.mapped[i].relate(n))
	}
	if w.whole != nil {
		note(w.whole.relate(n))
	}
	label, other := w.relateNames(n)
	switch {
	case covers != NoReason && (label == WordOfDoubt || no == OutsideException):
		return Contradiction
	case covers != NoReason:
		return covers
	case label.Grade() >= ByName && no != NoReason:
		return Contradiction
	case label.Grade() >= ByName:
		return CoversCode
	case may != NoReason:
		return may
	case slices.Contains(w.wider, n):
		return WiderMeaning
	case no != NoReason && (below || other):
		return NarrowerMeaning
	case no != NoReason && (label.Grade() != MayBe || label == RelatedMeaning || label == WiderMeaning):
		return no
	case label.Grade() == MayBe:
		return label
	case label == NoReason || label.Grade() == Unrecognized:
		if other && no == NoReason && len(w.mapped) == 0 {
			return CoversCode // another name of the code is a name of the concept
		}
		return NoReason
	case below || other:
		return NarrowerMeaning
	}
	return OutsideKnownCode
}

// relateNames gives what the first name says, and whether another name is a name of
// what the node covers.
func (w *addedReading) relateNames(n int32) (label Reason, other bool) {
	for i, name := range w.names {
		said := name.relate(n)
		if i == 0 {
			label = said
		} else if said == CoversWording || said == CoversIngredient {
			other = true
		}
	}
	return label, other
}

// relateAbove reports whether a code above is covered, or excepted, and whether one
// lies below the node without being listed. Of a covered and an excepted one the lower
// counts, and both if neither is below the other.
func (w *addedReading) relateAbove(n int32) (covered, excepted, below bool) {
	var yes, no []addedCode
	for i := range w.above {
		switch said := w.above[i].relate(n); {
		case said == CoversCode || said == CoversWording || said == CoversIngredient:
			yes = append(yes, w.above[i].code)
		case said == OutsideException:
			no = append(no, w.above[i].code)
		case said == NarrowerMeaning:
			below = true
		}
	}
	if len(yes) == 0 || len(no) == 0 {
		return len(yes) > 0, len(no) > 0, below
	}
	return w.reader.anyLowest(yes, no), w.reader.anyLowest(no, yes), below
}

// anyLowest reports whether one of some codes has none of the others below it.
func (r *addedReader) anyLowest(codes, others []addedCode) bool {
	for _, c := range codes {
		if !slices.ContainsFunc(others, func(o addedCode) bool { return slices.Contains(r.codesAbove([]addedCode{o}), c) }) {
			return true
		}
	}
	return false
}

// relate gives what a code says of a node without the terminologies of a site.
func (c *factCode) relate(n int32) Reason {
	said := c.listed[n]
	if said == NoReason && c.reading != nil {
		said = c.reading.relate(n).ofCode()
	}
	return said
}

// weigh adds what the terminologies of the site say of a code, or of a whole wording, to
// what is known without them. A definite answer stays, unless the other contradicts it.
func (w *addedReading) weigh(n int32, said Reason) Reason {
	if said == CoversCode || said == OutsideException || said == WordOfDoubt {
		return said
	}
	added := w.relate(n)
	switch grade := added.Grade(); {
	case added == NoReason || grade == Unrecognized || said.Grade() >= ByName:
		return said
	case said != NoReason && said.Grade() == 0:
		if grade >= ByName {
			return Contradiction
		}
		return said
	case said.Grade() == MayBe && grade == 0 && said != RelatedMeaning, said.Grade() == MayBe && grade == MayBe:
		return said
	}
	return added
}

// addedText is a wording that is a whole name of codes of a site's terminology.
type addedText struct {
	reading
	codes []*addedReading
}

// readAddedText adds what the codes say that a wording is a whole name of.
func (s *factReader) readAddedText(text string, read reading) reading {
	r := s.recognizer.added
	if r == nil {
		return read
	}
	var found []addedCode
	var matches []lexicon.Match
	for _, g := range r.groups {
		key := lexicon.Words(text)
		if g != lexicon.Medicine {
			key = lexicon.Key(lexicon.Stems(text))
		}
		matches = r.known.Lookup(matches[:0], g, key)
		for _, m := range matches {
			if c := codeOfEntry(m.Entry); len(found) < maxNames && m.Kind != lexicon.Short && !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	if len(found) == 0 {
		return read
	}
	s.added = true
	w := &addedText{reading: read}
	for _, c := range found {
		w.codes = append(w.codes, s.readAdded(c))
	}
	return w
}

// excepts implements [excepting].
func (w *addedText) excepts(node int32) bool {
	x, ok := w.reading.(excepting)
	return ok && x.excepts(node)
}

// relate implements [reading]. A name of several codes that differ says nothing sure.
func (w *addedText) relate(n int32) Reason {
	said := w.reading.relate(n)
	var all Reason
	for i, c := range w.codes {
		one := c.weigh(n, said)
		if i > 0 && one.Grade() != all.Grade() {
			if all, one = said, said; said.Grade() == Unrecognized {
				return SeveralMeanings
			}
			return said
		}
		all = one
	}
	switch {
	case all == said:
		return said
	case all == CoversCode:
		return CoversWording
	case all == OutsideCompleteList || all == OutsideKnownCode:
		return OutsideKnownWording
	case all == NoReason || all == UnknownCode:
		return UnknownWording
	}
	return all
}
