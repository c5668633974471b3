// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// asked is a study in which some answers do as well as others, some end it and
// one does not matter any more.
const asked = `study: ASKED
questions:
  ulcers: {ask: "Are there ulcers?", who: investigator}
  fibrosis: {ask: "Is there fibrosis?", who: investigator}
  consent: {ask: "Does the person consent?", who: patient}
inclusion:
  - {id: sign, quote: "Ulcers or fibrosis", rule: answer(ulcers) or answer(fibrosis)}
  - {id: consent, quote: "Consent", rule: answer(consent)}
`

func askedResult(t *testing.T, doc string, w *matcher.LookAhead) matcher.Result {
	t.Helper()
	s, err := rules.Parse("asked.yaml", []byte(asked))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	results, err := m.Match(p, d)
	if w != nil {
		results, err = m.Match(p, d, *w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func textOf(t *testing.T, r *matcher.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, TextOptions{Brief: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What ends it comes first, what would do as well stands beside it, and nothing
// is asked twice.
func TestTextFindOut(t *testing.T) {
	r := askedResult(t, `{"id":"p"}`, &matcher.LookAhead{})
	text := textOf(t, &r)
	want := `What to find out

  This is the least to find out. If all of it turns out well, the person is eligible.

  First, as a bad answer ends it
     1. Does the person consent?
        ask the patient (question consent); for criterion consent

  Needed as well; none of these ends it by itself
     2. Are there ulcers?
        ask the investigator (question ulcers); for criterion sign
        or Is there fibrosis? (ask the investigator)
`
	if !strings.Contains(text, want) {
		t.Errorf("the text does not say\n%s\nbut\n%s", want, text)
	}
	if strings.Count(text, "fibrosis?") != 1 || strings.Contains(text, "What else is not known") {
		t.Errorf("something is asked twice:\n%s", text)
	}
}

// A result that was made without dates has no smallest set: all that is open is
// listed.
func TestTextFindOutWithoutDates(t *testing.T) {
	r := askedResult(t, `{"id":"p"}`, nil)
	text := textOf(t, &r)
	for _, want := range []string{"What is not known, and how to find it out", "Are there ulcers?", "Is there fibrosis?", "Does the person consent?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "What to find out") {
		t.Errorf("a smallest set is named:\n%s", text)
	}
}

// While something blocks for good, what is open is no task.
func TestTextFindOutBlocked(t *testing.T) {
	r := askedResult(t, `{"id":"p","answers":[{"question":"consent","answer":"no"}]}`, &matcher.LookAhead{})
	text := textOf(t, &r)
	if !strings.Contains(text, "What else is not known (it changes nothing while something blocks)") || strings.Contains(text, "What to find out") {
		t.Errorf("%s", text)
	}
	if want := "Only consent keeps the person out as far as the record shows. Time alone does not change it; a new fact could"; !strings.Contains(squeezed(text), want) {
		t.Errorf("the near miss is not said:\n%s", text)
	}
}

// Where a result is known only as a range, nothing that is missing settles it in
// the person's favour, and the text does not promise that.
func TestTextFindOutThatCanOnlyEndIt(t *testing.T) {
	r := askedResult(t, `{"id":"p"}`, &matcher.LookAhead{})
	for i := range r.Needed {
		r.Needed[i].Settles = []string{}
	}
	r.Needed = r.Needed[:1]
	text := squeezed(textOf(t, &r))
	if !strings.Contains(text, "Nothing that could be found out makes the person surely eligible.") || strings.Contains(text, "turns out well") {
		t.Errorf("%s", text)
	}
}

func TestNearMissWords(t *testing.T) {
	for by, want := range map[matcher.ChangedBy]string{
		matcher.ByTime: "a matter of time", matcher.ByNewFact: "a new fact could", matcher.ByNothing: "Nothing changes it as long as the record is right",
	} {
		r := &matcher.Result{NearMiss: &matcher.NearMiss{Criterion: "c", By: by}}
		if got := nearMissText(r); !strings.HasPrefix(got, "Only c keeps the person out") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", by, got)
		}
	}
	if got := nearMissText(&matcher.Result{}); got != "" {
		t.Errorf("no near miss: %s", got)
	}
}
