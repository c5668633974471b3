// SPDX-License-Identifier: Apache-2.0

package prose_test

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

var caseLine = regexp.MustCompile(`^(in|ex)(?: \[(.*)\])? \| ?(.*)$`)

// TestCriteria reads the sentences of testdata/criteria.txt.
func TestCriteria(t *testing.T) {
	f, err := os.Open("testdata/criteria.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, in, n := reader(t), bufio.NewScanner(f), 0
	for in.Scan() {
		m := caseLine.FindStringSubmatch(in.Text())
		if m == nil {
			if line := in.Text(); line != "" && !strings.HasPrefix(line, "#") {
				t.Fatalf("not a case: %q", line)
			}
			continue
		}
		if !in.Scan() {
			t.Fatalf("%q has no rule", m[0])
		}
		n++
		c := prose.Context{Side: rules.Inclusion, Parent: m[2]}
		if m[1] == "ex" {
			c.Side = rules.Exclusion
		}
		got, ok := r.ReadCriterion(m[3], c)
		rule := "question"
		if ok {
			rule = got.Rule
			if err := compiles(c.Side, got); err != nil {
				t.Errorf("%s: %v", m[0], err)
			}
			if got.Understood == "" || got.Form == "" {
				t.Errorf("%s: nothing said of what was understood: %+v", m[0], got)
			}
		}
		if want := strings.TrimSpace(in.Text()); rule != want {
			t.Errorf("%s\n got %s\nwant %s", m[0], rule, want)
		}
	}
	if n < 150 {
		t.Errorf("only %d sentences", n)
	}
}

// TestNamesWhatTheRuleNeeds holds what a reading says besides its rule.
func TestNamesWhatTheRuleNeeds(t *testing.T) {
	r := reader(t)
	got, ok := r.ReadCriterion("Treatment with venglustat or uncontrolled hypertension within 4 weeks of randomization", prose.Context{Side: rules.Exclusion})
	if want := "(took(venglustat) or had(hypertension)) and answer("; !ok || !strings.HasPrefix(got.Rule, want) {
		t.Errorf("what the window is of cannot be told, and yet: %s", got.Rule)
	}
	got, ok = r.ReadCriterion("Treatment with venglustat within 4 weeks prior to randomization, or severe asthma", prose.Context{Side: rules.Exclusion})
	if !ok {
		t.Fatal("not understood")
	}
	if want := "took(venglustat, within(weeks(4), randomization)) or has(asthma) and answer(severe_asthma)"; got.Rule != want {
		t.Errorf("rule %s, want %s", got.Rule, want)
	}
	if len(got.Stubs) != 1 || got.Stubs[0] != (prose.Stub{Name: "venglustat", Kind: "medication", Label: "venglustat"}) {
		t.Errorf("stubs %+v", got.Stubs)
	}
	if len(got.Anchors) != 1 || got.Anchors[0] != "randomization" {
		t.Errorf("anchors %v", got.Anchors)
	}
	if len(got.Questions) != 1 || got.Questions[0].Ask != "Is the asthma severe?" {
		t.Errorf("questions %+v", got.Questions)
	}
}

// TestOneNameOneConcept holds that no name that a protocol may use means two
// concepts of a kind: which one would be chance.
func TestOneNameOneConcept(t *testing.T) {
	for name, list := range prose.Ambiguous(library(t)) {
		t.Errorf("%q means %v", name, list)
	}
}

// FuzzRead holds that no sentence stops the reader and that what it writes
// compiles.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"Age >= 18 years", "ALT > 3 x ULN", "Use of rituximab (6 months", "History of stroke or", "((((((", "no no no not", "ECOG 0-1, 2 or 3/4", "≥≤<>=", "at least 2 of the following:",
		"Hemoglobin ≥ 9 g/dL (or ≥ 8 if", "Severe or uncontrolled and/or", "within 4 weeks within 5 days", "History of answer(x) or has(y) \" ' \\ %",
	} {
		f.Add(s, true)
	}
	r := reader(f)
	f.Fuzz(func(t *testing.T, sentence string, exclusion bool) {
		side := rules.Inclusion
		if exclusion {
			side = rules.Exclusion
		}
		got, ok := r.ReadCriterion(sentence, prose.Context{Side: side})
		if !ok {
			return
		}
		if err := compiles(side, got); err != nil {
			t.Errorf("%q: %s: %v", sentence, got.Rule, err)
		}
	})
}
