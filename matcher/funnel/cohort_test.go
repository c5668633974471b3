// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

var update = flag.Bool("update", false, "write testdata/cohort.json")

// rejectedRecords is how many further records of the cohort are not usable.
const rejectedRecords = 7

// inventedCohort is 2,000 people from a registry of systemic sclerosis: the reference
// study and its result for each of them.
type inventedCohort struct {
	study   *rules.Study
	dates   matcher.Dates
	results []matcher.Result
}

var inventCohort = sync.OnceValues(func() (*inventedCohort, error) {
	study, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		return nil, err
	}
	m, err := matcher.New(study)
	if err != nil {
		return nil, err
	}
	c := &inventedCohort{study: study, dates: matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 2000 {
		results, err := m.Match(inventPerson(rng, study, i), c.dates)
		if err != nil {
			return nil, err
		}
		c.results = append(c.results, results...)
	}
	return c, nil
})

// loadCohort gives the cohort, which is made once.
func loadCohort(t testing.TB) *inventedCohort {
	t.Helper()
	c, err := inventCohort()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// inventPerson makes up somebody from a registry of systemic sclerosis: most
// have the disease, some lack a domain, a date or answers.
func inventPerson(rng *rand.Rand, study *rules.Study, i int) *patient.Profile {
	screening := patient.NewDay(2026, 11, 22)
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	p := &patient.Profile{ID: fmt.Sprintf("ssc-%04d", rng.IntN(9000)), Sex: patient.Female}
	p.BirthDate = patient.On(screening.AddDays(-365*15 - rng.IntN(365*72)))
	switch {
	case chance(2):
		p.BirthDate = patient.Date{}
	case chance(3):
		p.BirthDate = patient.Between(patient.NewDay(2008, 1, 1), patient.NewDay(2008, 12, 31))
	}
	if chance(30) {
		p.Sex = patient.Male
	}
	if chance(2) {
		dead := true
		p.Deceased = &dead
	}
	if !chance(4) {
		p.Conditions = inventConditions(chance, screening, rng)
	}
	if !chance(8) {
		p.Medications = inventMedications(chance, screening, rng)
	}
	p.Observations = []patient.Observation{}
	for _, q := range study.Questions {
		reply := patient.No
		if q.ID == "refractory" || q.ID == "diffuse_or_limited" || q.ID == "digital_ulceration" {
			reply = patient.Yes
		}
		if chance(6) {
			reply = map[patient.Reply]patient.Reply{patient.Yes: patient.No, patient.No: patient.Yes}[reply]
		}
		if i%3 != 0 && chance(92) {
			p.Answers = append(p.Answers, patient.Answer{Question: q.ID, Reply: reply})
		}
	}
	return p
}

func inventConditions(chance func(int) bool, screening patient.Day, rng *rand.Rand) []patient.Condition {
	list := []patient.Condition{}
	add := func(percent int, system, code, display string) {
		if chance(percent) {
			list = append(list, patient.Condition{
				Fact:   patient.Fact{Codes: []patient.Coding{{System: system, Code: code, Display: display}}, Text: display, Record: fmt.Sprintf("Condition/%d", len(list))},
				Course: patient.Active, Onset: patient.On(screening.AddDays(-rng.IntN(4000))),
			})
		}
	}
	add(80, patient.SNOMED, "89155008", "Systemic sclerosis (disorder)")
	add(40, patient.SNOMED, "233703007", "Interstitial lung disease")
	add(25, patient.SNOMED, "38341003", "Hypertension")
	add(6, patient.SNOMED, "84114007", "Heart failure")
	add(2, patient.SNOMED, "86406008", "Human immunodeficiency virus infection")
	add(3, "urn:local", "X17", "")
	return list
}

func inventMedications(chance func(int) bool, screening patient.Day, rng *rand.Rand) []patient.Medication {
	list := []patient.Medication{}
	for _, m := range []struct {
		percent int
		display string
	}{{8, "Infliximab 100 MG Injection"}, {6, "Rituximab 10 MG/ML Injection"}, {7, "Cyclophosphamide 50 MG Oral Tablet"}, {3, "Tocilizumab 20 MG/ML"}, {40, "Acetaminophen 325 MG Oral Tablet"}} {
		if !chance(m.percent) {
			continue
		}
		last := screening.AddDays(-rng.IntN(300))
		end := patient.On(last)
		if chance(15) {
			year, _, _ := last.Calendar()
			end = patient.Between(patient.NewDay(year, 1, 1), patient.NewDay(year, 12, 31))
		}
		list = append(list, patient.Medication{
			Fact:   patient.Fact{Codes: []patient.Coding{{System: patient.RxNorm, Code: "310798", Display: m.display}}, Text: m.display, Record: fmt.Sprintf("MedicationRequest/%d", len(list))},
			Status: "completed", Start: patient.On(last.AddDays(-400)), End: end,
		})
	}
	return list
}

// The summary of the cohort is a file, which the tests of its page read:
// go test ./matcher/funnel -run TestCohortFile -update.
func TestCohortFile(t *testing.T) {
	const path = "testdata/cohort.json"
	got := summaryFile(t, Summarize(countAll(t, loadCohort(t)))) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not the summary of the cohort", path)
	}
}
