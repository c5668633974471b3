// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/eligo-trials/eligo/rules"
)

var update = flag.Bool("update", false, "write what the texts come to anew")

// describe writes what a text comes to: a line for each criterion, with its
// side (in, out, or ? where it is not told) and, in brackets, what makes it a
// question; below it what it stands under.
func describe(text *Text) string {
	var b strings.Builder
	for _, c := range text.Criteria {
		side := map[rules.Side]string{rules.Inclusion: "in ", rules.Exclusion: "out", "": "?  "}[c.Side]
		switch {
		case len(c.Parts) == 0:
			side += " [ask]"
		case len(c.Parts) > 1 && c.Any:
			side += fmt.Sprintf(" [any of %d]", len(c.Parts))
		case len(c.Parts) > 1:
			side += fmt.Sprintf(" [all of %d]", len(c.Parts))
		}
		fmt.Fprintf(&b, "%s %s\n", side, c.Quote)
		if c.Parent != "" {
			fmt.Fprintf(&b, "      under %s\n", c.Parent)
		}
		if c.Cohort != "" {
			fmt.Fprintf(&b, "      for %s\n", c.Cohort)
		}
	}
	for _, n := range text.NotCriteria {
		fmt.Fprintf(&b, "not %s  %s\n", n.Quote, n.Reason)
	}
	return b.String()
}

func TestSplit(t *testing.T) {
	files, err := filepath.Glob("testdata/split/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil || len(a.Files) != 2 {
				t.Fatalf("%v: %v", err, a)
			}
			source := cleanText(string(a.Files[0].Data))
			text := SplitText(source)
			got := describe(text)
			if *update {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			checkText(t, source, text)
		})
	}
}

// checkText holds what must be so of every text: the official text has every
// word of the source in its order, each quote stands in it, and every word is
// quoted.
func checkText(t *testing.T, source string, text *Text) {
	t.Helper()
	oneLine := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if got, want := oneLine(text.Official), oneLine(legible(source)); letters(got) != letters(want) {
		t.Errorf("the official text has other words:\n%s\nwant:\n%s", got, want)
	}
	d := Draft{Official: []byte(text.Official), NotCriteria: text.NotCriteria}
	official := oneLine(text.Official)
	for _, c := range text.Criteria {
		if !strings.Contains(official, c.Quote) || c.Quote == "" {
			t.Errorf("the quote %q is not in the text", c.Quote)
		}
		if len(c.Parts) > 0 && (c.Side == "" || c.Cohort != "") {
			t.Errorf("%q would be read, and it is not told for whom or what it says", c.Quote)
		}
		for _, part := range c.Parts {
			if !strings.Contains(c.Quote, part) {
				t.Errorf("the part %q is not in its quote %q", part, c.Quote)
			}
		}
		d.Criteria = append(d.Criteria, Drafted{Quote: c.Quote})
	}
	for _, n := range text.NotCriteria {
		if !strings.Contains(official, n.Quote) {
			t.Errorf("%q is not in the text", n.Quote)
		}
	}
	if _, left := d.Coverage(); len(left) > 0 {
		t.Errorf("not quoted: %q", left)
	}
}

// letters drops the marks of lists, which may be written otherwise.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if isLetterOrNumber(c) {
			return c
		}
		return -1
	}, s)
}

// The longest texts, of shapes that a careless reader would go over again and
// again.
func TestSplitLongTexts(t *testing.T) {
	for _, unit := range []string{
		"a:\n", "* b;\n", "* c or\n", "d e f\n\n", "Exclusion criteria: g. ", "inclusion: ", "1. h ", "i. ", "Exclusion Criteria:\n",
		"with\n", "(", "* and\n", "any of the following ", "Inclusion Criteria: j ",
	} {
		text := SplitText(strings.Repeat(unit, maxEligibility/len(unit)))
		if len(text.Criteria)+len(text.NotCriteria) == 0 && letters(unit) != "" && !listMark.MatchString(unit) {
			t.Errorf("%q came to nothing", unit)
		}
	}
}

func FuzzSplit(f *testing.F) {
	files, _ := filepath.Glob("testdata/split/*.txtar")
	for _, path := range files {
		if a, err := txtar.ParseFile(path); err == nil && len(a.Files) > 0 {
			f.Add(string(a.Files[0].Data))
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4<<10 {
			return
		}
		checkText(t, source, SplitText(source))
	})
}
