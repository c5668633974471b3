// SPDX-License-Identifier: Apache-2.0

// Package terminology recognizes clinical concepts in the facts of a record: by the
// codes of code systems and by wordings. It holds the concepts that a study can
// name ([Concept]), their recognition ([Recognizer]), the conversion of results into
// their units ([Converter]) and the concept files inside the program ([Library]).
//
// Of this module it may import patient and patient/ucum.
package terminology
