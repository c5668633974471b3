// SPDX-License-Identifier: Apache-2.0

package build

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// The tables of the OMOP vocabularies are those of the OMOP Common Data Model 5.3 and
// 5.4 (OHDSI/CommonDataModel).

// omopGroups are the domains of concepts that facts are about, and the group of
// their names.
var omopGroups = map[string]lexicon.Group{
	"condition": lexicon.Diagnosis, "procedure": lexicon.Diagnosis, "observation": lexicon.Diagnosis, "measurement": lexicon.Laboratory,
	"drug": lexicon.Medicine, "device": lexicon.Substance, "condition/procedure": lexicon.Diagnosis, "condition/obs": lexicon.Diagnosis,
	"condition/meas": lexicon.Diagnosis, "obs/procedure": lexicon.Diagnosis, "meas/procedure": lexicon.Laboratory, "specimen": lexicon.Substance,
}

// omopLink is what a relationship means here: that the first concept has a link to the
// second or, if reversed, the second to the first.
type omopLink struct {
	relation  lexicon.Relation
	reversed  bool
	component bool // of a test
}

// omopLinks are the relationships that are read, of those of the OMOP vocabularies. "Maps
// to" leads to the standard concept that a code is recorded as, which may be wider than
// the code: it holds in one direction only.
var omopLinks = map[string]omopLink{
	"is a": {relation: lexicon.Parent}, "subsumes": {relation: lexicon.Parent, reversed: true},
	"maps to": {relation: lexicon.MapsTo}, "mapped from": {relation: lexicon.MapsTo, reversed: true},

	"rxnorm has ing": {relation: lexicon.HasIngredient}, "rxnorm ing of": {relation: lexicon.HasIngredient, reversed: true},
	"has precise ing": {relation: lexicon.HasIngredient}, "precise ing of": {relation: lexicon.HasIngredient, reversed: true},
	"consists of": {relation: lexicon.HasIngredient}, "constitutes": {relation: lexicon.HasIngredient, reversed: true},
	"contains": {relation: lexicon.HasIngredient}, "contained in": {relation: lexicon.HasIngredient, reversed: true},
	"tradename of": {relation: lexicon.HasIngredient}, "has tradename": {relation: lexicon.HasIngredient, reversed: true},
	"form of": {relation: lexicon.HasIngredient}, "has form": {relation: lexicon.HasIngredient, reversed: true},
	"quantified form of": {relation: lexicon.HasIngredient}, "has quantified form": {relation: lexicon.HasIngredient, reversed: true},
	"box of": {relation: lexicon.HasIngredient}, "available as box": {relation: lexicon.HasIngredient, reversed: true},
	"marketed form of": {relation: lexicon.HasIngredient}, "has marketed form": {relation: lexicon.HasIngredient, reversed: true},
	"has active ing": {relation: lexicon.HasIngredient}, "active ing of": {relation: lexicon.HasIngredient, reversed: true},

	"has component": {component: true},
}

// omopConcepts are the concepts of a download by their ids.
type omopConcepts struct {
	byID       map[int64]omopConcept
	components map[int64]string // names of the components of LOINC
}

type omopConcept struct {
	code
	group      lexicon.Group
	drug       bool
	ingredient bool
}

func (a *adder) readOMOP(files partFiles) error {
	all := &omopConcepts{byID: map[int64]omopConcept{}, components: map[int64]string{}}
	for _, path := range files.files[concepts] {
		if err := a.readConcepts(path, all); err != nil {
			return err
		}
	}
	for _, path := range files.files[names] {
		if err := a.readSynonyms(path, all); err != nil {
			return err
		}
	}
	for _, path := range files.files[links] {
		if err := a.readRelationships(path, all); err != nil {
			return err
		}
	}
	for _, path := range files.files[ancestors] {
		if err := a.readAncestors(path, all); err != nil {
			return err
		}
	}
	return nil
}

func (a *adder) readConcepts(path string, all *omopConcepts) error {
	t, err := openTable(path, "concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id", "concept_code")
	if err != nil {
		return err
	}
	systems := map[string]string{} // short names by vocabulary
	return t.each(len(t.column)-1, func() error {
		id, err := strconv.ParseInt(t.get("concept_id"), 10, 64)
		if err != nil {
			return errNotNumber("concept_id", t.get("concept_id"))
		}
		vocabulary, class := t.get("vocabulary_id"), strings.ToLower(t.get("concept_class_id"))
		if vocabulary == "LOINC" && class == "loinc component" {
			all.components[id] = t.get("concept_name")
			return nil
		}
		group, ok := omopGroups[strings.ToLower(t.get("domain_id"))]
		if !ok {
			a.skip("domain "+t.get("domain_id")+": no facts are coded so", t.place)
			return nil
		}
		system, ok := systems[vocabulary]
		if !ok {
			system = omopSystem(vocabulary)
			systems[vocabulary] = system
		}
		c, ok := newCode(system, t.get("concept_code"))
		if !ok {
			a.skip("no code, or no code system", t.place)
			return nil
		}
		switch {
		case system == patient.CVX:
			group = lexicon.Vaccine
		case class == "substance" || class == "organism" || class == "pharma/biol product":
			group = lexicon.Substance
		}
		all.byID[id] = omopConcept{c, group, strings.EqualFold(t.get("domain_id"), "drug"), class == "ingredient"}
		a.addName(c, group, lexicon.Label, t.get("concept_name"))
		a.addCode(c)
		if system == patient.LOINC {
			a.addAxes(c, t.get("concept_name"))
		}
		return nil
	})
}

// omopSystem gives the code system of a vocabulary.
func omopSystem(vocabulary string) string {
	switch vocabulary {
	case "RxNorm Extension", "None": // their codes are their own
		return vocabulary
	case "Nebraska Lexicon":
		return patient.SNOMED
	}
	return patient.SystemName(vocabulary)
}

func (a *adder) readSynonyms(path string, all *omopConcepts) error {
	t, err := openTable(path, "concept_id", "concept_synonym_name")
	if err != nil {
		return err
	}
	return t.each(2, func() error {
		id, err := strconv.ParseInt(t.get("concept_id"), 10, 64)
		if err != nil {
			return errNotNumber("concept_id", t.get("concept_id"))
		}
		c, ok := all.byID[id]
		if !ok {
			a.skip("synonym of a concept that is not taken", t.place)
			return nil
		}
		a.addName(c.code, c.group, lexicon.Exact, t.get("concept_synonym_name"))
		return nil
	})
}

func (a *adder) readRelationships(path string, all *omopConcepts) error {
	t, err := openTable(path, "concept_id_1", "concept_id_2", "relationship_id")
	if err != nil {
		return err
	}
	return t.each(3, func() error {
		name := strings.ToLower(strings.TrimSpace(t.get("relationship_id")))
		link, ok := omopLinks[name]
		if !ok {
			a.skip("relationship of another kind", t.place)
			return nil
		}
		if t.get("invalid_reason") != "" {
			a.skip("relationship that is no longer valid", t.place)
			return nil
		}
		one, err := strconv.ParseInt(t.get("concept_id_1"), 10, 64)
		if err != nil {
			return errNotNumber("concept_id_1", t.get("concept_id_1"))
		}
		two, err := strconv.ParseInt(t.get("concept_id_2"), 10, 64)
		if err != nil {
			return errNotNumber("concept_id_2", t.get("concept_id_2"))
		}
		from, known := all.byID[one]
		if link.component {
			if known && from.system == patient.LOINC {
				a.relateAxis(from.code, "component", all.components[two])
			}
			return nil
		}
		to, also := all.byID[two]
		switch {
		case one == two:
			return nil // a standard concept maps to itself
		case !known || !also:
			a.skip("relationship with a concept that is not taken", t.place)
			return nil
		}
		if link.reversed {
			from, to = to, from
		}
		a.relate(from.code, link.relation, to.code)
		return nil
	})
}

// readAncestors adds the ancestors of concepts that have no direct relation.
func (a *adder) readAncestors(path string, all *omopConcepts) error {
	t, err := openTable(path, "ancestor_concept_id", "descendant_concept_id")
	if err != nil {
		return err
	}
	direct := map[code]bool{} // as before this table
	return t.each(2, func() error {
		above, err := strconv.ParseInt(t.get("ancestor_concept_id"), 10, 64)
		if err != nil {
			return errNotNumber("ancestor_concept_id", t.get("ancestor_concept_id"))
		}
		below, err := strconv.ParseInt(t.get("descendant_concept_id"), 10, 64)
		if err != nil {
			return errNotNumber("descendant_concept_id", t.get("descendant_concept_id"))
		}
		from, known := all.byID[below]
		to, also := all.byID[above]
		if above == below {
			return nil
		}
		if !known || !also {
			a.skip("ancestor or descendant that is not taken", t.place)
			return nil
		}
		has, met := direct[from.code]
		if !met {
			has = a.HasLink(from.system, from.code.code, lexicon.Parent) || a.HasLink(from.system, from.code.code, lexicon.HasIngredient)
			direct[from.code] = has
		}
		switch {
		case has:
		case from.drug && to.ingredient:
			a.relate(from.code, lexicon.HasIngredient, to.code)
		case !from.drug || to.system != patient.RxNorm:
			a.relate(from.code, lexicon.Parent, to.code)
		}
		return nil
	})
}
