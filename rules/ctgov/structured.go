// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

// structure is what the fields of a record, apart from its text, come to.
type structure struct {
	text      string // the fields as lines of the official text
	criteria  []Drafted
	questions map[string][]prose.Question // by criterion
	not       []rules.NotCriterion
}

const noRestriction = "It restricts nobody."

// structured reads the fields of a record.
func structured(r *Record) structure {
	s := structure{questions: map[string][]prose.Question{}}
	s.ages(r)
	s.sex(r)
	switch r.HealthyVolunteers {
	case "no":
		quote := s.line("Accepts Healthy Volunteers: No")
		s.add(Drafted{ID: "patient-not-volunteer", Quote: quote, Rule: "answer(has_condition_studied)"},
			prose.Question{ID: "has_condition_studied", Ask: "The study takes no healthy volunteers. Does the person have the condition that it studies?", Who: "investigator"})
	case "yes":
		s.not = append(s.not, rules.NotCriterion{Quote: s.line("Accepts Healthy Volunteers: Yes"), Reason: noRestriction})
	}
	return s
}

func (s *structure) line(text string) string {
	s.text += text + "\n"
	return text
}

func (s *structure) add(c Drafted, questions ...prose.Question) {
	c.Side, c.Structured, c.mark = rules.Inclusion, true, c.Form != ""
	s.criteria = append(s.criteria, c)
	s.questions[c.ID] = questions
}

// ages gives the rule for the ages eligible. A limit counts in completed
// units: up to 80 years holds until the day before the 81st birthday.
func (s *structure) ages(r *Record) {
	const label = "Ages Eligible for Study: "
	least, most := r.MinAge, r.MaxAge
	var quote string
	switch {
	case least.IsZero() && most.IsZero():
		s.not = append(s.not, rules.NotCriterion{Quote: s.line(label + "all"), Reason: noRestriction})
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
	c := Drafted{ID: "age", Quote: s.line(label + quote), Form: "age", Understood: "Age: " + quote + ", in completed " + units(least, most)}
	q := prose.Question{ID: "age_is_eligible", Ask: "Is the person's age within this: " + quote + "?", Who: "investigator"}
	low, askLow := lower(least)
	high, askHigh := upper(most)
	unread := !least.IsZero() && low == "" || !most.IsZero() && high == "" || above(least, most)
	switch {
	case unread:
		c.Rule, c.Form, c.Understood = "answer("+q.ID+")", "", ""
	case low == "" || high == "":
		c.Rule = low + high
	default:
		c.Rule = group(low, askLow) + " and " + group(high, askHigh)
	}
	if unread || askLow || askHigh {
		s.add(c, q)
	} else {
		s.add(c)
	}
}

func group(rule string, mixed bool) string {
	if mixed {
		return "(" + rule + ")"
	}
	return rule
}

// units names the units of the limits.
func units(a, b Age) string {
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

// minutes of an age in hours or minutes.
func (a Age) minutes() int {
	if a.Unit == "hours" {
		return 60 * a.Value
	}
	return a.Value
}

// lower gives the rule for the least age. In hours and minutes a record, which
// knows days, cannot tell the last of them: born on the day d before, a person
// is between d-1 and d+1 days old, and what lies between is asked.
func lower(a Age) (rule string, asks bool) {
	switch a.Unit {
	case "years":
		return fmt.Sprintf("age >= %d", a.Value), false
	case "months":
		return fmt.Sprintf("age_months >= %d", a.Value), false
	case "weeks":
		return fmt.Sprintf("age_days >= %d", daysPerWeek*a.Value), false
	case "days":
		return fmt.Sprintf("age_days >= %d", a.Value), false
	case "hours", "minutes":
		m := a.minutes()
		days := (m + minutesPerDay - 1) / minutesPerDay
		return fmt.Sprintf("age_days >= %d or (age_days >= %d and answer(age_is_eligible))", days+1, max(0, days-1)), true
	}
	return "", false
}

// upper gives the rule for the greatest age.
func upper(a Age) (rule string, asks bool) {
	switch a.Unit {
	case "years":
		return fmt.Sprintf("age <= %d", a.Value), false
	case "months":
		return fmt.Sprintf("age_months <= %d", a.Value), false
	case "weeks":
		return fmt.Sprintf("age_days < %d", daysPerWeek*(a.Value+1)), false
	case "days":
		return fmt.Sprintf("age_days <= %d", a.Value), false
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

// days is about how many days an age has.
func (a Age) days() float64 {
	return float64(a.Value) * map[string]float64{"years": 365.25, "months": 30.44, "weeks": 7, "days": 1, "hours": 1.0 / 24, "minutes": 1.0 / minutesPerDay}[a.Unit]
}

// above reports whether the limits leave nobody.
func above(least, most Age) bool {
	const slack = 1.02 // months are not all alike
	return !least.IsZero() && !most.IsZero() && least.days() > slack*most.days()+1
}

// sex gives the rule for the sex eligible. A recorded sex that is neither
// female nor male decides nothing; where the study goes by gender, neither
// does a recorded sex that is not the one wanted.
func (s *structure) sex(r *Record) {
	const label = "Sexes Eligible for Study: "
	switch r.Sex {
	case AllSexes:
		s.not = append(s.not, rules.NotCriterion{Quote: s.line(label + "All"), Reason: noRestriction})
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
		c.Quote = s.line(quote)
		s.add(c, q)
	}
}
