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
	name string // as in patient.KnownSystems
	// fault says why a code is not well-formed; "" where it is.
	fault func(code string) string
	// prefixFault says the same of a prefix, without its *. Nil: codes of this
	// system that begin alike have nothing in common.
	prefixFault func(prefix string) string
	// normal appends the form that codes are compared in. Nil: as written.
	normal func(dst []byte, code string) []byte
	// tree: a shorter code stands for the longer ones that begin with it.
	tree bool
	// alike are systems with the same codes: a list of theirs that holds a code holds it in this system too.
	alike []string
	// partial: a concept's list of codes is not taken to be complete. A code that it does not hold leaves the words to decide.
	partial bool
	// national: a national modification of ICD-10, see [factReader.readNational].
	national bool
}

// codeSystems are the known systems; a systemID below len(codeSystems) is an
// index here.
var codeSystems = [...]codeSystem{
	{name: patient.SNOMED, fault: snomedFault},
	{name: patient.LOINC, fault: loincFault},
	{name: patient.RxNorm, fault: rxnormFault},
	{name: patient.ICD10CM, fault: icd10Fault, prefixFault: icd10PrefixFault, normal: normalICD, tree: true},
	{name: patient.ICD10, fault: markedICD10Fault, prefixFault: icd10PrefixFault, normal: normalICD, tree: true},
	{name: patient.ICD9CM, fault: icd9Fault, prefixFault: icd9PrefixFault, normal: normalICD, tree: true},
	{name: patient.ATC, fault: atcFault, prefixFault: atcPrefixFault, tree: true},
	{name: patient.NDC, fault: ndcFault, prefixFault: ndcPrefixFault, normal: normalNDC},
	{name: patient.CVX, fault: cvxFault, normal: normalCVX},
	{name: patient.UCUM, fault: func(string) string { return "UCUM codes are units and name no fact" }},

	national(patient.ICD10GM, germanICD10Fault),
	national(patient.ICD10AT, germanICD10Fault),
	national(patient.ICD10FR, markedICD10Fault),
	national(patient.ICD10CA, markedICD10Fault),
	national(patient.ICD10AM, markedICD10Fault),
	national(patient.ICD10NL, markedICD10Fault),
	national(patient.ICD10UK, markedICD10Fault),
	{name: patient.ICD10DK, fault: danishICD10Fault, prefixFault: danishICD10PrefixFault, normal: normalDanishICD10, tree: true, national: true},
	national(patient.ICD10FI, markedICD10Fault),
	national(patient.ICD10NO, markedICD10Fault),
	national(patient.ICD10SE, markedICD10Fault),

	{name: patient.ICD10PCS, fault: icd10PCSFault, prefixFault: icd10PCSPrefixFault, normal: normalUpper, tree: true, partial: true},
	{name: patient.ICD9Proc, fault: icd9ProcFault, prefixFault: icd9ProcPrefixFault, normal: normalICD, tree: true, alike: []string{patient.ICD9CM}},
	{name: patient.OPS, fault: opsFault, prefixFault: opsPrefixFault, normal: normalICD, tree: true, partial: true},
	{name: patient.CPT, fault: cptFault, normal: normalUpper, alike: []string{patient.HCPCS}, partial: true},
	{name: patient.HCPCS, fault: hcpcsFault, normal: normalUpper, alike: []string{patient.CPT}, partial: true},

	{name: patient.PZN, fault: pznFault, normal: normalPZN, partial: true},
	{name: patient.DMD, fault: snomedFault, alike: []string{patient.SNOMED}, partial: true},
	{name: patient.UNII, fault: uniiFault, normal: normalUpper, partial: true},
}

// national is a national modification of ICD-10.
func national(name string, fault func(string) string) codeSystem {
	return codeSystem{name: name, fault: fault, prefixFault: icd10PrefixFault, normal: normalICD, tree: true, national: true}
}

// ListsOf gives the code systems, by their short names, whose lists say something of the codes of a system: itself, and
// the systems that its codes are compared with as well ([patient.ICD10] and [patient.ICD10CM] for a national ICD-10).
func ListsOf(system string) []string {
	lists := []string{system}
	if s := systemNamed(system); s != nil && s.national {
		lists = append(lists, patient.ICD10, patient.ICD10CM)
	} else if s != nil {
		lists = append(lists, s.alike...)
	}
	return lists
}

func systemNamed(name string) *codeSystem {
	for i := range codeSystems {
		if codeSystems[i].name == name {
			return &codeSystems[i]
		}
	}
	return nil
}

// NormalCode gives the form in which codes of a system are compared, such as I509 for
// I50.9. The system is given by its short name; codes of one that is not known are
// compared as written.
func NormalCode(system, code string) string {
	code = strings.TrimSpace(code)
	if s := systemNamed(system); s != nil && s.normal != nil {
		return string(s.normal(nil, code))
	}
	return code
}

// IsKnownSystem reports whether a name is the short name of a known code system.
func IsKnownSystem(name string) bool { return systemNamed(name) != nil }

// CheckCode reports why a code is not well-formed in its system, which is given
// by its short name. It wraps [ErrUnknownSystem] where the system is not known.
// Well-formed does not mean that the code exists.
func CheckCode(system, code string) error {
	s := systemNamed(system)
	if s == nil {
		return fmt.Errorf("%q is %w", system, ErrUnknownSystem)
	}
	if why := s.fault(strings.TrimSpace(code)); why != "" {
		return fmt.Errorf("%q is not a %s code: %s", code, patient.SystemTitle(s.name), why)
	}
	return nil
}

// CheckPattern checks an entry of a concept's list: a code, or a prefix that ends in *.
// Prefixes are for systems whose codes are a hierarchy (ICD, ATC, OPS), for NDC and
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
		return fmt.Errorf("%q: %s codes that begin alike need have nothing in common; list each code", pattern, patient.SystemTitle(s.name))
	}
	if why := s.prefixFault(prefix); why != "" {
		return fmt.Errorf("%q begins no %s code: %s", pattern, patient.SystemTitle(s.name), why)
	}
	return nil
}

// normalICD keeps the letters and digits of a code, in upper case: b18.1 and B181 are one code, and the signs
// that some write behind it (+ † * ! -) belong to its use and not to the code.
func normalICD(dst []byte, code string) []byte {
	for i := range len(code) {
		switch c := code[i]; {
		case 'a' <= c && c <= 'z':
			dst = append(dst, c-'a'+'A')
		case isUpper(c) || isDigit(c):
			dst = append(dst, c)
		}
	}
	return dst
}

// normalDanishICD10 is normalICD without the D that SKS puts before a code of ICD-10: DI509 is I50.9.
func normalDanishICD10(dst []byte, code string) []byte {
	return normalICD(dst, cutDanish(code))
}

func normalUpper(dst []byte, code string) []byte {
	return append(dst, strings.ToUpper(code)...)
}

// normalPZN gives the 8 digits of a code; those of before 2013 had 7.
func normalPZN(dst []byte, code string) []byte {
	code = cutPZN(code)
	if len(code) == 7 {
		dst = append(dst, '0')
	}
	return append(dst, code...)
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

// CodeSystems gives the short names of the systems whose codes name facts.
func CodeSystems() (names []string) {
	for i := range codeSystems {
		if codeSystems[i].name != patient.UCUM {
			names = append(names, codeSystems[i].name)
		}
	}
	return names
}
