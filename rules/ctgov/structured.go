// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

type structure struct {
	text        string // the fields as lines of the official text
	criteria    []Drafted
	questions   map[string][]prose.Question // by criterion
	notCriteria []rules.NotCriterion
}

const noRestriction = "It restricts nobody."

func readStructure(r *Record) structure {
	s := structure{questions: map[string][]prose.Question{}}
	s.addAgeCriterion(r)
	s.addSexCriterion(r)
	switch r.HealthyVolunteers {
	case "no":
		quote := s.addLine("Accepts Healthy Volunteers: No")
		s.addCriterion(Drafted{ID: "patient-not-volunteer", Quote: quote, Rule: "answer(has_condition_studied)"},
			prose.Question{ID: "has_condition_studied", Ask: "The study takes no healthy volunteers. Does the person have the condition that it studies?", Who: "investigator"})
	case "yes":
		s.notCriteria = append(s.notCriteria, rules.NotCriterion{Quote: s.addLine("Accepts Healthy Volunteers: Yes"), Reason: noRestriction})
	}
	return s
}

func (s *structure) addLine(text string) string {
	s.text += text + "\n"
	return text
}

func (s *structure) addCriterion(c Drafted, questions ...prose.Question) {
	c.Side, c.Structured, c.mark = rules.Inclusion, true, c.Form != ""
	s.criteria = append(s.criteria, c)
	s.questions[c.ID] = questions
}

// addAgeCriterion adds the criterion of the limits of age. A limit counts
// completed units: up to 80 years includes the day before the 81st birthday.
func (s *structure) addAgeCriterion(r *Record) {
	const label = "Ages Eligible for Study: "
	least, most := r.MinAge, r.MaxAge
	var quote string
	switch {
	case least.IsZero() && most.IsZero():
		s.notCriteria = append(s.notCriteria, rules.NotCriterion{Quote: s.addLine(label + "all"), Reason: noRestriction})
		return
	case most.IsZero():
		quote = least.Text + " and older"
		if least.Unit == "" {
			quote = least.Text
		}
	case least.IsZero():
		quote = "up to " + most.Text
	default:
		quote = least.Text + " to " + most.Text
	}
	c := Drafted{ID: "age", Quote: s.addLine(label + quote), Form: "age", Understood: "Age: " + quote + ", in completed " + limitUnits(least, most)}
	q := prose.Question{ID: "age_is_eligible", Ask: "Is the person's age within this: " + quote + "?", Who: "investigator"}
	low, askLow := minimumAgeRule(least)
	high, askHigh := maximumAgeRule(most)
	unread := !least.IsZero() && low == "" || !most.IsZero() && high == "" || limitsCrossed(least, most)
	switch {
	case unread:
		c.Rule, c.Form, c.Understood = "answer("+q.ID+")", "", ""
	case low == "" || high == "":
		c.Rule = low + high
	default:
		c.Rule = parenthesized(low, askLow) + " and " + parenthesized(high, askHigh)
	}
	if unread || askLow || askHigh {
		s.addCriterion(c, q)
	} else {
		s.addCriterion(c)
	}
}

func parenthesized(rule string, mixed bool) string {
	if mixed {
		return "(" + rule + ")"
	}
	return rule
}

func limitUnits(a, b Age) string {
	switch {
	case a.Unit == "" || a.Unit == b.Unit:
		return b.Unit
	case b.Unit == "":
		return a.Unit
	}
	return a.Unit + " and " + b.Unit
}

const (
	minutesPerDay = 24 * 60
	daysPerWeek   = 7
)

func (a Age) minutes() int {
	if a.Unit == "hours" {
		return 60 * a.Value
	}
	return a.Value
}

// ageWords are the words of the rule language for ages, by unit.
var ageWords = map[string]string{"years": "age", "months": "age_months", "days": "age_days"}

// minimumAgeRule gives the rule of the minimum age. Birth dates are days, so
// that a minimum in hours or minutes is not exact: born d days before, a person
// is between d-1 and d+1 days old. The rule asks for people between.
func minimumAgeRule(a Age) (rule string, asks bool) {
	switch a.Unit {
	case "years", "months", "days":
		return fmt.Sprintf("%s >= %d", ageWords[a.Unit], a.Value), false
	case "weeks":
		return fmt.Sprintf("age_days >= %d", daysPerWeek*a.Value), false
	case "hours", "minutes":
		m := a.minutes()
		days := (m + minutesPerDay - 1) / minutesPerDay
		return fmt.Sprintf("age_days >= %d or (age_days >= %d and answer(age_is_eligible))", days+1, max(0, days-1)), true
	}
	return "", false
}

func maximumAgeRule(a Age) (rule string, asks bool) {
	switch a.Unit {
	case "years", "months", "days":
		return fmt.Sprintf("%s <= %d", ageWords[a.Unit], a.Value), false
	case "weeks":
		return fmt.Sprintf("age_days < %d", daysPerWeek*(a.Value+1)), false
	case "hours", "minutes":
		m := a.minutes()
		sure := m/minutesPerDay - 1
		ask := fmt.Sprintf("(age_days <= %d and answer(age_is_eligible))", (m+minutesPerDay-1)/minutesPerDay)
		if sure < 0 {
			return ask, true
		}
		return fmt.Sprintf("age_days <= %d or %s", sure, ask), true
	}
	return "", false
}

func (a Age) approximateDays() float64 {
	return float64(a.Value) * map[string]float64{"years": 365.25, "months": 30.44, "weeks": 7, "days": 1, "hours": 1.0 / 24, "minutes": 1.0 / minutesPerDay}[a.Unit]
}

func limitsCrossed(least, most Age) bool {
	const slack = 1.02 // months are not all alike
	return !least.IsZero() && !most.IsZero() && least.approximateDays() > slack*most.approximateDays()+1
}

// addSexCriterion adds the criterion of the sex. A recorded sex that is neither
// female nor male decides nothing. If the study uses gender, a recorded sex
// decides only if it is the required one.
func (s *structure) addSexCriterion(r *Record) {
	const label = "Sexes Eligible for Study: "
	switch r.Sex {
	case AllSexes:
		s.notCriteria = append(s.notCriteria, rules.NotCriterion{Quote: s.addLine(label + "All"), Reason: noRestriction})
	case Female, Male:
		word := string(r.Sex)
		quote := label + strings.ToUpper(word[:1]) + word[1:]
		c := Drafted{ID: "sex", Form: "sex", Understood: "Sex: " + word}
		q := prose.Question{ID: word + "_is_eligible", Ask: "The study takes " + word + " participants only. May the person take part as one?", Who: "investigator"}
		c.Rule = fmt.Sprintf("sex == %q or (sex == \"other\" and answer(%s))", word, q.ID)
		if r.GenderBased {
			quote += ", based on gender"
			c.Rule = fmt.Sprintf("sex == %q or answer(%s)", word, q.ID)
			c.Understood = "Sex: " + word + ", or the gender that the person names"
		}
		c.Quote = s.addLine(quote)
		s.addCriterion(c, q)
	}
}
