// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

// quoted reviews a study whose quotes are these.
func quoted(t *testing.T, text string, quotes ...string) []review.Finding {
	t.Helper()
	var b strings.Builder
	b.WriteString("study: S\ntext: t\ninclusion:\n  - {id: a, rule: age > 1, quote: " + strconv.Quote(quotes[0]) + "}\nnot_criteria:\n")
	for _, q := range quotes {
		b.WriteString("  - {reason: r, quote: " + strconv.Quote(q) + "}\n")
	}
	s, err := rules.Parse("s", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return review.CheckStudy(s, &review.Text{Name: "t", Data: []byte(text)})
}

func TestQuotesThatStand(t *testing.T) {
	for name, c := range map[string]struct{ text, quote string }{
		"white space":         {"Age  18\n\tto 80\u00a0years", "Age 18 to 80 years"},
		"soft hyphens":        {"immuno\u00adsuppres\u200bsion", "immunosuppression"},
		"quotation marks":     {"the “first” dose of the patient’s drug", `the "first" dose of the patient's drug`},
		"dashes":              {"ECOG 0–1 − no more", "ECOG 0-1 - no more"},
		"bullets":             {"• Adults\n• Women", "Adults Women"},
		"marks of lines":      {"- Adults\n* Women\n – Men", "- Adults\n- Women\n- Men"},
		"a list on one line":  {"One of:\n- SSc\n- lupus", "One of: - SSc - lupus"},
		"a list of no marks":  {"One of:\n- SSc\n- lupus", "One of: SSc lupus"},
		"an o for a mark":     {"o Adults", "Adults"},
		"a range":             {"18 - 80 years", "18 – 80 years"},
		"signs":               {"ALT ≥ 3 × ULN", "ALT >= 3 x ULN"},
		"a byte order mark":   {"\ufeffAdults", "Adults"},
		"carriage returns":    {"Adults\r\nwith SSc", "Adults with SSc"},
		"numbered":            {"1. Adults", "Adults"},
		"numbered in letters": {"(a) Adults", "Adults"},
		"a stop left out":     {"Adults.", "Adults"},
		"twice in the text":   {"Adults. Women. Adults. Women.", "Adults. Women."},
		"letters of a range":  {"18-80 years", "18-80 years"},
		"a micro sign":        {"10 \u00b5mol", "10 \u03bcmol"},
	} {
		if got := quoted(t, c.text, c.quote); len(got) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestQuotesThatDiffer(t *testing.T) {
	const text = "Adults with refractory SSc.\n- Age 18 to 80 years\n"
	for _, c := range []struct{ quote, pos, message, hint string }{
		{"Age 18 to 85 years", "s:4:46", `at "85 years": the text goes on "80 years"`, `nearest sentence is "Age 18 to 80 years" (t:2:1)`},
		{"Adults with refractory ssc.", "s:4:59", `at "ssc.": the text goes on "SSc. Age`, "only capital letters differ"},
		{"Age 18 to 80 years or more", "s:4:55", `at "or more": the text ends there`, "nearest"},
		{"dults with refractory SSc.", "s:4:36", "does not stand in the official text", "a word is cut"},
		{"Age 18 - 80 years", "s:4:43", `at "- 80 years": the text goes on "to 80`, "nearest"},
		{"Age 18 to 8", "s:4:46", `at "8": the text goes on "80 years"`, "a word is cut"},
		{"something else", "s:4:36", "does not stand", "copy the words"},
		{"Grown-ups with refractory SSc.", "s:4:36", "does not stand", `nearest sentence is "Adults with refractory SSc." (t:1:1)`},
	} {
		var found []review.Finding
		for _, f := range quoted(t, text, c.quote) {
			if f.Code == "quote-not-in-text" {
				found = append(found, f)
			}
		}
		if len(found) != 1 || found[0].Pos.String() != c.pos || !strings.Contains(found[0].Message, c.message) || !strings.Contains(found[0].Hint, c.hint) {
			t.Errorf("%s: %+v", c.quote, found)
		}
	}
}

func TestSentencesThatNobodyQuotes(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		quote []string
		want  []string
	}{
		"a sentence":           {"Adults. No pregnancy. Consent.", []string{"Adults.", "Consent."}, []string{`t:1:9 no criterion quotes "No pregnancy."`}},
		"a line":               {"Adults\nWomen", []string{"Adults"}, []string{`t:2:1 no criterion quotes "Women"`}},
		"a number at the end":  {"Aged over 18.", []string{"Aged over"}, []string{`t:1:11 part of a sentence is not quoted: "18."`}},
		"a tail":               {"Adults with SSc, or lupus", []string{"Adults with SSc"}, []string{`t:1:21 part of a sentence is not quoted: "or lupus"`}},
		"joining words":        {"Adults with SSc, and\nlupus", []string{"Adults with SSc", "lupus"}, nil},
		"abbreviations":        {"Biologics (e.g. Humira, i.e. TNF) vs. Placebo.", []string{"Women"}, []string{`t:1:1 no criterion quotes "Biologics (e.g. Humira, i.e. TNF) vs. Placebo."`}},
		"a wrapped line":       {"Adults who have had a refractory systemic sclerosis for more than\nTwo years", []string{"Women"}, []string{`t:1:1 no criterion quotes "Adults who have had a refractory systemic sclerosis for more than Two years"`}},
		"bullets":              {"• Adults\n• Women\n  of any age", []string{"Adults"}, []string{`t:2:3 no criterion quotes "Women of any age"`}},
		"numbered sentences":   {"1. Adults. 2. Women.", []string{"Adults."}, []string{`t:1:15 no criterion quotes "2. Women."`}},
		"columns are in runes": {"Größe über Ü. Alter.", []string{"Größe über Ü."}, []string{`t:1:15 no criterion quotes "Alter."`}},
		"marks alone":          {"Adults\n-----\n***\n•\n", []string{"Adults"}, nil},
	} {
		var got []string
		for _, f := range quoted(t, c.text, c.quote...) {
			if f.Code == "sentence-not-quoted" {
				got = append(got, f.Pos.String()+" "+f.Message)
			}
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// Real texts: quoted line by line nothing is left, and without one of the lines
// it is found.
func TestRealTexts(t *testing.T) {
	f, err := os.Open(sharedData(t, "shared/data/ctgov/studies-v2.dev.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	records, left := 0, 0
	for lines.Scan() {
		var r struct {
			ProtocolSection struct {
				EligibilityModule struct {
					EligibilityCriteria string `json:"eligibilityCriteria"`
				} `json:"eligibilityModule"`
			} `json:"protocolSection"`
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		text := r.ProtocolSection.EligibilityModule.EligibilityCriteria
		var quotes []string
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				quotes = append(quotes, line)
			}
		}
		if len(quotes) < 2 || len(text) > 100_000 {
			continue
		}
		records++
		for _, f := range quoted(t, text, quotes...) {
			t.Errorf("%s: %s: %s", f.Code, f.Pos, f.Message)
		}
		for _, f := range quoted(t, text, quotes[:len(quotes)-1]...) {
			if f.Code != "sentence-not-quoted" {
				t.Errorf("%s: %s: %s", f.Code, f.Pos, f.Message)
			}
			left++
		}
	}
	t.Logf("%d records, %d sentences left", records, left)
	if records < 200 || left < records*9/10 { // some last lines are there twice, or say nothing
		t.Errorf("%d records, %d sentences left", records, left)
	}
}
