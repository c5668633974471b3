// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
)

func TestReferenceCard(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	_, cards, _ := s.view("patient-view", ssc(t), nil)
	if len(cards) != 1 {
		t.Fatalf("an undetermined patient has %d cards: clients would say that all is clear", len(cards))
	}
	c := cards[0]
	if !strings.HasPrefix(c.Summary, "Not decided, ") && !strings.HasPrefix(c.Summary, "May be eligible, ") ||
		!strings.HasSuffix(c.Summary, ": NCT00506831, Imatinib in Systemic Sclerosis") {
		t.Errorf("summary %q", c.Summary)
	}
	for _, want := range []string{
		"**To find out**", "\n- Is the systemic sclerosis refractory to other treatment?", "Screening day 2026-11-22, first dose 2026-11-22 (assumed)",
		"An investigator decides.", "version 2018-08-13",
	} {
		if !strings.Contains(c.Detail, want) {
			t.Errorf("the detail lacks %q:\n%s", want, c.Detail)
		}
	}
	if strings.Contains(c.Detail, "Not supplied") {
		t.Errorf("everything was supplied:\n%s", c.Detail)
	}
	if c.Indicator != "info" || c.Source.URL != "https://clinicaltrials.gov/study/NCT00506831" || c.Source.Label != "NCT00506831, Imatinib in Systemic Sclerosis" {
		t.Errorf("%+v", c)
	}
	if len(c.Links) != 1 || c.Links[0].URL != "https://eligo.example.org/studies/NCT00506831" || len(c.OverrideReasons) < 3 {
		t.Errorf("%+v %+v", c.Links, c.OverrideReasons)
	}
}

// aged is a study for people of an age, with so many questions and a title.
func aged(t *testing.T, id, rule string, questions int, more string) *rules.Study {
	t.Helper()
	var q, c strings.Builder
	for i := range questions {
		fmt.Fprintf(&q, "  q%d: {ask: \"Question %d?\"}\n", i, i)
		fmt.Fprintf(&c, "  - {id: q%d, quote: \"Question\", rule: answer(q%d)}\n", i, i)
	}
	text := "study: " + id + "\n" + more
	if questions > 0 {
		text += "questions:\n" + q.String()
	}
	return study(t, text+"inclusion:\n  - {id: age, quote: \"Age\", rule: "+rule+"}\n"+c.String())
}

// The cards are in the order of the ranking table of the same results.
func TestRanking(t *testing.T) {
	// The patient is 58 on the screening day.
	o := options(t,
		aged(t, "TOO-OLD", "age < 18", 0, ""),
		aged(t, "SOON", "age_days >= 21430", 0, ""),
		aged(t, "MUCH-LATER", "age >= 60", 0, ""),
		aged(t, "TWO-ANSWERS", "age >= 18", 2, ""),
		aged(t, "ONE-ANSWER", "age >= 18", 1, ""),
		aged(t, "NOW", "age >= 18", 0, ""),
		aged(t, "SOON-PERHAPS", "age_days >= 21420", 1, ""),
	)
	kept := &notes{}
	o.Log = kept
	_, cards, _ := serve(t, o).view("patient-view", ssc(t), nil)
	var shown, ranked []string
	for _, c := range kept.decisions[0].Cards {
		shown = append(shown, c.Study)
	}
	for _, k := range matcher.Rank(kept.decisions[0].Results) {
		if slices.Contains(shown, k.Study) {
			ranked = append(ranked, k.Study)
		}
	}
	if len(shown) != 5 || !slices.Equal(shown, ranked) {
		t.Errorf("the cards are in the order %v, and the ranking table is %v", shown, ranked)
	}
	var got []string
	for _, c := range cards {
		got = append(got, c.Summary)
	}
	want := []string{
		"Eligible as far as the record shows: NOW",
		"Not eligible now, perhaps from 2026-12-09 on: SOON-PERHAPS", "Not eligible now, but from 2026-12-19 on: SOON",
		"May be eligible, 1 answer needed: ONE-ANSWER", "May be eligible, 2 answers needed: TWO-ANSWERS",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMostCards(t *testing.T) {
	var studies []*rules.Study
	for i := range 8 {
		studies = append(studies, aged(t, fmt.Sprintf("S%d", i), "age >= 18", 1, ""))
	}
	_, cards, _ := serve(t, options(t, studies...)).view("patient-view", ssc(t), nil)
	if len(cards) != maxCards {
		t.Fatalf("%d cards", len(cards))
	}
	if !strings.HasSuffix(cards[4].Detail, "\n\n3 more studies may be open to this patient and are not shown here.") || strings.Contains(cards[3].Detail, "not shown") {
		t.Errorf("%s", cards[4].Detail)
	}
}

func TestNoLinks(t *testing.T) {
	o := options(t, aged(t, "A/B C", "age >= 18", 0, "source: 'javascript:alert(1)'\n"))
	o.PageURL = ""
	_, cards, _ := serve(t, o).view("patient-view", ssc(t), nil)
	if len(cards) != 1 || cards[0].Links != nil || cards[0].Source.URL != "" {
		t.Errorf("%+v", cards)
	}
	_, cards, _ = serve(t, options(t, aged(t, "A/B C", "age >= 18", 0, ""))).view("patient-view", ssc(t), nil)
	if len(cards) != 1 || cards[0].Links[0].URL != "https://eligo.example.org/studies/A%2FB%20C" {
		t.Errorf("%+v", cards)
	}
}

func TestSummary(t *testing.T) {
	for text, want := range map[string]string{
		"short":                                  "short",
		"BMI < 30 & > 18":                        "BMI ‹ 30 & › 18",
		"two\nlines":                             "two lines",
		strings.Repeat("a", 139):                 strings.Repeat("a", 139),
		strings.Repeat("a", 140):                 strings.Repeat("a", 138) + "…",
		strings.Repeat("😀", 70):                  strings.Repeat("😀", 69) + "…", // two units each
		strings.Repeat("👩‍👩‍👧", 30):              strings.Repeat("👩‍👩‍👧", 17) + "…",
		strings.Repeat("e\u0301", 80):            strings.Repeat("e\u0301", 69) + "…",
		strings.Repeat("a", 137) + ", then more": strings.Repeat("a", 137) + "…",
	} {
		got := summaryLine(text)
		if utf16Length(got) >= 140 {
			t.Errorf("%d units", utf16Length(got))
		}
		if strings.Contains(text, "\u200d") { // it does not show, and report.Plain says so
			want = got
		}
		if got != want {
			t.Errorf("%q\nbecomes %q", text, got)
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"<script>alert(1)</script>":     "&lt;script&gt;alert(1)&lt;/script&gt;",
		"a & b &lt;":                    "a &amp; b &amp;lt;",
		"**bold** _it_ `code` ~~no~~":   `\*\*bold\*\* \_it\_ \` + "`code\\` " + `\~\~no\~\~`,
		"[x](javascript:alert(1)) ![y]": `\[x\](javascript:alert(1)) !\[y\]`,
		"# title":                       `\# title`,
		"- item":                        `\- item`,
		"1. item":                       `1\. item`,
		"12) item":                      `12\) item`,
		"2026-11-22 and 7.2 g/dL (low)": "2026-11-22 and 7.2 g/dL (low)",
		"> quote":                       "&gt; quote",
		"line\n\n# two":                 "line  # two",
		"\tcode":                        "code",
		"see https://evil.example/x":    "see https:\u2060//evil.example/x",
		"WWW.evil.example, a@b.example": "WWW\u2060.evil.example, a@\u2060b.example",
		"a|b":                           `a\|b`,
		`back\slash`:                    `back\\slash`,
		"$x$":                           `\$x\$`,
		"right\u202eleft\x1b[2J":        "right&lt;U+202E&gt;left&lt;U+001B&gt;\\[2J",
	} {
		if got := escape(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
