// SPDX-License-Identifier: Apache-2.0

package terminology

// Reason is the rule by which a fact is, may be or is not an instance of a concept.
type Reason uint8

// The reasons of an answer. The grade of a hit says which of the groups its reason
// is of: yes, may be, or not recognised. An answer "no" has a reason too, which
// [Recognizer.Explain] gives.
const (
	NoReason Reason = iota

	// Yes.
	CoversCode       // a code of the fact is one that the concept covers
	CoversWording    // a whole wording of the fact is a name of what the concept covers
	CoversIngredient // the product holds an ingredient that the concept covers

	// May be.
	WordsLeftOver   // a name of the concept stands in a wording, beside words that may change it
	WordOfDoubt     // a word of negation, family, plan, refusal or suspicion stands beside the name
	WiderMeaning    // the fact is a wider term than the concept
	NarrowerMeaning // the fact lies below the concept, or is another name of it, without being listed
	RelatedMeaning  // the fact shares a distinctive word or a group with the concept
	SeveralMeanings // an abbreviation or brand with several meanings
	Contradiction   // codes and words of the fact contradict each other

	// No.
	OutsideException    // the concept excepts it by name or code
	OutsideCompleteList // the concept lists all codes of the system
	OutsideKnownCode    // the code is known and lies outside
	OutsideKnownWording // the wording is known and lies outside

	// Not recognised.
	UnknownCode    // the code, or its system, is not known and there are no words
	UnknownWording // a word of the wording is not known
	NoWording      // the fact has neither a code nor words that say what it is
	Uninterpreted  // the source forbids to interpret the fact
)

var reasonNames = [...]string{
	NoReason:            "",
	CoversCode:          "covers: code",
	CoversWording:       "covers: wording",
	CoversIngredient:    "covers: ingredient",
	WordsLeftOver:       "may be: further words",
	WordOfDoubt:         "may be: word of doubt",
	WiderMeaning:        "may be: wider",
	NarrowerMeaning:     "may be: narrower or the same",
	RelatedMeaning:      "may be: related",
	SeveralMeanings:     "may be: several meanings",
	Contradiction:       "may be: code and words contradict each other",
	OutsideException:    "outside: exception",
	OutsideCompleteList: "outside: complete list",
	OutsideKnownCode:    "outside: known code",
	OutsideKnownWording: "outside: known wording",
	UnknownCode:         "not recognised: code",
	UnknownWording:      "not recognised: wording",
	NoWording:           "not recognised: no code and no words",
	Uninterpreted:       "not recognised: not to be interpreted",
}

// String is the reason as outputs name it: "outside: complete list".
func (r Reason) String() string { return reasonNames[r] }
