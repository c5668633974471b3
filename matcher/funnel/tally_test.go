// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// TestTallyAgainstRecount counts everything again, a question at a time.
func TestTallyAgainstRecount(t *testing.T) {
	c := loadCohort(t)
	tally := countAll(t, c)
	if err := tally.Check(); err != nil {
		t.Fatal(err)
	}
	s := tally.Summary()
	people := func(is func(r *matcher.Result) bool) (n int64) {
		for i := range c.results {
			if is(&c.results[i]) {
				n++
			}
		}
		return n
	}
	verdict := func(v matcher.Verdict) int64 {
		return people(func(r *matcher.Result) bool { return r.Verdict == v })
	}
	awaits := func(a matcher.Awaits) int64 {
		return people(func(r *matcher.Result) bool { return r.Awaits == a })
	}
	want := Totals{
		Records: 2000 + rejectedRecords, Rejected: rejectedRecords, Assessed: 2000, Eligible: verdict(matcher.Eligible),
		Ineligible: verdict(matcher.Ineligible), Undetermined: verdict(matcher.Undetermined),
		Awaits: Awaits{awaits(matcher.AwaitsAnswers), awaits(matcher.AwaitsData)},
	}
	if s.Totals != want || tally.Totals() != want {
		t.Errorf("totals %+v, want %+v", s.Totals, want)
	}
	if want.Eligible == 0 || want.Ineligible == 0 || want.Awaits.Answers == 0 || want.Awaits.Data == 0 {
		t.Errorf("the invented cohort does not show every verdict: %+v", want)
	}
	for i := range s.Criteria {
		recountStep(t, &s.Attrition[i], i, people)
		recountCriterion(t, &s.Criteria[i], i, people)
	}
	for i := range s.Missing {
		recountFact(t, &s.Missing[i], people)
	}
}

type counting func(func(r *matcher.Result) bool) int64

func recountStep(t *testing.T, got *AttritionStep, at int, people counting) {
	failsBefore := func(r *matcher.Result, end int) bool {
		return slices.ContainsFunc(r.Criteria[:end], func(c matcher.Criterion) bool { return c.Outcome == matcher.Fail })
	}
	here := func(r *matcher.Result) matcher.Outcome { return r.Criteria[at].Outcome }
	want := AttritionStep{
		Criterion: got.Criterion,
		Reach:     people(func(r *matcher.Result) bool { return !failsBefore(r, at) }),
		Excluded:  people(func(r *matcher.Result) bool { return !failsBefore(r, at) && here(r) == matcher.Fail }),
		Unknown:   people(func(r *matcher.Result) bool { return !failsBefore(r, at) && here(r) == matcher.Unclear }),
		Remain:    people(func(r *matcher.Result) bool { return !failsBefore(r, at+1) }),
		RemainUnknown: people(func(r *matcher.Result) bool {
			return !failsBefore(r, at+1) && slices.ContainsFunc(r.Criteria[:at+1], func(c matcher.Criterion) bool { return c.Outcome == matcher.Unclear })
		}),
	}
	if *got != want {
		t.Errorf("attrition %+v, want %+v", *got, want)
	}
}

func recountCriterion(t *testing.T, got *CriterionSummary, at int, people counting) {
	id := got.ID
	want := CriterionSummary{
		ID: id, Kind: got.Kind, Quote: got.Quote, BuiltIn: id == "alive", Missing: got.Missing,
		Fails:   people(func(r *matcher.Result) bool { return slices.Contains(r.Blocking, id) }),
		Sole:    people(func(r *matcher.Result) bool { return slices.Equal(r.Blocking, []string{id}) }),
		Unknown: people(func(r *matcher.Result) bool { return slices.Contains(r.Unknown, id) }),
		NearFailing: people(func(r *matcher.Result) bool {
			return id != "alive" && slices.Equal(r.Blocking, []string{id}) && len(r.Unknown) == 0
		}),
		NearUnknown: people(func(r *matcher.Result) bool {
			return id != "alive" && len(r.Blocking) == 0 && slices.Equal(r.Unknown, []string{id})
		}),
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("criterion %+v, want %+v", *got, want)
	}
	named := int64(0)
	for _, m := range got.Missing {
		n := people(func(r *matcher.Result) bool {
			return r.Criteria[at].Outcome == matcher.Unclear && lacksOf(r.Criteria[at:at+1], m.What, m.Question, string(m.Why))
		})
		if n != m.People {
			t.Errorf("%s: %d lack %s (%s), want %d", id, m.People, m.What, m.Why, n)
		}
		named = max(named, n)
	}
	if got.Unknown > 0 && named == 0 {
		t.Errorf("%s: %d not known, and nothing is missing", id, got.Unknown)
	}
}

// lacksOf tells whether something is missing; why "" is any reason.
func lacksOf(criteria []matcher.Criterion, what string, question bool, why string) bool {
	for i := range criteria {
		for _, m := range criteria[i].Missing {
			if criteria[i].Outcome == matcher.Unclear && m.What == what && m.Question == question && (why == "" || string(m.Why) == why) {
				return true
			}
		}
	}
	return false
}

func recountFact(t *testing.T, got *MissingFact, people counting) {
	n := people(func(r *matcher.Result) bool { return lacksOf(r.Criteria, got.What, got.Question, "") })
	undetermined := people(func(r *matcher.Result) bool {
		return r.Verdict == matcher.Undetermined && lacksOf(r.Criteria, got.What, got.Question, "")
	})
	if got.People != n || got.Undetermined != undetermined {
		t.Errorf("%d lack %s, %d of them undetermined, want %d and %d", got.People, got.What, got.Undetermined, n, undetermined)
	}
	for _, why := range got.Why {
		if n := people(func(r *matcher.Result) bool { return lacksOf(r.Criteria, got.What, got.Question, string(why.Why)) }); n != why.People {
			t.Errorf("%d lack %s for %s, want %d", why.People, got.What, why.Why, n)
		}
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestTallyMerge divides the cohort in many ways, by position and by chance,
// through JSON and without, and merges the parts in any order.
func TestTallyMerge(t *testing.T) {
	c := loadCohort(t)
	whole := encoded(t, countAll(t, c))
	rng := rand.New(rand.NewPCG(3, 4))
	for _, shards := range []int{1, 2, 3, 7, 16} {
		parts := make([]*Tally, shards)
		for i := range parts {
			parts[i] = NewTally(c.study, c.dates)
		}
		for _, i := range rng.Perm(len(c.results)) {
			if err := parts[rng.IntN(shards)].Add(&c.results[i]); err != nil {
				t.Fatal(err)
			}
		}
		for range rejectedRecords {
			parts[rng.IntN(shards)].Reject()
		}
		sum := NewTally(c.study, c.dates)
		for i, part := range parts {
			if i%2 == 1 {
				read := &Tally{}
				if err := json.Unmarshal([]byte(encoded(t, part)), read); err != nil {
					t.Fatal(err)
				}
				part = read
			}
			before := encoded(t, part)
			if err := sum.Merge(part); err != nil {
				t.Fatal(err)
			}
			if encoded(t, part) != before {
				t.Error("Merge changed the tally that it added")
			}
		}
		if got := encoded(t, sum); got != whole {
			t.Errorf("%d shards differ from the whole", shards)
		}
	}
}

// TestNearestBounded holds that of many people those with the first ids are
// named, wherever they were counted.
func TestNearestBounded(t *testing.T) {
	ids := make([]string, 5*MostNear+17)
	for i := range ids {
		ids[i] = strings.Repeat("x", i%3) + string(rune('a'+i%26)) + strings.Repeat("y", i/26%40)
	}
	one, parts := nearMisses{}, [3]nearMisses{}
	for i, id := range ids {
		one.addPerson(id, "c")
		parts[i%3].addPerson(id, "c")
	}
	sum := nearMisses{}
	for i := range parts {
		sum.addPeople(&parts[2-i])
	}
	slices.Sort(ids)
	got := one.sorted()
	if !reflect.DeepEqual(got, sum.sorted()) || got.People != int64(len(ids)) || len(got.Patients) != MostNear {
		t.Fatalf("%d of %d people named, or others in the parts", len(got.Patients), got.People)
	}
	for i, miss := range got.Patients {
		if miss.Patient != ids[i] {
			t.Fatalf("person %d is %s, want %s", i, miss.Patient, ids[i])
		}
	}
}

// TestTallyRefuses holds that nothing is counted that does not belong.
func TestTallyRefuses(t *testing.T) {
	c := loadCohort(t)
	tally := NewTally(c.study, c.dates)
	before := encoded(t, tally)
	for want, change := range map[string]func(r *matcher.Result){
		"study":        func(r *matcher.Result) { r.Study.ID = "NCT1" },
		"SHA-256":      func(r *matcher.Result) { r.Study.SHA256 = "0" },
		"eligo 9":      func(r *matcher.Result) { r.Engine = "eligo 9" },
		"dates":        func(r *matcher.Result) { r.Dates = map[string]patient.Day{"screening": 1} },
		"criteria":     func(r *matcher.Result) { r.Criteria = r.Criteria[1:] },
		"criterion 1 ": func(r *matcher.Result) { r.Criteria = slices.Clone(r.Criteria); r.Criteria[0].ID = "x" },
		"say":          func(r *matcher.Result) { r.Verdict = "maybe" },
		"awaits":       func(r *matcher.Result) { r.Awaits = "rain" },
		"outcome":      func(r *matcher.Result) { r.Criteria = slices.Clone(r.Criteria); r.Criteria[0].Outcome = "x" },
	} {
		at := slices.IndexFunc(c.results, func(r matcher.Result) bool { return r.Verdict == matcher.Undetermined })
		r := c.results[at]
		change(&r)
		if err := tally.Add(&r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one of %q", err, want)
		}
	}
	later := c.dates
	later.Screening++
	if err := tally.Merge(NewTally(c.study, later)); err == nil || !strings.Contains(err.Error(), "dates") {
		t.Errorf("tallies of two days: %v", err)
	}
	given := c.dates
	given.Anchors = map[string]patient.Day{"first_dose": c.dates.Screening}
	if err := tally.Merge(NewTally(c.study, given)); err == nil {
		t.Error("a date that is assumed and one that is given were added up")
	}
	if tally.Merge(tally) == nil {
		t.Error("a tally was added to itself")
	}
	if encoded(t, tally) != before {
		t.Error("something was counted all the same")
	}
}

// TestTallyIsBounded holds that what is missing cannot fill the memory.
func TestTallyIsBounded(t *testing.T) {
	c := loadCohort(t)
	tally := NewTally(c.study, c.dates)
	at := slices.IndexFunc(c.results, func(r matcher.Result) bool { return r.Verdict == matcher.Undetermined })
	r := c.results[at]
	r.Criteria = slices.Clone(r.Criteria)
	open := slices.IndexFunc(r.Criteria, func(c matcher.Criterion) bool { return c.Outcome == matcher.Unclear })
	missing := slices.Clone(r.Criteria[open].Missing[:1])
	for i := range 2 * maxFacts {
		missing[0].What = strings.Repeat("x", i%90) + string(rune(0x100+i/90))
		r.Criteria[open].Missing = missing
		if err := tally.Add(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := tally.Check(); err != nil {
		t.Error(err)
	}
	s := tally.Summary()
	if len(s.Missing) > maxFacts+1 || len(s.Criteria[open].Missing) > maxReasons+1 || !strings.Contains(encoded(t, s), otherFacts) {
		t.Errorf("%d facts are kept, %d of a criterion", len(s.Missing), len(s.Criteria[open].Missing))
	}
}
