// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// scope is the extent of a statement of absence.
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

// absences by code. The SNOMED CT codes are those of the IPS value set
// https://hl7.org/fhir/uv/ips/STU1.1/ValueSet-absent-or-unknown-snomed-uv-ips.html
var absences = map[patient.Coding]absence{
	{System: ips, Code: "no-known-allergies"}:               {patient.Allergies, entirely},
	{System: ips, Code: "no-known-medication-allergies"}:    {patient.Allergies, partly},
	{System: ips, Code: "no-known-environmental-allergies"}: {patient.Allergies, partly},
	{System: ips, Code: "no-known-food-allergies"}:          {patient.Allergies, partly},
	{System: ips, Code: "no-known-problems"}:                {patient.Conditions, entirely},
	{System: ips, Code: "no-known-medications"}:             {patient.Medications, entirely},
	{System: ips, Code: "no-known-procedures"}:              {patient.Procedures, entirely},
	{System: ips, Code: "no-known-immunizations"}:           {patient.Immunizations, entirely},
	{System: ips, Code: "no-allergy-info"}:                  {patient.Allergies, unknown},
	{System: ips, Code: "no-problem-info"}:                  {patient.Conditions, unknown},
	{System: ips, Code: "no-medication-info"}:               {patient.Medications, unknown},
	{System: ips, Code: "no-procedure-info"}:                {patient.Procedures, unknown},
	{System: ips, Code: "no-immunization-info"}:             {patient.Immunizations, unknown},
	{System: patient.SNOMED, Code: "716186003"}:             {patient.Allergies, entirely},     // No known allergy
	{System: patient.SNOMED, Code: "409137002"}:             {patient.Allergies, partly},       // No known drug allergy
	{System: patient.SNOMED, Code: "428607008"}:             {patient.Allergies, partly},       // No known environmental allergy
	{System: patient.SNOMED, Code: "429625007"}:             {patient.Allergies, partly},       // No known food allergy
	{System: patient.SNOMED, Code: "160245001"}:             {patient.Conditions, now},         // No current problems or disability
	{System: patient.SNOMED, Code: "787481004"}:             {patient.Medications, entirely},   // No known medications
	{System: patient.SNOMED, Code: "787480003"}:             {patient.Procedures, entirely},    // No known procedures
	{System: patient.SNOMED, Code: "787482006"}:             {patient.Immunizations, entirely}, // No known immunizations
}

// Code systems all of whose codes say why something is not known.
const (
	dataAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
	nullFlavor       = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
)

// wordedAbsences are whole texts, in lower case.
var wordedAbsences = map[string]absence{
	"none":       {"", entirely},
	"none known": {"", entirely},
	"nil known":  {"", entirely},
	"unknown":    {"", unknown}, "not known": {"", unknown}, "no information": {"", unknown},
	"not asked": {"", unknown}, "unable to assess": {"", unknown}, "unable to obtain": {"", unknown},

	"nka":                                  {patient.Allergies, entirely},
	"no allergies":                         {patient.Allergies, entirely},
	"no known allergy":                     {patient.Allergies, entirely},
	"no known allergies":                   {patient.Allergies, entirely},
	"no known allergies or intolerances":   {patient.Allergies, entirely},
	"nkda":                                 {patient.Allergies, partly},
	"no known drug allergy":                {patient.Allergies, partly},
	"no known drug allergies":              {patient.Allergies, partly},
	"no known medication allergies":        {patient.Allergies, partly},
	"no known food allergy":                {patient.Allergies, partly},
	"no known food allergies":              {patient.Allergies, partly},
	"no known environmental allergy":       {patient.Allergies, partly},
	"no known environmental allergies":     {patient.Allergies, partly},
	"no information about allergies":       {patient.Allergies, unknown},
	"no known problems":                    {patient.Conditions, entirely},
	"no known conditions":                  {patient.Conditions, entirely},
	"no current problems":                  {patient.Conditions, now},
	"no current problems or disability":    {patient.Conditions, now},
	"no active problems":                   {patient.Conditions, now},
	"no information about problems":        {patient.Conditions, unknown},
	"no known medications":                 {patient.Medications, entirely},
	"no medications":                       {patient.Medications, now},
	"no current medications":               {patient.Medications, now},
	"not taking any medications":           {patient.Medications, now},
	"no information about medications":     {patient.Medications, unknown},
	"no known procedures":                  {patient.Procedures, entirely},
	"no information about procedures":      {patient.Procedures, unknown},
	"no known immunizations":               {patient.Immunizations, entirely},
	"no information about immunizations":   {patient.Immunizations, unknown},
	"no known immunisations":               {patient.Immunizations, entirely},
	"no information about past procedures": {patient.Procedures, unknown},
}

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
	switch s.certainty {
	case "", patient.Confirmed:
	default:
		return false
	}
	switch s.course {
	case "", patient.Active:
	default:
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
