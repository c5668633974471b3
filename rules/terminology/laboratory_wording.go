// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// wording is a wording of a result, read word by word.
type wording struct {
	stems     []string
	left      []string    // the stems that are in no phrase of the table
	key       string      // all stems, sorted
	plain     []string    // the stems that say which test it is, sorted; abbreviations are written out
	near      []string    // words that count as evidence for a concept
	scope     []string    // words of the tests that a wider term holds
	parts     []namedTest // names of known tests that stand in it
	specimens specimens

	percent   bool // a percentage, ratio or fraction
	total     bool // says "total"
	fraction  bool // says "direct", "free" or another fraction
	setting   bool // a limit or alarm
	doubt     bool // not done, or of another person or time
	ambiguous bool // holds an abbreviation with several meanings
	wider     bool // holds a wider term
	unknown   bool // holds a word that is not known
	apart     bool // is a complete name that means something else as part of a longer one
	elsewhere bool // is a measure, device or care of the table, as a whole
	numeric   bool // holds no word, or numbers only
}

// namedTest is a name of a known test in a wording.
type namedTest struct {
	components []string // of all tests of that name; empty for one that LOINC does not have
	whole      bool     // nothing else that says something stands in the wording
}

// mostStems is the number of stems up to which a wording is read. A longer one has
// words that are not known.
const mostStems = 32

// fractionWords name a part of what is measured.
var fractionWords = map[string]bool{
	"direct": true, "indirect": true, "conjugated": true, "unconjugated": true, "free": true, "ionized": true,
	"bound": true, "bioavailable": true, "delta": true, "neonatal": true, "isoenzyme": true, "fraction": true,
}

// percentWords say that a result is relative to another.
var percentWords = map[string]bool{"percent": true, "ratio": true, "pct": true, "percentage": true, "quotient": true, "per": true, "fraction": true}

// splitWords reads a wording by the table of words.
func (r *laboratoryReader) splitWords(text string) *wording {
	w := &wording{percent: strings.Contains(text, "%"), doubt: strings.Contains(text, "?")}
	stems := lexicon.Stems(text)
	for i, s := range stems {
		if short := strings.TrimRight(s, "#%"); len(short) < len(s) {
			stems[i] = lexicon.Stem(short)
		}
	}
	w.key = strings.Join(lexicon.Key(stems), " ")
	if len(stems) > mostStems {
		w.unknown, stems = true, stems[:mostStems]
	}
	w.stems = stems
	w.left = w.takePhrases(r.words, stems)
	plain := append(slices.Clone(w.plain), w.left...)
	w.plain = lexicon.Key(slices.DeleteFunc(plain, w.takeFlag))
	w.numeric = !slices.ContainsFunc(w.plain, func(s string) bool { return !isNumber(s) })
	w.apart = r.words.lists("apart", w.plain)
	w.elsewhere = len(w.left) == 0 && len(w.parts) == 1 && !w.wider && (len(w.near) == 0 || r.words.lists("care", w.plain))
	return w
}

// takeFlag notes words that modify a test, and reports whether the word only does so.
func (w *wording) takeFlag(stem string) bool {
	w.fraction = w.fraction || fractionWords[stem]
	if percentWords[stem] {
		w.percent = true
		return true
	}
	if stem == "total" {
		w.total = true
		return true
	}
	return false
}

// takePhrases takes the phrases of the table out of a list of stems and returns the
// stems that are in none. What phrases mean is in plain then.
func (w *wording) takePhrases(words *wordTable, stems []string) (left []string) {
	for i := 0; i < len(stems); {
		e, n := words.find(stems[i:])
		if n == 0 {
			left = append(left, stems[i])
			i++
			continue
		}
		phrase := stems[i : i+n]
		i += n
		switch e.section {
		case "means":
			w.takeMeanings(e.meanings, n == len(stems))
		case "nothing":
		case "setting":
			w.setting = true
		case "doubt":
			w.doubt = true
		case "panel":
			w.wider = true
			w.scope = append(w.scope, e.meanings[0]...)
			w.plain = append(w.plain, phrase...)
		case "care", "apart":
			w.plain = append(w.plain, phrase...)
			w.parts = append(w.parts, namedTest{})
		case "common":
			left = append(left, phrase...)
		case "filler":
			w.plain = append(w.plain, phrase...)
			w.near = append(w.near, phrase...)
		default:
			w.specimens |= specimenNamed(e.section)
		}
	}
	return left
}

// takeMeanings adds what an abbreviation or synonym stands for. One with several meanings
// is evidence only, unless it is the whole wording.
func (w *wording) takeMeanings(meanings [][]string, whole bool) {
	w.parts = append(w.parts, namedTest{})
	if len(meanings) > 1 {
		w.ambiguous = true
	}
	if whole || len(meanings) == 1 {
		w.plain = append(w.plain, meanings[0]...)
	}
	for _, m := range meanings {
		w.near = append(w.near, m...)
	}
}

// findTests finds the names of known tests: the whole wording, with and without the
// words that say nothing, or else parts of what the table does not hold.
func (r *laboratoryReader) findTests(w *wording) {
	if !w.ambiguous && r.findWhole(w) {
		return
	}
	if len(w.parts) == 1 && len(w.left) == 0 && !w.ambiguous {
		w.parts[0].whole = true
	}
	for i := 0; i < len(w.left); {
		i += r.takeTest(w, w.left[i:])
	}
}

// findWhole reports whether the whole wording is the name of tests, which it finds.
func (r *laboratoryReader) findWhole(w *wording) bool {
	names := [][]string{lexicon.Key(w.stems), w.plain}
	if w.total {
		names = append(names, lexicon.Key(append([]string{"total"}, w.plain...)))
	}
	for i, name := range names {
		if len(name) == 0 || len(name) == 1 && len(name[0]) < 4 || i > 0 && slices.Equal(name, names[0]) {
			continue
		}
		found := r.testsNamed(name)
		if found == nil {
			continue
		}
		w.parts = []namedTest{{found, true}}
		if !slices.ContainsFunc(found, func(c string) bool { return genericComponents[c] }) {
			w.near = nil
			return true
		}
	}
	return false
}

// longestTest is the number of words of the longest name that is looked for inside a
// wording.
const longestTest = 5

// knownWord is the number of names of tests from which on a word in them is known: a rare
// one may be of another language.
const knownWord = 2

// takeTest takes the longest name of a test, substance, organism or disease that begins
// a list of stems, or one word, and returns the number of its stems.
func (r *laboratoryReader) takeTest(w *wording, stems []string) int {
	most := 0
	for most < min(longestTest, len(stems)) && r.known.Count(lexicon.Laboratory, stems[most]) > 0 {
		most++
	}
	for n := most; n > 0; n-- {
		if n == 1 && len(stems[0]) < 4 {
			break
		}
		if found := r.testsNamed(stems[:n]); found != nil {
			w.parts = append(w.parts, namedTest{components: found})
			w.near = append(w.near, stems[:n]...)
			return n
		}
	}
	stem := stems[0]
	w.near = append(w.near, stem)
	switch {
	case fractionWords[stem] || percentWords[stem] || stem == "total" || r.words.in(stem, "common"):
	case isNumber(stem):
	case isCellMarker(stem):
		w.parts = append(w.parts, namedTest{})
	case len(stem) >= 4 && r.namedElsewhere(w, stem):
		w.parts = append(w.parts, namedTest{})
	case len(stem) < 4 || r.known.Count(lexicon.Laboratory, stem) < knownWord:
		w.unknown = true
	}
	return 1
}

func isNumber(stem string) bool {
	return strings.Trim(stem, "0123456789.") == ""
}

// isCellMarker reports whether a word is a marker of cells: cd4.
func isCellMarker(stem string) bool {
	return strings.HasPrefix(stem, "cd") && len(stem) > 2 && isNumber(strings.TrimRight(stem[2:], "abc+-"))
}

// testsNamed gives the components of the tests that have a name; nil if there are none.
func (r *laboratoryReader) testsNamed(name []string) (found []string) {
	var space [8]lexicon.Match
	for _, m := range r.known.Lookup(space[:0], lexicon.Laboratory, name) {
		switch {
		case m.System() == "component":
			found = append(found, m.Code())
		case m.Marks&lexicon.Ambiguous == 0:
			if c := r.axesOf(m.Entry).component; c != "" {
				found = append(found, c)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// namedElsewhere reports whether a word is the name of a substance, organism, medicine
// or disease, as tests are named after them. The words of its preferred name count as
// evidence for a concept too.
func (r *laboratoryReader) namedElsewhere(w *wording, stem string) bool {
	var space [8]lexicon.Match
	for _, g := range []lexicon.Group{lexicon.Substance, lexicon.Medicine, lexicon.Diagnosis} {
		matches := r.known.Lookup(space[:0], g, []string{stem})
		if len(matches) == 0 {
			continue
		}
		for _, m := range matches {
			w.near = append(w.near, lexicon.Stems(m.Label())...)
		}
		return true
	}
	return false
}
