// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/rules/language"
)

var vocabFormats = []string{"text", "json", "markdown"}

func (p *program) vocabCommand() *cli.Command {
	return &cli.Command{
		Name:      "vocab",
		Usage:     "list the words of the rule language",
		UsageText: "eligo vocab [--format text|json|markdown]",
		Description: `Prints every word that a rule may use: how it is written, what it gives, what it means, and an example.

Example:
  eligo vocab --format markdown`,
		Flags: []cli.Flag{singleFlag("format", "`FORMAT` of the list: text, json or markdown", "text")},
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "vocab"}
			format := flagValue(c, "format")
			m.checkChoice("--format", format, vocabFormats)
			m.refuseArguments(c, "")
			if err := m.asError(); err != nil {
				return err
			}
			return writeVocabulary(p.stdout, format, language.Vocabulary())
		},
	}
}

func writeVocabulary(w io.Writer, format string, terms []language.Term) error {
	var b strings.Builder
	switch format {
	case "json":
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(terms)
	case "markdown":
		b.WriteString("| word | answer | meaning | example |\n|---|---|---|---|\n")
		cell := strings.NewReplacer("|", `\|`, "\n", " ")
		for _, t := range terms {
			fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", cell.Replace(t.Form), cell.Replace(t.Answer), cell.Replace(t.Meaning), cell.Replace(t.Example))
		}
	default:
		width := 0
		for _, t := range terms {
			width = max(width, len(t.Form))
		}
		for _, t := range terms {
			fmt.Fprintf(&b, "%-*s  gives %s\n    %s\n    example: %s\n", width, t.Form, t.Answer, t.Meaning, t.Example)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
