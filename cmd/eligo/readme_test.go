// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// shown is a command of README.md and the output that is shown below it.
var shown = regexp.MustCompile("(?s)```sh run\ngo run \\./cmd/eligo (screen [^\n]+)\n```\n\n```\n(.*?)```\n")

// What README.md shows of a command is what the command prints.
func TestReadmeShowsWhatIsPrinted(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := 0
	now := shown.ReplaceAllStringFunc(string(readme), func(example string) string {
		examples++
		part := shown.FindStringSubmatch(example)
		var stdout, stderr bytes.Buffer
		args := append([]string{"eligo"}, strings.Fields(part[1])...)
		if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, time.Now); code != exitOK || stderr.Len() > 0 {
			t.Errorf("%s: exit code %d: %s", part[1], code, stderr.String())
		}
		if part[2] != stdout.String() && !*update {
			t.Errorf("README.md does not show what %s prints (go test ./cmd/eligo -run Readme -update)", part[1])
		}
		return strings.TrimSuffix(example, part[2]+"```\n") + stdout.String() + "```\n"
	})
	if examples < 6 {
		t.Errorf("only %d examples were found", examples)
	}
	if *update && now != string(readme) {
		if err := os.WriteFile("README.md", []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
