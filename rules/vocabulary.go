// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"github.com/eligo-trials/eligo/rules/terminology"
	"slices"
	"strings"
)

// valueType is the type of an expression of the rule language.
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

// parameter is what a word takes at one place.
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

// word is a row of the vocabulary: one name that rules may use.
type word struct {
	name       string
	parameters []parameter
	answer     valueType
	meaning    string
	example    string
	// find looks the word up in a chart; its type is one of the finders.
	find any
}

// The finders: what a word does, by the type of its answer.
type (
	truthFinder  = func(*view, *call) Truth
	numberFinder = func(*view, *call) *number
	textFinder   = func(*view, *call) *text
)

// vocabulary is the whole language but for its operators and for the words
// that the compiler itself understands (structure).
var vocabulary = []word{
	{"age", nil, numberType, "completed years on the screening day", "age >= 18", findAge},
	{"age_months", nil, numberType, "completed months on the screening day", "age_months < 6", findAge},
	{"age_days", nil, numberType, "days since birth on the screening day", "age_days <= 28", findAge},
	{"age_at", []parameter{aDate}, numberType, "completed years on that date", "age_at(first_dose) < 65", findAge},
	{"sex", nil, textType, "the sex recorded: \"female\", \"male\" or \"other\"", `sex == "female"`, findSex},
	{"alive", nil, truthType, "not recorded as dead on the screening day", "alive", findAlive},
	{"has", []parameter{concept(terminology.ConditionKind)}, truthType, "the condition is present on the screening day", "has(hypertension)", findPresent},
	{"had", []parameter{concept(terminology.ConditionKind), window}, truthType, "the condition was present, ever or in the window", "had(sepsis, within(months(1)))", findEvent},
	{"took", []parameter{concept(terminology.MedicationKind), window}, truthType, "the medication was taken, ever or in the window", "took(rituximab, within(months(6), first_dose))", findEvent},
	{"takes", []parameter{concept(terminology.MedicationKind)}, truthType, "the medication is taken on the screening day", "takes(warfarin)", findPresent},
	{"underwent", []parameter{concept(terminology.ProcedureKind), window}, truthType, "the procedure was done, ever or in the window", "underwent(splenectomy)", findEvent},
	{"allergic", []parameter{concept(terminology.AllergyKind)}, truthType, "the allergy or intolerance is present on the screening day", "allergic(penicillin)", findPresent},
	{"vaccinated", []parameter{concept(terminology.ImmunizationKind), window}, truthType, "the vaccine was given, ever or in the window", "vaccinated(live_vaccine, within(weeks(4)))", findEvent},
	{"latest", []parameter{concept(terminology.ObservationKind), window}, numberType, "the latest result, in the concept's unit", "latest(hemoglobin, within(days(14))) < 8", findLatest},
	{"highest", []parameter{concept(terminology.ObservationKind), window}, numberType, "the highest result, in the concept's unit", "highest(creatinine, within(months(3))) > 2", findExtreme},
	{"lowest", []parameter{concept(terminology.ObservationKind), window}, numberType, "the lowest result, in the concept's unit", "lowest(platelets, within(months(3))) < 50", findExtreme},
	{"uln", []parameter{concept(terminology.ObservationKind), window}, numberType, "upper limit of the reference range of the latest result", "latest(alt) > 3 * uln(alt)", findLimit},
	{"lln", []parameter{concept(terminology.ObservationKind), window}, numberType, "lower limit of the reference range of the latest result", "latest(platelets) < lln(platelets)", findLimit},
	{"positive", []parameter{concept(terminology.ObservationKind), window}, truthType, "the latest result says positive, detected, present or yes", "positive(hbsag)", findAnswered},
	{"negative", []parameter{concept(terminology.ObservationKind), window}, truthType, "the latest result says negative, not detected, absent or no", "negative(pregnancy_test, within(days(7)))", findAnswered},
	{"ever_positive", []parameter{concept(terminology.ObservationKind), window}, truthType, "some result on record says positive; none on record is no", "ever_positive(hiv_test)", findEverPositive},
	{"tested", []parameter{concept(terminology.ObservationKind), window}, truthType, "there is a result, ever or in the window; none on record is unknown", "tested(hiv_test, within(months(6)))", findTested},
	{"times", []parameter{concept(terminology.Kinds()...), window}, numberType, "how many dated entries, ever or in the window", "times(heart_failure_admission, within(years(1))) >= 2", findTimes},
	{"answer", []parameter{{valueType: questionType}}, truthType, "what a person answered to a question of the study", "answer(refractory)", findAnswer},
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
		terms = append(terms, Term{w.name, w.form(), strings.TrimPrefix(w.answer.String(), "a "), w.meaning, w.example})
	}
	return append(terms, structure...)
}

// form writes the word with its arguments.
func (w *word) form() string {
	var b strings.Builder
	b.WriteString(w.name)
	for i, p := range w.parameters {
		sep := ", "
		if i == 0 {
			sep = "("
		}
		if p.optional {
			sep = "[" + sep
		}
		b.WriteString(sep + p.name())
		if p.optional {
			b.WriteString("]")
		}
	}
	if len(w.parameters) > 0 {
		b.WriteString(")")
	}
	return b.String()
}

func (p parameter) name() string {
	switch {
	case p.valueType == conceptType && len(p.kinds) == 1:
		return string(p.kinds[0])
	case p.valueType == windowType:
		return "window"
	}
	return strings.TrimPrefix(p.valueType.String(), "a ")
}

func (w *word) required() int {
	return len(w.parameters) - len(slices.DeleteFunc(slices.Clone(w.parameters), func(p parameter) bool { return !p.optional }))
}

// wordsByName is made once, when the first rule is compiled.
func lookUp(name string) *word {
	for i := range vocabulary {
		if vocabulary[i].name == name {
			return &vocabulary[i]
		}
	}
	return nil
}

// wordsFor names the words that take a concept of this kind.
func wordsFor(k terminology.Kind) []string {
	var names []string
	for i := range vocabulary {
		for _, p := range vocabulary[i].parameters {
			if p.valueType == conceptType && len(p.kinds) == 1 && p.kinds[0] == k {
				names = append(names, vocabulary[i].name)
			}
		}
	}
	return names
}
