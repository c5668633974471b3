// SPDX-License-Identifier: Apache-2.0

// Package build compiles what a site is licensed for into one terminology file:
// downloads of the OMOP vocabularies, RxNorm, SNOMED CT and LOINC, and FHIR resources
// and packages. The file holds codes with their names, hierarchy, maps and
// ingredients; [terminology.Open] reads it.
//
// Of this module it may import patient, rules/terminology and rules/terminology/lexicon.
package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Terminology is what was read from the sources.
type Terminology struct {
	// Parts tell what each source gave, in the order of the sources.
	Parts   []*Part
	builder *lexicon.Builder
}

// Part tells what was taken from one set of files that belong together.
type Part struct {
	Kind    Kind
	Place   string         // the file, or the folder of the files
	Files   []string       // names, without the folder
	Codes   map[string]int // new codes by code system
	Names   int
	Links   map[lexicon.Relation]int // new links, by their kind
	Skipped []Skipped                // in the order of the reasons
}

// Skipped counts rows, or parts of a resource, that were left out for one reason.
type Skipped struct {
	Reason string
	Rows   int
	First  string // the place of the first: file:line, or the resource
}

// Kind is the kind of a source.
type Kind string

// The kinds of source.
const (
	OMOP   Kind = "OMOP vocabularies"
	RxNorm Kind = "RxNorm RRF"
	SNOMED Kind = "SNOMED CT RF2"
	LOINC  Kind = "LOINC table"
	FHIR   Kind = "FHIR resources"
)

// Read reads files and folders. It recognises the kind of each by its files. The error
// joins all errors, of which one about a row begins with file:line; nothing was then
// read completely.
func Read(sources ...string) (*Terminology, error) {
	t := &Terminology{builder: lexicon.NewBuilder(nil)}
	var problems []error
	for _, source := range sources {
		found, err := findParts(source)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, files := range found {
			a := newAdder(t.builder, files)
			if err := a.read(files); err != nil {
				problems = append(problems, err)
				continue
			}
			t.Parts = append(t.Parts, a.finish())
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return t, nil
}

// WriteTo writes the terminology file. Equal sources give equal bytes.
func (t *Terminology) WriteTo(w io.Writer) (int64, error) {
	type source struct {
		Kind  Kind           `json:"kind"`
		Files []string       `json:"files"`
		Codes map[string]int `json:"codes"`
	}
	var info struct {
		Sources []source `json:"sources"`
	}
	for _, p := range t.Parts {
		info.Sources = append(info.Sources, source{p.Kind, p.Files, p.Codes})
	}
	text, err := json.Marshal(info)
	if err != nil {
		return 0, err
	}
	t.builder.SetInfo(text)
	return t.builder.WriteTo(w)
}

// adder adds what one part holds to the builder and counts it.
type adder struct {
	*lexicon.Builder
	part    *Part
	skipped map[string]*Skipped
	order   []string
}

func newAdder(b *lexicon.Builder, files partFiles) *adder {
	return &adder{Builder: b, skipped: map[string]*Skipped{}, part: &Part{
		Kind: files.kind, Place: files.place, Files: files.names(), Codes: map[string]int{}, Links: map[lexicon.Relation]int{},
	}}
}

// read reads the files of a part.
func (a *adder) read(files partFiles) error {
	switch files.kind {
	case OMOP:
		return a.readOMOP(files)
	case RxNorm:
		return a.readRxNorm(files)
	case SNOMED:
		return a.readSNOMED(files)
	case LOINC:
		return a.readLOINC(files)
	}
	return a.readFHIR(files)
}

func (a *adder) finish() *Part {
	slices.Sort(a.order)
	for _, reason := range a.order {
		a.part.Skipped = append(a.part.Skipped, *a.skipped[reason])
	}
	return a.part
}

// skip counts a row that is left out; place is where the first one is.
func (a *adder) skip(reason string, place func() string) {
	s := a.skipped[reason]
	if s == nil {
		s = &Skipped{Reason: reason, First: place()}
		a.skipped[reason] = s
		a.order = append(a.order, reason)
	}
	s.Rows++
}

// code is a code of a code system, both in the form in which they are compared.
type code struct{ system, code string }

// newCode gives the form in which a code is compared. It reports false for a code
// that says nothing, or of a system whose name the program uses for itself.
func newCode(system, text string) (code, bool) {
	system, text = patient.SystemName(strings.TrimSpace(system)), strings.TrimSpace(text)
	if system == "" || text == "" || terminology.IsOwnSystem(system) {
		return code{}, false
	}
	text = terminology.NormalCode(system, text)
	return code{system, text}, text != ""
}

// addCode adds a code and counts it where it is new.
func (a *adder) addCode(c code) {
	if !a.Has(c.system, c.code) {
		a.part.Codes[c.system]++
		a.AddCode(c.system, c.code)
	}
}

func (a *adder) addName(c code, g lexicon.Group, kind lexicon.NameKind, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	a.addCode(c)
	a.part.Names++
	a.AddName(c.system, c.code, g, kind, 0, true, text)
}

// relate adds a link between two codes.
func (a *adder) relate(from code, r lexicon.Relation, to code) {
	if from == to {
		return
	}
	a.addCode(from)
	a.addCode(to)
	if a.Relate(from.system, from.code, r, to.system, to.code) {
		a.part.Links[r]++
	}
}

// relateAxis adds a part of a LOINC name: the component, property or specimen.
func (a *adder) relateAxis(c code, axis, name string) {
	if name = strings.TrimSpace(name); name != "" {
		a.Relate(c.system, c.code, lexicon.Parent, axis, name)
	}
}

// groupOf gives the group of the names of a code system. Those of a system that is not
// known are in the group of diagnoses, in which every kind of fact is looked up too.
func groupOf(system string) lexicon.Group {
	switch system {
	case patient.RxNorm, patient.ATC, patient.NDC, patient.PZN, patient.DMD:
		return lexicon.Medicine
	case patient.LOINC:
		return lexicon.Laboratory
	case patient.CVX:
		return lexicon.Vaccine
	case patient.UNII:
		return lexicon.Substance
	}
	return lexicon.Diagnosis
}

// rowError is an error about a row of a file.
func rowError(file string, line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", file, line, fmt.Errorf(format, args...))
}

func errNotNumber(column, text string) error {
	return fmt.Errorf("%s %q is not a number", column, text)
}
