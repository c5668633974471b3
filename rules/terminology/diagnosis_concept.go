// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

var (
	diagnosisNoise  = wordList("diagnosis-noise")
	diagnosisCommon = wordList("diagnosis-common")
	turningWords    = wordList("turning")
	vagueProcedures = wordList("vague-procedures")
	procedureWords  = wordList("procedure-words")
	bodySites       = wordList("body-sites")
	classNouns      = wordList("class-nouns")
	layWords        = wordList("lay-words")
)

const (
	// commonStem is the number of names from which on a stem is in names of every
	// sort ("disease", "acute") and distinguishes nothing.
	commonStem = 2500
	// distinctiveShare is the least share of the names with a stem that belong to a
	// concept, for the stem to be distinctive of it.
	distinctiveShare = 0.2
)

// diagnosisReader reads diagnoses and procedures. A wording is looked up in the
// terminology; where it is placed there (its place in hierarchies of diseases, its
// ICD-10-CM codes) is compared with the place of each concept.
type diagnosisReader struct {
	known    *Knowledge
	kind     Kind
	concepts []*Concept
	prepare  sync.Once

	nodes []diagnosisNode
	// The nodes by what they have: whole names, exceptions, the entries that their
	// names mean, the entries above these, distinctive roots, and the words of all
	// names of what they cover.
	own, except         map[string][]int32
	meant, above        map[lexicon.Entry][]int32
	field, vocab, sites map[string][]int32
	icd, icd9           codePatterns
	mayBe               codePatterns // of ICD-10-CM: codes that may be the node
	snomed              map[string][]int32
	stems               map[uint32]knownStem // while the nodes are prepared
	places              sync.Map             // of *diseasePlace, by entry
	codes               sync.Map             // of cachedReading, by coding
	cached              atomic.Int64
	meantCodes          map[string][]int32 // ICD-10-CM codes of the entries that names mean
}

// diagnosisNode is what is known of the own terms of one concept.
type diagnosisNode struct {
	listsICD, listsWHO, listsICD9 bool
	names                         []map[string]bool // the stems of each name that is one thing
	nearWords                     map[string]bool   // the words of all names of what it covers, but of narrower diseases
	sites                         map[string]bool
	everywhere                    bool          // some name has no site
	namesSite                     bool          // some name has a site
	bySite                        bool          // some name says nothing but a site: disease of the liver
	neoplasm                      bool          // it lists codes of neoplasms
	chapters                      map[byte]bool // of the ICD-10-CM codes that it lists, see chapterOf
}

func newDiagnosisReader(known *Knowledge, kind Kind, concepts []*Concept) *diagnosisReader {
	return &diagnosisReader{known: known, kind: kind, concepts: concepts}
}

// build prepares the concepts. It reads the names of all that they cover.
func (r *diagnosisReader) build() {
	r.nodes = make([]diagnosisNode, len(r.concepts))
	r.own, r.except, r.snomed = map[string][]int32{}, map[string][]int32{}, map[string][]int32{}
	r.meant, r.above = map[lexicon.Entry][]int32{}, map[lexicon.Entry][]int32{}
	r.field, r.vocab, r.meantCodes, r.sites = map[string][]int32{}, map[string][]int32{}, map[string][]int32{}, map[string][]int32{}
	for i, c := range r.concepts {
		n := int32(i)
		r.icd.add(n, c.Codes[patient.ICD10CM], c.Except.Codes[patient.ICD10CM])
		r.mayBe.add(n, c.MayBe[patient.ICD10CM], nil)
		r.icd9.add(n, c.Codes[patient.ICD9CM], c.Except.Codes[patient.ICD9CM])
		r.icd9.add(n, c.Codes[patient.ICD9Proc], c.Except.Codes[patient.ICD9Proc])
		for _, code := range c.Codes[patient.SNOMED] {
			r.snomed[code] = addNode(r.snomed[code], n)
		}
	}
	r.stems = map[uint32]knownStem{}
	r.icd.sort()
	r.mayBe.sort()
	r.icd9.sort()
	for i, c := range r.concepts {
		r.buildNode(int32(i), c)
	}
	r.stems = nil
}

// ownNames are the names of a concept: those listed, its label and its identifier.
func ownNames(c *Concept) []string {
	names := slices.Clone(c.Names)
	if c.IsZero() {
		return names
	}
	if c.Label != "" {
		names = append(names, c.Label)
	}
	return append(names, strings.ReplaceAll(c.Name, "_", " "))
}

// procedureFamilies are vague words for procedures that are distinctive nevertheless.
var procedureFamilies = map[string]bool{"transplant": true, "graft": true, "apheresis": true, "revascularization": true}

// anyDisease are nouns for whatever may be wrong with a part of the body.
var anyDisease = map[string]bool{"disease": true, "abnormality": true, "problem": true, "dysfunction": true, "involvement": true}

// nodeWords is what the names of a node and of all that it covers say, while the node is
// prepared. Stems of the terminology go by their numbers.
type nodeWords struct {
	meant map[lexicon.Entry]bool // the diseases that its names mean; true: as preferred name
	field map[string]bool        // the words that are distinctive of it
	count map[string]int         // the names of its own with a word
	seen  map[string]bool        // its own names that were counted

	covered      map[uint32]*coveredStem
	coveredNames map[string]bool // by the numbers of their stems
	space        []uint32
	key          []byte
}

// coveredStem is a stem of names of what a node covers.
type coveredStem struct {
	names  int  // with the stem
	same   bool // one of them means what the node covers, not something narrower
	listed bool // one of them is the title of a listed code
	entry  lexicon.Entry
}

// knownStem is a stem of the terminology, and how many names have it.
type knownStem struct {
	stem  string
	names int
}

func (r *diagnosisReader) buildNode(n int32, c *Concept) {
	node := &r.nodes[n]
	node.listsICD = len(c.Codes[patient.ICD10CM]) > 0
	node.listsWHO = len(c.Codes[patient.ICD10]) > 0
	node.listsICD9 = len(c.Codes[patient.ICD9CM]) > 0
	node.sites, node.nearWords, node.chapters = map[string]bool{}, map[string]bool{}, map[byte]bool{}
	for _, code := range c.Codes[patient.ICD10CM] {
		node.neoplasm = node.neoplasm || isNeoplasm(strings.ToUpper(code))
		node.chapters[chapterOf(strings.ToUpper(code))] = true
	}
	words := &nodeWords{
		meant: map[lexicon.Entry]bool{}, field: map[string]bool{}, count: map[string]int{}, seen: map[string]bool{},
		covered: map[uint32]*coveredStem{}, coveredNames: map[string]bool{},
	}
	for _, name := range ownNames(c) {
		if key := lexicon.Key(lexicon.Stems(name)); len(key) > 0 {
			r.addName(n, name, key, words)
		}
	}
	r.dropLooseSynonyms(words.meant)
	for _, name := range c.Except.Names {
		r.exceptName(n, lexicon.Stems(name))
	}
	r.exceptCodes(n, c)
	r.placeNode(n, words.meant)
	r.nameCovered(n, c, words.meant, words.addCovered)
	r.addField(n, words)
}

// addName takes a name of the node.
func (r *diagnosisReader) addName(n int32, name string, key []string, words *nodeWords) {
	node := &r.nodes[n]
	r.own[join(key)] = addNode(r.own[join(key)], n)
	countStems(words.count, words.seen, key)
	hasSite := false
	for _, w := range key {
		node.nearWords[w] = true
		if bodySites()[w] {
			node.sites[w], hasSite = true, true
		}
		if r.known.Count(lexicon.Diagnosis, w) < commonStem && len(w) > 2 {
			words.field[w] = true
		}
	}
	node.everywhere, node.namesSite = node.everywhere || !hasSite, node.namesSite || hasSite
	node.bySite = node.bySite || hasSite && !slices.ContainsFunc(key, func(w string) bool {
		return !bodySites()[w] && !diagnosisNoise()[w] && !anyDisease[w]
	})
	if !namesSeveral(name) {
		node.names = append(node.names, setOf(key))
	}
	for _, m := range r.known.Lookup(nil, lexicon.Diagnosis, key) {
		if isDisease(m.Entry) && (m.Kind == lexicon.Label || m.Kind == lexicon.Exact) {
			words.meant[m.Entry] = words.meant[m.Entry] || m.Kind == lexicon.Label
		}
	}
}

// addCovered takes the names of an entry that the node covers.
func (words *nodeWords) addCovered(e lexicon.Entry, narrower bool) {
	listed := e.System() == patient.ICD10CM
	for name := range e.Names() {
		if name.Group != lexicon.Diagnosis {
			continue
		}
		words.space = name.StemIDs(words.space[:0])
		words.key = words.key[:0]
		for _, id := range words.space {
			words.key = binary.LittleEndian.AppendUint32(words.key, id)
		}
		counted := words.coveredNames[string(words.key)]
		if !counted {
			words.coveredNames[string(words.key)] = true
		}
		same := !narrower && (name.Kind == lexicon.Label || name.Kind == lexicon.Exact || name.Kind == lexicon.Inclusion)
		for _, id := range words.space {
			c := words.covered[id]
			if c == nil {
				c = &coveredStem{entry: e}
				words.covered[id] = c
			}
			if !counted {
				c.names++
			}
			c.same, c.listed = c.same || same, c.listed || listed
		}
	}
}

// stemOf gives a stem of the terminology by its number: the reader knows the core alone.
func (r *diagnosisReader) stemOf(e lexicon.Entry, id uint32) knownStem {
	known, ok := r.stems[id]
	if !ok {
		known.stem, known.names = e.Stem(lexicon.Diagnosis, id)
		r.stems[id] = known
	}
	return known
}

// addField finds the distinctive words and the body sites of the node.
func (r *diagnosisReader) addField(n int32, words *nodeWords) {
	node := &r.nodes[n]
	addWord := func(w string, names, all int) {
		r.vocab[w] = addNode(r.vocab[w], n)
		if float64(names) >= distinctiveShare*float64(max(1, all)) && !isNumber(w) {
			words.field[w] = true
		}
	}
	for id, c := range words.covered {
		known := r.stemOf(c.entry, id)
		addWord(known.stem, c.names+words.count[known.stem], known.names)
		delete(words.count, known.stem)
		if c.listed && bodySites()[known.stem] {
			node.sites[known.stem] = true
		}
		if c.same {
			node.nearWords[known.stem] = true
		}
	}
	for w, names := range words.count {
		addWord(w, names, r.known.Count(lexicon.Diagnosis, w))
	}
	for w := range words.field {
		if bodySites()[w] {
			node.sites[w] = true
		}
		if !diagnosisNoise()[w] && !diagnosisCommon()[w] && (r.kind != ProcedureKind || !vagueProcedures()[w] || procedureFamilies[w]) {
			r.field[root(w)] = addNode(r.field[root(w)], n)
		}
	}
	for w := range node.sites {
		r.sites[w] = addNode(r.sites[w], n)
	}
}

// exceptName takes a name for an exception, unless it says no more than a name of the
// node.
func (r *diagnosisReader) exceptName(n int32, stems []string) {
	key := lexicon.Key(stems)
	for _, k := range []string{join(key), join(withoutNoise(key))} {
		if !slices.Contains(r.own[k], n) {
			r.except[k] = addNode(r.except[k], n)
		}
	}
}

// exceptCodes takes the names of the excepted codes for exceptions.
func (r *diagnosisReader) exceptCodes(n int32, c *Concept) {
	for _, system := range []string{patient.ICD10CM, patient.SNOMED} {
		for _, code := range c.Except.Codes[system] {
			code = strings.TrimSuffix(code, "*")
			if system == patient.ICD10CM {
				code = string(normalICD(nil, code))
			}
			for e := range r.known.Find(system, code) {
				for name := range e.Names() {
					if name.Group == lexicon.Diagnosis {
						r.exceptName(n, name.Stems())
					}
				}
			}
		}
	}
}

// dropLooseSynonyms removes the diseases that a name of the node means as a synonym only,
// false in the set, if they lie above those that it means as their preferred name: a list
// that calls systemic scleroderma "diffuse scleroderma" too does not make them one.
func (r *diagnosisReader) dropLooseSynonyms(meant map[lexicon.Entry]bool) {
	preferred := map[lexicon.Entry]bool{}
	for e, isLabel := range meant {
		if isLabel {
			preferred[e] = true
		}
	}
	above := r.walkUp(preferred, true)
	for e := range meant {
		if above[e] {
			delete(meant, e)
		} else {
			meant[e] = true
		}
	}
}

// placeNode notes which entries the names of the node mean, and which lie above these.
func (r *diagnosisReader) placeNode(n int32, meant map[lexicon.Entry]bool) {
	for e := range meant {
		r.meant[e] = addNode(r.meant[e], n)
		for code := range r.codesOf(e) {
			if len(code) > 3 && !strings.Contains(code, "-") {
				r.meantCodes[code] = addNode(r.meantCodes[code], n)
			}
		}
	}
	for e := range r.walkUp(meant, true) {
		r.above[e] = addNode(r.above[e], n)
	}
}

// nameCovered calls visit for the entries that the node covers: the codes that it
// lists, what its names mean, the diseases whose ICD-10-CM codes it lists, and, with
// narrower, what lies below these.
func (r *diagnosisReader) nameCovered(n int32, c *Concept, meant map[lexicon.Entry]bool, visit func(e lexicon.Entry, narrower bool)) {
	covered := maps.Clone(meant)
	system9 := patient.ICD9CM
	for system, codes := range map[string][]string{patient.ICD10CM: c.Codes[patient.ICD10CM], system9: c.Codes[system9], patient.ICD9Proc: c.Codes[patient.ICD9Proc], patient.SNOMED: c.Codes[patient.SNOMED]} {
		for _, pattern := range codes {
			r.expand(system, pattern, func(e lexicon.Entry) {
				if system == patient.ICD10CM && !slices.Contains(r.icd.covering(e.Code()), n) {
					return
				}
				covered[e] = true
				for x := range r.known.Related(e, lexicon.MappedFrom) {
					if !covered[x] && !slices.Contains(r.above[x], n) && slices.Contains(r.mappedNodes(x), n) {
						covered[x] = true
					}
				}
			})
		}
	}
	for e := range covered {
		visit(e, false)
	}
	done := map[lexicon.Entry]bool{}
	for e := range covered {
		r.walkDown(e, covered, done, visit)
	}
}

func (r *diagnosisReader) walkDown(e lexicon.Entry, covered, done map[lexicon.Entry]bool, visit func(lexicon.Entry, bool)) {
	for x := range r.known.Related(e, lexicon.Child) {
		if !covered[x] && !done[x] {
			done[x] = true
			visit(x, true)
			r.walkDown(x, covered, done, visit)
		}
	}
}

// expand yields the known codes of an entry of a concept's list.
func (r *diagnosisReader) expand(system, pattern string, visit func(lexicon.Entry)) {
	prefix, isPrefix := strings.CutSuffix(pattern, "*")
	if system != patient.SNOMED {
		if system == patient.ICD9CM && isICD9Procedure(prefix) {
			system = patient.ICD9Proc
		}
		prefix = string(normalICD(nil, prefix))
	}
	if isPrefix {
		for e := range r.known.Prefixed(system, prefix) {
			if !strings.Contains(e.Code(), "-") { // a range of codes
				visit(e)
			}
		}
		return
	}
	for e := range r.known.Find(system, prefix) {
		visit(e)
	}
}

// chapterOf gives the first letter of an ICD-10 code; d for the diseases of the blood,
// which share a letter with neoplasms.
func chapterOf(code string) byte {
	if code[0] == 'D' && !isNeoplasm(code) {
		return 'd'
	}
	return code[0]
}

// isICD9Procedure reports whether a code of ICD-9-CM is a procedure: two digits stand
// before its dot.
func isICD9Procedure(code string) bool {
	return len(code) > 2 && code[2] == '.' && isDigit(code[0]) && isDigit(code[1])
}

// isDisease reports whether an entry is of a list of diseases with a hierarchy, not of a
// classification.
func isDisease(e lexicon.Entry) bool {
	switch e.System() {
	case "doid", "mesh", "mondo", "ncit", "orpha":
		return true
	}
	return false
}

// codesOf yields the ICD-10-CM codes of an entry: its own or, if it has none, those of
// the same disease in other lists.
func (r *diagnosisReader) codesOf(e lexicon.Entry) func(func(string) bool) {
	return func(yield func(string) bool) {
		if e.System() == patient.ICD10CM {
			yield(e.Code())
			return
		}
		found := false
		for x := range r.known.Related(e, lexicon.MapsTo) {
			found = true
			if !yield(x.Code()) {
				return
			}
		}
		if found {
			return
		}
		for twin := range r.known.Related(e, lexicon.Same) {
			for x := range r.known.Related(twin, lexicon.MapsTo) {
				if !yield(x.Code()) {
					return
				}
			}
		}
	}
}

// mappedNodes gives the nodes that list all ICD-10-CM codes of a disease.
func (r *diagnosisReader) mappedNodes(e lexicon.Entry) []int32 {
	var nodes []int32
	first := true
	for x := range r.known.Related(e, lexicon.MapsTo) {
		covering := r.icd.covering(x.Code())
		if first {
			nodes, first = slices.Clone(covering), false
			continue
		}
		nodes = slices.DeleteFunc(nodes, func(n int32) bool { return !slices.Contains(covering, n) })
		if len(nodes) == 0 {
			break
		}
	}
	return nodes
}

// diseasePlace is where an entry stands to the nodes.
type diseasePlace struct {
	isDisease bool
	codes     []string // its ICD-10-CM codes
	// The nodes that list one of the codes, all of them, or a code that one of them holds.
	within, allWithin, wider []int32
	mapped                   []int32 // the nodes that list all codes of its own
	above                    []int32 // the nodes that it lies above
	under                    []int32 // the nodes that it is, or lies below
}

// placeOf gives the place of an entry.
func (r *diagnosisReader) placeOf(e lexicon.Entry) *diseasePlace {
	if p, ok := r.places.Load(e); ok {
		return p.(*diseasePlace)
	}
	p := &diseasePlace{isDisease: isDisease(e)}
	for code := range r.codesOf(e) {
		covering := r.icd.covering(code)
		if len(p.codes) == 0 {
			p.allWithin = covering
		} else {
			p.allWithin = commonNodes(p.allWithin, covering)
		}
		p.codes = append(p.codes, code)
		p.within = addNodes(p.within, covering)
		p.wider = addNodes(p.wider, r.nearCode(code))
	}
	if p.isDisease {
		r.placeDisease(e, p)
	}
	r.places.Store(e, p)
	return p
}

// placeDisease finds the place of a disease in the hierarchies.
func (r *diagnosisReader) placeDisease(e lexicon.Entry, p *diseasePlace) {
	p.mapped = r.mappedNodes(e)
	p.above = addNodes(nil, r.above[e])
	for x := range r.known.Related(e, lexicon.Same) {
		p.above = addNodes(p.above, r.above[x])
	}
	p.under = addNodes(addNodes(nil, r.meant[e]), p.mapped)
	for x := range r.walkUp(map[lexicon.Entry]bool{e: true}, false) {
		p.under = addNodes(p.under, r.meant[x])
		for _, n := range r.mappedNodes(x) {
			if !slices.Contains(r.above[x], n) {
				p.under = addUnsorted(p.under, n)
			}
		}
	}
}

func addNodes(list, more []int32) []int32 {
	for _, n := range more {
		list = addUnsorted(list, n)
	}
	return list
}

// commonNodes gives the nodes of both lists.
func commonNodes(a, b []int32) []int32 {
	var both []int32
	for _, n := range a {
		if slices.Contains(b, n) {
			both = append(both, n)
		}
	}
	return both
}

// walkUp gives the entries above some entries. With twins, the same disease in another
// list leads on to what is above it there.
func (r *diagnosisReader) walkUp(from map[lexicon.Entry]bool, twins bool) map[lexicon.Entry]bool {
	start := maps.Clone(from)
	if twins {
		for e := range from {
			for x := range r.known.Related(e, lexicon.Same) {
				start[x] = true
			}
		}
	}
	above := map[lexicon.Entry]bool{}
	todo := slices.Collect(maps.Keys(start))
	for len(todo) > 0 {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		add := func(x lexicon.Entry) {
			if !start[x] && !above[x] {
				above[x] = true
				todo = append(todo, x)
			}
		}
		for p := range r.known.Related(e, lexicon.Parent) {
			add(p)
			if twins {
				for x := range r.known.Related(p, lexicon.Same) {
					add(x)
				}
			}
		}
	}
	return above
}

// codePatterns finds nodes by the ICD codes that they list.
type codePatterns struct {
	exact, prefix, exceptExact, exceptPrefix map[string][]int32
	sorted                                   []listedCode // by code
}

type listedCode struct {
	code string // without *
	node int32
}

func (p *codePatterns) add(n int32, codes, except []string) {
	if p.exact == nil {
		p.exact, p.prefix = map[string][]int32{}, map[string][]int32{}
		p.exceptExact, p.exceptPrefix = map[string][]int32{}, map[string][]int32{}
	}
	for _, pattern := range codes {
		code, isPrefix := strings.CutSuffix(pattern, "*")
		code = string(normalICD(nil, code))
		p.sorted = append(p.sorted, listedCode{code, n})
		if isPrefix {
			p.prefix[code] = addNode(p.prefix[code], n)
		} else {
			p.exact[code] = addNode(p.exact[code], n)
		}
	}
	for _, pattern := range except {
		code, isPrefix := strings.CutSuffix(pattern, "*")
		code = string(normalICD(nil, code))
		if isPrefix {
			p.exceptPrefix[code] = addNode(p.exceptPrefix[code], n)
		} else {
			p.exceptExact[code] = addNode(p.exceptExact[code], n)
		}
	}
}

func (p *codePatterns) sort() {
	slices.SortFunc(p.sorted, func(x, y listedCode) int {
		if d := strings.Compare(x.code, y.code); d != 0 {
			return d
		}
		return int(x.node - y.node)
	})
}

// covering gives the nodes that list a code, or both ends of a range of codes.
func (p *codePatterns) covering(code string) []int32 {
	if first, last, isRange := strings.Cut(code, "-"); isRange {
		ends := p.covering(last)
		return slices.DeleteFunc(p.covering(first), func(n int32) bool { return !slices.Contains(ends, n) })
	}
	nodes := slices.Clone(p.exact[code])
	for i := 1; i <= len(code); i++ {
		for _, n := range p.prefix[code[:i]] {
			nodes = addUnsorted(nodes, n)
		}
	}
	return slices.DeleteFunc(nodes, func(n int32) bool {
		if slices.Contains(p.exceptExact[code], n) {
			return true
		}
		for i := 1; i <= len(code); i++ {
			if slices.Contains(p.exceptPrefix[code[:i]], n) {
				return !slices.Contains(p.exact[code], n)
			}
		}
		return false
	})
}

// below gives the nodes that list a code that a wider code, or a range, holds.
func (p *codePatterns) below(code string) []int32 {
	first, last, isRange := strings.Cut(code, "-")
	if !isRange {
		last = first
	}
	at, _ := slices.BinarySearchFunc(p.sorted, first, func(l listedCode, c string) int { return strings.Compare(l.code, c) })
	var nodes []int32
	for ; at < len(p.sorted); at++ {
		l := p.sorted[at]
		if !strings.HasPrefix(l.code, last) && l.code > last {
			break
		}
		if isRange || l.code != code {
			nodes = addUnsorted(nodes, l.node)
		}
	}
	return nodes
}

// addNode adds a node to a list whose nodes are added in order.
func addNode(list []int32, n int32) []int32 {
	if k := len(list); k > 0 && list[k-1] == n {
		return list
	}
	return append(list, n)
}

func addUnsorted(list []int32, n int32) []int32 {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

func join(stems []string) string { return strings.Join(stems, " ") }

func setOf(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// countStems counts the stems of a name, once for equal names.
func countStems(count map[string]int, seen map[string]bool, key []string) {
	if name := join(key); !seen[name] {
		seen[name] = true
		for _, w := range key {
			count[w]++
		}
	}
}

// withoutNoise removes the words that say nothing, unless nothing would be left.
func withoutNoise(key []string) []string {
	var kept []string
	for _, w := range key {
		if !diagnosisNoise()[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return key
	}
	return kept
}

// namesSeveral reports whether a name lists several things.
func namesSeveral(name string) bool {
	return strings.Contains(name, " and ") || strings.ContainsAny(name, "/,") || strings.Contains(name, " or ")
}

// endings are those of words of one root: embolus and embolism, thrombosis and
// thrombotic. The longest come first.
var endings = []string{
	"ation", "ition", "otic", "osis", "atic", "asis", "itis", "itic", "ism", "ion", "ive", "ous", "ary", "ing",
	"tic", "sis", "ies", "ic", "al", "us", "ia", "is", "ed", "es", "um", "y", "e", "s",
}

// prefixes are put before words without changing what they are about.
var prefixes = []string{"allo", "auto", "xeno", "homo", "retro", "re"}

// roots gives the root of a word, and that of the word without a prefix.
func roots(w string) []string {
	all := []string{root(w)}
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(w, p); ok && len(rest) >= 6 {
			all = append(all, root(rest))
		}
	}
	return all
}

// root gives what words of one root share. It is for finding what may be near, never
// for telling that two words mean the same.
func root(w string) string {
	if len(w) < 6 || strings.ContainsFunc(w, func(c rune) bool { return c < 'a' }) {
		return w
	}
	for _, e := range endings {
		if r, ok := strings.CutSuffix(w, e); ok {
			if len(r) >= 4 {
				return r
			}
			return w
		}
	}
	return w
}
