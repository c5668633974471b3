// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"strings"
	"testing"
)

func on(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func amount(n, unit string) *Quantity { return &Quantity{Value: MustDecimal(n), Unit: unit} }

var yes, no = true, false

var judged = []struct {
	name string
	p    Profile
	want string // one line each; empty: valid
}{
	{"only an id", Profile{ID: "p"}, ""},
	{"nothing", Profile{}, "$.id: is missing or empty"},
	{"a blank id", Profile{ID: " \t"}, "$.id: is blank"},
	{"an id too long", Profile{ID: strings.Repeat("é", 257)}, "$.id: is longer than 256 characters"},
	{"an id as long as may be", Profile{ID: strings.Repeat("é", 256)}, ""},

	{
		"death before birth",
		Profile{ID: "p", BirthDate: on("1980-05-02"), DeathDate: on("1980-05-01")},
		"$.death_date: 1980-05-01 is before birth_date, 1980-05-02",
	},
	{"death in the month of birth", Profile{ID: "p", BirthDate: on("1980-05-02"), DeathDate: on("1980-05")}, ""},
	{"a day of death, but not dead", Profile{ID: "p", Deceased: &no, DeathDate: on("2020")}, "$.deceased: is false, but death_date is 2020"},
	{"a day of death, and dead", Profile{ID: "p", Deceased: &yes, DeathDate: on("2020")}, ""},
	{
		"a record that ends before birth",
		Profile{ID: "p", BirthDate: on("1980-05-02"), RecordedThrough: on("1979")},
		"$.recorded_through: 1979 is before birth_date, 1980-05-02",
	},

	{
		"abatement surely before onset",
		Profile{ID: "p", Conditions: []Condition{{}, {Onset: on("2020-06"), Abatement: on("2020-05-31")}}},
		"$.conditions[1].abatement: 2020-05-31 is before onset, 2020-06",
	},
	{"abatement perhaps before onset", Profile{ID: "p", Conditions: []Condition{{Onset: on("2020-06-15"), Abatement: on("2020-06")}}}, ""},
	{
		"end before start",
		Profile{ID: "p", Medications: []Medication{{Start: on("2020-01-02"), End: on("2020-01-01")}}},
		"$.medications[0].end: 2020-01-01 is before start, 2020-01-02",
	},
	{
		"a procedure that ends before it starts",
		Profile{ID: "p", Procedures: []Procedure{{Start: on("2020-01-02"), End: on("2020-01-01")}}},
		"$.procedures[0].end: 2020-01-01 is before start, 2020-01-02",
	},

	{"a vaccination the day before birth: another time zone", Profile{ID: "p", BirthDate: on("2020-03-01"), Immunizations: []Immunization{{Date: on("2020-02-29")}}}, ""},
	{
		"a vaccination two days before birth",
		Profile{ID: "p", BirthDate: on("2020-03-01"), Immunizations: []Immunization{{Date: on("2020-02-28")}}},
		"$.immunizations[0].date: 2020-02-28 is too long before birth_date: the first day possible is 2020-02-29",
	},
	{"a vaccination in the year of birth, which may be later", Profile{ID: "p", BirthDate: on("2020"), Immunizations: []Immunization{{Date: on("2019-12-31")}}}, ""},
	{
		"an allergy before birth",
		Profile{ID: "p", BirthDate: on("2020-03-01"), Allergies: []Allergy{{Onset: on("2019")}}},
		"$.allergies[0].onset: 2019 is too long before birth_date: the first day possible is 2020-02-29",
	},
	{
		"a medication before birth",
		Profile{ID: "p", BirthDate: on("2020-03-01"), Medications: []Medication{{Start: on("2019"), End: on("2021")}}},
		"$.medications[0].start: 2019 is too long before birth_date: the first day possible is 2020-02-29",
	},
	{"findings of the unborn", Profile{
		ID: "p", BirthDate: on("2020-10-27"), Conditions: []Condition{{Onset: on("2019-12-31")}},
		Observations: []Observation{{Date: on("2020-05-01")}}, Procedures: []Procedure{{Start: on("2020-05-01")}},
	}, ""},
	{
		"findings before conception",
		Profile{
			ID: "p", BirthDate: on("2020-10-27"), Conditions: []Condition{{Onset: on("2019-12-30")}},
			Observations: []Observation{{Date: on("2019")}, {Date: on("2018")}}, Procedures: []Procedure{{End: on("1920")}},
		},
		"$.conditions[0].onset: 2019-12-30 is too long before birth_date: the first day possible is 2019-12-31\n" +
			"$.observations[1].date: 2018 is too long before birth_date: the first day possible is 2019-12-31\n" +
			"$.procedures[0].end: 1920 is too long before birth_date: the first day possible is 2019-12-31",
	},

	{
		"two kinds of result",
		Profile{ID: "p", Observations: []Observation{{Value: Value{Quantity: amount("1", ""), Text: "one"}}}},
		"$.observations[0].value: holds more than one kind of result: give a quantity, or a range (from, to), or codes and text, or bool",
	},
	{"a coded result with its words", Profile{ID: "p", Observations: []Observation{{Value: Value{Codes: []Coding{{Code: "POS"}}, Text: "positive"}}}}, ""},
	{
		"a range upside down",
		Profile{ID: "p", Observations: []Observation{{Value: Value{From: amount("2.01", "g"), To: amount("2.0", "g")}}}},
		"$.observations[0].value.from: 2.01 is above value.to, 2.0, in the same unit",
	},
	{"a range of one number", Profile{ID: "p", Observations: []Observation{{Value: Value{From: amount("2.0", "g"), To: amount("2", "g")}}}}, ""},
	{
		"a reference range upside down",
		Profile{ID: "p", Observations: []Observation{{Low: amount("16", "g/dL"), High: amount("12", "g/dL")}}},
		"$.observations[0].low: 16 is above high, 12, in the same unit",
	},
	{"limits in two units cannot be compared here", Profile{ID: "p", Observations: []Observation{{Low: amount("120", "g/L"), High: amount("16", "g/dL")}}}, ""},
	{
		"a limit that is not one",
		Profile{ID: "p", Observations: []Observation{{High: &Quantity{Comparator: "<", Value: NewDecimal(5)}}}},
		"$.observations[0].high.comparator: a limit has no comparator; leave it out, or leave the limit out",
	},
	{"a unit nobody knows", Profile{ID: "p", Observations: []Observation{{Value: Value{Quantity: amount("1", "furlong")}}}}, ""},

	{
		"a code that is empty",
		Profile{ID: "p", Conditions: []Condition{{Fact: Fact{Codes: []Coding{{System: SNOMED}}}}}},
		"$.conditions[0].codes[0].code: is missing or empty",
	},
	{
		"a coded result without code",
		Profile{ID: "p", Observations: []Observation{{Value: Value{Codes: []Coding{{}}}}}},
		"$.observations[0].value.codes[0].code: is missing or empty",
	},
	{
		"a status of another resource",
		Profile{ID: "p", Immunizations: []Immunization{{Status: "active"}}},
		`$.immunizations[0].status: "active" is not one of completed, not-done, entered-in-error`,
	},
	{
		"a comparator that is none",
		Profile{ID: "p", Observations: []Observation{{Value: Value{Quantity: &Quantity{Comparator: "="}}}}},
		`$.observations[0].value.quantity.comparator: "=" is not one of <, <=, >, >=`,
	},
	{"a text that is not UTF-8", Profile{ID: "p", Allergies: []Allergy{{Fact: Fact{Text: "nuts\xff"}}}}, "$.allergies[0].text: holds bytes that are not UTF-8"},
	{"an issue that is not UTF-8", Profile{ID: "p", Issues: []string{"a", "\xff"}}, "$.issues[1]: holds bytes that are not UTF-8"},
	{"an answer without question", Profile{ID: "p", Answers: []Answer{{Reply: Yes}}}, "$.answers[0].question: is missing or empty"},
	{
		"a date without any bound",
		Profile{ID: "p", BirthDate: Between(MinDay, MaxDay)},
		"$.birth_date: is a date outside the years 0001 to 9999, or has no bound at all",
	},
	{
		"a date after the year 9999",
		Profile{ID: "p", BirthDate: On(NewDay(10000, 1, 1))},
		"$.birth_date: is a date outside the years 0001 to 9999, or has no bound at all",
	},
	{
		"a number that cannot be read back",
		Profile{ID: "p", Observations: []Observation{{Low: &Quantity{Value: NewDecimal(1).Quo(NewDecimal(3))}}}},
		"$.observations[0].low.value: has more than 30 digits",
	},
}

func TestValidate(t *testing.T) {
	for _, c := range judged {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := c.p.Validate(); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if c.p.Validated() != (c.want == "") {
				t.Errorf("Validated() is %v", c.p.Validated())
			}
		})
	}
}
