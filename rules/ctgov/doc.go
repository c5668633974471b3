// SPDX-License-Identifier: Apache-2.0

// Package ctgov drafts a study file from a record of ClinicalTrials.gov.
//
// [ReadRecord] reads a record in the forms that the registry has published: API
// v2 JSON, the older JSON and XML, and the text of a study's page as copied from
// a browser. [SplitText] divides its eligibility text into criteria, each with
// its verbatim quote, its side and the line that introduces it. A [Drafter]
// writes the study file: a rule, marked as a draft, where it understood the
// whole criterion, and a question otherwise. It evaluates no rules: its caller
// passes a [Decide].
//
// A criterion stays a question if the text does not tell its side, if it holds
// for some participants only, or if it is part of a sentence.
//
// It may import rules with its packages language and terminology, patient, and its
// own internal/prose. It opens no file and no socket.
package ctgov
