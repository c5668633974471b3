// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

var listFormats = []string{"text", "json"}

func (p *program) conceptsCommand() *cli.Command {
	return &cli.Command{
		Name:        "concepts",
		Usage:       "list and search the concepts that rules can name",
		UsageText:   "eligo concepts [FLAGS] [NAME|WORD...]",
		Description: helpLead("concepts"),
		Flags: []cli.Flag{
			singleFlag("study", "`FILE` of a study or of concepts to list instead of the library", ""),
			singleFlag("kind", "only concepts of this `KIND`: "+plural.Join(terminology.Kinds(), ", "), ""),
			singleFlag("format", "`FORMAT` of the list: text or json", "text"),
		},
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "concepts"}
			words, kind, format := m.readArguments(c), flagValue(c, "kind"), flagValue(c, "format")
			m.checkValues(c, "study", "kind")
			m.checkChoice("--format", format, listFormats)
			if kind != "" {
				m.checkChoice("--kind", kind, kindNames())
			}
			if err := m.asError(); err != nil {
				return err
			}
			concepts, err := conceptsOf(flagValue(c, "study"))
			if err != nil {
				return err
			}
			if kind != "" {
				concepts = slices.DeleteFunc(concepts, func(c listedConcept) bool { return c.Kind != terminology.Kind(kind) })
			}
			return p.listConcepts(concepts, words, format)
		},
	}
}

func kindNames() (names []string) {
	for _, k := range terminology.Kinds() {
		names = append(names, string(k))
	}
	return names
}

// listedConcept is a concept and the file that it is from.
type listedConcept struct {
	*terminology.Concept
	from string
}

// conceptsOf gives the concepts of a study or concept file, or of the library if it is
// empty, sorted by their name.
func conceptsOf(file string) ([]listedConcept, error) {
	var list []listedConcept
	files := []string{file}
	if file == "" {
		files = terminology.Library()
	}
	for _, f := range files {
		concepts, err := loadConcepts(f)
		var wrong rules.Errors
		switch {
		case errors.As(err, &wrong):
			return nil, inputError{errors: wrong, summary: plural.Count(len(wrong), "problem") + " in " + f}
		case err != nil:
			return nil, inputError{summary: err.Error()}
		}
		for _, c := range concepts {
			list = append(list, listedConcept{c, f})
		}
	}
	slices.SortStableFunc(list, func(a, b listedConcept) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func loadConcepts(file string) ([]*terminology.Concept, error) {
	if strings.HasPrefix(file, terminology.BuiltinPrefix) || studydir.HoldsConcepts(file) {
		return rules.LoadConcepts(file)
	}
	study, err := rules.Load(file)
	if err != nil {
		return nil, err
	}
	return study.Concepts(), nil
}

func (p *program) listConcepts(concepts []listedConcept, words []string, format string) error {
	found := concepts
	whole := false
	if len(words) == 1 {
		if i := slices.IndexFunc(concepts, func(c listedConcept) bool { return c.Name == words[0] }); i >= 0 {
			found, whole = concepts[i:i+1], true
		}
	}
	if !whole {
		for _, word := range words {
			matching := slices.DeleteFunc(slices.Clone(found), func(c listedConcept) bool { return !c.hasWord(word) })
			if len(matching) == 0 && !slices.ContainsFunc(concepts, func(c listedConcept) bool { return c.hasWord(word) }) {
				return inputError{summary: fmt.Sprintf("no concept has %q in its name, label, names or codes%s", word, patient.DidYouMean(word, conceptWords(concepts)))}
			}
			found = matching
		}
		if len(found) == 0 {
			return inputError{summary: fmt.Sprintf("no concept has all of %q", words)}
		}
	}
	if format == "json" {
		return writeIndented(p.stdout, conceptViews(found))
	}
	if whole {
		return writeConcept(p.stdout, found[0])
	}
	return writeConceptList(p.stdout, found)
}

// hasWord reports whether a word stands in the name, the label or a name of the concept,
// or begins one of its codes, which may be written as icd10cm:I50.
func (c listedConcept) hasWord(word string) bool {
	text := strings.ToLower(word)
	for _, have := range append([]string{c.Name, strings.ReplaceAll(c.Name, "_", " "), c.Label}, c.Names...) {
		if strings.Contains(strings.ToLower(have), text) {
			return true
		}
	}
	system, code, ok := strings.Cut(word, ":")
	if !ok {
		system, code = "", word
	}
	for own, codes := range c.Codes {
		if system != "" && own != patient.SystemName(system) {
			continue
		}
		if slices.ContainsFunc(codes, func(have string) bool {
			return len(code) > 1 && strings.HasPrefix(strings.ToLower(have), strings.ToLower(code))
		}) {
			return true
		}
	}
	return false
}

// conceptWords are the names of concepts and the words of their names and labels.
func conceptWords(concepts []listedConcept) []string {
	seen := map[string]bool{}
	for _, c := range concepts {
		seen[c.Name] = true
		for _, text := range append([]string{strings.ReplaceAll(c.Name, "_", " "), c.Label}, c.Names...) {
			for _, w := range strings.Fields(strings.ToLower(text)) {
				seen[w] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// conceptView is a concept as JSON.
type conceptView struct {
	Name    string              `json:"name"`
	Kind    terminology.Kind    `json:"kind"`
	Label   string              `json:"label"`
	From    string              `json:"from"`
	Members []string            `json:"members,omitempty"`
	Codes   map[string][]string `json:"codes,omitempty"`
	Names   []string            `json:"names,omitempty"`
	Except  *termsView          `json:"except,omitempty"`
	MayBe   map[string][]string `json:"may_be,omitempty"` // codes that may stand for it
	Unit    string              `json:"unit,omitzero"`
	Stub    bool                `json:"stub,omitzero"` // it lists nothing, so no record can show it
}

type termsView struct {
	Codes map[string][]string `json:"codes,omitempty"`
	Names []string            `json:"names,omitempty"`
}

func conceptViews(list []listedConcept) []conceptView {
	views := make([]conceptView, len(list))
	for i, c := range list {
		views[i] = conceptView{Name: c.Name, Kind: c.Kind, Label: c.Label, From: c.from, Members: memberNames(c.Concept), Codes: c.Codes, Names: c.Names, MayBe: c.MayBe, Unit: c.Unit, Stub: c.Stub()}
		if !c.Except.IsZero() {
			views[i].Except = &termsView{c.Except.Codes, c.Except.Names}
		}
	}
	return views
}

func memberNames(c *terminology.Concept) (names []string) {
	for _, m := range c.Any {
		names = append(names, m.Name)
	}
	return names
}

func writeConceptList(w io.Writer, list []listedConcept) error {
	width := 0
	for _, c := range list {
		width = max(width, len(c.Name))
	}
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%-*s  %-12s  %s; %s\n", width, c.Name, c.Kind, c.Label, contentsOf(c.Concept))
	}
	fmt.Fprintf(&b, "%s\n", plural.Count(len(list), "concept"))
	_, err := io.WriteString(w, b.String())
	return err
}

// contentsOf says how many members, codes and names a concept has.
func contentsOf(c *terminology.Concept) string {
	if c.Stub() {
		return "a stub, which lists nothing"
	}
	var parts []string
	if n := len(c.Any); n > 0 {
		parts = append(parts, "any of "+plural.Count(n, "concept"))
	}
	for _, system := range slices.Sorted(maps.Keys(c.Codes)) {
		parts = append(parts, fmt.Sprintf("%d %s", len(c.Codes[system]), system))
	}
	if n := len(c.Names); n > 0 {
		parts = append(parts, plural.Count(n, "name"))
	}
	return strings.Join(parts, ", ")
}

func writeConcept(w io.Writer, c listedConcept) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s\nfrom %s\n", c.Name, c.Kind, c.Label, c.from)
	if c.Stub() {
		b.WriteString("A stub: it lists nothing, so no record can show it.\n")
	}
	if c.Unit != "" {
		fmt.Fprintf(&b, "unit: %s\n", c.Unit)
	}
	if len(c.Any) > 0 {
		fmt.Fprintf(&b, "any of: %s\n", strings.Join(memberNames(c.Concept), ", "))
	}
	writeTerms(&b, "", c.Terms)
	writeTerms(&b, "except ", c.Except)
	writeTerms(&b, "may be ", terminology.Terms{Codes: c.MayBe})
	_, err := io.WriteString(w, b.String())
	return err
}

func writeTerms(b *strings.Builder, before string, t terminology.Terms) {
	for _, system := range slices.Sorted(maps.Keys(t.Codes)) {
		fmt.Fprintf(b, "%s%s: %s\n", before, system, strings.Join(t.Codes[system], ", "))
	}
	if len(t.Names) > 0 {
		fmt.Fprintf(b, "%snames: %s\n", before, strings.Join(t.Names, "; "))
	}
}
