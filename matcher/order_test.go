// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// The reason for an order that has an end and no start says that the start is not
// recorded.
func TestOrderWithoutStart(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte("study: S\nconcepts: [builtin:common]\nexclusion:\n  - {id: washout, quote: q, rule: \"took(infliximab, within(weeks(8)))\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.Decode(strings.NewReader(`{"id": "p", "medications": [{"text": "infliximab", "basis": "order", "status": "completed", "end": "2026-10-20"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
	if err != nil {
		t.Fatal(err)
	}
	if reason := results[0].Criteria[1].Reason; !strings.Contains(reason, " ordered until 2026-10-20, start not recorded") || strings.Contains(reason, "  ") {
		t.Errorf("the reason is %q", reason)
	}
}
