// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

var atcGroup = regexp.MustCompile(`\b[A-Z]\d\d[A-Z]{0,2}(\d\d)?\b`)

// addMedicineWords adds classes and abbreviations of medicines.
func (b *builder) addMedicineWords() error {
	classes, err := b.read("lexicon/drug-class-words.tsv", "words", "atc", "note")
	if err != nil {
		return err
	}
	own, err := readOwn("classes.tsv", "words", "atc", "note")
	if err != nil {
		return err
	}
	for _, r := range append(classes, own...) {
		b.addMedicineClass(strings.Split(r[0], "|"), atcGroup.FindAllString(r[1], -1), r[2])
	}
	rows, err := b.read("lexicon/drug-abbreviations.tsv", "abbreviation", "ingredients", "ambiguous")
	if err != nil {
		return err
	}
	several, err := readOwn("medicine-abbreviations.tsv", "abbreviation", "ingredients")
	if err != nil {
		return err
	}
	for _, r := range several {
		b.addMedicineAbbreviation(r[0], splitIngredients(r[1]), true)
	}
	for _, r := range rows {
		if !b.Has("medicine class", medicineKey(r[0])) && !b.Has("medicine abbreviation", medicineKey(r[0])) {
			b.addMedicineAbbreviation(r[0], splitIngredients(r[1]), r[2] == "y")
		}
	}
	return nil
}

// addMedicineClass adds the names of a class with its groups of ATC codes. They are
// ambiguous if the note says that the class is open or that the route decides.
func (b *builder) addMedicineClass(names, groups []string, note string) {
	open := strings.Contains(note, "open") || strings.Contains(note, "route") || strings.Contains(note, "unknown")
	for _, name := range names {
		var marks lexicon.Mark
		if open || note == name+" is ambiguous" {
			marks = lexicon.Ambiguous
		}
		b.AddName("medicine class", medicineKey(name), lexicon.Meaning, lexicon.Label, marks, true, names[0])
		for _, group := range groups {
			b.Relate("medicine class", medicineKey(name), lexicon.MapsTo, "atc", group)
		}
	}
}

// addMedicineAbbreviation adds what an abbreviation stands for. It is ambiguous if the
// list says so, or if it stands for something that is no medicine of the lists.
func (b *builder) addMedicineAbbreviation(text string, ingredients []string, ambiguous bool) {
	code := medicineKey(text)
	var found []string
	for _, name := range ingredients {
		list := b.medicines[medicineKey(name)]
		if list == nil {
			ambiguous = true
		}
		found = append(found, list...)
	}
	var marks lexicon.Mark
	if ambiguous {
		marks = lexicon.Ambiguous
	}
	b.AddName("medicine abbreviation", code, lexicon.Meaning, lexicon.Label, marks, true, strings.Join(ingredients, " and "))
	for _, i := range found {
		b.Relate("medicine abbreviation", code, lexicon.HasIngredient, "ingredient", i)
	}
}
