// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// shownCommand matches a command of README.md or of a help page with the
// output that is shown below it.
var shownCommand = regexp.MustCompile("(?s)```sh run\n(?:go run -tags lean \\./cmd/)?eligo ([^\n]+)\n```\n\n```\n(.*?)```\n")

// documents lists README.md and the help pages, from the top of the repository.
func documents(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("cmd/eligo/help/*.md")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d help pages: %v", len(files), err)
	}
	return append(files, "README.md")
}

func readDocument(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The output that README.md and the help pages show of a command is the output
// that the command prints.
func TestReadmeShowsWhatIsPrinted(t *testing.T) {
	t.Chdir("../..")
	examples := 0
	for _, file := range documents(t) {
		text := readDocument(t, file)
		now := shownCommand.ReplaceAllStringFunc(text, func(example string) string {
			examples++
			part := shownCommand.FindStringSubmatch(example)
			var stdout, stderr bytes.Buffer
			args := append([]string{"eligo"}, strings.Fields(part[1])...)
			if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, time.Now); code != exitOK || stderr.Len() > 0 {
				t.Errorf("%s: exit code %d: %s", part[1], code, stderr.String())
			}
			if part[2] != stdout.String() && !*update {
				t.Errorf("%s does not show the output of %s (go test ./cmd/eligo -run Readme -update)", file, part[1])
			}
			return strings.TrimSuffix(example, part[2]+"```\n") + stdout.String() + "```\n"
		})
		if *update && now != text {
			if err := os.WriteFile(file, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	// The four further examples of dates are in testdata/script/dates.txtar.
	if examples < 4 {
		t.Errorf("only %d examples were found", examples)
	}
}

func TestReadmeIsShort(t *testing.T) {
	if size := len(readDocument(t, "../../README.md")); size >= 9<<10 {
		t.Errorf("README.md has %d bytes; details belong into a help page", size)
	}
}

// The table of help/language.md is the vocabulary.
func TestLanguagePageIsTheVocabulary(t *testing.T) {
	var words bytes.Buffer
	if err := writeVocabulary(&words, "markdown", language.Vocabulary()); err != nil {
		t.Fatal(err)
	}
	const file = "help/language.md"
	text := readDocument(t, file)
	start := strings.Index(text, "| word |")
	end := start + strings.Index(text[start:], "\n\n") + 1
	if text[start:end] == words.String() {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the words of the language (go test ./cmd/eligo -run LanguagePage -update)", file)
	}
	if err := os.WriteFile(file, []byte(text[:start]+words.String()+text[end:]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// block returns the content of the first code block of a kind in a document.
func block(t *testing.T, file, kind string) string {
	t.Helper()
	_, rest, found := strings.Cut(readDocument(t, file), "```"+kind+"\n")
	code, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatalf("%s has no block of %s", file, kind)
	}
	return code
}

// The examples to copy can be used: the study of README.md with the profile and
// the FHIR Bundle of the help pages.
func TestExamplesToCopy(t *testing.T) {
	study, err := rules.Parse("README.md", []byte(block(t, "../../README.md", "yaml")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Parse("study-file.md", []byte(block(t, "help/study-file.md", "yaml"))); err != nil {
		t.Error(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := patient.Decode(strings.NewReader(block(t, "help/profile.md", "json")))
	if err != nil {
		t.Fatal(err)
	}
	bundled, err := fhir.Decode(strings.NewReader(block(t, "help/fhir.md", "json")), fhir.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dates := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	for _, c := range []struct {
		person *patient.Profile
		want   matcher.Verdict
	}{{profile, matcher.Ineligible}, {bundled, matcher.Undetermined}} {
		results, err := m.Match(c.person, dates)
		if err != nil {
			t.Fatal(err)
		}
		if got := results[0].Verdict; got != c.want {
			t.Errorf("%s is %s, not %s", c.person.ID, got, c.want)
		}
	}
}

// Every help page names other pages only if they exist, begins with a title and
// a paragraph, and is printed without marks of Markdown.
func TestHelpPages(t *testing.T) {
	pages := regexp.MustCompile(`eligo help ([a-z-]+)`)
	for _, topic := range helpTopics() {
		page := helpPage(topic)
		paragraphs := strings.Split(page, "\n\n")
		if !strings.HasPrefix(page, "# ") || len(paragraphs) < 2 || strings.HasPrefix(paragraphs[1], "#") {
			t.Errorf("%s does not begin with a title and a paragraph", topic)
		}
		for _, other := range pages.FindAllStringSubmatch(page, -1) {
			if helpPage(other[1]) == "" {
				t.Errorf("%s names the topic %s, which does not exist", topic, other[1])
			}
		}
		if text := plainHelp(page); strings.Contains(text, "](") || strings.Contains(text, "```") || strings.Contains(text, "|---") {
			t.Errorf("%s is printed with marks of Markdown:\n%s", topic, text)
		}
	}
}

// The files of deploy use commands and flags that exist.
func TestDeployFiles(t *testing.T) {
	commands, flags := regexp.MustCompile(`\b(serve|batch)\b`), regexp.MustCompile(`--[a-z][a-z-]+`)
	files, err := filepath.Glob("deploy/*")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files in deploy: %v", len(files), err)
	}
	for _, file := range files {
		var lines []string
		for line := range strings.SplitSeq(readDocument(t, file), "\n") {
			if !strings.HasPrefix(line, "#") && !strings.Contains(line, "COPY --from") {
				lines = append(lines, line)
			}
		}
		text := strings.Join(lines, "\n")
		command := commands.FindString(text)
		if command == "" {
			t.Errorf("%s runs no command of eligo", file)
			continue
		}
		var help, stderr bytes.Buffer
		if code := run(t.Context(), []string{"eligo", command, "--help"}, strings.NewReader(""), &help, &stderr, time.Now); code != exitOK {
			t.Fatal(stderr.String())
		}
		for _, flag := range flags.FindAllString(text, -1) {
			if !strings.Contains(help.String(), flag+" ") {
				t.Errorf("%s: eligo %s has no flag %s", file, command, flag)
			}
		}
	}
}

// Links of README.md and the help pages to files of the repository lead
// somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Chdir("../..")
	for _, file := range documents(t) {
		for _, link := range markdownLink.FindAllStringSubmatch(readDocument(t, file), -1) {
			if strings.HasPrefix(link[2], "http") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), link[2])); err != nil {
				t.Errorf("%s: the link to %s: %v", file, link[2], err)
			}
		}
	}
}

// The page on code systems has a row with the short name and the preferred URL of every known one.
func TestCodeSystemsAreDescribed(t *testing.T) {
	page := helpPage("code-systems")
	for _, name := range patient.KnownSystems() {
		if row := regexp.MustCompile("(?m)^\\| `" + name + "` \\| .* \\| `" + regexp.QuoteMeta(patient.SystemURL(name)) + "` \\|$"); !row.MatchString(page) {
			t.Errorf("help/code-systems.md has no row for %s, %s", name, patient.SystemURL(name))
		}
	}
	if rows := strings.Count(page, "\n| `"); rows != len(patient.KnownSystems())+4 { // and the four certainty marks
		t.Errorf("help/code-systems.md has %d rows of names", rows)
	}
}
