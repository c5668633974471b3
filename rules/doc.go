// SPDX-License-Identifier: Apache-2.0

// Package rules holds the facts about a trial: studies with their criteria, read from
// study files and concept files by [Load] and [Parse].
//
// A rule of a criterion is compiled by package rules/language, and names concepts
// of package rules/terminology. Package matcher decides whether a person fits.
//
// Of this module it may import rules/language, rules/terminology, rules/yamlwalk,
// patient and patient/ucum. No exported name carries a type of yaml.
package rules
