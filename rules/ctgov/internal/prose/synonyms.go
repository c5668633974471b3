// SPDX-License-Identifier: Apache-2.0

package prose

// incomplete are classes of the library that lack members: a protocol that
// names one means more than the class.
var incomplete = wordTables.wordSet("incomplete")

// multipleMedicines are medicines of the library that are several substances.
var multipleMedicines = WordSet("statin heparin insulin")

// synonyms are further names in protocols, by concept.
var synonyms = readTables("synonyms")
