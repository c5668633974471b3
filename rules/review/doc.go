// SPDX-License-Identifier: Apache-2.0

// Package review looks for what is wrong with a study that loads: quotes that
// do not stand in the official text and sentences that nobody quotes, names
// that nobody uses, rules that are never or always true, criteria that
// contradict or repeat each other, numbers without a unit, and what the
// concepts make of real records.
//
// It says nothing that it is not sure of: where a question is too large to be
// decided it is silent.
//
// It may import rules and patient. It reads no file and knows no clock.
package review
