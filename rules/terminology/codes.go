// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"errors"
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// ErrUnknownSystem says that a code cannot be checked, for nobody here knows
// its system. Such a code may still be listed: it then matches as written.
var ErrUnknownSystem = errors.New("not a known code system")

// codeSystem describes a code system for recognition.
type codeSystem struct {
	name  string // as in patient.KnownSystems
	title string
	// fault says why a code is not well-formed; "" where it is.
	fault func(code string) string
	// prefixFault says the same of a prefix, without its *. Nil: codes of this
	// system that begin alike have nothing in common.
	prefixFault func(prefix string) string
	// normal appends the form that codes are compared in. Nil: as written.
	normal func(dst []byte, code string) []byte
	// tree: a shorter code stands for the longer ones that begin with it.
	tree bool
}

// codeSystems are the known systems; a systemID below len(codeSystems) is an
// index here.
var codeSystems = [...]codeSystem{
	{name: patient.SNOMED, title: "SNOMED CT", fault: snomedFault},
	{name: patient.LOINC, title: "LOINC", fault: loincFault},
	{name: patient.RxNorm, title: "RxNorm", fault: rxnormFault},
	{name: patient.ICD10CM, title: "ICD-10-CM", fault: icd10Fault, prefixFault: icd10PrefixFault, normal: normalICD, tree: true},
	{name: patient.ICD10, title: "ICD-10", fault: icd10Fault, prefixFault: icd10PrefixFault, normal: normalICD, tree: true},
	{name: patient.ICD9CM, title: "ICD-9-CM", fault: icd9Fault, prefixFault: icd9PrefixFault, normal: normalICD, tree: true},
	{name: patient.ATC, title: "ATC", fault: atcFault, prefixFault: atcPrefixFault, tree: true},
	{name: patient.NDC, title: "NDC", fault: ndcFault, prefixFault: ndcPrefixFault, normal: normalNDC},
	{name: patient.CVX, title: "CVX", fault: cvxFault, normal: normalCVX},
	{name: patient.UCUM, title: "UCUM", fault: func(string) string { return "UCUM codes are units and name no fact" }},
}

func systemNamed(name string) *codeSystem {
	for i := range codeSystems {
		if codeSystems[i].name == name {
			return &codeSystems[i]
		}
	}
	return nil
}

// CheckCode reports why a code is not well-formed in its system, which is given
// by its short name. It wraps [ErrUnknownSystem] where the system is not known.
// Well-formed does not mean that the code exists.
func CheckCode(system, code string) error {
	s := systemNamed(system)
	if s == nil {
		return fmt.Errorf("%q is %w", system, ErrUnknownSystem)
	}
	if why := s.fault(strings.TrimSpace(code)); why != "" {
		return fmt.Errorf("%q is not a %s code: %s", code, s.title, why)
	}
	return nil
}

// CheckPattern checks an entry of a concept's list: a code, or a prefix that ends in *.
// Prefixes are for systems whose codes are a hierarchy (ICD, ATC), for NDC and
// for systems that are not known: a SNOMED, LOINC, RxNorm or CVX code says
// nothing by how it begins.
func CheckPattern(system, pattern string) error {
	prefix, isPrefix := strings.CutSuffix(strings.TrimSpace(pattern), "*")
	if !isPrefix {
		return CheckCode(system, pattern)
	}
	s := systemNamed(system)
	switch {
	case prefix == "":
		return fmt.Errorf("%q would match every code", pattern)
	case strings.Contains(prefix, "*"):
		return fmt.Errorf("%q: a * stands only at the end", pattern)
	case s == nil:
		return fmt.Errorf("%q is %w", system, ErrUnknownSystem)
	case s.prefixFault == nil:
		return fmt.Errorf("%q: %s codes that begin alike need have nothing in common; list each code", pattern, s.title)
	}
	if why := s.prefixFault(prefix); why != "" {
		return fmt.Errorf("%q begins no %s code: %s", pattern, s.title, why)
	}
	return nil
}

// normalICD drops the dot and folds case: b18.1 and B181 are one code.
func normalICD(dst []byte, code string) []byte {
	for i := range len(code) {
		switch c := code[i]; {
		case c == '.':
		case 'a' <= c && c <= 'z':
			dst = append(dst, c-'a'+'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// normalNDC gives the 11 digits of a package code: the segment that is one
// digit short is filled with a zero, as in claims.
func normalNDC(dst []byte, code string) []byte {
	for i, width := range [...]int{5, 4, 2} {
		segment, rest, hyphen := strings.Cut(code, "-")
		if hyphen || i == 2 {
			for range width - len(segment) {
				dst = append(dst, '0')
			}
		}
		dst = append(dst, segment...)
		if code = rest; !hyphen {
			break
		}
	}
	return dst
}

// normalCVX drops leading zeros: 08 and 8 are one vaccine.
func normalCVX(dst []byte, code string) []byte {
	for len(code) > 1 && code[0] == '0' {
		code = code[1:]
	}
	return append(dst, code...)
}
