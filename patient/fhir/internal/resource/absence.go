// SPDX-License-Identifier: Apache-2.0

package resource

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

type scope int

const (
	entirely scope = iota // there is none
	now                   // there is none at present
	partly                // there is none of one kind
	unknown               // nothing is known
)

// absence is a statement that a domain, or a part of it, holds nothing. An
// empty domain is that of the resource.
type absence struct {
	domain patient.Domain
	scope  scope
}

// ips is the code system of the International Patient Summary:
// https://hl7.org/fhir/uv/ips/STU1/CodeSystem-absent-unknown-uv-ips.html
const ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

// The absences by code and by text, of absences.tsv.
var (
	//go:embed absences.tsv
	absenceTable string

	absences, wordedAbsences = readAbsences(absenceTable)
)

// readAbsences panics at a row that is malformed or there twice.
func readAbsences(table string) (byCode map[patient.Coding]absence, byText map[string]absence) {
	byCode, byText = map[patient.Coding]absence{}, map[string]absence{}
	scopes := map[string]scope{"entirely": entirely, "now": now, "partly": partly, "unknown": unknown}
	systems := map[string]string{"ips": ips, "snomed": patient.SNOMED, "text": ""}
	for line := range strings.Lines(table) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			panic("absences.tsv: not four columns: " + line)
		}
		scope, known := scopes[f[1]]
		system, kindKnown := systems[f[2]]
		a := absence{patient.Domain(strings.TrimPrefix(f[0], "-")), scope}
		if !known || !kindKnown || a.domain != "" && !slices.Contains(patient.FactDomains(), a.domain) {
			panic("absences.tsv: a column is not known: " + line)
		}
		for term := range strings.SplitSeq(f[3], "; ") {
			code := patient.Coding{System: system, Code: term}
			_, again := byCode[code]
			_, textAgain := byText[term]
			switch {
			case term == "" || again || textAgain:
				panic("absences.tsv: no term, or one that is there twice: " + line)
			case system == "":
				byText[term] = a
			default:
				byCode[code] = a
			}
		}
	}
	return byCode, byText
}

// Code systems all of whose codes say why something is not known.
const (
	dataAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
	nullFlavor       = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
)

// findAbsence says whether the statement is one of absence: by a code, by its text,
// or, where it has no text, by its display.
func (s *statement) findAbsence() (a absence, ok bool) {
	if s.domain == patient.Observations {
		return absence{}, false
	}
	for _, c := range s.codes {
		if a, ok = absences[patient.Coding{System: c.System, Code: c.Code}]; ok {
			return a, true
		}
		if c.System == dataAbsentReason || c.System == nullFlavor {
			return absence{s.domain, unknown}, true
		}
	}
	if a, ok = s.findWordedAbsence(s.text); ok || s.text != "" {
		return a, ok
	}
	for _, c := range s.codes {
		if a, ok = s.findWordedAbsence(c.Display); ok {
			return a, true
		}
	}
	return absence{}, false
}

func (s *statement) findWordedAbsence(text string) (a absence, ok bool) {
	const longest = 64
	if len(text) > longest {
		return absence{}, false
	}
	words := strings.TrimRight(strings.ToLower(text), ".!")
	words = strings.TrimSpace(strings.TrimSuffix(words, "(situation)"))
	if a, ok = wordedAbsences[words]; a.domain != "" || !ok {
		return a, ok
	}
	for _, c := range s.codes { // "none" beside a real code says something else
		if slices.Contains(patient.KnownSystems(), c.System) {
			return absence{}, false
		}
	}
	a.domain = s.domain
	return a, true
}

// assertsAbsence reports whether a statement of absence is itself asserted. One that is
// refuted, in error, over or not confirmed says nothing.
func (s *statement) assertsAbsence(a absence) bool {
	if s.certainty != "" && s.certainty != patient.Confirmed || s.course != "" && s.course != patient.Active {
		return false
	}
	switch s.status {
	case "", "active", "completed", "in-progress":
		return true
	case "not-done":
		return s.domain == patient.Procedures || s.domain == patient.Immunizations
	case "unknown":
		return a.scope == unknown || s.domain == patient.Procedures
	}
	return false
}
