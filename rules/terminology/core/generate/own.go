// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// ownLists are the lists that were written for this program:
//
//	atc.tsv          ATC codes, or groups, of ingredients that the sources leave out
//	medicines.tsv    names of medicines, also in other languages; they outrank the sources
//	ingredients.tsv  our names for ingredients that a source spells in its own way
//	classes.tsv      classes of medicines with their groups of ATC codes
//	products.tsv     fluids, feeds, blood products, devices and care items that stand
//	                 among the medicines of a hospital, with their sort as the ingredient
//	foreign.tsv      common diseases and operations in five languages
//	names.tsv        everyday names of what ICD-10-CM classifies
//	operations.tsv   the words of ICD-10-PCS
//	tests.tsv        short and foreign names of what tests measure
//	abbreviations.tsv  short forms of conditions and operations
//	medicine-abbreviations.tsv  short forms of medicines with several meanings
//	short-words.tsv  words as titles and hospital lists shorten them
//
//go:embed own/*.tsv
var ownLists embed.FS

// readOwn gives the rows of one of the ownLists, as read does.
func readOwn(list string, columns ...string) ([][]string, error) {
	file, err := ownLists.Open("own/" + list)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := readTable(file, columns)
	if err != nil {
		return nil, fmt.Errorf("own/%s: %w", list, err)
	}
	return rows, nil
}

// addOwnNames adds everyday names and the words of operations. An everyday name is
// near to what its code classifies, and not the same.
func (b *builder) addOwnNames() error {
	rows, err := readOwn("names.tsv", "system", "code", "name")
	if err != nil {
		return err
	}
	for _, r := range rows {
		code := icd(r[1])
		if !b.Has(r[0], code) {
			return fmt.Errorf("own/names.tsv: %s %s is not known", r[0], r[1])
		}
		b.AddName(r[0], code, lexicon.Diagnosis, lexicon.Related, 0, true, r[2])
	}
	if rows, err = readOwn("operations.tsv", "name", "axis"); err != nil {
		return err
	}
	for _, r := range rows {
		b.AddName("operation", r[0], lexicon.Diagnosis, lexicon.Label, 0, true, r[0])
		b.Relate("operation", r[0], lexicon.Parent, "operation axis", r[1])
	}
	return nil
}

// addOwnWords adds foreign wordings and shortened words with what they mean.
func (b *builder) addOwnWords() error {
	rows, err := readOwn("foreign.tsv", "text", "meaning")
	if err != nil {
		return err
	}
	for _, r := range rows {
		b.addMeaning("foreign", strings.Join(lexicon.Words(r[0]), " "), r[1], false)
	}
	if rows, err = readOwn("short-words.tsv", "text", "meaning"); err != nil {
		return err
	}
	for _, r := range rows {
		b.addMeaning("short word", lexicon.Fold(r[0]), r[1], false)
	}
	return nil
}

// addOwnCodes adds the ATC codes of ingredients.
func (b *builder) addOwnCodes() error {
	rows, err := readOwn("atc.tsv", "ingredient", "atc")
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !b.Has("ingredient", r[0]) {
			return fmt.Errorf("own/atc.tsv: the ingredient %q is not known", r[0])
		}
		for atc := range strings.FieldsSeq(r[1]) {
			b.Relate("ingredient", r[0], lexicon.MapsTo, "atc", atc)
		}
	}
	return nil
}
