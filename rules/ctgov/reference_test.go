// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestAgreesWithTheReferenceStudy drafts the reference study from its shipped
// text, and screens the shipped patients by the draft and by the study that
// was written by hand. Of no patient may the two say opposite things of a
// quote whose rule was written.
func TestAgreesWithTheReferenceStudy(t *testing.T) {
	byHand, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../testdata/studies/nct00506831.txt")
	if err != nil {
		t.Fatal(err)
	}
	rec, err := ReadRecord(strings.NewReader("ClinicalTrials.gov Identifier: NCT00506831\n" + string(text)))
	if err != nil {
		t.Fatal(err)
	}
	draft, err := newDrafter(t).DraftStudy(rec)
	if err != nil {
		t.Fatal(err)
	}
	drafted, err := rules.Parse("draft.yaml", draft.Study)
	if err != nil {
		t.Fatal(err)
	}
	ruled := map[string]bool{} // quotes
	for _, c := range draft.Criteria {
		if c.Form != "" {
			ruled[c.Quote] = true
		}
	}
	if len(ruled) < 5 {
		t.Errorf("only %d rules were written", len(ruled))
	}
	files, err := filepath.Glob("../../testdata/patients/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no patients: %v", err)
	}
	dates := matcher.Dates{Screening: patient.NewDay(2026, 11, 22), Anchors: map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)}}
	same, open := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := patient.Decode(bytes.NewReader(data))
		if err != nil {
			continue // a patient for the tests of what is refused
		}
		a, b := byQuote(t, byHand, p, dates), byQuote(t, drafted, p, dates)
		for quote := range ruled {
			full := quote
			if strings.HasPrefix(quote, "Ages Eligible") {
				full += " (Adult, Older Adult)"
			}
			want, there := a[full]
			switch got := b[quote]; {
			case !there:
				t.Fatalf("the study written by hand does not quote %q", full)
			case got == want:
				same++
			case got == language.Unknown || want == language.Unknown:
				open++
			default:
				t.Errorf("%s: %s: the draft says %v, the study written by hand %v", filepath.Base(file), quote, got, want)
			}
		}
	}
	if same == 0 || same < 2*open {
		t.Errorf("%d answers are the same, %d are open in one only", same, open)
	}
	t.Logf("%d answers are the same, %d are open in one only", same, open)
}

// byQuote is what the criteria of each quote come to together.
func byQuote(t *testing.T, s *rules.Study, p *patient.Profile, d matcher.Dates) map[string]language.Truth {
	t.Helper()
	truths := evaluate(t, s, p, d)
	out := map[string]language.Truth{}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		truth, there := out[c.Quote]
		switch {
		case !there:
			truth = truths[i]
		case c.Side == rules.Exclusion:
			truth = max(truth, truths[i])
		default:
			truth = min(truth, truths[i])
		}
		out[c.Quote] = truth
	}
	return out
}
