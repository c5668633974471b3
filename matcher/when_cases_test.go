// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// whenCases are people in whose favour everything else is answered, screened
// for the reference study on 2026-11-22 with the first dose on that day.
var whenCases = []struct {
	name       string
	born       string
	medication string // its name, status, start and end
	verdict    matcher.Verdict
	from       string // EarliestEligible
	until      string
	best       string // BestCase.EarliestEligible
	criterion  string // the one that it is about
	clears     string
	says       string // in Clearing or Outlook
	ledger     string // of Washout: last dose, clears on
}{
	{
		name: "infliximab 40 days ago", medication: "infliximab completed 2026-01-13 2026-10-13", verdict: matcher.Ineligible,
		from: "2026-12-09", criterion: "biologic-washout", clears: "2026-12-09", ledger: "infliximab 2026-10-13 2026-12-09",
		says: "Eligible from 2026-12-09 if nothing new happens: biologic-washout blocks until the day before.",
	},
	{
		name: "rituximab 5 months ago", medication: "rituximab completed 2026-06-22 2026-06-22", verdict: matcher.Ineligible,
		from: "2026-12-23", criterion: "rituximab-washout", clears: "2026-12-23", ledger: "rituximab 2026-06-22 2026-12-23",
	},
	{ // six months before 28 February is 28 August, before 1 March 1 September
		name: "rituximab at the end of August", medication: "rituximab completed 2026-08-31 2026-08-31", verdict: matcher.Ineligible,
		from: "2027-03-01", criterion: "rituximab-washout", clears: "2027-03-01", ledger: "rituximab 2026-08-31 2027-03-01",
	},
	{name: "17 years and 11 months", born: "2008-12-22", verdict: matcher.Ineligible, from: "2026-12-22", criterion: "age", clears: "2026-12-22"},
	{name: "born in December 2008", born: "2008-12", verdict: matcher.Ineligible, from: "2026-12-31", best: "2026-12-01", criterion: "age", clears: "2026-12-31"},
	{
		name: "80 years and 11 months", born: "1945-12-22", verdict: matcher.Eligible, from: "2026-11-22", until: "2026-12-21",
		says: "Eligible until 2026-12-21 if nothing new happens: age fails from 2026-12-22 on.",
	},
	{
		name: "infliximab ongoing", medication: "infliximab active 2026-01-13", verdict: matcher.Ineligible, criterion: "biologic-washout",
		says: "ongoing: stop infliximab first; 8 weeks after its last dose", ledger: "infliximab ongoing",
	},
	{ // some day of September: until 25 November it may lie within the 8 weeks
		name: "infliximab in September", medication: "infliximab completed 2026-01-13 2026-09", verdict: matcher.Undetermined,
		from: "2026-11-26", best: "2026-11-22", criterion: "biologic-washout", clears: "2026-11-26", ledger: "infliximab 2026-09 2026-11-26",
	},
	{name: "nothing in the way", verdict: matcher.Eligible, from: "2026-11-22", says: "nothing on record changes that within 2 years"},
}

func TestWhenCases(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	for _, c := range whenCases {
		t.Run(c.name, func(t *testing.T) {
			p := loadPatient(t, "all-answered-in-favour")
			p.ID = "invented"
			if c.born != "" {
				p.BirthDate = dateOf(t, c.born)
			}
			if c.medication != "" {
				f := append(strings.Fields(c.medication), "")
				p.Medications = append(p.Medications, patient.Medication{
					Fact: patient.Fact{Text: f[0], Record: "MedicationRequest/it"}, Status: f[1], Start: dateOf(t, f[2]), End: dateOf(t, f[3]),
				})
			}
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			results, err := m.Match(p, d, matcher.LookAhead{})
			if err != nil {
				t.Fatal(err)
			}
			r := &results[0]
			best := patient.Day(0)
			if r.BestCase != nil {
				best = r.BestCase.EarliestEligible
			}
			if r.Verdict != c.verdict || text(r.EarliestEligible) != c.from || text(r.EligibleUntil) != c.until || text(best) != c.best {
				t.Errorf("%s, eligible from %s until %s, best %s: %s", r.Verdict, text(r.EarliestEligible), text(r.EligibleUntil), text(best), r.Outlook)
			}
			said := r.Outlook
			if at := slices.IndexFunc(r.Criteria, func(of matcher.Criterion) bool { return of.ID == c.criterion }); at >= 0 {
				if got := text(r.Criteria[at].ClearsOn); got != c.clears {
					t.Errorf("%s clears on %s, want %s", c.criterion, got, c.clears)
				}
				if why := r.Criteria[at].Clearing; why != nil {
					said += string(why.Kind) + ": " + why.StopText()
				}
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("%q does not say %q", said, c.says)
			}
			if got := ledgerText(r); got != c.ledger {
				t.Errorf("the ledger is %q, want %q", got, c.ledger)
			}
			compareAhead(t, r, onEveryDay(t, m, p, d, d.Screening.AddYears(2), false))
		})
	}
}

func dateOf(t *testing.T, text string) patient.Date {
	if text == "" {
		return patient.Date{}
	}
	d, err := patient.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text gives "" for no day.
func text(d patient.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func ledgerText(r *matcher.Result) string {
	var lines []string
	for _, x := range r.Washout {
		line := x.Medication + " " + x.LastDose.String() + " " + text(x.ClearsOn)
		if x.Ongoing {
			line = x.Medication + " ongoing"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// Whoever is born on 29 February is 18 on 1 March of a common year.
func TestWhenBornOn29February(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	p := loadPatient(t, "born-29-february-2008")
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 1, 29)}, matcher.LookAhead{Horizon: matcher.Horizon{N: 6, Unit: "weeks"}})
	if err != nil {
		t.Fatal(err)
	}
	if c := &results[0].Criteria[1]; c.ID != "age" || c.ClearsOn != patient.NewDay(2026, 3, 1) {
		t.Errorf("%s clears on %s", c.ID, c.ClearsOn)
	}
}

// A result of hemoglobin within 28 days of the screening goes stale.
func TestWhenResultGoesStale(t *testing.T) {
	_, m := loadStudy(t, "hemoglobin.yaml")
	p := loadPatient(t, "hemoglobin-28-days")
	p.Observations[0].Value.Quantity.Value = patient.MustDecimal("12")
	for _, c := range []struct{ on, until patient.Day }{
		{patient.NewDay(2026, 11, 1), patient.NewDay(2026, 11, 22)}, {patient.NewDay(2026, 11, 22), patient.NewDay(2026, 11, 22)},
	} {
		results, err := m.Match(p, matcher.Dates{Screening: c.on}, matcher.LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		r := &results[0]
		if r.EarliestEligible != c.on || r.EligibleUntil != c.until || !strings.Contains(r.Outlook, "hemoglobin-enough and severe-anemia are not known from 2026-11-23 on") {
			t.Errorf("from %s until %s: %s", r.EarliestEligible, r.EligibleUntil, r.Outlook)
		}
	}
}

// A first dose on a day of its own does not move along, and nobody is screened
// after it.
func TestWhenFirstDoseIsFixed(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	p := loadPatient(t, "infliximab-55-days")
	screening := patient.NewDay(2026, 11, 22)
	d := matcher.Dates{Screening: screening, Anchors: map[string]patient.Day{"first_dose": screening + 14}}
	for _, c := range []struct {
		w      matcher.LookAhead
		looked patient.Day
		err    string
	}{
		{matcher.LookAhead{}, screening.AddYears(2), ""},
		{matcher.LookAhead{Fixed: []string{"first_dose"}}, screening + 14, ""},
		{matcher.LookAhead{Fixed: []string{"second_dose"}}, 0, "the date second_dose is to stay on its day"},
		{matcher.LookAhead{Horizon: matcher.Horizon{N: 11, Unit: "years"}}, 0, "11 years is too far ahead"},
		{matcher.LookAhead{Horizon: matcher.Horizon{N: -1, Unit: "years"}}, 0, "is no time to look ahead"},
	} {
		results, err := m.Match(p, d, c.w)
		switch {
		case c.err == "" && err == nil && results[0].LookedUntil == c.looked:
		case c.err != "" && err != nil && strings.Contains(err.Error(), c.err):
		default:
			t.Errorf("%v: %v", c.w, err)
		}
	}
}

func TestParseHorizon(t *testing.T) {
	for text, want := range map[string]string{
		"2 years": "2 years", "18 months": "18 months", "8w": "8 weeks", "1 day": "1 day", "90d": "90 days", "10y": "10 years",
		"11y": "", "0d": "", "": "", "soon": "", "-1y": "", "2 yards": "", "99999999999999999999d": "",
	} {
		h, err := matcher.ParseHorizon(text)
		if (err != nil) != (want == "") || err == nil && h.String() != want {
			t.Errorf("%q: %s, %v", text, h, err)
		}
	}
}
