// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// addAbbreviations adds short forms and foreign wordings with what they mean. Our list
// of conditions decides where the general list has several meanings.
func (b *builder) addAbbreviations() error {
	decided := map[string]bool{}
	rows, err := b.read("lexicon/condition-abbreviations.tsv", "text", "meaning", "ambiguous")
	if err != nil {
		return err
	}
	own, err := readOwn("abbreviations.tsv", "text", "meaning", "ambiguous")
	if err != nil {
		return err
	}
	for _, r := range append(rows, own...) {
		text := strings.ReplaceAll(lexicon.Fold(r[0]), "'s", "")
		decided[text] = true
		b.addMeaning("abbreviation", text, r[1], r[2] == "y")
	}
	if rows, err = b.read("lexicon/abbreviations.tsv", "abbreviation", "meaning", "meanings_in_all"); err != nil {
		return err
	}
	for _, r := range rows {
		if text := lexicon.Fold(r[0]); !decided[text] {
			b.addMeaning("abbreviation", text, r[1], r[2] != "1" || len(r[0]) < 3 || r[0] != strings.ToUpper(r[0]))
		}
	}
	if rows, err = b.read("lexicon/condition-words-foreign.tsv", "text", "meaning"); err != nil {
		return err
	}
	for _, r := range rows {
		b.addMeaning("foreign", strings.Join(lexicon.Words(r[0]), " "), r[1], false)
	}
	return b.addOwnWords()
}

// addMeaning adds what a text stands for. It is ambiguous if the list says so, or if
// it has another meaning already.
func (b *builder) addMeaning(system, text, meaning string, ambiguous bool) {
	key := system + "\t" + text
	if have, ok := b.meanings[key]; ok && have != meaning {
		ambiguous = true
		b.AddName(system, text, lexicon.Meaning, lexicon.Label, lexicon.Ambiguous, true, have)
	}
	b.meanings[key] = meaning
	var marks lexicon.Mark
	if ambiguous {
		marks = lexicon.Ambiguous
	}
	b.AddName(system, text, lexicon.Meaning, lexicon.Label, marks, true, meaning)
}
