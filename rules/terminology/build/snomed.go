// SPDX-License-Identifier: Apache-2.0

package build

import (
	"fmt"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Identifiers of SNOMED CT that the files use (SNOMED International, Release File
// Specification).
const (
	fullySpecifiedName   = "900000000000003001"
	isA                  = "116680003"
	hasActiveIngredient  = "127489000"
	hasPreciseIngredient = "762949000"
)

// snomedGroups are the groups of names by the semantic tag. Concepts with other tags, such as
// body structures, are no facts: they are left out.
var snomedGroups = map[string]lexicon.Group{
	"disorder": lexicon.Diagnosis, "finding": lexicon.Diagnosis, "situation": lexicon.Diagnosis, "procedure": lexicon.Diagnosis,
	"regime/therapy": lexicon.Diagnosis, "event": lexicon.Diagnosis, "person": lexicon.Diagnosis, "context-dependent category": lexicon.Diagnosis,
	"observable entity": lexicon.Laboratory, "substance": lexicon.Substance, "product": lexicon.Substance, "organism": lexicon.Substance,
	"medicinal product": lexicon.Substance, "clinical drug": lexicon.Substance, "physical object": lexicon.Substance,
	"": lexicon.Diagnosis,
}

func (a *adder) readSNOMED(files partFiles) error {
	active := map[string]bool{}
	for _, path := range files.files[concepts] {
		t, err := openTable(path, "id", "active")
		if err != nil {
			return err
		}
		if err := t.each(2, func() error {
			active[t.get("id")] = t.get("active") == "1"
			return nil
		}); err != nil {
			return err
		}
	}
	groups, err := a.readFullNames(files.files[names], active)
	if err != nil {
		return err
	}
	for _, path := range files.files[names] {
		if err := a.readTerms(path, groups); err != nil {
			return err
		}
	}
	for _, path := range files.files[links] {
		if err := a.readSnomedLinks(path, groups); err != nil {
			return err
		}
	}
	if len(active) == 0 {
		return fmt.Errorf("%s: no concept is in the files", files.place)
	}
	return nil
}

// eachTerm reads the descriptions that are in use.
func (a *adder) eachTerm(path string, visit func(t *table)) error {
	t, err := openTable(path, "active", "conceptid", "languagecode", "typeid", "term")
	if err != nil {
		return err
	}
	return t.each(len(t.column), func() error {
		if t.get("active") == "1" {
			visit(t)
		}
		return nil
	})
}

// readFullNames gives the group of each concept that is taken, by the tag of its
// fully specified name. The group of a concept without one is that of diagnoses.
func (a *adder) readFullNames(paths []string, active map[string]bool) (map[string]lexicon.Group, error) {
	groups := map[string]lexicon.Group{}
	for id, is := range active {
		if is {
			groups[id] = lexicon.Diagnosis
		}
	}
	for _, path := range paths {
		if err := a.eachTerm(path, func(t *table) {
			id := t.get("conceptid")
			if t.get("typeid") != fullySpecifiedName || !active[id] {
				return
			}
			_, tag := lexicon.CutTag(t.get("term"))
			group, ok := snomedGroups[tag]
			if !ok {
				a.skip("concept with the tag "+tag+": no facts are coded so", t.place)
				delete(groups, id)
				return
			}
			groups[id] = group
		}); err != nil {
			return nil, err
		}
	}
	for id := range groups {
		a.addCode(code{patient.SNOMED, id})
	}
	return groups, nil
}

func (a *adder) readTerms(path string, groups map[string]lexicon.Group) error {
	return a.eachTerm(path, func(t *table) {
		id := t.get("conceptid")
		group, ok := groups[id]
		if !ok {
			a.skip("name of a concept that is not taken", t.place)
			return
		}
		kind := lexicon.Exact
		if t.get("typeid") == fullySpecifiedName && t.get("languagecode") == "en" {
			kind = lexicon.Label
		}
		a.addName(code{patient.SNOMED, id}, group, kind, t.get("term"))
	})
}

func (a *adder) readSnomedLinks(path string, groups map[string]lexicon.Group) error {
	t, err := openTable(path, "active", "sourceid", "destinationid", "typeid")
	if err != nil {
		return err
	}
	return t.each(8, func() error {
		relation := lexicon.Parent
		switch t.get("typeid") {
		case isA:
		case hasActiveIngredient, hasPreciseIngredient:
			relation = lexicon.HasIngredient
		default:
			a.skip("relationship of another kind", t.place)
			return nil
		}
		if t.get("active") != "1" {
			a.skip("relationship that is no longer valid", t.place)
			return nil
		}
		from, to := t.get("sourceid"), t.get("destinationid")
		_, known := groups[from]
		_, also := groups[to]
		if !known || !also {
			a.skip("relationship with a concept that is not taken", t.place)
			return nil
		}
		a.relate(code{patient.SNOMED, from}, relation, code{patient.SNOMED, to})
		return nil
	})
}
