// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
)

const (
	washout = `study: WASHOUT
dates: [first_dose]
concepts: [builtin:common]
questions:
  refractory: {ask: "Is it refractory?"}
inclusion:
  - {id: age, quote: "Adults < 80", rule: age >= 18 and age < 80}
  - {id: refractory, quote: "Refractory disease", rule: answer(refractory)}
exclusion:
  - {id: rituximab, quote: "Rituximab within 6 months", rule: "took(rituximab, within(months(6), first_dose))"}
`
	adults = `study: ADULTS
inclusion:
  - {id: age, quote: "Adults", rule: age >= 18}
  - {id: women, quote: "Women", rule: sex == "female"}
`
)

// person invents a line: every 17th is no profile, every 29th has the id of the
// one before, others lack this or that.
func person(n int) string {
	id := n
	switch {
	case n%17 == 0 && n%2 == 0:
		return fmt.Sprintf(`{"id":"p%06d","birth_date":"2026-13-4%d","sexx":"female"}`, n, n%10)
	case n%17 == 0:
		return `{"id":"half of a li`
	case n%29 == 0:
		id = n - 1
	}
	line := fmt.Sprintf(`{"id":"p%06d","birth_date":"%d-%02d"`, id, 1930+n%95, 1+n%12)
	line += []string{"", `,"sex":"female"`, `,"sex":"male"`}[n%3]
	switch n % 5 {
	case 1:
		line += `,"medications":[]`
	case 2:
		line += fmt.Sprintf(`,"medications":[{"text":"rituximab <500 mg>","status":"completed","start":"2026-%02d"}]`, 1+n%10)
	}
	if n%4 == 0 {
		line += fmt.Sprintf(`,"answers":[{"question":"refractory","answer":"%s"}]`, []string{"yes", "no", "yes"}[n%3])
	}
	return line + "}"
}

// people are the lines of n persons.
func people(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(person(i+1) + "\n")
	}
	return b.String()
}

func put(t *testing.T, text string, at ...string) string {
	t.Helper()
	path := filepath.Join(at...)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func studies(t *testing.T, texts ...string) (all []*rules.Study) {
	t.Helper()
	for _, text := range texts {
		s, err := rules.Parse("study.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// job is a run over a file, in a new folder.
func job(t *testing.T, from string, texts ...string) Job {
	t.Helper()
	if len(texts) == 0 {
		texts = []string{washout}
	}
	return Job{
		Studies: studies(t, texts...), Dates: matcher.Dates{Screening: screeningDay}, Source: source(t, from, document.Options{}),
		Out: filepath.Join(t.TempDir(), "out"),
	}
}

func source(t *testing.T, from string, o document.Options) *Source {
	t.Helper()
	s, err := Open(context.Background(), from, nil, o, func(note string) { t.Log("note:", note) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func start(t *testing.T, j Job) *Outcome {
	t.Helper()
	o, err := Run(context.Background(), j)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// written reads all files of a folder.
func written(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		text := "a folder"
		if !e.IsDir() {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		all[e.Name()] = text
	}
	return all
}

// sameFiles compares what two folders hold.
func sameFiles(t *testing.T, got, want map[string]string) {
	t.Helper()
	names := slices.Sorted(maps.Keys(want))
	if have := slices.Sorted(maps.Keys(got)); !slices.Equal(have, names) {
		t.Fatalf("the files are %v, not %v", have, names)
	}
	for _, name := range names {
		if got[name] != want[name] {
			t.Errorf("%s differs: %d bytes, not %d", name, len(got[name]), len(want[name]))
		}
	}
}

func names(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
