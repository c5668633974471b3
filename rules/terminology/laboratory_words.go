// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// wordTable is a table of words and phrases by section. Phrases are compared by their
// stems, as [lexicon.Stems] gives them.
type wordTable struct {
	phrases map[string]phraseEntry // by stems, separated by spaces
	longest map[string]int         // by first stem: stems of the longest phrase
	listed  map[string]bool        // section, colon, and the stems of a phrase in it, sorted
}

// phraseEntry is a word or phrase of a table.
type phraseEntry struct {
	section  string     // "nothing", "specimen urine"
	meanings [][]string // stems of what the phrase stands for; several if it is ambiguous
}

// readWordTable reads a table of the program. Lines that begin with # are comments, and
// [section] begins a section. Any other line lists phrases, separated by commas; after
// = it says what they mean, several meanings separated by |.
func readWordTable(name string) *wordTable {
	t := &wordTable{phrases: map[string]phraseEntry{}, longest: map[string]int{}, listed: map[string]bool{}}
	section := ""
	for line := range strings.Lines(readWords(name)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			t.addLine(section, line)
		}
	}
	return t
}

func (t *wordTable) addLine(section, line string) {
	phrases, meaning, _ := strings.Cut(line, " = ")
	e := phraseEntry{section: section}
	if meaning != "" {
		for one := range strings.SplitSeq(meaning, "|") {
			e.meanings = append(e.meanings, lexicon.Stems(one))
		}
	}
	for phrase := range strings.SplitSeq(phrases, ",") {
		stems := lexicon.Stems(phrase)
		if len(stems) == 0 {
			continue
		}
		t.listed[section+":"+strings.Join(lexicon.Key(stems), " ")] = true
		key := strings.Join(stems, " ")
		if _, known := t.phrases[key]; !known { // the first section that names a phrase decides
			t.phrases[key] = e
			t.longest[stems[0]] = max(t.longest[stems[0]], len(stems))
		}
	}
}

// find gives the longest phrase that begins a list of stems, and its number of stems;
// 0 if there is none.
func (t *wordTable) find(stems []string) (phraseEntry, int) {
	if len(stems) == 0 {
		return phraseEntry{}, 0
	}
	for n := min(t.longest[stems[0]], len(stems)); n > 0; n-- {
		if e, ok := t.phrases[strings.Join(stems[:n], " ")]; ok {
			return e, n
		}
	}
	return phraseEntry{}, 0
}

// lists reports whether a section has a phrase of these stems, sorted, even if an earlier
// section has it too.
func (t *wordTable) lists(section string, stems []string) bool {
	return t.listed[section+":"+strings.Join(stems, " ")]
}

// in reports whether a single stem stands in one of the sections.
func (t *wordTable) in(stem string, sections ...string) bool {
	e, ok := t.phrases[stem]
	return ok && slices.Contains(sections, e.section)
}
