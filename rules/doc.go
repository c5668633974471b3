// SPDX-License-Identifier: Apache-2.0

// Package rules holds what a trial says: study files, concepts, the rule
// language and its three-valued evaluation.
//
// It is the only package that may import expr and yaml; of this module it may
// import patient and patient/ucum. None of its exported names carries a type
// of expr or yaml.
package rules
