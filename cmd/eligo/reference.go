// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

var schemas = []struct {
	name string
	make func() []byte
}{
	{"study", rules.StudySchema},
	{"profile", patient.Schema},
	{"result", matcher.ResultSchema},
	{"ranking", matcher.RankingSchema},
	{"cases", cases.Schema},
}

func (p *program) schemaCommand() *cli.Command {
	var names []string
	for _, s := range schemas {
		names = append(names, s.name)
	}
	return p.choiceCommand(&cli.Command{
		Name:  "schema",
		Usage: "print the JSON Schema of a study file, a profile, a result, a ranking or a file of cases",
		Description: `Prints a JSON Schema (draft 2020-12), for editors and for programs that write profiles or read results.

Example:
  eligo schema study > study.schema.json`,
	}, "say which schema", "name", names, func(name string) ([]byte, error) {
		return schemas[slices.Index(names, name)].make(), nil
	})
}

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
		return writeIndented(w, terms)
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

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		Description: `Prints the version that results name as their engine, and how the program was built.

Example:
  eligo version`,
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "version"}
			m.refuseArguments(c, "")
			if err := m.asError(); err != nil {
				return err
			}
			return p.printVersion()
		},
	}
}

func (p *program) printVersion() error {
	built := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				built = ", commit " + s.Value[:min(len(s.Value), 12)]
			}
		}
	}
	_, err := fmt.Fprintf(p.stdout, "%s %s (%s %s/%s%s)\n", programName, matcher.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, built)
	return err
}
