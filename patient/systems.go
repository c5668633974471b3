// SPDX-License-Identifier: Apache-2.0

package patient

import "strings"

// The short names of the code systems that are known.
const (
	SNOMED  = "snomed"
	ICD10CM = "icd10cm"
	ICD10   = "icd10"
	ICD9CM  = "icd9cm"
	LOINC   = "loinc"
	RxNorm  = "rxnorm"
	ATC     = "atc"
	NDC     = "ndc"
	CVX     = "cvx"
	UCUM    = "ucum"
)

// systemTable has the short name of each code system, its URL without scheme and "www.",
// and the end of its OID.
var systemTable = []struct{ name, url, oid string }{
	{SNOMED, "snomed.info/sct", "6.96"},
	{ICD10CM, "hl7.org/fhir/sid/icd-10-cm", "6.90"},
	{ICD10, "hl7.org/fhir/sid/icd-10", "6.3"},
	{ICD9CM, "hl7.org/fhir/sid/icd-9-cm", "6.103"},
	{LOINC, "loinc.org", "6.1"},
	{RxNorm, "nlm.nih.gov/research/umls/rxnorm", "6.88"},
	{ATC, "whocc.no/atc", "6.73"},
	{NDC, "hl7.org/fhir/sid/ndc", "6.69"},
	{CVX, "hl7.org/fhir/sid/cvx", "12.292"},
	{UCUM, "unitsofmeasure.org", "6.8"},
}

// KnownSystems lists the short names that [SystemName] gives.
func KnownSystems() []string {
	names := make([]string, len(systemTable))
	for i := range systemTable {
		names[i] = systemTable[i].name
	}
	return names
}

// SystemName gives the short name of a code system that is written as a short
// name, a URL or an OID, and the text itself where it is not known. Scheme,
// case, a closing slash and a SNOMED edition do not matter. The URLs are those
// of the HL7 Terminology code system registry, the OIDs those of HL7.
func SystemName(system string) string {
	s := strings.ToLower(strings.TrimSuffix(system, "/"))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s = strings.TrimPrefix(s, "www.")
	oid := strings.TrimPrefix(s, "urn:oid:2.16.840.1.113883.")
	for i := range systemTable {
		if t := &systemTable[i]; s == t.name || s == t.url || oid != s && oid == t.oid {
			return t.name
		}
	}
	if strings.HasPrefix(s, "snomed.info/sct/") || s == "snomedct" || s == "snomed-ct" {
		return SNOMED
	}
	return system
}
