// SPDX-License-Identifier: Apache-2.0

// Command generate makes core.terms, the terminology inside the program, from lists of
// public sources and from our own lists in the folder own. Equal lists give equal bytes.
//
//	go run ./generate -sources DIR -o core.terms
//	ELIGO_TERMINOLOGY_SOURCES=DIR go generate ./rules/terminology/core
//
// DIR is the folder of the source lists. Each is a file of tab-separated values in UTF-8
// with one header line and no quoting; gzip may compress it (".gz" behind its name). The
// order of the columns is free, and further columns are ignored:
//
//	icd10cm-codes-2021.tsv              code, description
//	snomed-gps-codes.tsv                code, display (with its semantic tag)
//	lexicon/icd10cm-chapters.tsv        range ("A00-B99"), title
//	lexicon/icd9cm.tsv                  kind (diagnosis, procedure), code, long, short
//	lexicon/icd10-who-codes.tsv         level (chapter, block, category ...), code
//	lexicon/disease-concepts.tsv        id, label, parents, xrefs
//	lexicon/disease-names.tsv           name, id, kind (L label, E exact, R related, T entry term, I inclusion)
//	lexicon/drugs.tsv                   name, kind (in, salt, brand, syn, min, name), ingredients, rxcui, atc, sources, also
//	lexicon/drug-brands-extra.tsv       name, ingredient
//	lexicon/drug-abbreviations.tsv      abbreviation, ingredients, ambiguous (y, n)
//	lexicon/drug-class-words.tsv        words, atc, note
//	lexicon/loinc-components.tsv        loinc, component
//	lexicon/loinc-common.tsv            loinc, component, long_common_name, property, specimen, local_names
//	lexicon/vaccines-cvx.tsv            cvx, short, full, group, products, older_names
//	lexicon/condition-abbreviations.tsv text, meaning, ambiguous (y, n)
//	lexicon/condition-words-foreign.tsv text, meaning
//	lexicon/abbreviations.tsv           abbreviation, meaning, meanings_in_all (a number)
//
// Identifiers of diseases have a prefix: DOID, MESH, NCIT, ORPHA, MONDO, ICD10CM, ICD10.
// Parents are identifiers, or of MeSH the disease's own tree numbers. Lists within a cell
// are separated by "; " (ingredients), by blanks (identifiers and codes) or by "|"
// (names). In the column also of drugs, a marks an abbreviation, d the name of a disease,
// l that of a test and w an everyday word; a source is a letter, D being DrugBank.
//
// NOTICE, beside core.terms, names the sources with their versions and licences; the
// variable sources here has the same list, which the block carries.
package main
