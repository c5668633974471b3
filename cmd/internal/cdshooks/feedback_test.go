// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

func TestFeedback(t *testing.T) {
	o, kept := options(t, reference(t)), &notes{}
	o.Log = kept
	s := serve(t, o)
	_, cards, _ := s.view("patient-view", ssc(t), nil)
	var body any
	if err := json.Unmarshal([]byte(`{"feedback": [
	  {"card": "`+cards[0].UUID+`", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:05:31+01:00",
	   "overrideReason": {"reason": {"code": "patient-ineligible", "system": "`+nonAdherence+`", "display": "x"}, "userComment": "not now"}},
	  {"card": "4E0A3A1E-3283-4575-ab82-028d55fe2719", "outcome": "accepted", "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}],
	   "outcomeTimestamp": "2026-11-22T10:05:31.5Z", "extension": {"com.example.x": 1}},
	  {"card": "f6b95768-b1c8-40dc-8385-bf3504b82ffb", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T00:00:00Z"}]}`), &body); err != nil {
		t.Fatal(err)
	}
	const path = "/cds-services/eligo-patient-view/feedback"
	if status, text := s.post(path, body); status != 200 || len(text) != 0 {
		t.Fatalf("%d %s", status, text)
	}
	if len(kept.feedback) != 3 {
		t.Fatalf("%+v", kept.feedback)
	}
	one, two, three := kept.feedback[0], kept.feedback[1], kept.feedback[2]
	if one.Card != kept.decisions[0].Cards[0].UUID || one.Outcome != "overridden" || !slices.Equal(one.Reasons, []screenlog.Reason{{System: nonAdherence, Code: "patient-ineligible"}}) ||
		one.Comment != "not now" || one.Service != "eligo-patient-view" || one.At != "2026-11-22T09:05:31Z" {
		t.Errorf("%+v", one)
	}
	if two.Card != "4e0a3a1e-3283-4575-ab82-028d55fe2719" || !slices.Equal(two.Accepted, []string{"e56e1945-20b3-4393-8503-a1a20fd73152"}) {
		t.Errorf("%+v", two)
	}
	if len(three.Reasons) != 0 || three.Comment != "" {
		t.Errorf("%+v", three)
	}
	kept.err = errors.New("the disk is full")
	if status, text := s.post(path, body); status != 500 || strings.Contains(string(text), "disk") {
		t.Errorf("%d %s", status, text)
	}
}

func TestFeedbackRefused(t *testing.T) {
	o, kept := options(t, reference(t)), &notes{}
	o.Log = kept
	s := serve(t, o)
	const ok = `{"card": "f6b95768-b1c8-40dc-8385-bf3504b82ffb", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T00:00:00Z"}`
	for body, place := range map[string]string{
		`{}`:               "/feedback",
		`{"feedback": []}`: "/feedback",
		`{"feedback": {}}`: "/feedback",
		`{"feedback": [` + ok + `, {"card": "1", "outcome": "overridden", "outcomeTimestamp": "2026-11-22T00:00:00Z"}]}`:               "/feedback/1/card",
		`{"feedback": [` + strings.Replace(ok, "overridden", "ignored", 1) + `]}`:                                                      "/feedback/0/outcome",
		`{"feedback": [` + strings.Replace(ok, "overridden", "accepted", 1) + `]}`:                                                     "/feedback/0/acceptedSuggestions",
		`{"feedback": [` + strings.Replace(ok, "2026-11-22T00:00:00Z", "22 Nov", 1) + `]}`:                                             "/feedback/0/outcomeTimestamp",
		`{"feedback": [` + strings.Replace(ok, "}", `, "overrideReason": {}}`, 1) + `]}`:                                               "/feedback/0/overrideReason",
		`{"feedback": [` + strings.Replace(ok, "}", `, "overrideReason": {"reason": {"code": "x"}}}`, 1) + `]}`:                        "/feedback/0/overrideReason/reason",
		`{"feedback": [` + strings.Replace(ok, "}", `, "overrideReason": {"userComment": "`+strings.Repeat("x", 5000)+`"}}`, 1) + `]}`: "/feedback/0/overrideReason/userComment",
		`{"feedback": [` + strings.Repeat(ok+",", 1000) + ok + `]}`:                                                                    "/feedback",
	} {
		status, text, _ := s.send("POST", "/cds-services/eligo-order-select/feedback", strings.NewReader(body))
		if status != 400 || !strings.Contains(string(text), `"diagnostics":"`+place+`"`) {
			t.Errorf("%.200s: %d %.200s", body, status, text)
		}
	}
	if len(kept.feedback) != 0 {
		t.Errorf("a part was kept: %+v", kept.feedback)
	}
}
