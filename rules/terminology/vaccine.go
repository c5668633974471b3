// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// vaccineReader reads the wordings and codes of vaccinations. A wording stands for the
// CVX codes whose names hold all its words. It is safe for concurrent use.
type vaccineReader struct {
	known    *Knowledge
	concepts []*Concept
	prepare  sync.Once
	words    *wordTable
	entries  []vaccineEntry
	byCode   map[string]int
	byName   map[string]vaccineSet // by the words of a name, sorted
	byWord   map[string]vaccineSet
	nodes    []vaccineNode
}

// vaccineWords is the table of words of vaccinations.
var vaccineWords = sync.OnceValue(func() *wordTable { return readWordTable("vaccine") })

// vaccineEntry is a CVX code.
type vaccineEntry struct {
	code        string
	groups      []string // of vaccines, sorted
	unspecified bool     // the code is for when the formulation is not known
	passive     bool     // an immune globulin, antitoxin or skin test
	nothing     bool     // the code says that no vaccine, or an unknown one, was given
}

// inGroup reports whether a code may belong to a concept with codes of these groups: a
// meningococcal vaccine conjugated with tetanus toxoid is none against tetanus.
func (e *vaccineEntry) inGroup(groups []string) bool {
	return len(e.groups) == 0 || len(groups) == 0 || slices.ContainsFunc(e.groups, func(g string) bool { return slices.Contains(groups, g) })
}

// liveWords are the words by which names of CVX say that a vaccine is live.
var liveWords = []string{"attenuated", "live"}

// vaccineSet is a set of CVX codes, by the index of their entry.
type vaccineSet [maxVaccines / 64]uint64

const maxVaccines = 1024

func (s *vaccineSet) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s *vaccineSet) isEmpty() bool { return *s == vaccineSet{} }

func (s *vaccineSet) meets(t *vaccineSet) bool {
	for i := range s {
		if s[i]&t[i] != 0 {
			return true
		}
	}
	return false
}

func (s *vaccineSet) within(t *vaccineSet) bool {
	for i := range s {
		if s[i]&^t[i] != 0 {
			return false
		}
	}
	return true
}

// each calls f for the indexes of a set.
func (s *vaccineSet) each(f func(int)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			f(64*i + bits.TrailingZeros64(word))
		}
	}
}

// vaccineNode is what the own terms of a concept say, prepared.
type vaccineNode struct {
	names    map[string]bool // the words of each name, sorted
	excepted [][]string      // the words of each excepted name, sorted
	wordings [][]string      // of the names, sorted
	listed   vaccineSet
	related  vaccineSet // codes of the groups of the listed single vaccines
	holding  vaccineSet // codes that are not listed and whose names hold one of the concept's
	wider    vaccineSet // of the related, those that do not say which vaccine of the group it was
}

func newVaccineReader(known *Knowledge, nodes []*Concept) kindReader {
	return &vaccineReader{known: known, concepts: nodes}
}

func (r *vaccineReader) build() {
	r.prepare.Do(func() {
		r.words = vaccineWords()
		r.byCode, r.byName, r.byWord = map[string]int{}, map[string]vaccineSet{}, map[string]vaccineSet{}
		for e := range r.known.Prefixed(patient.CVX, "") {
			if _, twice := r.byCode[plainCVX(e.Code())]; !twice && len(r.entries) < maxVaccines {
				r.addEntry(e)
			}
		}
		r.nodes = make([]vaccineNode, len(r.concepts))
		for i := range r.concepts {
			r.prepareNode(i)
		}
	})
}

// plainCVX is a code without leading zeros: "08" is "8".
func plainCVX(code string) string { return strings.TrimLeft(code, "0") }

func (r *vaccineReader) addEntry(e lexicon.Entry) {
	i, code := len(r.entries), plainCVX(e.Code())
	r.byCode[code] = i
	entry := vaccineEntry{code: code, nothing: code == "998" || code == "999"}
	for group := range r.known.Related(e, lexicon.Parent) {
		entry.groups = append(entry.groups, group.Code())
	}
	slices.Sort(entry.groups)
	for twin := range r.known.Find(patient.CVX, e.Code()) {
		for n := range twin.Names() {
			if n.Group != lexicon.Vaccine {
				continue
			}
			text := n.Text()
			entry.unspecified = entry.unspecified || strings.Contains(text, "unspecified") || strings.Contains(text, "all formulations")
			w := r.readWords(text)
			entry.passive = entry.passive || w.passive
			entry.nothing = entry.nothing || w.unknown && len(w.plain) == 0
			for _, word := range w.plain {
				set := r.byWord[word]
				set.add(i)
				r.byWord[word] = set
			}
			if len(w.plain) > 0 {
				set := r.byName[w.key()]
				set.add(i)
				r.byName[w.key()] = set
			}
		}
	}
	r.entries = append(r.entries, entry)
}

// vaccineWording is a wording of a vaccination, read word by word.
type vaccineWording struct {
	plain   []string // the words that say which vaccine it is, sorted
	doubt   bool     // not given, or not a vaccine
	unknown bool     // says that it is not known which vaccine it was
	passive bool     // an immune globulin, antitoxin or skin test
}

func (w *vaccineWording) key() string { return strings.Join(w.plain, " ") }

// readWords reads a wording by the table of words.
func (r *vaccineReader) readWords(text string) *vaccineWording {
	w := &vaccineWording{doubt: suspected.MatchString(text)}
	stems := lexicon.Stems(spellHepatitis(text))
	for i, s := range stems {
		stems[i] = strings.TrimRight(s, "#%")
	}
	for i := 0; i < len(stems); {
		e, n := r.words.find(stems[i:])
		phrase := stems[i : i+max(n, 1)]
		i += len(phrase)
		switch {
		case n == 0 && phrase[0] == "":
		case n == 0:
			w.plain = append(w.plain, phrase...)
		case e.section == "means":
			w.plain = append(w.plain, e.meanings[0]...)
		case e.section == "unknown":
			w.unknown = true
		case e.section == "doubt":
			w.doubt = true
		case e.section == "passive":
			w.passive = true
			w.plain = append(w.plain, phrase...)
		}
	}
	w.plain = lexicon.Key(w.plain)
	return w
}

// spellHepatitis writes "hep" out, so that the letter after it is not read as an article.
func spellHepatitis(text string) string {
	text = strings.ToLower(text)
	if i := strings.Index(text, "hep "); i == 0 || i > 0 && strings.IndexByte(" -,/(", text[i-1]) >= 0 {
		return text[:i] + "hepatitis " + text[i+4:]
	}
	return text
}

func (r *vaccineReader) prepareNode(i int) {
	n, c := &r.nodes[i], r.concepts[i]
	n.names = map[string]bool{}
	n.listed = r.setOf(c.Codes)
	for _, name := range c.Names {
		if w := r.readWords(name); len(w.plain) > 0 {
			n.names[w.key()] = true
			n.wordings = append(n.wordings, w.plain)
		}
	}
	for _, name := range c.Except.Names {
		if w := r.readWords(name); len(w.plain) > 0 {
			n.excepted = append(n.excepted, w.plain)
		}
	}
	except := r.setOf(c.Except.Codes)
	for k := range n.listed {
		n.listed[k] &^= except[k]
	}
	var groups []string
	n.listed.each(func(k int) { groups = append(groups, r.entries[k].groups...) })
	var single []string
	n.listed.each(func(k int) {
		if e := &r.entries[k]; len(e.groups) == 1 {
			single = append(single, e.groups...)
		}
	})
	for k, e := range r.entries {
		if slices.ContainsFunc(e.groups, func(g string) bool { return slices.Contains(single, g) }) {
			n.related.add(k)
			if e.unspecified {
				n.wider.add(k)
			}
		}
	}
	for _, words := range n.wordings {
		held := r.holding(words)
		held.each(func(k int) {
			if !r.entries[k].passive && (isSubsetOfWords(words, liveWords) || r.entries[k].inGroup(groups)) {
				n.holding.add(k)
			}
		})
	}
	for k := range n.holding {
		n.holding[k] &^= n.listed[k] | except[k]
	}
}

// setOf gives the CVX codes of a list.
func (r *vaccineReader) setOf(codes map[string][]string) (set vaccineSet) {
	for system, list := range codes {
		if patient.SystemName(system) != patient.CVX {
			continue
		}
		for _, code := range list {
			if i, ok := r.byCode[plainCVX(code)]; ok {
				set.add(i)
			}
		}
	}
	return set
}

// holding gives the codes whose names hold all the words.
func (r *vaccineReader) holding(words []string) (set vaccineSet) {
	for i, word := range words {
		codes := r.byWord[word]
		if i == 0 {
			set = codes
			continue
		}
		for k := range set {
			set[k] &= codes[k]
		}
	}
	return set
}
