// SPDX-License-Identifier: Apache-2.0

package patient_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"pgregory.net/rapid"
)

// TestApplyMarks: what the source states (certainty, course), the mark, and what the condition then is.
func TestApplyMarks(t *testing.T) {
	tests := []struct {
		system, code string
		certainty    patient.Certainty
		course       patient.Course

		wantCode      string
		wantCertainty patient.Certainty
		wantCourse    patient.Course
	}{
		{"icd10gm", "I50.9G", "", "active", "I50.9", "", "active"},
		{"icd10gm", "I50.9 G", "confirmed", "", "I50.9", "confirmed", ""},
		{"icd10gm", "I50.9V", "", "active", "I50.9", "unconfirmed", "active"},
		{"icd10gm", "I50.14 v", "", "", "I50.14", "unconfirmed", ""},
		{"icd10gm", "I50.9V", "provisional", "", "I50.9", "provisional", ""},
		{"icd10gm", "I50.9A", "", "", "I50.9", "refuted", ""},
		{"icd10gm", "I509 A", "refuted", "", "I509", "refuted", ""},
		{"icd10gm", "I50.9Z", "", "", "I50.9", "", "resolved"},
		{"icd10gm", "I50.9Z", "confirmed", "remission", "I50.9", "confirmed", "remission"},
		// The side and the signs of cause, manifestation and addition.
		{"icd10gm", "C50.9 L V", "", "", "C50.9", "unconfirmed", ""},
		{"icd10gm", "C50.9VL", "", "", "C50.9", "unconfirmed", ""},
		{"icd10gm", "C50.9 R", "", "", "C50.9", "", ""},
		{"icd10gm", "G01*A", "", "", "G01", "refuted", ""},
		{"icd10gm", "E11.20+ G", "", "", "E11.20", "", ""},
		// Contradictions are open.
		{"icd10gm", "I50.9A", "confirmed", "", "I50.9", "unconfirmed", ""},
		{"icd10gm", "I50.9G", "refuted", "", "I50.9", "unconfirmed", ""},
		{"icd10gm", "I50.9V", "confirmed", "", "I50.9", "unconfirmed", ""},
		{"icd10gm", "I50.9Z", "", "active", "I50.9", "unconfirmed", "active"},
		{"icd10gm", "I50.9A", "entered-in-error", "", "I50.9", "entered-in-error", ""},
		// In ICD-10 a letter without a space may be a subdivision, as in Sweden.
		{"icd10", "I50.9 A", "", "", "I50.9", "refuted", ""},
		{"icd10", "E78.0A", "", "", "E78.0A", "unconfirmed", ""},
		{"icd10", "I48.9V", "confirmed", "", "I48.9V", "unconfirmed", ""},
		{"icd10", "I48.9G", "", "", "I48.9G", "", ""},
		{"icd10", "I48.9B", "", "", "I48.9B", "", ""},
		// Letters that are part of a code, and codes that are none.
		{"icd10cm", "S72.001A", "", "", "S72.001A", "", ""},
		{"icd10se", "E78.0A", "", "", "E78.0A", "", ""},
		{"icd10gm", "I50.9GA", "", "", "I50.9GA", "", ""},
		{"icd10gm", "I50.9 suspected", "", "", "I50.9 suspected", "", ""},
		{"icd10gm", "ABC", "", "", "ABC", "", ""},
		{"http://hospital.example.org/dx", "I50.9A", "", "", "I50.9A", "", ""},
	}
	for _, test := range tests {
		c := patient.Condition{Course: test.course, Certainty: test.certainty}
		c.Codes = []patient.Coding{{System: test.system, Code: test.code}}
		before := slices.Clone(c.Codes)
		given := c.Codes
		c.ApplyMarks()
		if c.Codes[0].Code != test.wantCode || c.Certainty != test.wantCertainty || c.Course != test.wantCourse {
			t.Errorf("%s %s, %q %q: got %s %q %q, want %s %q %q", test.system, test.code, test.certainty, test.course,
				c.Codes[0].Code, c.Certainty, c.Course, test.wantCode, test.wantCertainty, test.wantCourse)
		}
		if !slices.Equal(given, before) {
			t.Errorf("%s: the caller's codes were changed to %v", test.code, given)
		}
	}
}

func TestMarksThatContradictEachOther(t *testing.T) {
	c := patient.Condition{Fact: patient.Fact{Codes: []patient.Coding{{System: "icd10gm", Code: "I50.9G"}, {System: "icd10gm", Code: "I50.1A"}}}}
	if !c.ApplyMarks() || c.Certainty != patient.Unconfirmed {
		t.Errorf("got %q", c.Certainty)
	}
	c = patient.Condition{Fact: patient.Fact{Codes: []patient.Coding{{System: "icd10gm", Code: "I50.9A"}}}}
	if c.ApplyMarks(patient.MarkExcluded) || c.Certainty != patient.Refuted {
		t.Errorf("the same mark twice: got %q", c.Certainty)
	}
}

// TestMarksApplyOnce: to apply marks again changes nothing, and a condition never becomes surer by a mark.
func TestMarksApplyOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := patient.Condition{
			Course:    rapid.SampledFrom([]patient.Course{"", "active", "resolved", "remission"}).Draw(t, "course"),
			Certainty: rapid.SampledFrom([]patient.Certainty{"", "confirmed", "unconfirmed", "refuted", "entered-in-error"}).Draw(t, "certainty"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "codes") {
			c.Codes = append(c.Codes, patient.Coding{
				System: rapid.SampledFrom([]string{"icd10gm", "icd10", "icd10cm", "snomed"}).Draw(t, "system"),
				Code:   rapid.StringMatching(`[A-Z][0-9][0-9]\.?[0-9]{0,2}[-+*!]? ?[GVAZRLB]{0,2}`).Draw(t, "code"),
			})
		}
		sure := c.Certainty == "" || c.Certainty == patient.Confirmed
		c.ApplyMarks()
		once := c
		once.Codes = slices.Clone(c.Codes)
		c.ApplyMarks()
		if c.Certainty != once.Certainty || c.Course != once.Course || !slices.Equal(c.Codes, once.Codes) {
			t.Fatalf("once %+v, twice %+v", once, c)
		}
		if now := c.Certainty == "" || c.Certainty == patient.Confirmed; now && !sure {
			t.Fatalf("became sure: %+v", c)
		}
	})
}

func TestDecodeAppliesMarks(t *testing.T) {
	p, err := patient.Decode(strings.NewReader(`{"id":"p","conditions":[{"codes":[{"system":"icd10gm","code":"I50.9 V"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Conditions[0]; c.Certainty != patient.Unconfirmed || c.Codes[0].Code != "I50.9" {
		t.Errorf("got %+v", c)
	}
}
