// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"fmt"
	"slices"
)

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
	CoversMapping    // a [SiteList] says that the code or wording is the concept

	// May be.
	WordsLeftOver   // a name of the concept stands in a wording, beside words that may change it
	WordOfDoubt     // a word of negation, family, plan, refusal or suspicion stands beside the name
	WiderMeaning    // the fact is a wider term than the concept
	NarrowerMeaning // the fact lies below the concept, or is another name of it, without being listed
	RelatedMeaning  // the fact shares a distinctive word or a group with the concept
	SeveralMeanings // an abbreviation or brand with several meanings
	RelatedMapping  // a [SiteList] says that it is something that may be the concept
	Contradiction   // codes and words of the fact contradict each other

	// No.
	OutsideException    // the concept excepts it by name or code
	OutsideCompleteList // the concept lists all codes of the system
	OutsideKnownCode    // the code is known and lies outside
	OutsideKnownWording // the wording is known and lies outside
	OutsideMapping      // a [SiteList] says that it is something else

	// Not recognised.
	UnknownCode    // the code, or its system, is not known and there are no words
	UnknownWording // a word of the wording is not known
	NoWording      // the fact has neither a code nor words that say what it is
	Uninterpreted  // the source forbids to interpret the fact

	// The concept can show nothing: it lists neither codes nor names.
	EmptyConcept
)

var reasonNames = [...]string{
	NoReason:            "",
	CoversCode:          "covers: code",
	CoversWording:       "covers: wording",
	CoversIngredient:    "covers: ingredient",
	CoversMapping:       "covers: the site's list",
	WordsLeftOver:       "may be: further words",
	WordOfDoubt:         "may be: word of doubt",
	WiderMeaning:        "may be: wider",
	NarrowerMeaning:     "may be: narrower or the same",
	RelatedMeaning:      "may be: related",
	SeveralMeanings:     "may be: several meanings",
	RelatedMapping:      "may be: the site's list",
	Contradiction:       "may be: code and words contradict each other",
	OutsideException:    "outside: exception",
	OutsideCompleteList: "outside: complete list",
	OutsideKnownCode:    "outside: known code",
	OutsideKnownWording: "outside: known wording",
	OutsideMapping:      "outside: the site's list",
	UnknownCode:         "not recognised: code",
	UnknownWording:      "not recognised: wording",
	NoWording:           "not recognised: no code and no words",
	Uninterpreted:       "not recognised: not to be interpreted",
	EmptyConcept:        "the concept lists no codes and no names",
}

// NotRecognized reports whether the reason is one of those of a fact that was not
// recognised.
func (r Reason) NotRecognized() bool { return r >= UnknownCode && r <= Uninterpreted }

// MarshalText gives the text of String.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the text of String.
func (r *Reason) UnmarshalText(text []byte) error {
	i := slices.Index(reasonNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no reason of an answer", text)
	}
	*r = Reason(i)
	return nil
}

// String is the reason as outputs name it: "outside: complete list".
func (r Reason) String() string { return reasonNames[r] }

// Grade gives the grade of a reason; 0 for a plain no.
func (r Reason) Grade() Grade {
	switch {
	case r == CoversCode:
		return ByCode
	case r >= CoversWording && r <= CoversMapping:
		return ByName
	case r >= WordsLeftOver && r <= Contradiction:
		return MayBe
	case r >= OutsideException && r <= OutsideMapping:
		return 0
	}
	return Unrecognized
}

// ofCode gives the reason of a wording as that of the code whose name it is.
func (r Reason) ofCode() Reason {
	switch r {
	case OutsideKnownWording:
		return OutsideKnownCode
	case UnknownWording, NoWording:
		return UnknownCode
	}
	return r
}
