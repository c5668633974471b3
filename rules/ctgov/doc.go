// SPDX-License-Identifier: Apache-2.0

// Package ctgov makes a draft study file of a record of ClinicalTrials.gov.
//
// [Read] takes the record in the forms that the registry has given it: API v2
// JSON, the older JSON and XML, and the text of a study's page as copied from
// a browser. [Split] divides its eligibility text into criteria, each with its
// verbatim quote, its side and the line that introduces it. A [Drafter] writes
// the study file: a rule where a whole criterion was understood, marked as a
// draft, and a question otherwise. It evaluates no rules: its caller passes a
// [Decide].
//
// What the text leaves open stays a question: a criterion whose side is not
// told, one that holds for some of the participants only, half a sentence.
//
// It may import rules and its own internal/prose. It opens no file and no socket.
package ctgov
