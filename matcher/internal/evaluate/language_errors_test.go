// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules/language"
)

var updateErrors = flag.Bool("update-errors", false, "write the messages of testdata/language/errors*.txt anew")

// TestLanguageErrors compiles the rules of testdata/language/errors*.txt. Each
// must fail with the messages below it, at the places of the carets.
func TestLanguageErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/language/errors*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	sc := scopeOf(languageStudy(t))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var anew []string
		for i, block := range strings.Split(string(data), "\n\n") {
			lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
			rule := 0
			for rule < len(lines) && strings.HasPrefix(lines[rule], "# ") {
				rule++
			}
			anew = append(anew, lines[:rule]...)
			if rule < len(lines) {
				got := errorLines(lines[rule], sc)
				anew = append(anew, append([]string{lines[rule]}, got...)...)
				want := strings.Join(lines[rule+1:], "\n")
				if g := strings.Join(got, "\n"); g != want && !*updateErrors {
					t.Errorf("%s, block %d\n%s\n%s\nwant\n%s", file, i+1, lines[rule], g, want)
				}
			}
			anew = append(anew, "")
		}
		if *updateErrors {
			if err := os.WriteFile(file, []byte(strings.TrimRight(strings.Join(anew, "\n"), "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// errorLines writes what is wrong with a rule: a caret below the place, and
// the message.
func errorLines(rule string, sc *language.Scope) []string {
	program, errs := language.Compile(rule, sc)
	if len(errs) == 0 {
		return []string{fmt.Sprintf("nothing is wrong with it: %v", program.Op)}
	}
	var lines []string
	for _, e := range errs {
		if e.Offset < 0 || e.Offset > len(rule) {
			lines = append(lines, fmt.Sprintf("byte %d is outside the rule: %s", e.Offset, e.Message))
			continue
		}
		lines = append(lines, strings.Repeat(" ", utf8.RuneCountInString(rule[:e.Offset]))+"^ "+e.Message)
	}
	return lines
}
