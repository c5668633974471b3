// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// hostile is a study whose file and people try to get out of the page.
type hostile struct{ study *rules.Study }

const attack = "</title></style></svg><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\"'`{{.}}${x}"

func inventedStudy() hostile {
	return hostile{&rules.Study{
		ID: attack, Title: attack + strings.Repeat("long", 500), Version: attack, Source: "javascript:alert(1)", SHA256: attack,
		Anchors: []string{attack}, Questions: []language.Question{{ID: attack, Ask: attack, Who: attack}},
		Criteria: []rules.Criterion{
			{ID: attack, Side: rules.Inclusion, Quote: attack},
			{ID: strings.Repeat("W", 4000), Side: rules.Exclusion, Quote: strings.Repeat("医", 4000)},
		},
	}}
}

func (h hostile) empty() *funnel.Tally {
	return funnel.NewTally(h.study, matcher.Dates{Screening: patient.NewDay(2026, 1, 1)})
}

func (h hostile) result(outcomes ...matcher.Outcome) *matcher.Result {
	day := patient.NewDay(2026, 1, 1)
	r := &matcher.Result{
		Study:   matcher.StudyRef{ID: h.study.ID, Version: h.study.Version, SHA256: h.study.SHA256},
		Patient: attack, Dates: map[string]patient.Day{"screening": day, attack: day}, Engine: "eligo " + matcher.Version,
		Verdict: matcher.Eligible, Awaits: matcher.AwaitsNothing,
	}
	for i, o := range outcomes {
		c := matcher.Criterion{ID: h.study.Criteria[i].ID, Outcome: o}
		switch {
		case o == matcher.Fail:
			r.Verdict, r.Awaits = matcher.Ineligible, matcher.AwaitsNothing
		case o == matcher.Unclear:
			c.Missing = []matcher.Missing{{What: attack, Why: attack, Ask: attack, Who: attack, Question: true}}
			if r.Verdict == matcher.Eligible {
				r.Verdict, r.Awaits = matcher.Undetermined, matcher.AwaitsAnswers
			}
		}
		r.Criteria = append(r.Criteria, c)
	}
	return r
}

func TestHTMLHostile(t *testing.T) {
	h := inventedStudy()
	tally := h.empty()
	for _, r := range []*matcher.Result{h.result(matcher.Fail, matcher.Pass), h.result(matcher.Pass, matcher.Fail), h.result(matcher.Unclear, matcher.Pass)} {
		if err := tally.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	page := htmlPage(t, funnel.Summarize(tally))
	if path := os.Getenv("ELIGO_HOSTILE_REPORT"); path != "" {
		if err := os.WriteFile(path, page, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []string{"<script", "<img", "\u202e", "ZgotmplZ"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page holds %q", bad)
		}
	}
	root := parsePage(t, page)
	if want := Plain(attack); !strings.Contains(root.all("h2")[0].text, want) || !strings.Contains(root.all("#study-1-near-failing")[0].text, want) {
		t.Errorf("the page does not show the id as it is")
	}
	for _, svg := range root.all("svg") {
		for _, text := range svg.all("text") {
			if len(text.text) > 120 {
				t.Errorf("a line of the diagram is %d bytes long", len(text.text))
			}
		}
	}
}

func TestHTMLEmpty(t *testing.T) {
	empty, rejects := inventedStudy().empty(), inventedStudy().empty()
	rejects.Reject()
	for want, tally := range map[string]*funnel.Tally{"0 records were read": empty, "1 record was read; 1 could not be used. So nobody was assessed.": rejects} {
		if page := htmlPage(t, funnel.Summarize(tally)); !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page := htmlPage(t, funnel.Summarize()); len(parsePage(t, page).all("article")) != 0 {
		t.Error("a page of no study has a study")
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 123456: "123,456", 100000000: "100,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{0, 0, "–"}, {0, 5, "0%"}, {5, 5, "100%"}, {1, 1e6, "<0.1%"}, {999999, 1e6, ">99.9%"}, {1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 1000, "0.1%"}, {1<<53 - 1, 1 << 53, ">99.9%"}} {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d is %s, want %s", c.part, c.whole, got, c.want)
		}
	}
	if got := fmt.Sprint(fitted("uncontrolled-coronary-artery-disease", 120)); !strings.Contains(got, "- ") {
		t.Errorf("%s is not cut at its hyphens", got)
	}
}

// The file of a summary holds no hidden character, and is the same summary.
func TestSummaryJSONHostile(t *testing.T) {
	s := withHostile(cohortSummary(t))
	var b bytes.Buffer
	if err := SummaryJSON(&b, s); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\u202e\x1b") {
		t.Error("the file holds hidden characters")
	}
	read, err := funnel.ReadSummary(&b)
	if err != nil || !reflect.DeepEqual(read, s) {
		t.Errorf("%v: read back it differs", err)
	}
}
