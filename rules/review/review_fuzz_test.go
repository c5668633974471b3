// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

// Whatever loads can be reviewed, with any text, and every finding has a place
// in one of the files.
func FuzzStudy(f *testing.F) {
	studies, err := filepath.Glob("../../testdata/studies/*.yaml")
	if err != nil || len(studies) == 0 {
		f.Fatalf("no studies: %v", err)
	}
	for _, path := range studies {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, []byte("Ages 18 to 80.\n- A\n"))
	}
	f.Add([]byte("study: S\ntext: t\ninclusion:\n- {id: a, quote: \" •\u00ad \", rule: 'age in [1e900, -1, 0.5] or not (latest(x) != 2)'}\ndefine: {x: {kind: observation}}\n"), []byte("\u00ad•"))
	f.Fuzz(func(t *testing.T, src, text []byte) {
		s, err := rules.Parse("study.yaml", src)
		if err != nil {
			return
		}
		for _, found := range review.CheckStudy(s, &review.Text{Name: "t", Data: text}) {
			if found.Pos.Line < 1 || found.Pos.Column < 1 || found.Pos.File == "" || found.Message == "" {
				t.Errorf("%+v", found)
			}
		}
	})
}

// The searches of the largest studies that load are bounded: a question that
// takes longer is not decided.
func TestHostileStudies(t *testing.T) {
	repeat := func(head, unit string, n int) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, unit, i)
		}
		return b.String()
	}
	const head = "study: S\nconcepts: [builtin:common]\ninclusion:\n"
	long := func(unit, join string, n int) string {
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf(unit, i))
		}
		return head + "- {id: x, quote: q, rule: '" + strings.Join(parts, join) + "'}\n"
	}
	sum := func(n int) string { // every way of choosing must be tried
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf("took(rituximab, within(days(%d))) or took(infliximab, within(weeks(%d)))", 10*i, i))
		}
		return fmt.Sprintf("%s- {id: x, quote: q, rule: 'at_least(%d, %s) and not at_least(%d, %s)'}\n", head, n/2, strings.Join(parts, ", "), n/2, strings.Join(parts, ", "))
	}
	for name, src := range map[string]string{
		"criteria of one age":     repeat(head, "- {id: x%[1]d, quote: q, rule: age > %[1]d}\n", 990),
		"criteria of many calls":  repeat(head, "- {id: x%[1]d, quote: q, rule: 'took(rituximab, within(days(%[1]d))) or had(hiv)'}\n", 600),
		"many numbers in a rule":  long("age > %d", " or ", 400),
		"many numbers and twice":  long("(age > %[1]d and latest(creatinine) < %[1]d)", " or ", 150),
		"a sum with many choices": sum(28),
		"opaque atoms":            long("latest(alt) > %d * uln(alt)", " and ", 200),
		"long quote":              "study: S\ntext: t\ninclusion:\n- {id: a, rule: age > 1, quote: \"" + strings.Repeat("a b ", 40_000) + "\"}\n",
	} {
		s, err := rules.Parse("s.yaml", []byte(src))
		if err != nil {
			t.Errorf("%s: %.300s", name, err)
			continue
		}
		work := review.StudyWork(s, &review.Text{Name: "t", Data: []byte(strings.Repeat("a b c\n", 100_000))})
		if work > 2*review.MostWorkInAll {
			t.Errorf("%s: the searches visited %d nodes", name, work)
		}
	}
}
