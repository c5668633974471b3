// SPDX-License-Identifier: Apache-2.0

// Package studydir keeps the studies of a folder ready to screen with, and reads
// them again when they change. A file that breaks keeps its last good version
// and shows what is wrong with the new one.
//
// It may import rules and matcher.
package studydir
