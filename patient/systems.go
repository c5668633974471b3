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

// KnownSystems lists the short names that [SystemName] gives.
func KnownSystems() []string {
	return []string{SNOMED, ICD10CM, ICD10, ICD9CM, LOINC, RxNorm, ATC, NDC, CVX, UCUM}
}

// SystemName gives the short name of a code system that is written as a short
// name, a URL or an OID, and the text itself where it is not known. Scheme,
// case, a closing slash and a SNOMED edition do not matter. The URLs are those
// of the HL7 Terminology code system registry, the OIDs those of HL7.
func SystemName(system string) string {
	switch system { // the usual URLs, without the work below
	case "http://snomed.info/sct":
		return SNOMED
	case "http://loinc.org":
		return LOINC
	case "http://www.nlm.nih.gov/research/umls/rxnorm":
		return RxNorm
	}
	s := strings.ToLower(strings.TrimSuffix(system, "/"))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	s = strings.TrimPrefix(s, "www.")
	if strings.HasPrefix(s, "snomed.info/sct/") {
		return SNOMED
	}
	switch s {
	case SNOMED, "snomed.info/sct", "snomedct", "snomed-ct", "urn:oid:2.16.840.1.113883.6.96":
		return SNOMED
	case ICD10CM, "hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90":
		return ICD10CM
	case ICD10, "hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3":
		return ICD10
	case ICD9CM, "hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.103":
		return ICD9CM
	case LOINC, "loinc.org", "urn:oid:2.16.840.1.113883.6.1":
		return LOINC
	case RxNorm, "nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88":
		return RxNorm
	case ATC, "whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73":
		return ATC
	case NDC, "hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69":
		return NDC
	case CVX, "hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292":
		return CVX
	case UCUM, "unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8":
		return UCUM
	}
	return system
}
