// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// The columns of the files of RxNorm, from 0 (RxNorm Technical Documentation of the
// National Library of Medicine).
const (
	conceptID, conceptLanguage, conceptSource, conceptType, conceptCode, conceptName, conceptSuppress = 0, 1, 11, 12, 13, 14, 16
	conceptColumns                                                                                    = 17

	relationObject, relationSubject, relationName, relationSource, relationSuppress = 0, 4, 7, 10, 14
	relationColumns                                                                 = 11

	attributeConcept, attributeName, attributeSource, attributeValue, attributeSuppress = 0, 8, 9, 10, 11
	attributeColumns                                                                    = 12
)

// rxnormTypes are the term types of RxNorm's own names that are read, and the kind of name.
var rxnormTypes = map[string]lexicon.NameKind{
	"IN": lexicon.Label, "PIN": lexicon.Label, "MIN": lexicon.Label, "BN": lexicon.Label,
	"SCD": lexicon.Label, "SCDC": lexicon.Label, "SCDF": lexicon.Label, "SCDG": lexicon.Label, "SCDFP": lexicon.Label, "SCDGP": lexicon.Label,
	"SBD": lexicon.Label, "SBDC": lexicon.Label, "SBDF": lexicon.Label, "SBDG": lexicon.Label, "SBDFP": lexicon.Label, "GPCK": lexicon.Label, "BPCK": lexicon.Label,
	"PSN": lexicon.Exact, "SY": lexicon.Exact, "TMSY": lexicon.Exact,
}

// rxnormLinks are the relationships that lead from a product to its ingredients: the
// subject has the object in it or, if true, the object has the subject in it.
var rxnormLinks = map[string]bool{
	"has_ingredient": false, "ingredient_of": true, "has_ingredients": false, "ingredients_of": true,
	"has_precise_ingredient": false, "precise_ingredient_of": true,
	"consists_of": false, "constitutes": true, "contains": false, "contained_in": true, "has_part": false, "part_of": true,
	"tradename_of": false, "has_tradename": true, "form_of": false, "has_form": true,
	"quantified_form_of": false, "has_quantified_form": true,
}

func (a *adder) readRxNorm(files partFiles) error {
	taken := map[string]bool{}
	for _, path := range files.files[concepts] {
		if err := a.readRxNames(path, taken); err != nil {
			return err
		}
	}
	for _, path := range files.files[links] {
		if err := a.readRxLinks(path, taken); err != nil {
			return err
		}
	}
	for _, path := range files.files[attributes] {
		if err := a.readPackageCodes(path, taken); err != nil {
			return err
		}
	}
	return nil
}

func (a *adder) readRxNames(path string, taken map[string]bool) error {
	t, err := openRRF(path)
	if err != nil {
		return err
	}
	return t.each(conceptColumns, func() error {
		kind, ok := rxnormTypes[t.row[conceptType]]
		switch {
		case t.row[conceptSource] != "RXNORM":
			a.skip("name of another source ("+t.row[conceptSource]+")", t.place)
			return nil
		case !ok:
			a.skip("term type "+t.row[conceptType], t.place)
			return nil
		case t.row[conceptSuppress] == "O":
			a.skip("obsolete name", t.place)
			return nil
		}
		c, ok := newCode(patient.RxNorm, t.row[conceptID])
		if !ok {
			return errNotNumber("RXCUI", t.row[conceptID])
		}
		taken[c.code] = true
		a.addName(c, lexicon.Medicine, kind, t.row[conceptName])
		return nil
	})
}

func (a *adder) readRxLinks(path string, taken map[string]bool) error {
	t, err := openRRF(path)
	if err != nil {
		return err
	}
	return t.each(relationColumns, func() error {
		reversed, ok := rxnormLinks[t.row[relationName]]
		from, to := t.row[relationSubject], t.row[relationObject]
		switch {
		case !ok || t.row[relationSource] != "RXNORM":
			a.skip("relationship of another kind or source", t.place)
			return nil
		case len(t.row) > relationSuppress && t.row[relationSuppress] == "O":
			a.skip("obsolete relationship", t.place)
			return nil
		case !taken[from] || !taken[to]: // atoms have relationships too, without concepts
			a.skip("relationship with a concept that is not taken", t.place)
			return nil
		case reversed:
			from, to = to, from
		}
		a.relate(code{patient.RxNorm, from}, lexicon.HasIngredient, code{patient.RxNorm, to})
		return nil
	})
}

// readPackageCodes reads the NDC codes of products.
func (a *adder) readPackageCodes(path string, taken map[string]bool) error {
	t, err := openRRF(path)
	if err != nil {
		return err
	}
	return t.each(attributeColumns, func() error {
		if t.row[attributeName] != "NDC" {
			return nil
		}
		product := t.row[attributeConcept]
		c, ok := newCode(patient.NDC, t.row[attributeValue])
		switch {
		case t.row[attributeSource] != "RXNORM":
			a.skip("NDC of another source, of another form", t.place)
		case t.row[attributeSuppress] == "O":
			a.skip("obsolete NDC", t.place)
		case !ok || !taken[product]:
			a.skip("NDC of a product that is not taken", t.place)
		default:
			a.relate(c, lexicon.MapsTo, code{patient.RxNorm, product})
		}
		return nil
	})
}
