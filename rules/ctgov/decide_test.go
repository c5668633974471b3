// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"errors"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// decide is the Decide of the tests: package matcher evaluates the rules.
func decide(study *rules.Study, people []*patient.Profile, on patient.Day) ([][]language.Truth, error) {
	m, err := matcher.New(study)
	if err != nil {
		return nil, err
	}
	truths := make([][]language.Truth, len(people))
	for i, p := range people {
		results, err := m.Match(p, matcher.Dates{Screening: on})
		if err != nil {
			return nil, err
		}
		truths[i] = truthsOf(&results[0])
	}
	return truths, nil
}

// evaluate gives the truth of each criterion of a study for one person.
func evaluate(t *testing.T, study *rules.Study, p *patient.Profile, d matcher.Dates) []language.Truth {
	t.Helper()
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(p, d)
	if err != nil {
		t.Fatal(err)
	}
	return truthsOf(&results[0])
}

func truthsOf(r *matcher.Result) []language.Truth {
	truths := make([]language.Truth, len(r.Criteria))
	for i := range r.Criteria {
		truths[i] = r.Criteria[i].Truth
	}
	return truths
}

// A draft that cannot be compared with the record's fields is no draft.
func TestDecideFails(t *testing.T) {
	d, err := NewDrafter(func(*rules.Study, []*patient.Profile, patient.Day) ([][]language.Truth, error) {
		return nil, errUnavailable
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.DraftStudy(&Record{ID: "NCT00000001", MinAge: parseAge("18 Years")}); !errors.Is(err, errUnavailable) {
		t.Errorf("got %v", err)
	}
}

// Ages that nobody can reach are compared with the oldest date of birth.
func TestAgesBeyondTheCalendar(t *testing.T) {
	for _, c := range []struct{ least, most string }{{"999999 Years", ""}, {"", "999999 Years"}, {"3000 Years", "5000 Years"}} {
		draft, _ := parsed(t, newDrafter(t), Record{MinAge: parseAge(c.least), MaxAge: parseAge(c.most), Eligibility: "Inclusion Criteria:\n\n* Age 18 years or older\n"})
		if got := show(draft); got != "inclusion age-18-years-older: age >= 18\n" {
			t.Errorf("%v: got %s", c, got)
		}
	}
}

var errUnavailable = errors.New("unavailable")
