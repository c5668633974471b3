// SPDX-License-Identifier: Apache-2.0

package build

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// partFiles are files that belong together, by their role.
type partFiles struct {
	kind  Kind
	place string
	files map[role][]string // paths
}

// role is what a file holds.
type role int

const (
	concepts     role = iota // CONCEPT, RXNCONSO, sct2_Concept_Snapshot, Loinc.csv, FHIR
	names                    // CONCEPT_SYNONYM, sct2_Description_Snapshot
	links                    // CONCEPT_RELATIONSHIP, RXNREL, sct2_Relationship_Snapshot
	ancestors                // CONCEPT_ANCESTOR
	attributes               // RXNSAT
	numberOfRole             // how many there are
)

func (p *partFiles) names() []string {
	var list []string
	for r := range numberOfRole {
		for _, path := range p.files[r] {
			list = append(list, filepath.Base(path))
		}
	}
	return list
}

// first gives the only file of a role, "" if there is none.
func (p *partFiles) first(r role) string {
	if len(p.files[r]) == 0 {
		return ""
	}
	return p.files[r][0]
}

// tableRoles are the files of tables, by their names in lower case without .csv, .tsv, .txt and .gz.
var tableRoles = map[string]struct {
	kind Kind
	role role
}{
	"concept": {OMOP, concepts}, "concept_synonym": {OMOP, names}, "concept_relationship": {OMOP, links}, "concept_ancestor": {OMOP, ancestors},
	"rxnconso.rrf": {RxNorm, concepts}, "rxnrel.rrf": {RxNorm, links}, "rxnsat.rrf": {RxNorm, attributes},
	"loinc": {LOINC, concepts},
}

// recognise gives the kind and the role of a file by its name.
func recognise(path string) (Kind, role, bool) {
	name := strings.ToLower(filepath.Base(path))
	plain := strings.TrimSuffix(name, ".gz")
	switch {
	case strings.HasSuffix(name, ".tgz"), strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(plain, ".json"):
		return FHIR, concepts, true
	case strings.HasPrefix(plain, "sct2_concept_snapshot"), strings.HasPrefix(plain, "xsct2_concept_snapshot"):
		return SNOMED, concepts, true
	case strings.HasPrefix(plain, "sct2_description_snapshot"), strings.HasPrefix(plain, "xsct2_description_snapshot"):
		return SNOMED, names, true
	case strings.HasPrefix(plain, "sct2_relationship_snapshot"), strings.HasPrefix(plain, "xsct2_relationship_snapshot"):
		return SNOMED, links, true
	}
	for _, ext := range []string{".csv", ".tsv", ".txt", ".rrf"} {
		if base, ok := strings.CutSuffix(plain, ext); ok {
			if ext == ".rrf" {
				base = plain
			}
			t, ok := tableRoles[base]
			return t.kind, t.role, ok
		}
	}
	return "", 0, false
}

// needed is the file without which others of its kind say nothing.
var needed = map[Kind]string{OMOP: "CONCEPT.csv", RxNorm: "RXNCONSO.RRF", SNOMED: "sct2_Concept_Snapshot_….txt"}

const expected = "expected CONCEPT.csv (OMOP vocabularies), RXNCONSO.RRF (RxNorm), sct2_Concept_Snapshot_….txt (SNOMED CT), Loinc.csv, " +
	"FHIR resources (.json) or FHIR packages (.tgz)"

// findParts finds the files of a source. The files of one kind in one folder belong
// together; FHIR resources of a source do too.
func findParts(source string) ([]partFiles, error) {
	info, err := os.Stat(source)
	if err != nil {
		return nil, err
	}
	var paths []string
	if info.IsDir() {
		err = filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") {
				paths = append(paths, path)
			}
			return err
		})
	} else {
		paths, err = []string{source}, nil
		paths = append(paths, companions(source)...)
	}
	if err != nil {
		return nil, err
	}
	var parts []partFiles
	for _, path := range paths {
		kind, holds, ok := recognise(path)
		if !ok {
			continue
		}
		place := filepath.Dir(path)
		if kind == FHIR {
			place = source
		}
		i := slices.IndexFunc(parts, func(p partFiles) bool { return p.kind == kind && p.place == place })
		if i < 0 {
			i = len(parts)
			parts = append(parts, partFiles{kind, place, map[role][]string{}})
		}
		parts[i].files[holds] = append(parts[i].files[holds], path)
	}
	if len(parts) == 0 {
		hint := ""
		if strings.HasSuffix(strings.ToLower(source), ".zip") {
			hint = "; unpack it first"
		}
		return nil, fmt.Errorf("%s: no terminology is found there: %s%s", source, expected, hint)
	}
	for _, p := range parts {
		if p.first(concepts) == "" {
			return nil, fmt.Errorf("%s: %s are there without %s", p.place, p.kind, needed[p.kind])
		}
	}
	return parts, nil
}

// companions are the other tables of the set that a named file is the first of.
func companions(path string) []string {
	kind, holds, ok := recognise(path)
	if !ok || holds != concepts || kind == FHIR || kind == LOINC {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil
	}
	var paths []string
	for _, e := range entries {
		other := filepath.Join(filepath.Dir(path), e.Name())
		if k, r, ok := recognise(other); ok && k == kind && r != concepts && e.Type().IsRegular() {
			paths = append(paths, other)
		}
	}
	return paths
}
