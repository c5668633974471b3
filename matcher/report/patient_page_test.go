// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// prescreened matches a patient of testdata, with dates ahead.
func prescreened(t *testing.T, name string) matcher.Result {
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
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func patientPageOf(t *testing.T, results ...matcher.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PatientPage(&b, results, PageOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// squeezed is text with single spaces.
func squeezed(text string) string { return strings.Join(strings.Fields(Plain(text)), " ") }

func TestPageLeavesNothingOut(t *testing.T) {
	for _, name := range []string{"blocked", "favourable", "answers", "data"} {
		r := prescreened(t, name)
		text := squeezed(parsePage(t, patientPageOf(t, r)).text)
		expect := func(what, part string) {
			if part = squeezed(part); !strings.Contains(text, part) {
				t.Errorf("%s: %s is missing: %s", name, what, part)
			}
		}
		for i := range r.Criteria {
			c := &r.Criteria[i]
			expect("id", c.ID)
			expect("quote", c.Quote)
			expect("label", c.Label)
			expect("reason", c.Reason)
			if c.Clearing != nil {
				expect("clearing", clearingText(&r, c.Clearing))
				expect("the reason on a later day", strings.TrimSuffix(c.Clearing.Reason, "."))
			}
			for _, m := range c.Missing {
				if m.Why != matcher.WhyNotRecognized { // those are said together
					expect("what to ask", m.Ask)
				}
				expect("the record that is not clear", m.Record)
			}
			for _, e := range slices.Concat(c.Evidence, c.Shown) {
				expect("record", e.Record)
				expect("its day", dateText(e.Start))
				expect("note", e.Note)
			}
		}
		for _, n := range r.Needed {
			expect("who can say", whoText(n.Who))
			for _, o := range n.Or {
				expect("alternative", o.Ask)
			}
		}
		for _, x := range r.Washout {
			expect("washout", x.Record)
			expect("its length", x.Length)
		}
		for _, line := range slices.Concat(r.Data.Issues, []string{
			r.Outlook, r.Engine, r.Study.SHA256, r.Data.ProfileSHA256, r.Patient, "an investigator does", "I have reviewed this prescreen against the source documents.",
		}) {
			expect("line", line)
		}
	}
}

// The verdict stands in words at the top, and differs where the verdict does.
func TestPageSaysTheVerdict(t *testing.T) {
	said := map[string]bool{}
	for name, want := range map[string]string{
		"blocked": "May not join on this screening day", "favourable": "May join, as far as the record shows",
		"answers": "Not decided: only questions to a person are open", "data": "Not decided: something is missing",
	} {
		page := parsePage(t, patientPageOf(t, prescreened(t, name)))
		if got := page.all("h3")[0].text; got != want {
			t.Errorf("%s: the page says %q", name, got)
		}
		said[want] = true
		if blocks := strings.Contains(page.text, "What blocks"); blocks != (name == "blocked") {
			t.Errorf("%s: the page says what blocks: %v", name, blocks)
		}
	}
}

// A page of several results, and a fragment among others, has each id once and
// headings that follow each other.
func TestPageIds(t *testing.T) {
	a, b := prescreened(t, "blocked"), prescreened(t, "data")
	page := patientPageOf(t, a, b)
	var fragment bytes.Buffer
	if err := PatientFragment(&fragment, &a, PageOptions{Key: "other"}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	both := "<x>" + fragment.String() + strings.TrimPrefix(string(page), "<!DOCTYPE html>\n") + "</x>"
	root := parsePage(t, []byte(both))
	root.each(func(e *element) {
		if id := e.attr["id"]; id != "" {
			if seen[id] {
				t.Errorf("the id %s comes twice", id)
			}
			seen[id] = true
		}
	})
	root.each(func(e *element) {
		if ref := e.attr["aria-labelledby"]; ref != "" && !seen[ref] {
			t.Errorf("there is no %s", ref)
		}
	})
	if n := len(root.all("article")); n != 3 {
		t.Errorf("%d articles", n)
	}
	if !strings.Contains(FragmentStyle(), ".prescreen ") {
		t.Error("the style sheet is not the fragment's")
	}
}

// Whatever a study, a record or a patient is called, the page runs nothing,
// loads nothing, and shows it.
func TestPageHostile(t *testing.T) {
	r := prescreened(t, "data")
	r.Patient, r.Study.Title, r.Study.ID, r.Outlook, r.Engine = attack, attack, attack, attack, attack
	for i := range r.Criteria {
		c := &r.Criteria[i]
		c.ID, c.Quote, c.Reason, c.Label = attack, attack, attack, attack
		for k := range c.Evidence {
			c.Evidence[k] = matcher.Evidence{Concept: attack, Record: attack, Display: attack, Value: attack, Unit: attack, Note: attack, System: attack, Code: attack}
		}
	}
	for i := range r.Needed {
		r.Needed[i].Ask, r.Needed[i].Who = attack, attack
	}
	for i := range r.Washout {
		r.Washout[i].Medication, r.Washout[i].Record, r.Washout[i].Note = attack, attack, attack
	}
	k := matcher.NewRanking([]matcher.Result{r}, []string{attack})
	var b bytes.Buffer
	if err := PatientPage(&b, k.Results, PageOptions{Ranking: k}); err != nil {
		t.Fatal(err)
	}
	page := b.Bytes()
	for _, bad := range []string{"<script", "<img", "\u202e", "ZgotmplZ", "url(", "@import"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("the page holds %q", bad)
		}
	}
	root := parsePage(t, page)
	if len(root.all("style")) != 1 || strings.Contains(root.all("style")[0].text, "onerror=") {
		t.Error("the style sheet is left")
	}
	policy := root.all("meta")[1].attr["content"]
	if want := policyOf(root.all("style")[0].text); policy != want {
		t.Errorf("the policy is %s, want %s", policy, want)
	}
	for i, what := range []string{"the ranking", "the prescreen"} {
		if !strings.Contains(root.all("h2")[i].text, Plain(attack)) {
			t.Errorf("%s does not show the id as it is", what)
		}
	}
	if !strings.Contains(root.all("p")[0].text, "1 study file could not be used: "+Plain(attack)) {
		t.Error("the page does not say what is not in the ranking")
	}
}

func TestCSSString(t *testing.T) {
	for in, want := range map[string]string{
		"p 1": `"p 1"`, `a"b`: `"a\22 b"`, `x\y`: `"x\5c y"`, "</style>": `"\3c \2f style\3e "`, "Zoë, 2": `"Zoë\2c  2"`,
	} {
		if got := cssString(in); got != want {
			t.Errorf("%s is written %s, want %s", in, got, want)
		}
	}
}
