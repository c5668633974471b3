// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func replays(t *testing.T, l *Log, studies ...*rules.Study) (all []Replay) {
	t.Helper()
	for r, err := range l.Replay(t.Context(), studies, Query{OldestFirst: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// A result in an earlier form is verified as it is stored, and not compared.
func TestReplayOfAnEarlierForm(t *testing.T) {
	l := open(t, t.TempDir()+"/log.db", Options{KeepProfiles: true})
	d := decided(t, "p1", Asked{})
	d.result = []byte(strings.Replace(string(d.result), matcher.Schema, "eligo.result/1", 1))
	d.ResultSHA256 = digest(d.result)
	mustAppend(t, l, Entry{Decision: d})
	verified(t, l, 1)
	all := replays(t, l, mustStudy(t, studyText))
	if len(all) != 1 || all[0].Outcome != NotReplayed || all[0].Why != "its result is in the form eligo.result/1, and this engine gives "+matcher.Schema {
		t.Errorf("%+v", all)
	}
}

func TestReplay(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{KeepProfiles: true})
		day := patient.NewDay
		dates := matcher.Dates{Screening: day(2026, 11, 22), Anchors: map[string]patient.Day{"first_dose": day(2026, 12, 6)}}
		mustAppend(t, l,
			Entry{Decision: decided(t, "p1", Asked{})},
			Entry{Decision: decided(t, "p2", Asked{Dates: dates, When: &matcher.LookAhead{Fixed: []string{"first_dose"}}}, patient.Conditions)},
			Entry{Decision: decided(t, "p3", Asked{Dates: matcher.Dates{Screening: day(2026, 11, 22), Record: day(2026, 11, 1)}, When: &matcher.LookAhead{Horizon: matcher.Horizon{N: 8, Unit: "weeks"}}})},
		)
		without := open(t, url, Options{})
		mustAppend(t, without, Entry{Decision: decided(t, "p4", Asked{})})
		mustAppend(t, without, Entry{Disposition: &Disposition{Decision: 4, Status: Candidate}})
		old := decided(t, "p5", Asked{})
		old.Engine = "eligo 0.0.9"
		mustAppend(t, l, Entry{Decision: old})
		verified(t, l, 6)

		all := replays(t, l, mustStudy(t, studyText))
		if len(all) != 5 {
			t.Fatalf("%d decisions", len(all))
		}
		for _, r := range all[:3] {
			if r.Outcome != Same {
				t.Errorf("entry %d %s: %s", r.Seq, r.Outcome, r.Why)
			}
		}
		if r := all[3]; r.Seq != 4 || r.Outcome != NotReplayed || r.Why != "no profile was kept" {
			t.Errorf("%+v", r)
		}
		if r := all[4]; r.Outcome != NotReplayed || r.Why != "it was decided by eligo 0.0.9, and this is eligo "+matcher.Version {
			t.Errorf("%+v", r)
		}
		changed := mustStudy(t, strings.Replace(studyText, "18", "65", 1))
		if r := replays(t, l, changed)[0]; r.Outcome != NotReplayed || r.Why != "study ADULTS was changed since" {
			t.Errorf("%+v", r)
		}
		if r := replays(t, l)[0]; r.Outcome != NotReplayed || r.Why != "study ADULTS is not there" {
			t.Errorf("%+v", r)
		}
		// A study that decides otherwise, under the digest of the one that was used.
		changed.SHA256 = mustStudy(t, studyText).SHA256
		if r := replays(t, l, changed)[0]; r.Outcome != Differs || !strings.HasPrefix(r.Why, `the verdict was "eligible" and is now "ineligible"; the result has another`) {
			t.Errorf("%+v", r)
		}
		db := raw(t, url)
		unguard(t, db)
		run(t, db, "DELETE FROM screening_contents WHERE sha256 = $1", all[0].Decision.ProfileSHA256)
		if r := replays(t, l, mustStudy(t, studyText))[0]; r.Outcome != Differs || !strings.Contains(r.Why, "is gone") {
			t.Errorf("%+v", r)
		}
	})
}

// A result that is not of the profile is no decision, and a log that keeps
// profiles takes no decision without one.
func TestDecidedOfAnotherProfile(t *testing.T) {
	p, err := patient.DecodeBytes([]byte(`{"id":"p1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decided(p, &matcher.Result{Data: matcher.Data{ProfileSHA256: strings.Repeat("a", 64)}}, Asked{}); err == nil {
		t.Error("another profile was taken")
	}
	l := open(t, t.TempDir()+"/log.db", Options{KeepProfiles: true})
	if _, err := l.Append(t.Context(), Entry{Decision: plain("p1")}); err == nil || !strings.Contains(err.Error(), "no profile to keep") {
		t.Errorf("%v", err)
	}
	d := decided(t, "p1", Asked{})
	d.profile.ID = "p2"
	if _, err := l.Append(t.Context(), Entry{Decision: d}); err == nil || !strings.Contains(err.Error(), "changed after the decision") {
		t.Errorf("%v", err)
	}
	verified(t, l, 0)
}

// Of several studies, each decision takes the dates and answers that are its
// own.
func TestDecidedOfSeveralStudies(t *testing.T) {
	other := mustStudy(t, strings.NewReplacer("ADULTS", "OTHER", "first_dose", "surgery").Replace(studyText))
	p, err := patient.DecodeBytes([]byte(`{"id":"p1","answers":[{"question":"consents","answer":"yes"},{"question":"consents","answer":"no","study":"OTHER"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(mustStudy(t, studyText), other)
	if err != nil {
		t.Fatal(err)
	}
	dates := matcher.Dates{Screening: patient.NewDay(2026, 11, 22), Anchors: map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6), "surgery": patient.NewDay(2026, 12, 7)}}
	when := matcher.LookAhead{Fixed: []string{"surgery", "first_dose"}}
	results, err := m.Match(p, dates, when)
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, t.TempDir()+"/log.db", Options{KeepProfiles: true})
	for i := range results {
		d, err := Decided(p, &results[i], Asked{Dates: dates, When: &when, Channel: API})
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Anchors) != 1 || len(d.Fixed) != 1 || len(d.Answers) != 1+i {
			t.Errorf("%+v", d)
		}
		mustAppend(t, l, Entry{Decision: d})
	}
	for _, r := range replays(t, l, mustStudy(t, studyText), other) {
		if r.Outcome != Same {
			t.Errorf("%s %s: %s", r.Decision.Study.ID, r.Outcome, r.Why)
		}
	}
}
