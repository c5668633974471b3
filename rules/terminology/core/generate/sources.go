// SPDX-License-Identifier: Apache-2.0

package main

import "encoding/json"

// source is where facts of the terminology are from. NOTICE names each with the words
// that its licence asks for.
type source struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"`
}

var sources = []source{
	{"ICD-10-CM", "2021", "public domain (NCHS, CDC)"},
	{"ICD-9-CM", "version 32, October 2014", "public domain (CMS)"},
	{"ICD-10 of the WHO, codes without titles", "2019", "facts"},
	{"SNOMED CT Global Patient Set", "2020-09-30", "CC BY 4.0"},
	{"Human Disease Ontology", "2018-07-05 and 2026", "CC0 1.0"},
	{"MONDO Disease Ontology", "August 2026", "CC BY 4.0"},
	{"NCI Thesaurus", "June 2018", "CC BY 4.0"},
	{"Orphanet nomenclature", "July 2025", "CC BY 4.0"},
	{"Medical Subject Headings (MeSH)", "about 2024", "NLM terms"},
	{"RxNorm, names of NLM", "about 2020", "NLM terms"},
	{"DrugBank open vocabulary", "2026", "CC0 1.0"},
	{"FDA Purple Book", "spring 2025", "public domain (FDA)"},
	{"Drugs@FDA", "2022", "public domain (FDA)"},
	{"Health Canada Drug Product Database", "2024", "Open Government Licence - Canada"},
	{"EMA list of medicines", "2025-10-27", "EMA legal notice"},
	{"Base de données publique des médicaments", "2026-04", "free reuse with source and date"},
	{"LOINC", "about 2.68 (2020)", "LOINC licence"},
	{"MIMIC-IV demo and Synthea, local names of tests", "2022", "MIT, Apache-2.0"},
	{"CVX and MVX of the CDC", "2025-09-09", "public domain (CDC)"},
	{"Medical Abbreviation and Acronym Meta-Inventory", "2021", "CC BY 4.0"},
	{"lists written for eligo", "2026-12", "Apache-2.0"},
}

// info describes the block, as JSON.
func info() []byte {
	text, err := json.Marshal(struct {
		Name    string   `json:"name"`
		Sources []source `json:"sources"`
	}{"core of eligo", sources})
	if err != nil {
		panic(err) // strings are always written
	}
	return text
}
