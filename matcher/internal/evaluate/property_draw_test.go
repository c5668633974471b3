// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
)

// The names that drawn facts carry, and that drawn rules ask for.
var (
	drawnConditions  = []string{"asthma", "sepsis", "asthma due to pneumonia"}
	drawnMedications = []string{"infliximab", "rituximab", "metformin", "infliximab 100 MG Injection"}
	drawnNumbers     = []string{"hemoglobin", "platelets", "base excess"}
)

// drawDate is a date near the screening day, to the day, the month or the
// year, or none.
func drawDate(t *rapid.T, label string, screening patient.Day) patient.Date {
	from := rapid.SampledFrom([]int{-500, -60, -60}).Draw(t, label+" from") // most near the windows' edges
	day := screening.AddDays(rapid.IntRange(from, 30).Draw(t, label))
	switch rapid.IntRange(0, 9).Draw(t, label+" precision") {
	case 0:
		return patient.Date{}
	case 1, 2, 3:
		return month(day)
	case 4:
		y, _, _ := day.Calendar()
		return patient.Between(patient.NewDay(y, 1, 1), patient.NewDay(y, 12, 31))
	}
	return patient.On(day)
}

func month(day patient.Day) patient.Date {
	y, m, _ := day.Calendar()
	return patient.Between(patient.NewDay(y, m, 1), patient.NewDay(y, m+1, 0))
}

// drawUncertainFact is what a fact says that it is: a name, one that only may be it, or
// nothing that can be read.
func drawUncertainFact(t *rapid.T, label string, names []string, screening patient.Day, n int) patient.Fact {
	f := patient.Fact{Text: rapid.SampledFrom(names).Draw(t, label), Record: fmt.Sprintf("%s/%d", label, n)}
	switch rapid.IntRange(0, 19).Draw(t, label+" readable") {
	case 0:
		f.Text, f.Codes = "", []patient.Coding{{System: "http://ours.example", Code: "7"}}
	case 1:
		f.Unreadable = "nobody may tell what it is"
	}
	if rapid.IntRange(0, 3).Draw(t, label+" recorded") == 0 {
		f.Recorded = patient.On(screening.AddDays(rapid.IntRange(-400, 0).Draw(t, label+" recorded on")))
	}
	return f
}

// drawProfile is an invented patient of whom little is certain.
func drawProfile(t *rapid.T, screening patient.Day) *patient.Profile {
	p := &patient.Profile{ID: "invented", BirthDate: drawBirth(t, screening)}
	p.Sex = rapid.SampledFrom([]patient.Sex{"", patient.Female, patient.Male, patient.OtherSex, patient.SexUnknown}).Draw(t, "sex")
	if rapid.IntRange(0, 5).Draw(t, "record ends") == 0 {
		p.RecordedThrough = drawDate(t, "recorded through", screening)
	}
	if rapid.IntRange(0, 5).Draw(t, "died") == 0 {
		p.DeathDate = drawDate(t, "death", screening)
	}
	for _, d := range patient.Domains() {
		if rapid.IntRange(0, 4).Draw(t, string(d)) == 0 {
			continue
		}
		p.MarkSupplied(d)
		for i := range rapid.SampledFrom([]int{0, 1, 1, 2, 3, 12}).Draw(t, string(d)+" facts") {
			drawEntry(t, p, d, screening, i)
		}
	}
	return p
}

func drawBirth(t *rapid.T, screening patient.Day) patient.Date {
	day := screening.AddYears(-18).AddDays(rapid.IntRange(-500, 500).Draw(t, "birth"))
	y, _, _ := day.Calendar()
	return rapid.SampledFrom([]patient.Date{
		{}, patient.On(day), month(day), patient.Between(patient.NewDay(y, 1, 1), patient.NewDay(y, 12, 31)), patient.Between(patient.MinDay, day),
	}).Draw(t, "birth precision")
}

// drawEntry adds a fact to a domain.
func drawEntry(t *rapid.T, p *patient.Profile, d patient.Domain, screening patient.Day, n int) {
	fact := func(names []string) patient.Fact { return drawUncertainFact(t, string(d), names, screening, n) }
	status := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, string(d)+" status") }
	date := func(label string) patient.Date { return drawDate(t, string(d)+" "+label, screening) }
	start, end := date("start"), date("end")
	if end.Last() < start.First() {
		start, end = end, start
	}
	switch d {
	case patient.Conditions:
		p.Conditions = append(p.Conditions, patient.Condition{
			Fact: fact(drawnConditions), Onset: start, Abatement: end,
			Course: patient.Course(status("", "active", "resolved")), Certainty: patient.Certainty(status("", "confirmed", "unconfirmed", "refuted")),
		})
	case patient.Medications:
		p.Medications = append(p.Medications, patient.Medication{
			Fact: fact(drawnMedications), Start: start, End: end,
			Basis:  patient.Basis(status("order", "statement", "administration")),
			Status: status("active", "completed", "stopped", "on-hold", "unknown", "not-taken"),
		})
	case patient.Observations:
		p.Observations = append(p.Observations, drawResult(t, fact, start, status("", "final", "final", "preliminary", "cancelled")))
	case patient.Procedures:
		p.Procedures = append(p.Procedures, patient.Procedure{
			Fact: fact([]string{"splenectomy"}), Start: start, End: end, Status: status("completed", "in-progress", "unknown", "not-done"),
		})
	case patient.Allergies:
		p.Allergies = append(p.Allergies, patient.Allergy{
			Fact: fact([]string{"penicillin"}), Onset: start, Certainty: patient.Certainty(status("", "unconfirmed", "refuted")),
		})
	case patient.Immunizations:
		p.Immunizations = append(p.Immunizations, patient.Immunization{
			Fact: fact([]string{"measles vaccine"}), Date: start, Status: status("", "completed", "not-done"),
		})
	case patient.Answers:
		p.Answers = append(p.Answers, patient.Answer{Question: "uncontrolled", Reply: patient.Reply(status("yes", "no", "unknown")), Record: fmt.Sprint("answer/", n)})
	}
}

func drawResult(t *rapid.T, fact func([]string) patient.Fact, date patient.Date, status string) patient.Observation {
	o := patient.Observation{Status: status, Date: date}
	if rapid.IntRange(0, 3).Draw(t, "worded") == 0 {
		o.Fact = fact([]string{"hbsag"})
		o.Value.Text = rapid.SampledFrom([]string{"positive", "negative", "see comment"}).Draw(t, "words")
		return o
	}
	o.Fact = fact(drawnNumbers)
	unit := map[string]string{"hemoglobin": "g/dL", "platelets": "10*9/L", "base excess": "mmol/L"}[o.Text]
	if rapid.IntRange(0, 7).Draw(t, "no unit") == 0 {
		unit = ""
	}
	o.Value.Quantity = &patient.Quantity{
		Comparator: rapid.SampledFrom([]string{"", "", "", "<", "<=", ">", ">="}).Draw(t, "comparator"),
		Value:      patient.NewDecimal(int64(rapid.IntRange(0, 6).Draw(t, "value"))), Unit: unit,
	}
	return o
}

// drawRule is a rule over what drawn patients have.
func drawRule(t *rapid.T, depth int) string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	if depth > 0 {
		a, b := drawRule(t, depth-1), ""
		switch pick("join", "and", "or", "not", "at_least", "word") {
		case "not":
			return "not (" + a + ")"
		case "at_least":
			b = drawRule(t, depth-1)
			return fmt.Sprintf("at_least(%s, %s, %s, %s)", pick("n", "1", "2", "3"), a, b, drawRule(t, depth-1))
		case "and":
			return "(" + a + " and " + drawRule(t, depth-1) + ")"
		case "or":
			return "(" + a + " or " + drawRule(t, depth-1) + ")"
		}
	}
	concepts := strings.NewReplacer(
		"C", pick("condition", "asthma", "sepsis", "lung_disease"), "M", pick("medication", "infliximab", "rituximab", "biologic"),
		"O", pick("observation", "hemoglobin", "platelets", "base_excess"), "N", pick("number", "0", "1", "2", "3", "4", "17", "18"),
		"W", pick("window", "", ", within(weeks(8), first_dose)", ", within(days(30))", ", within(months(6))", ", within(years(1), first_dose)"),
		"L", pick("limit", "<", "<=", ">", ">=", "==", "!="),
	)
	return concepts.Replace(pick("word",
		"has(C)", "had(CW)", "takes(M)", "took(MW)", "underwent(splenectomyW)", "allergic(penicillin)", "vaccinated(live_vaccineW)", "alive",
		"positive(hbsagW)", "negative(hbsagW)", "tested(hbsagW)", "ever_positive(hbsagW)", "answer(uncontrolled)", `sex == "female"`, `sex in ["male", "other"]`,
		"latest(OW) L N", "highest(OW) L N", "lowest(OW) L N", "latest(OW) in [N, 3]", "1 <= latest(OW) <= N", "times(CW) L N", "times(MW) L N", "times(OW) L N",
		"latest(OW) + times(C) L N", "latest(OW) * 2 - lowest(O) L N", "latest(OW) / latest(platelets) L N", "-latest(OW) L -N", "age L N", "age_months L 216", "age_at(first_dose) L N",
	))
}
