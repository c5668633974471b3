// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/rules"
)

// What is kept is in the chain, gives the same bytes again, and a card's
// feedback finds its decision.
func TestScreeningLog(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	log, err := screenlog.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), screenlog.Options{Now: func() time.Time { return now }, KeepProfiles: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	studies := []*rules.Study{reference(t), aged(t, "TOO-OLD", "age < 18", 0, "")}
	o := options(t, studies...)
	o.Log = NewLog(log)
	s := serve(t, o)
	_, cards, _ := s.view("patient-view", ssc(t), nil)
	s.view("order-select", ssc(t), ordering(draft(t, "o1", "infliximab", "")))
	status, text := s.post("/cds-services/eligo-patient-view/feedback", map[string]any{"feedback": []any{map[string]any{
		"card": cards[0].UUID, "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:05:31+01:00",
		"overrideReason": map[string]any{"reason": map[string]any{"code": "need-more-info", "system": nonAdherence}, "userComment": "later"},
	}}})
	if status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	var decisions []*screenlog.Decision
	var feedback []*screenlog.Feedback
	for e, err := range log.Entries(t.Context(), screenlog.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Decision != nil {
			decisions = append(decisions, e.Decision)
		} else {
			feedback = append(feedback, e.Feedback)
		}
	}
	slices.Reverse(decisions) // the newest came first
	if len(decisions) != 4 || len(feedback) != 1 {
		t.Fatalf("%d decisions, %d feedback", len(decisions), len(feedback))
	}
	if d := decisions[0]; d.Patient != "1288992" || d.Study.ID != "NCT00506831" || d.By != "Practitioner/1" || d.Channel != screenlog.CDSHooks ||
		d.Card != cards[0].UUID || d.Screening != today || d.Horizon != "2 years" {
		t.Errorf("%+v", d)
	}
	if d := decisions[1]; d.Card != "" || d.Verdict != "ineligible" {
		t.Errorf("%+v", d)
	}
	if decisions[2].Card == "" || decisions[2].Verdict != "undetermined" {
		t.Errorf("%+v", decisions[2])
	}
	if f := feedback[0]; f.Decision == 0 || f.Patient != "1288992" || f.Study != "NCT00506831" || f.At != "2026-11-22T09:05:31Z" ||
		f.Reasons[0].Code != "need-more-info" || f.Comment != "later" || f.Service != "eligo-patient-view" {
		t.Errorf("%+v", f)
	}
	if report, err := log.Verify(t.Context()); err != nil {
		t.Errorf("%+v, %v", report, err)
	}
	for r, err := range log.Replay(t.Context(), studies, screenlog.Query{}) {
		if err != nil || r.Outcome != screenlog.Same {
			t.Errorf("%s %s: %v", r.Outcome, r.Why, err)
		}
	}
}

func TestBy(t *testing.T) {
	if got := userName("Practitioner/1", "https://ehr.example.org"); got != "Practitioner/1 at https://ehr.example.org" {
		t.Error(got)
	}
}
