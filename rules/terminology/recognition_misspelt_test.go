// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// neighbours gives, for a letter, letters that lie beside it on a QWERTY keyboard.
var neighbours = map[byte]string{
	'a': "sqz", 'b': "vn", 'c': "xv", 'd': "sf", 'e': "wr", 'f': "dg", 'g': "fh", 'h': "gj", 'i': "uo", 'j': "hk",
	'k': "jl", 'l': "k", 'm': "n", 'n': "bm", 'o': "ip", 'p': "o", 'q': "wa", 'r': "et", 's': "ad", 't': "ry",
	'u': "yi", 'v': "cb", 'w': "qe", 'x': "zc", 'y': "tu", 'z': "x",
}

// misspellings gives the word with one letter, never the first or the last, dropped,
// doubled, swapped with the next or replaced by its neighbour on the keyboard.
func misspellings(r *rand.Rand, word string) []string {
	inner := func() int { return 1 + r.IntN(len(word)-2) }
	drop, double, swap, replace := inner(), inner(), inner(), inner()
	list := []string{
		word[:drop] + word[drop+1:],
		word[:double] + word[double:double+1] + word[double:],
		word[:swap] + word[swap+1:swap+2] + word[swap:swap+1] + word[swap+2:],
	}
	if beside := neighbours[word[replace]]; beside != "" {
		i := r.IntN(len(beside))
		list = append(list, word[:replace]+beside[i:i+1]+word[replace+1:])
	}
	return slices.DeleteFunc(list, func(m string) bool { return m == word })
}

// longestWord gives the longest word of a name, in lower case; "" if it has fewer than
// eight letters or others than a to z, so that a misspelling cannot be a word of its own.
func longestWord(name string) string {
	longest := ""
	for word := range strings.FieldsSeq(strings.ToLower(name)) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	if len(longest) < 8 || strings.Trim(longest, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return longest
}

// TestMisspellingIsNeverNo makes eight rounds of misspellings of 60 names of medicines
// and 40 of diseases of the library. A misspelt name is the concept or not recognised.
func TestMisspellingIsNeverNo(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	random := rand.New(rand.NewPCG(11, 2026))
	for _, sample := range []struct {
		kind  terminology.Kind
		names int
	}{{terminology.MedicationKind, 60}, {terminology.ConditionKind, 40}} {
		var names []struct{ name, word, concept string }
		known := map[string]bool{}
		for _, c := range library.concepts[sample.kind] {
			for i, name := range c.Names {
				known[strings.ToLower(name)] = true
				if word := longestWord(name); i == 0 && word != "" {
					names = append(names, struct{ name, word, concept string }{strings.ToLower(name), word, c.Name})
				}
			}
		}
		if len(names) < sample.names {
			t.Fatalf("%s: only %d names", sample.kind, len(names))
		}
		asked, wrong := 0, 0
		for i := range sample.names {
			n := names[i*len(names)/sample.names]
			for range 8 {
				for _, misspelt := range misspellings(random, n.word) {
					text := strings.Replace(n.name, n.word, misspelt, 1)
					if known[text] {
						continue
					}
					asked++
					if library.ask(sample.kind, n.concept, &patient.Fact{Text: text}) == no {
						wrong++
						t.Errorf("%s: %q says no", n.concept, text)
					}
				}
			}
		}
		t.Logf("%s: %d misspellings of %d names, %d say no", sample.kind, asked, sample.names, wrong)
	}
}
