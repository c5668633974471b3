// SPDX-License-Identifier: Apache-2.0

// Package review finds faults of a study that loads: quotes that are not in the
// official text and sentences that no criterion quotes, unused names, rules that
// are never or always true, criteria that contradict or repeat each other,
// numbers without a unit, and concepts that cannot read real records.
//
// It reports certain findings only: a question that is too large to decide gives
// none.
//
// It may import rules with its packages language and terminology, and patient. It
// reads no file and has no clock.
package review
