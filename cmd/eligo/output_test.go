// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
)

func TestExcerpt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	long := strings.Repeat("a", 200) + "X" + strings.Repeat("b", 200)
	text := "study: X\r\n    rule: age > 8 g/dL\n日本 bad\n" + long + "\n\x1b[31mred\nlast"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sourceLines{}
	for _, c := range []struct {
		line, column int
		want         string
	}{
		{1, 1, "    study: X\n    ^\n"},
		{2, 19, "    rule: age > 8 g/dL\n                  ^\n"},
		{3, 4, "    日本 bad\n         ^\n"}, // each of the first two characters is two columns wide
		{4, 201, "    …" + strings.Repeat("a", 70) + "X" + strings.Repeat("b", 29) + "…\n    " + strings.Repeat(" ", 71) + "^\n"},
		{6, 9, "    last\n        ^\n"}, // behind the end
		{7, 1, ""},
		{0, 0, ""},
		{2, 0, ""},
	} {
		if got := s.excerpt(rules.Position{File: file, Line: c.line, Column: c.column}); got != c.want {
			t.Errorf("%d:%d: got\n%s\nwant\n%s", c.line, c.column, got, c.want)
		}
	}
	if got := s.excerpt(rules.Position{File: file, Line: 5, Column: 6}); strings.Contains(got, "\x1b") {
		t.Errorf("an escape sequence reaches the terminal: %q", got)
	}
	for _, other := range []string{file + ".gone", "builtin:common"} {
		if got := s.excerpt(rules.Position{File: other, Line: 1, Column: 1}); got != "" {
			t.Errorf("%s: %q", other, got)
		}
	}
}
