// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// bundle is what a client of a trial matching service reads.
type bundle struct {
	ResourceType, Type string
	Total              int
	Entry              []struct {
		FullURL  string
		Resource struct {
			ResourceType, ID, Title string
			Identifier              []struct{ System, Value string }
			Extension               []struct{ ValueReference struct{ Reference string } }
			Enrollment              []struct{ Display string }
			Note                    []struct{ Text string }
			Contained               []struct {
				ResourceType, ID string
				Issue            []struct {
					Severity, Code, Diagnostics string
					Details                     struct{ Text string }
				}
			}
		}
		Search struct {
			Mode      string
			Score     *float64
			Extension []struct{ URL, ValueCode string }
		}
	}
}

func fhirOf(t *testing.T, results ...matcher.Result) (b bundle, doc []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := report.FHIR(&out, results...); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	return b, out.Bytes()
}

func TestFHIRVerdicts(t *testing.T) {
	study, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	var all []matcher.Result
	for _, p := range []string{
		"infliximab-55-days", "nothing-but-an-id", "hypertension-not-answered", "all-answered-in-favour",
	} {
		results, err := m.Match(profile(t, "../../testdata/patients/"+p+".json"),
			matcher.Dates{Screening: patient.NewDay(2026, 11, 22), Anchors: map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)}}, matcher.LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, results...)
	}
	b, doc := fhirOf(t, all...)
	if b.ResourceType != "Bundle" || b.Type != "searchset" || b.Total != 4 || len(b.Entry) != 4 {
		t.Fatalf("%s %s of %d with %d entries", b.ResourceType, b.Type, b.Total, len(b.Entry))
	}
	noEmpty(t, doc)
	// The likeliest first; what the mCODE client calls likely, possible and no match.
	for i, want := range []string{"likely probable", "possible possible", "possible possible", "no certainly-not"} {
		e := &b.Entry[i]
		word := "possible"
		if score := *e.Search.Score; score >= 0.75 {
			word = "likely"
		} else if score < 0.01 {
			word = "no"
		}
		if got := word + " " + e.Search.Extension[0].ValueCode; got != want || e.Search.Mode != "match" {
			t.Errorf("entry %d is %s (%s), not %s", i, got, e.Search.Mode, want)
		}
	}
	if *b.Entry[1].Search.Score <= *b.Entry[2].Search.Score {
		t.Error("who waits for answers only is no likelier than who waits for data")
	}
}

func TestFHIRExplains(t *testing.T) {
	r := screened(t, "blocked")
	b, _ := fhirOf(t, r)
	e := &b.Entry[0]
	if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(e.FullURL) {
		t.Errorf("fullUrl %s", e.FullURL)
	}
	s := &e.Resource
	if s.ResourceType != "ResearchStudy" || s.Identifier[0].Value != r.Study.ID || s.Title != r.Study.Title || s.ID != r.Study.ID {
		t.Errorf("%+v", s)
	}
	if len(s.Contained) != 1 || s.Contained[0].ResourceType != "OperationOutcome" || s.Extension[0].ValueReference.Reference != "#"+s.Contained[0].ID {
		t.Fatalf("contained %+v, referred to by %+v", s.Contained, s.Extension)
	}
	issues := s.Contained[0].Issue
	if len(issues) != len(r.Criteria) {
		t.Fatalf("%d issues for %d criteria", len(issues), len(r.Criteria))
	}
	severity := map[matcher.Outcome]string{matcher.Pass: "information", matcher.Unclear: "warning", matcher.Fail: "error"}
	for i, c := range r.Criteria {
		if issues[i].Severity != severity[c.Outcome] {
			t.Errorf("%s, %s, is of severity %s", c.ID, c.Outcome, issues[i].Severity)
		}
		if text := issues[i].Details.Text; !strings.HasPrefix(text, report.Plain(c.ID+": "+c.Label+". "+c.Reason)) {
			t.Errorf("%s: %s", c.ID, text)
		}
		if !strings.Contains(issues[i].Diagnostics, report.Plain(report.Quote(&c))) || !strings.Contains(s.Enrollment[0].Display, report.Plain(report.Quote(&c))) {
			t.Errorf("%s: its quote is missing", c.ID)
		}
		for _, evidence := range c.Evidence {
			if !strings.Contains(issues[i].Diagnostics, evidence.Record) {
				t.Errorf("%s: the record %s is missing", c.ID, evidence.Record)
			}
		}
	}
	if !strings.Contains(s.Note[0].Text, r.Summary) || !strings.Contains(s.Note[0].Text, "an investigator decides") {
		t.Errorf("note: %s", s.Note[0].Text)
	}
}

func TestFHIROddStudies(t *testing.T) {
	r := screened(t, "blocked")
	r.Study.ID, r.Study.Source, r.Study.Title = "EU/CT 2024_5", "javascript:alert(1)", "bell \a and \u202e turn"
	b, doc := fhirOf(t, r)
	noEmpty(t, doc)
	s := &b.Entry[0].Resource
	if s.ID != "" || s.Identifier[0].System != "" || s.Identifier[0].Value != "EU/CT 2024_5" {
		t.Errorf("%q %+v", s.ID, s.Identifier)
	}
	if bytes.Contains(doc, []byte("javascript")) {
		t.Error("a source that is no web page is linked to")
	}
	if strings.ContainsAny(s.Title, "\a\u202e") {
		t.Errorf("title %q", s.Title)
	}
	b, doc = fhirOf(t)
	noEmpty(t, doc)
	if b.Total != 0 || len(b.Entry) != 0 {
		t.Errorf("%s", doc)
	}
}

// noEmpty refuses null, "", [] and {}, which FHIR JSON does not allow.
func noEmpty(t *testing.T, doc []byte) {
	t.Helper()
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case nil:
			t.Errorf("%s is null", path)
		case string:
			if strings.TrimSpace(v) == "" {
				t.Errorf("%s is an empty string", path)
			}
		case []any:
			if len(v) == 0 {
				t.Errorf("%s is an empty list", path)
			}
			for i, e := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), e)
			}
		case map[string]any:
			if len(v) == 0 {
				t.Errorf("%s is an empty object", path)
			}
			for name, e := range v {
				walk(path+"."+name, e)
			}
		}
	}
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	walk("$", v)
}

func profile(t *testing.T, path string) *patient.Profile {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes(doc)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
