// SPDX-License-Identifier: Apache-2.0

// Package studydir reads the study files of a folder, once ([ReadStudies]) or again when
// they change ([Folder]). Every command that takes a folder of studies uses it, so
// that they agree on the studies that a folder holds.
//
// It may import rules and matcher.
package studydir
