// SPDX-License-Identifier: Apache-2.0

package patient_test

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

func TestSystemName(t *testing.T) {
	tests := map[string]string{
		"snomed": "http://snomed.info/sct https://snomed.info/sct/ http://snomed.info/sct/11000274103 http://snomed.info/sct/731000124108/version/20240301 " +
			"http://snomed.info/sct|http://snomed.info/sct/45991000052106 urn:oid:2.16.840.1.113883.6.96 URN:OID:2.16.840.1.113883.6.96 2.16.840.1.113883.6.96 SNOMED SNOMED-CT snomedct",
		"icd10cm":  "http://hl7.org/fhir/sid/icd-10-cm HTTP://HL7.ORG/fhir/sid/ICD-10-CM/ http://hl7.org/fhir/sid/icd-10-cm|2025 urn:oid:2.16.840.1.113883.6.90 ICD-10-CM ICD10CM",
		"icd10":    "http://hl7.org/fhir/sid/icd-10 urn:oid:2.16.840.1.113883.6.3 http://terminology.hl7.org/CodeSystem/icd10 ICD-10",
		"icd10gm":  "http://fhir.de/CodeSystem/bfarm/icd-10-gm http://fhir.de/CodeSystem/dimdi/icd-10-gm https://fhir.de/CodeSystem/bfarm/icd-10-gm/|2024 ICD-10-GM",
		"icd10at":  "https://termgit.elga.gv.at/CodeSystem/icd-10-bmsgpk-2025 https://termgit.elga.gv.at/CodeSystem/icd-10-bmasgk-2020 urn:oid:1.2.40.0.34.5.56",
		"icd10fr":  "https://smt.esante.gouv.fr/terminologie-cim-10 https://smt.esante.gouv.fr/terminologie-cim-10/",
		"icd10ca":  "http://hl7.org/fhir/sid/icd-10-ca urn:oid:2.16.840.1.113883.6.94",
		"icd10am":  "http://hl7.org/fhir/sid/icd-10-am urn:oid:2.16.840.1.113883.6.135",
		"icd10nl":  "http://hl7.org/fhir/sid/icd-10-nl urn:oid:2.16.840.1.113883.6.3.2",
		"icd10dk":  "urn:oid:1.2.208.176.2.4 urn:oid:1.2.208.176.2.4.12",
		"icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10 urn:oid:2.16.840.1.113883.6.4",
		"icd9cm":   "http://hl7.org/fhir/sid/icd-9-cm urn:oid:2.16.840.1.113883.6.103",
		"icd9proc": "urn:oid:2.16.840.1.113883.6.104",
		"cpt":      "http://www.ama-assn.org/go/cpt https://www.ama-assn.org/go/cpt urn:oid:2.16.840.1.113883.6.12 CPT4",
		"hcpcs":    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets https://www.cms.gov/medicare/coding/hcpcsreleasecodesets/ urn:oid:2.16.840.1.113883.6.285",
		"ops":      "http://fhir.de/CodeSystem/bfarm/ops http://fhir.de/CodeSystem/dimdi/ops",
		"pzn":      "http://fhir.de/CodeSystem/ifa/pzn",
		"atc":      "http://www.whocc.no/atc https://whocc.no/atc http://fhir.de/CodeSystem/bfarm/atc http://fhir.de/CodeSystem/dimdi/atc urn:oid:2.16.840.1.113883.6.73 urn:oid:2.16.578.1.12.4.1.1.7180",
		"dmd":      "https://dmd.nhs.uk https://dmd.nhs.uk/ http://www.dmd.nhs.uk/",
		"unii":     "http://fdasis.nlm.nih.gov urn:oid:2.16.840.1.113883.4.9",
		"cvx":      "http://hl7.org/fhir/sid/cvx urn:oid:2.16.840.1.113883.12.292 http://terminology.hl7.org/CodeSystem/CVX",
		"rxnorm":   "http://www.nlm.nih.gov/research/umls/rxnorm RxNorm",
	}
	for want, written := range tests {
		for system := range strings.FieldsSeq(written) {
			if got := patient.SystemName(system); got != want {
				t.Errorf("%s is %s, want %s", system, got, want)
			}
		}
	}
	// A system that is not known keeps its name as it is written.
	for _, system := range []string{"", "http://hospital.example.org/ICD-10/", "http://example.org/icd-10-gm", "urn:oid:1.2.3", "https://dmd.nhs.uk/ROUTE", "http://snomed.info/scto"} {
		if got := patient.SystemName(system); got != system {
			t.Errorf("%q is %q", system, got)
		}
	}
}

func TestConflictingSystem(t *testing.T) {
	for pair, want := range map[string]string{
		"http://hospital.example.org/dx icd10gm":            "",
		"http://hospital.example.org/dx snomed":             "",
		"http://fhir.de/CodeSystem/bfarm/icd-10-gm icd10":   "",
		"http://hl7.org/fhir/sid/icd-10 icd10gm":            "",
		"http://loinc.org loinc":                            "",
		"http://snomed.info/sct icd10":                      "snomed",
		"http://fhir.de/CodeSystem/bfarm/icd-10-gm icd10cm": "icd10gm",
		"http://fhir.de/CodeSystem/bfarm/icd-10-gm ops":     "icd10gm",
		"icd10cm icd10gm":                                   "icd10cm",
	} {
		system, name, _ := strings.Cut(pair, " ")
		if got := patient.ConflictingSystem(system, name); got != want {
			t.Errorf("%s: got %q, want %q", pair, got, want)
		}
	}
}
