// SPDX-License-Identifier: Apache-2.0

package language

import (
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/rules/terminology"
)

type valueType uint8

const (
	noType valueType = iota // the expression is wrong, and that was said
	truthType
	numberType
	textType
	windowType
	durationType
	anchorType
	questionType
	conceptType
)

func (t valueType) String() string {
	return [...]string{"nothing", "a truth", "a number", "a text", "a window", "a duration", "a date", "a question", "a concept"}[t]
}

type parameter struct {
	valueType valueType
	kinds     []terminology.Kind // of a conceptType
	optional  bool
}

var (
	window = parameter{valueType: windowType, optional: true}
	aDate  = parameter{valueType: anchorType}
)

func concept(kinds ...terminology.Kind) parameter {
	return parameter{valueType: conceptType, kinds: kinds}
}

// Answer is the type of the value that a word gives.
type Answer string

// The answers of the words.
const (
	TruthAnswer  Answer = "truth"
	NumberAnswer Answer = "number"
	TextAnswer   Answer = "text"
)

// Word is a row of the vocabulary: one name that rules may use. A Word is not
// changed.
type Word struct {
	Name   string
	Answer Answer
	Traits

	parameters []parameter
	meaning    string
	example    string
}

// Traits say how a word behaves, for every package that reasons about rules.
// The zero value of a trait claims nothing.
type Traits struct {
	// Event: the truth is that of the strongest fact of the concept in the
	// window, so that one fact is enough for a yes.
	Event bool
	// Present: like Event, on the screening day.
	Present bool
	// NoneIsUnknown: no fact on record leaves the truth unknown.
	NoneIsUnknown bool
	// Says is the outcome of a result that the word asks for: True for
	// positive, False for negative.
	Says Truth
	// Monotone is 1 where new facts and time can only raise the answer of a
	// word without a window, and -1 where they can only lower it.
	Monotone int
	// Constant: neither time nor a new fact changes the answer.
	Constant bool
	// Measured: the number is in the unit of the concept.
	Measured bool
	// Extreme is 1 for the highest result and -1 for the lowest.
	Extreme int
	// Limit names a limit of the reference range: "upper" or "lower".
	Limit string
	// WholeNumber: the number is whole and not below zero.
	WholeNumber bool
	// Counts: the number is a count of facts.
	Counts bool
	// AgeIn is the unit of an age: "years", "months" or "days".
	AgeIn string
}

// vocabulary is the whole language but for its operators and for the words
// that the compiler itself understands (structure).
var vocabulary = []Word{
	{"age", NumberAnswer, Traits{WholeNumber: true, Monotone: 1, AgeIn: "years"}, nil, "completed years on the screening day", "age >= 18"},
	{"age_months", NumberAnswer, Traits{WholeNumber: true, Monotone: 1, AgeIn: "months"}, nil, "completed months on the screening day", "age_months < 6"},
	{"age_days", NumberAnswer, Traits{WholeNumber: true, Monotone: 1, AgeIn: "days"}, nil, "days since birth on the screening day", "age_days <= 28"},
	{"age_at", NumberAnswer, Traits{WholeNumber: true, Monotone: 1, AgeIn: "years"}, []parameter{aDate}, "completed years on that date", "age_at(first_dose) < 65"},
	{"sex", TextAnswer, Traits{Constant: true}, nil, "the sex recorded: \"female\", \"male\" or \"other\"", `sex == "female"`},
	{"alive", TruthAnswer, Traits{Monotone: -1}, nil, "not recorded as dead on the screening day", "alive"},
	{"has", TruthAnswer, Traits{Present: true}, []parameter{concept(terminology.ConditionKind)}, "the condition is present on the screening day", "has(hypertension)"},
	{"had", TruthAnswer, Traits{Event: true, Monotone: 1}, []parameter{concept(terminology.ConditionKind), window}, "the condition was present, ever or in the window", "had(sepsis, within(months(1)))"},
	{"took", TruthAnswer, Traits{Event: true, Monotone: 1}, []parameter{concept(terminology.MedicationKind), window}, "the medication was taken, ever or in the window", "took(rituximab, within(months(6), first_dose))"},
	{"takes", TruthAnswer, Traits{Present: true}, []parameter{concept(terminology.MedicationKind)}, "the medication is taken on the screening day", "takes(warfarin)"},
	{"underwent", TruthAnswer, Traits{Event: true, Monotone: 1}, []parameter{concept(terminology.ProcedureKind), window}, "the procedure was done, ever or in the window", "underwent(splenectomy)"},
	{"allergic", TruthAnswer, Traits{Present: true}, []parameter{concept(terminology.AllergyKind)}, "the allergy or intolerance is present on the screening day", "allergic(penicillin)"},
	{"vaccinated", TruthAnswer, Traits{Event: true, Monotone: 1}, []parameter{concept(terminology.ImmunizationKind), window}, "the vaccine was given, ever or in the window", "vaccinated(live_vaccine, within(weeks(4)))"},
	{"latest", NumberAnswer, Traits{Measured: true}, []parameter{concept(terminology.ObservationKind), window}, "the latest result, in the concept's unit", "latest(hemoglobin, within(days(14))) < 8"},
	{"highest", NumberAnswer, Traits{Measured: true, Extreme: 1, Monotone: 1}, []parameter{concept(terminology.ObservationKind), window}, "the highest result, in the concept's unit", "highest(creatinine, within(months(3))) > 2"},
	{"lowest", NumberAnswer, Traits{Measured: true, Extreme: -1, Monotone: -1}, []parameter{concept(terminology.ObservationKind), window}, "the lowest result, in the concept's unit", "lowest(platelets, within(months(3))) < 50"},
	{"uln", NumberAnswer, Traits{Measured: true, Limit: "upper"}, []parameter{concept(terminology.ObservationKind), window}, "upper limit of the reference range of the latest result", "latest(alt) > 3 * uln(alt)"},
	{"lln", NumberAnswer, Traits{Measured: true, Limit: "lower"}, []parameter{concept(terminology.ObservationKind), window}, "lower limit of the reference range of the latest result", "latest(platelets) < lln(platelets)"},
	{"positive", TruthAnswer, Traits{Says: True}, []parameter{concept(terminology.ObservationKind), window}, "the latest result says positive, detected, present or yes", "positive(hbsag)"},
	{"negative", TruthAnswer, Traits{Says: False}, []parameter{concept(terminology.ObservationKind), window}, "the latest result says negative, not detected, absent or no", "negative(pregnancy_test, within(days(7)))"},
	{"ever_positive", TruthAnswer, Traits{Event: true, Says: True, Monotone: 1}, []parameter{concept(terminology.ObservationKind), window}, "some result on record says positive; none on record is no", "ever_positive(hiv_test)"},
	{"tested", TruthAnswer, Traits{Event: true, NoneIsUnknown: true, Monotone: 1}, []parameter{concept(terminology.ObservationKind), window}, "there is a result, ever or in the window; none on record is unknown", "tested(hiv_test, within(months(6)))"},
	{"times", NumberAnswer, Traits{WholeNumber: true, Counts: true, Monotone: 1}, []parameter{concept(terminology.Kinds()...), window}, "how many dated entries, ever or in the window", "times(heart_failure_admission, within(years(1))) >= 2"},
	{"answer", TruthAnswer, Traits{}, []parameter{{valueType: questionType}}, "what a person answered to a question of the study", "answer(refractory)"},
}

// structure is the words and operators that the compiler itself understands.
var structure = []Term{
	{"within", "within(duration[, date])", "window", "the days from that long before the date up to the date itself; from the screening day unless a date is named", "within(weeks(8), first_dose)"},
	{"days", "days(n)", "duration", "n days", "days(30)"},
	{"weeks", "weeks(n)", "duration", "n times seven days: day 56 lies within 8 weeks", "weeks(8)"},
	{"months", "months(n)", "duration", "n calendar months: the same day of the month, or the last day of a shorter one", "months(6)"},
	{"years", "years(n)", "duration", "n calendar years", "years(5)"},
	{"at_least", "at_least(n, truth, truth, ...)", "truth", "n or more of them are true", "at_least(2, has(anemia), has(asthma), has(copd))"},
	{"and", "truth and truth", "truth", "both are true; false as soon as one is false, even where the other is not known", "has(copd) and age > 40"},
	{"or", "truth or truth", "truth", "one is true, even where the other is not known", "has(hiv) or has(hepatitis_b)"},
	{"not", "not truth", "truth", "the opposite; what is not known stays unknown", "not has(asthma)"},
	{"< <= > >=", "number < number", "truth", "true or false only where it is so for every value that is possible; 18 <= age <= 80 means both", "18 <= age <= 80"},
	{"== !=", "number == number", "truth", "for numbers, and for sex", `sex != "male"`},
	{"in", "value in [value, ...]", "truth", "equal to one of the list", `latest(ecog) in [0, 1]`},
	{"+ - * /", "number + number", "number", "exact decimal arithmetic; dividing by what may be zero gives unknown", "latest(alt) / uln(alt) > 3"},
}

// Term is one row of the vocabulary, as a person reads it.
type Term struct {
	Name    string `json:"name"`
	Form    string `json:"form"`    // how it is written: had(condition[, window])
	Answer  string `json:"answer"`  // truth, number, text, window or duration
	Meaning string `json:"meaning"` // one sentence
	Example string `json:"example"` // a rule or a part of one
}

// Vocabulary lists the whole rule language. The checker, the documentation and
// every editor read this table.
func Vocabulary() []Term {
	terms := make([]Term, 0, len(vocabulary)+len(structure))
	for i := range vocabulary {
		w := &vocabulary[i]
		terms = append(terms, Term{w.Name, w.signature(), string(w.Answer), w.meaning, w.example})
	}
	return append(terms, structure...)
}

// signature writes the word with its parameters, as had(condition[, window]).
func (w *Word) signature() string {
	var b strings.Builder
	b.WriteString(w.Name)
	for i, p := range w.parameters {
		sep := ", "
		if i == 0 {
			sep = "("
		}
		if p.optional {
			sep = "[" + sep
		}
		b.WriteString(sep + p.typeName())
		if p.optional {
			b.WriteString("]")
		}
	}
	if len(w.parameters) > 0 {
		b.WriteString(")")
	}
	return b.String()
}

func (p parameter) typeName() string {
	switch {
	case p.valueType == conceptType && len(p.kinds) == 1:
		return string(p.kinds[0])
	case p.valueType == windowType:
		return "window"
	}
	return strings.TrimPrefix(p.valueType.String(), "a ")
}

func (w *Word) required() int {
	return len(w.parameters) - len(slices.DeleteFunc(slices.Clone(w.parameters), func(p parameter) bool { return !p.optional }))
}

// Words lists the words of the vocabulary.
func Words() []*Word {
	words := make([]*Word, len(vocabulary))
	for i := range vocabulary {
		words[i] = &vocabulary[i]
	}
	return words
}

// wordNamed finds a word of the vocabulary; nil if there is none.
func wordNamed(name string) *Word {
	for i := range vocabulary {
		if vocabulary[i].Name == name {
			return &vocabulary[i]
		}
	}
	return nil
}

func (w *Word) valueType() valueType {
	switch w.Answer {
	case NumberAnswer:
		return numberType
	case TextAnswer:
		return textType
	}
	return truthType
}

// asks reports whether the word takes a concept of this kind and of no other.
func (w *Word) asks(k terminology.Kind) bool {
	return len(w.parameters) > 0 && slices.Equal(w.parameters[0].kinds, []terminology.Kind{k})
}

func wordsFor(k terminology.Kind) []string {
	var names []string
	for _, w := range Words() {
		if w.asks(k) {
			names = append(names, w.Name)
		}
	}
	return names
}

// IsReserved reports whether a word is one of the rule language, so that no
// concept, question or anchor may be called so.
func IsReserved(word string) bool { return reserved()[word] }

// reserved holds the words that no concept, question or anchor may be called:
// those of the rule language and of the expression grammar below it.
var reserved = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields("and or not in true false nil let if else matches contains startsWith endsWith") {
		words[w] = true
	}
	for _, term := range Vocabulary() {
		for _, w := range strings.Fields(term.Name) {
			words[w] = true
		}
	}
	return words
})
