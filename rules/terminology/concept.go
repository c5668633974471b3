// SPDX-License-Identifier: Apache-2.0

// Package terminology recognizes clinical concepts in the facts of a record: by the
// codes of code systems and by wordings. It holds the concepts that a study can
// name ([Concept]), their recognition ([Recognizer]), the conversion of results into
// their units ([Converter]) and the concept files inside the program ([Library]).
//
// Of this module it may import patient and patient/ucum.
package terminology

import (
	"embed"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Kind is the sort of facts that a concept describes.
type Kind string

// The kinds of concept. Each reads one domain of the profile.
const (
	ConditionKind    Kind = "condition"
	MedicationKind   Kind = "medication"
	ObservationKind  Kind = "observation"
	ProcedureKind    Kind = "procedure"
	AllergyKind      Kind = "allergy"
	ImmunizationKind Kind = "immunization"
)

// Kinds lists the kinds of concept.
func Kinds() []Kind {
	return []Kind{ConditionKind, MedicationKind, ObservationKind, ProcedureKind, AllergyKind, ImmunizationKind}
}

// Domain is the part of the profile that concepts of this kind read.
func (k Kind) Domain() patient.Domain {
	switch k {
	case ConditionKind:
		return patient.Conditions
	case MedicationKind:
		return patient.Medications
	case ObservationKind:
		return patient.Observations
	case ProcedureKind:
		return patient.Procedures
	case AllergyKind:
		return patient.Allergies
	case ImmunizationKind:
		return patient.Immunizations
	}
	return ""
}

// Concept is a clinical idea that a rule can name, and how a record says it.
// A Concept is not changed once its study is loaded.
type Concept struct {
	Name  string
	Kind  Kind
	Label string // words for a sentence: "HIV infection"
	Terms        // codes and names of the concept
	// Any makes this a class: it matches whatever one of these matches.
	Any []*Concept
	// Except looks like the concept and is not.
	Except Terms
	// MayBe lists codes, as Terms do, that stand for the concept in some records and for
	// something else in others: codes that are wider than it, or of which it is one cause.
	// A fact with one of them may be the concept; it is never a no.
	MayBe map[string][]string
	// Unit is the UCUM unit that rules compare numbers in; observations only.
	Unit string
	// MolarMass, in g/mol, lets results in mass and in substance units be
	// compared; zero where it is not given.
	MolarMass patient.Decimal
	// Valence, in equivalents per mole, lets results in mEq/L and in mmol/L be
	// compared; zero where it is not given.
	Valence int
	// Signed says that values below zero exist.
	Signed bool
	// Positive and Negative are answers that mean so for this observation,
	// besides those that always do.
	Positive, Negative Terms
}

// Stub reports whether no record can show the concept: it lists nothing. Rules
// that name it are never true or false by it.
func (c *Concept) Stub() bool { return len(c.Any) == 0 && c.IsZero() }

// AddCodes adds codes, by the short name of their system, that the concept does
// not list yet. It is for readers of studies: a loaded concept is not changed.
func (c *Concept) AddCodes(codes map[string][]string) {
	if c.Codes == nil {
		c.Codes = map[string][]string{}
	}
	for _, system := range slices.Sorted(maps.Keys(codes)) {
		have := make(map[string]bool, len(codes[system]))
		for _, code := range c.Codes[system] {
			have[code] = true
		}
		for _, code := range codes[system] {
			if !have[code] {
				have[code] = true
				c.Codes[system] = append(c.Codes[system], code)
			}
		}
	}
}

// Terms is a set of codes and names.
type Terms struct {
	// Codes lists codes by the short name of their system, or by URL for one
	// that has none. A code that ends in * is a prefix.
	Codes map[string][]string
	Names []string
}

// IsZero reports whether there are no codes and no names.
func (t Terms) IsZero() bool { return len(t.Codes) == 0 && len(t.Names) == 0 }

// Facts gives the entries of a profile that concepts of the kind read.
func (k Kind) Facts(p *patient.Profile) []*patient.Fact {
	list := make([]*patient.Fact, k.FactCount(p))
	for i := range list {
		list[i] = k.Fact(p, int32(i))
	}
	return list
}

// FactCount gives the number of entries of a profile that concepts of the kind read.
func (k Kind) FactCount(p *patient.Profile) int {
	return p.Count(k.Domain())
}

// Fact gives entry i, below FactCount, of the entries of a profile that concepts
// of the kind read.
func (k Kind) Fact(p *patient.Profile, i int32) *patient.Fact {
	return p.Fact(k.Domain(), int(i))
}

// BuiltinPrefix starts the name of a part of the library.
const BuiltinPrefix = "builtin:"

// libraryFiles are the concept files inside the program, one for each part.
//
//go:embed library/*.yaml
var libraryFiles embed.FS

// Library lists the concept files inside the program, sorted, as studies import
// them: builtin:common.
func Library() []string {
	entries, err := libraryFiles.ReadDir("library")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			names = append(names, BuiltinPrefix+name)
		}
	}
	slices.Sort(names)
	return names
}

// LibraryFile gives the YAML of one of the concept files that [Library] lists.
func LibraryFile(name string) ([]byte, error) {
	return libraryFiles.ReadFile("library/" + strings.TrimPrefix(name, BuiltinPrefix) + ".yaml")
}

// Members yields the concept and the members of its class, and of theirs, each
// once: a class before its members.
func (c *Concept) Members() iter.Seq[*Concept] {
	return func(yield func(*Concept) bool) {
		seen := map[*Concept]bool{}
		var visit func(*Concept) bool
		visit = func(c *Concept) bool {
			if seen[c] {
				return true
			}
			seen[c] = true
			if !yield(c) {
				return false
			}
			for _, m := range c.Any {
				if !visit(m) {
					return false
				}
			}
			return true
		}
		visit(c)
	}
}

// HoldsStub reports whether the concept is a stub, or a class that holds one.
func (c *Concept) HoldsStub() bool {
	for m := range c.Members() {
		if m.Stub() {
			return true
		}
	}
	return false
}
