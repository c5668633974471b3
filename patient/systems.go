// SPDX-License-Identifier: Apache-2.0

package patient

import "strings"

// The short names of the code systems that are known.
const (
	SNOMED  = "snomed"
	ICD10CM = "icd10cm"
	ICD10   = "icd10" // of the World Health Organization
	ICD9CM  = "icd9cm"
	LOINC   = "loinc"
	RxNorm  = "rxnorm"
	ATC     = "atc"
	NDC     = "ndc"
	CVX     = "cvx"
	UCUM    = "ucum"

	ICD10GM = "icd10gm" // national modifications of ICD-10
	ICD10AT = "icd10at"
	ICD10FR = "icd10fr"
	ICD10CA = "icd10ca"
	ICD10AM = "icd10am"
	ICD10NL = "icd10nl"
	ICD10UK = "icd10uk"
	ICD10DK = "icd10dk"
	ICD10FI = "icd10fi"
	ICD10NO = "icd10no"
	ICD10SE = "icd10se"

	ICD10PCS = "icd10pcs" // procedures
	ICD9Proc = "icd9proc"
	OPS      = "ops"
	CPT      = "cpt"
	HCPCS    = "hcpcs"

	PZN  = "pzn" // medicinal products and substances
	DMD  = "dmd"
	UNII = "unii"
)

// codeSystem is a code system that is known.
type codeSystem struct {
	name  string
	title string
	// urls are its URLs and OIDs, the preferred first, and other names. One that ends in a slash or hyphen
	// stands for all that begin so.
	urls []string
	// national: a modification of ICD-10 that keeps the first four characters of its codes, as ICD-10-CM does not.
	national bool
}

// codeSystems are the known code systems. The URLs and OIDs are those of the HL7 Terminology code system registry
// (terminology.hl7.org); where a nation registers its own, those of HL7 Germany (fhir.de), ELGA (Austria), the Agence du
// numérique en santé (France), Canada Health Infoway, NHS England, MedCom (Denmark), THL (Finland), Helsedirektoratet
// (Norway) and Socialstyrelsen (Sweden).
var codeSystems = []codeSystem{
	{name: SNOMED, title: "SNOMED CT", urls: []string{"http://snomed.info/sct", "urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct/", "snomedct"}},
	{name: ICD10CM, title: "ICD-10-CM", urls: []string{"http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90", "http://terminology.hl7.org/CodeSystem/icd10CM"}},
	{name: ICD10, title: "ICD-10", urls: []string{"http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3", "http://terminology.hl7.org/CodeSystem/icd10"}},
	{name: ICD9CM, title: "ICD-9-CM", urls: []string{"http://hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.103", "urn:oid:2.16.840.1.113883.6.2", "http://terminology.hl7.org/CodeSystem/icd9cm"}},
	{name: LOINC, title: "LOINC", urls: []string{"http://loinc.org", "urn:oid:2.16.840.1.113883.6.1"}},
	{name: RxNorm, title: "RxNorm", urls: []string{"http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"}},
	{name: ATC, title: "ATC", urls: []string{
		"http://www.whocc.no/atc", "urn:oid:2.16.840.1.113883.6.73", "http://fhir.de/CodeSystem/bfarm/atc", "http://fhir.de/CodeSystem/dimdi/atc",
		"http://hl7.org/fhir/sid/atc", "urn:oid:2.16.578.1.12.4.1.1.7180", "urn:oid:1.2.246.537.6.32", "urn:oid:1.2.246.537.6.32.2007",
	}},
	{name: NDC, title: "NDC", urls: []string{"http://hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69"}},
	{name: CVX, title: "CVX", urls: []string{"http://hl7.org/fhir/sid/cvx", "urn:oid:2.16.840.1.113883.12.292", "http://terminology.hl7.org/CodeSystem/CVX"}},
	{name: UCUM, title: "UCUM", urls: []string{"http://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"}},

	{name: ICD10GM, title: "ICD-10-GM", national: true, urls: []string{"http://fhir.de/CodeSystem/bfarm/icd-10-gm", "http://fhir.de/CodeSystem/dimdi/icd-10-gm", "http://hl7.org/fhir/sid/icd-10-gm"}},
	{name: ICD10AT, title: "ICD-10 BMSGPK", national: true, urls: []string{"https://termgit.elga.gv.at/CodeSystem/icd-10-bmsgpk-2025", "urn:oid:1.2.40.0.34.5.56", "https://termgit.elga.gv.at/CodeSystem/icd-10-"}},
	{name: ICD10FR, title: "CIM-10", national: true, urls: []string{"https://smt.esante.gouv.fr/terminologie-cim-10", "http://hl7.org/fhir/sid/icd-10-fr"}},
	{name: ICD10CA, title: "ICD-10-CA", national: true, urls: []string{"http://hl7.org/fhir/sid/icd-10-ca", "urn:oid:2.16.840.1.113883.6.94"}},
	{name: ICD10AM, title: "ICD-10-AM", national: true, urls: []string{"http://hl7.org/fhir/sid/icd-10-am", "urn:oid:2.16.840.1.113883.6.135"}},
	{name: ICD10NL, title: "ICD-10-NL", national: true, urls: []string{"http://hl7.org/fhir/sid/icd-10-nl", "urn:oid:2.16.840.1.113883.6.3.2", "http://terminology.hl7.org/CodeSystem/ICD10dut"}},
	{name: ICD10UK, title: "ICD-10 of the NHS", national: true, urls: []string{"http://hl7.org/fhir/sid/icd-10-uk"}},
	{name: ICD10DK, title: "SKS diagnoses", national: true, urls: []string{"urn:oid:1.2.208.176.2.4.12", "urn:oid:1.2.208.176.2.4", "http://hl7.dk/fhir/core/CodeSystem/icd10-da", "http://hl7.org/fhir/sid/icd-10-dk"}},
	{name: ICD10FI, title: "ICD-10 of Finland", national: true, urls: []string{"urn:oid:1.2.246.537.6.1", "urn:oid:1.2.246.537.6.1.1999", "http://hl7.org/fhir/sid/icd-10-fi"}},
	{name: ICD10NO, title: "ICD-10 of Norway", national: true, urls: []string{"urn:oid:2.16.578.1.12.4.1.1.7110", "http://hl7.org/fhir/sid/icd-10-no"}},
	{name: ICD10SE, title: "ICD-10-SE", national: true, urls: []string{"http://hl7.org/fhir/sid/icd-10-se", "urn:oid:1.2.752.116.1.1.1.1.3"}},

	{name: ICD10PCS, title: "ICD-10-PCS", urls: []string{"http://www.cms.gov/Medicare/Coding/ICD10", "urn:oid:2.16.840.1.113883.6.4", "http://hl7.org/fhir/sid/icd-10-pcs", "http://terminology.hl7.org/CodeSystem/icd10PCS"}},
	{name: ICD9Proc, title: "ICD-9-CM procedures", urls: []string{"urn:oid:2.16.840.1.113883.6.104"}},
	{name: OPS, title: "OPS", urls: []string{"http://fhir.de/CodeSystem/bfarm/ops", "http://fhir.de/CodeSystem/dimdi/ops"}},
	{name: CPT, title: "CPT", urls: []string{"http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12", "cpt4"}},
	{name: HCPCS, title: "HCPCS", urls: []string{"http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "urn:oid:2.16.840.1.113883.6.285", "urn:oid:2.16.840.1.113883.6.14"}},

	{name: PZN, title: "PZN", urls: []string{"http://fhir.de/CodeSystem/ifa/pzn"}},
	{name: DMD, title: "dm+d", urls: []string{"https://dmd.nhs.uk"}},
	{name: UNII, title: "UNII", urls: []string{"http://fdasis.nlm.nih.gov", "urn:oid:2.16.840.1.113883.4.9"}},
}

// systemByURL finds a code system by its short name and by each of its URLs and OIDs;
// systemPrefixes are the beginnings of URLs that stand for all that begin so.
var systemByURL, systemPrefixes = indexSystems()

func indexSystems() (whole, prefixes map[string]*codeSystem) {
	whole, prefixes = map[string]*codeSystem{}, map[string]*codeSystem{}
	for i := range codeSystems {
		s := &codeSystems[i]
		whole[s.name] = s
		for _, url := range s.urls {
			if end := url[len(url)-1]; end == '-' || end == '/' {
				prefixes[strings.TrimSuffix(foldURL(url), string(end))+string(end)] = s
			} else {
				whole[foldURL(url)] = s
			}
		}
	}
	return whole, prefixes
}

// KnownSystems lists the short names that [SystemName] gives.
func KnownSystems() []string {
	names := make([]string, len(codeSystems))
	for i := range codeSystems {
		names[i] = codeSystems[i].name
	}
	return names
}

// SystemName gives the short name of a code system that is written as a short
// name, a URL or an OID, and the text itself where it is not known. Scheme,
// case, "www.", a closing slash, a version behind a bar, the hyphens of a short name and a SNOMED edition do not matter.
func SystemName(system string) string {
	if s := findSystem(system); s != nil {
		return s.name
	}
	return system
}

func findSystem(system string) *codeSystem {
	if s := systemByURL[system]; s != nil {
		return s
	}
	url := foldURL(system)
	if s := systemByURL[url]; s != nil {
		return s
	}
	for prefix, s := range systemPrefixes {
		if strings.HasPrefix(url, prefix) {
			return s
		}
	}
	return systemByURL[strings.ReplaceAll(url, "-", "")] // snomed-ct, ICD-10-CM
}

// foldURL gives a URL without scheme, "www.", version and closing slash, in lower case, and an OID by itself.
func foldURL(url string) string {
	url, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(url)), "|")
	url = strings.TrimRight(url, "/")
	url = strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://")
	return strings.TrimPrefix(strings.TrimPrefix(url, "www."), "urn:oid:")
}

// SystemURL gives the preferred URL of a known code system, or its OID, and "" for any other system.
func SystemURL(system string) string {
	if s := findSystem(system); s != nil {
		return s.urls[0]
	}
	return ""
}

// NationalICD10 reports whether a code system is a national modification of ICD-10 that keeps the first
// four characters of its codes: ICD-10-GM, ICD-10-CA and the like. ICD-10-CM, which changes them, is not one.
func NationalICD10(system string) bool {
	s := findSystem(system)
	return s != nil && s.national
}

// SystemTitle gives the name of a known code system as its publisher writes it, and "" for any other.
func SystemTitle(system string) string {
	if s := findSystem(system); s != nil {
		return s.title
	}
	return ""
}

// ConflictingSystem gives the short name of the known code system that a system is, if it cannot be read as that of
// another short name; "" if it can: it is not known, or both are ICD-10 or a national modification of it.
func ConflictingSystem(system, name string) string {
	known, target := findSystem(system), systemByURL[name]
	switch {
	case known == nil, known == target:
		return ""
	case target != nil && (known.national || known.name == ICD10) && (target.national || target.name == ICD10):
		return ""
	}
	return known.name
}
