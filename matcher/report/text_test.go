// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

var update = flag.Bool("update", false, "write the golden files anew")

// screened matches a patient of testdata with the study of testdata.
func screened(t *testing.T, name string) matcher.Result {
	t.Helper()
	study, err := rules.Load("testdata/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes(doc)
	if err != nil {
		t.Fatal(err)
	}
	d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	if name == "blocked" {
		d.Anchors = map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)}
	}
	results, err := m.Match(p, d, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// patients are the profiles of testdata, and the verdict that each must get so
// that every shape of report is tested.
var patients = []struct {
	name    string
	verdict matcher.Verdict
	awaits  matcher.Awaits
}{
	{"blocked", matcher.Ineligible, matcher.AwaitsNothing},
	{"favourable", matcher.Eligible, matcher.AwaitsNothing},
	{"answers", matcher.Undetermined, matcher.AwaitsAnswers},
	{"data", matcher.Undetermined, matcher.AwaitsData},
}

func TestTextGolden(t *testing.T) {
	for _, p := range patients {
		t.Run(p.name, func(t *testing.T) {
			r := screened(t, p.name)
			if r.Verdict != p.verdict || r.Awaits != p.awaits {
				t.Errorf("the verdict is %s, awaiting %s", r.Verdict, r.Awaits)
			}
			var got bytes.Buffer
			if err := report.Text(&got, &r, report.TextOptions{}); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", p.name+".golden")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("the report differs from %s (read it, then: go test ./matcher/report -update):\n%s", golden, got.String())
			}
		})
	}
}

// Whatever the record holds, a report is lines of a limited width in which
// nothing is hidden.
func TestTextIsSafeToShow(t *testing.T) {
	for _, p := range patients {
		for _, width := range []int{1, 60, 100} {
			r := screened(t, p.name)
			var b bytes.Buffer
			if err := report.Text(&b, &r, report.TextOptions{Width: width}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				if n := utf8.RuneCountInString(line); width >= 60 && n > width {
					t.Errorf("%d characters: %s", n, line)
				}
				if strings.ContainsFunc(line, func(r rune) bool { return r != ' ' && !unicode.IsGraphic(r) }) {
					t.Errorf("hidden characters: %q", line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("space at the end: %q", line)
				}
			}
		}
	}
}

// Every criterion, every reason and everything that is missing is in the text.
func TestTextLeavesNothingOut(t *testing.T) {
	for _, p := range patients {
		r := screened(t, p.name)
		var b bytes.Buffer
		if err := report.Text(&b, &r, report.TextOptions{Width: 1 << 20}); err != nil {
			t.Fatal(err)
		}
		expect := func(what, text string) {
			if text = strings.Join(strings.Fields(report.Plain(text)), " "); !strings.Contains(b.String(), text) {
				t.Errorf("%s: %s is missing: %s", p.name, what, text)
			}
		}
		for _, c := range r.Criteria {
			expect("id", c.ID)
			expect("reason", c.Reason)
			if c.ID != "alive" {
				expect("quote", c.Quote)
			}
			for _, m := range c.Missing {
				expect("what to ask", m.Ask)
				expect("who", m.Who)
			}
			for _, e := range c.Evidence {
				expect("record", e.Record)
				expect("note", e.Note)
			}
		}
		for _, g := range r.Unrecognized {
			expect("code not recognised", g.Code)
			expect("words not recognised", g.Wording)
			expect("record not recognised", g.Record)
		}
		for _, line := range r.Data.Issues {
			expect("basis", line)
		}
		expect("engine", r.Engine)
		expect("study", r.Study.SHA256)
		expect("profile", r.Data.ProfileSHA256)
		expect("the warning", "an investigator does")
	}
}

func TestPaintMarksAndChangesNothing(t *testing.T) {
	r := screened(t, "data")
	var plain, painted bytes.Buffer
	styles := map[report.Style]bool{}
	err := errors.Join(
		report.Text(&plain, &r, report.TextOptions{}),
		report.Text(&painted, &r, report.TextOptions{Paint: func(s report.Style, text string) string {
			styles[s] = true
			return "\x1b[1m" + text + "\x1b[0m"
		}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(painted.String()); got != plain.String() {
		t.Errorf("without its marks a painted report differs:\n%s", got)
	}
	if len(styles) < 3 || styles[report.Normal] {
		t.Errorf("styles painted: %v", styles)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"plain":               "plain",
		"Zürich 糖尿病 café":     "Zürich 糖尿病 café",
		"cafe\u0301":          "cafe\u0301",
		"a\nb\tc\r\nd\u2028e": "a b c  d e",
		"\x1b[31mred":         "<U+001B>[31mred",
		"\u009b31mred":        "<U+009B>31mred",
		"a\u202eb\u2066c":     "a<U+202E>b<U+2066>c",
		"zero\u200bwidth":     "zero<U+200B>width",
		"bell\a\x00\x7f":      "bell<U+0007><U+0000><U+007F>",
		"bad \xff byte":       "bad <0xFF> byte",
		"a\u00a0b":            "a b",
		"\U000e0041tag":       "<U+E0041>tag",
	} {
		if got := report.Plain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	one, two := screened(t, "data"), screened(t, "answers")
	var b bytes.Buffer
	if err := report.JSON(&b, one); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(b.String(), func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) {
		t.Error("the JSON holds hidden characters")
	}
	var back matcher.Result
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(back); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: read back it differs: %s", err, got)
	}
	var list []matcher.Result
	b.Reset()
	if err := report.JSON(&b, one, two); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &list); err != nil || len(list) != 2 || !reflect.DeepEqual(list[1].Criteria[0].ID, "alive") {
		t.Errorf("two results: %v", err)
	}
	b.Reset()
	if err := report.JSON(&b); err != nil || b.String() != "[]\n" {
		t.Errorf("no result: %v %q", err, b.String())
	}
}
