// SPDX-License-Identifier: Apache-2.0

// Package json checks JSON text once ([WellFormed]) and walks over the checked
// text without checking it again ([Cursor]). It may import the JSON tokenizer
// and the standard library.
package json
