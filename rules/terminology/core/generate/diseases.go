// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// icd brings a code of an ICD to the form without dots.
func icd(code string) string { return strings.ToUpper(strings.ReplaceAll(code, ".", "")) }

var (
	unspecified = regexp.MustCompile(`(?i),?\s*\bunspecified( site)?\b`)
	encounter   = regexp.MustCompile(`(?i), (\w+ encounter( for .*)?|sequela)$`)
	brackets    = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]`)
)

// addTitle adds a title of a classification, and its form without "unspecified" and
// without what stands in brackets.
func (b *builder) addTitle(system, code, title string, counted bool) {
	b.AddName(system, code, lexicon.Diagnosis, lexicon.Label, 0, counted, title)
	for _, part := range []*regexp.Regexp{unspecified, brackets} {
		if short := part.ReplaceAllString(title, ""); short != title {
			b.AddName(system, code, lexicon.Diagnosis, lexicon.Short, 0, false, short)
		}
	}
}

// addClassifications adds ICD-10-CM, ICD-9-CM and the codes of ICD-10. Their
// hierarchy is that of the beginnings of the codes; chapters and blocks are ranges.
func (b *builder) addClassifications() error {
	rows, err := b.read("icd10cm-codes-2021.tsv", "code", "description")
	if err != nil {
		return err
	}
	for _, r := range rows {
		code := icd(r[0])
		if len(code) == 7 && encounter.MatchString(r[1]) {
			continue // the code without its last character has the name
		}
		b.addTitle("icd10cm", code, r[1], len(code) < 7) // the seventh character tells equal subdivisions apart
	}
	if rows, err = b.read("lexicon/icd10cm-chapters.tsv", "range", "title"); err != nil {
		return err
	}
	for _, r := range rows {
		b.addTitle("icd10cm", icd(r[0]), r[1], true)
	}
	if rows, err = b.read("lexicon/icd9cm.tsv", "kind", "code", "long", "short"); err != nil {
		return err
	}
	for _, r := range rows {
		system := "icd9cm"
		if r[0] == "procedure" {
			system = "icd9proc"
		}
		b.AddName(system, icd(r[1]), lexicon.Diagnosis, lexicon.Label, 0, true, r[2])
		b.AddName(system, icd(r[1]), lexicon.Diagnosis, lexicon.Short, 0, false, r[3])
	}
	if rows, err = b.read("lexicon/icd10-who-codes.tsv", "level", "code"); err != nil {
		return err
	}
	for _, r := range rows {
		if r[0] != "chapter" {
			b.AddCode("icd10", icd(r[1]))
		}
	}
	return nil
}

// diseaseSystems are the systems of diseases by the prefix of their identifiers.
var diseaseSystems = map[string]string{
	"DOID": "doid", "MESH": "mesh", "MESHTREE": "mesh", "NCIT": "ncit", "ORPHA": "orpha", "MONDO": "mondo", "ICD10CM": "icd10cm",
}

// disease splits an identifier such as "DOID:114" or "ICD10CM:I50.9". The system is
// "" if it is not one of diseaseSystems.
func disease(id string) (system, code string) {
	prefix, code, _ := strings.Cut(id, ":")
	if system = diseaseSystems[prefix]; system == "icd10cm" {
		code = icd(code)
	}
	return system, code
}

var diseaseKinds = map[string]lexicon.NameKind{
	"L": lexicon.Label, "E": lexicon.Exact, "R": lexicon.Related, "T": lexicon.Term, "I": lexicon.Inclusion,
}

// addDiseases adds the lists of diseases with their names, hierarchies, equals in
// each other and codes of ICD-10-CM.
func (b *builder) addDiseases() error {
	concepts, err := b.read("lexicon/disease-concepts.tsv", "id", "label", "parents", "xrefs")
	if err != nil {
		return err
	}
	trees := map[string]string{} // MeSH descriptors by their tree numbers
	for _, r := range concepts {
		system, code := disease(r[0])
		b.AddName(system, code, lexicon.Diagnosis, lexicon.Label, 0, true, r[1])
		for parent := range strings.FieldsSeq(r[2]) {
			if !strings.Contains(parent, ":") {
				trees[parent] = code
			}
		}
	}
	names, err := b.read("lexicon/disease-names.tsv", "name", "id", "kind")
	if err != nil {
		return err
	}
	for _, r := range names {
		if system, code := disease(r[1]); system != "" {
			b.AddName(system, code, lexicon.Diagnosis, diseaseKinds[r[2]], 0, true, r[0])
		}
	}
	for _, r := range concepts {
		system, code := disease(r[0])
		for parent := range strings.FieldsSeq(r[2]) {
			b.addParent(system, code, parent, trees)
		}
		for xref := range strings.FieldsSeq(r[3]) {
			b.addEqual(system, code, xref)
		}
	}
	return nil
}

// addParent adds a parent, given by its identifier, or by a tree number of the
// disease itself: the parent's is shorter by the last part.
func (b *builder) addParent(system, code, parent string, trees map[string]string) {
	if strings.Contains(parent, ":") {
		if s, c := disease(parent); b.Has(s, c) {
			b.Relate(system, code, lexicon.Parent, s, c)
		}
		return
	}
	if cut := strings.LastIndexByte(parent, '.'); cut > 0 {
		if c, ok := trees[parent[:cut]]; ok {
			b.Relate(system, code, lexicon.Parent, "mesh", c)
		}
	}
}

// addEqual adds what another list calls the disease, or how ICD-10-CM classifies it.
func (b *builder) addEqual(system, code, xref string) {
	if whole, ok := strings.CutPrefix(xref, "ICD10:"); ok { // the WHO's code, which the American classification may have too
		xref = "ICD10CM:" + whole
		if !b.Has("icd10cm", icd(whole)) {
			return
		}
	}
	switch s, c := disease(xref); {
	case s == "icd10cm":
		b.Relate(system, code, lexicon.MapsTo, s, c)
	case b.Has(s, c):
		b.Relate(system, code, lexicon.Same, s, c)
	}
}

// addSnomed adds the Global Patient Set of SNOMED CT. What kind of thing a code is,
// is the code's parent in the system "snomed tag".
func (b *builder) addSnomed() error {
	rows, err := b.read("snomed-gps-codes.tsv", "code", "display")
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch _, tag := lexicon.CutTag(r[1]); tag {
		case "", "disorder", "finding", "situation", "procedure", "regime/therapy", "event":
			b.AddName("snomed", r[0], lexicon.Diagnosis, lexicon.Label, 0, true, r[1])
		case "substance", "organism", "product", "medicinal product":
			b.AddName("snomed", r[0], lexicon.Substance, lexicon.Label, 0, true, r[1])
		default:
			b.AddName("snomed", r[0], lexicon.Meaning, lexicon.Label, 0, false, r[1])
			b.Relate("snomed", r[0], lexicon.Parent, "snomed tag", tag)
		}
	}
	return nil
}
