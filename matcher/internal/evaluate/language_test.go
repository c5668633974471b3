// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// TestLanguage runs the cases of testdata/language, whose README.md says how
// they are written.
func TestLanguage(t *testing.T) {
	study := languageStudy(t)
	files, err := filepath.Glob("testdata/language/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases in testdata/language", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if strings.HasPrefix(name, "errors") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range readCases(t, file, string(data)) {
				t.Run(c.name, func(t *testing.T) { c.run(t, study) })
			}
		})
	}
}

func languageStudy(t testing.TB) *rules.Study {
	t.Helper()
	study, err := rules.Load("testdata/language/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return study
}

// scopeOf is what a rule of the study can name.
func scopeOf(s *rules.Study) *language.Scope {
	sc := &language.Scope{Concepts: map[string]*terminology.Concept{}, Questions: map[string]*language.Question{}, Anchors: map[string]bool{language.Screening: true}}
	for _, c := range s.Concepts() {
		sc.Concepts[c.Name] = c
	}
	for i := range s.Questions {
		sc.Questions[s.Questions[i].ID] = &s.Questions[i]
	}
	for _, a := range s.Anchors {
		sc.Anchors[a] = true
	}
	return sc
}

// withRules is the study with other criteria: one for each rule.
func withRules(s *rules.Study, texts ...string) (*rules.Study, error) {
	criteria := make([]rules.Criterion, len(texts))
	for i, rule := range texts {
		criteria[i] = rules.Criterion{ID: fmt.Sprintf("rule-%d", i+1), Rule: rule}
	}
	return s.With(criteria...)
}

// expectation is a rule of a case with what it must come to.
type expectation struct {
	line     int
	rule     string
	truth    string
	missing  []string // "what, why"; nil: not said
	evidence []string // records; nil: not said
	says     []string
	open     string // why the core does not answer so yet
}

// run evaluates the rules of a case, and their opposites.
func (c *languageCase) run(t *testing.T, s *rules.Study) {
	if err := c.profile.Validate(); err != nil {
		t.Fatalf("%s: the profile is wrong: %v", c.file, err)
	}
	var rules []string
	for _, e := range c.expect {
		rules = append(rules, e.rule, "not ("+e.rule+")")
	}
	study, err := withRules(s, rules...)
	if err != nil {
		t.Fatal(err)
	}
	findings := chartFor(t, study, &c.profile, study).Findings(c.dates)
	for i := range c.expect {
		e, f := &c.expect[i], &findings[2*i]
		wrong := e.check(f)
		if findings[2*i+1].Truth != f.Truth.Not() {
			wrong = append(wrong, "the opposite is "+findings[2*i+1].Truth.String())
		}
		place := fmt.Sprintf("%s:%d: %s", c.file, e.line, e.rule)
		switch {
		case e.open == "" && len(wrong) > 0:
			t.Errorf("%s\n\t%s\n\treason: %s\n\tmissing: %v", place, strings.Join(wrong, "\n\t"), f.Reason, f.Missing)
		case e.open != "" && len(wrong) == 0:
			t.Errorf("%s is as expected now: take the line \"open %s\" away", place, e.open)
		case e.open != "":
			t.Logf("%s: OPEN (%s): %s", place, e.open, strings.Join(wrong, "; "))
		}
	}
}

// check lists how a finding differs from what is expected, and what is wrong
// with it whatever is expected.
func (e *expectation) check(f *explain.Finding) (wrong []string) {
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if got := f.Truth.String(); got != e.truth {
		fail("is %s, not %s", got, e.truth)
	}
	if (f.Truth == language.Unknown) != (len(f.Missing) > 0) {
		fail("is %s and %d facts are missing", f.Truth, len(f.Missing))
	}
	if !strings.HasSuffix(f.Reason, ".") && !strings.HasSuffix(f.Reason, "?") {
		fail("the reason is no sentence: %q", f.Reason)
	}
	var missing []string
	for _, m := range f.Missing {
		missing = append(missing, fmt.Sprintf("%s, %s", m.What, m.Why))
		if m.Ask == "" {
			fail("%s is missing and nobody is asked for it", m.What)
		}
	}
	if e.missing != nil && !slices.Equal(slices.Sorted(slices.Values(missing)), slices.Sorted(slices.Values(e.missing))) {
		fail("missing is %q, not %q", missing, e.missing)
	}
	var records []string
	for i := range f.Evidence {
		records = append(records, placeOf(&f.Evidence[i]))
	}
	if e.evidence != nil && !slices.Equal(records, e.evidence) {
		fail("evidence is %q, not %q", records, e.evidence)
	}
	for _, says := range e.says {
		if !strings.Contains(f.Reason, says) {
			fail("the reason does not say %q", says)
		}
	}
	return wrong
}

// placeOf is the record, or the fact of the person that is cited.
func placeOf(e *explain.Evidence) string {
	if e.Record != "" {
		return e.Record
	}
	return e.Concept
}

// TestEveryWordHasACase holds the vocabulary against the cases.
func TestEveryWordHasACase(t *testing.T) {
	used := map[string]bool{}
	files, _ := filepath.Glob("testdata/language/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(filepath.Base(file), "errors") {
			continue
		}
		for _, c := range readCases(t, file, string(data)) {
			for _, e := range c.expect {
				for _, w := range strings.FieldsFunc(e.rule, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
					used[w] = true
				}
				for _, sign := range []string{"<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/"} {
					used[sign] = used[sign] || strings.Contains(e.rule, " "+sign+" ")
				}
			}
		}
	}
	for _, term := range language.Vocabulary() {
		for name := range strings.FieldsSeq(term.Name) {
			if !used[name] {
				t.Errorf("no case in testdata/language uses %s", name)
			}
		}
	}
}

// dayOf reads a day of a test.
func dayOf(t testing.TB, s string) patient.Day {
	t.Helper()
	d, err := patient.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestRangeUpsideDown: a range whose ends are in different units can end below
// its start; it then says nothing.
func TestRangeUpsideDown(t *testing.T) {
	study, err := withRules(languageStudy(t), "latest(hemoglobin) < 4")
	if err != nil {
		t.Fatal(err)
	}
	p := &patient.Profile{ID: "invented", Observations: []patient.Observation{{
		Fact: patient.Fact{Text: "hemoglobin"}, Date: patient.On(dayOf(t, "2026-11-01")),
		Value: patient.Value{
			From: &patient.Quantity{Value: patient.NewDecimal(5), Unit: "g/dL"},
			To:   &patient.Quantity{Value: patient.NewDecimal(12), Unit: "g/L"},
		},
	}}}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	f := chartFor(t, study, p, study).Findings(language.Dates{Screening: dayOf(t, "2026-11-22")})
	if f[0].Truth != language.Unknown || len(f[0].Missing) != 1 || f[0].Missing[0].Why != evaluate.WhyConflict {
		t.Errorf("%+v", f)
	}
}
