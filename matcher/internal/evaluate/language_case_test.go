// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// languageCase is one case of testdata/language: what is known of an invented
// patient, the dates, and rules with what they must come to.
type languageCase struct {
	file    string
	name    string
	profile patient.Profile
	dates   language.Dates
	expect  []expectation
	facts   int
}

// readCases reads a file of cases.
func readCases(t testing.TB, file, text string) []*languageCase {
	t.Helper()
	all := &languageCase{dates: language.Dates{Anchors: map[string]patient.Day{}}}
	var cases []*languageCase
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " ")
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		c := all
		if len(cases) > 0 {
			c = cases[len(cases)-1]
		}
		var err error
		switch {
		case word == "" || word[0] == '#':
		case word == "case":
			c = &languageCase{file: file, name: rest, profile: patient.Profile{ID: "invented"}}
			c.dates = language.Dates{Screening: all.dates.Screening, Anchors: map[string]patient.Day{}}
			for anchor, day := range all.dates.Anchors {
				c.dates.Anchors[anchor] = day
			}
			cases = append(cases, c)
		case strings.Contains(line, " => "):
			rule, truth, _ := strings.Cut(strings.TrimSpace(line), " => ")
			c.expect = append(c.expect, expectation{line: i + 1, rule: rule, truth: truth})
		case strings.HasPrefix(line, "    ") && len(c.expect) > 0:
			err = c.expect[len(c.expect)-1].detail(word, rest)
		default:
			err = c.know(word, rest)
		}
		if err != nil {
			t.Fatalf("%s:%d: %v", file, i+1, err)
		}
	}
	return cases
}

// detail reads a line below a rule.
func (e *expectation) detail(word, rest string) error {
	switch word {
	case "missing":
		e.missing = append(e.missing, rest)
	case "evidence":
		e.evidence = []string{}
		if rest != "none" {
			e.evidence = strings.Split(rest, ", ")
		}
	case "says":
		e.says = append(e.says, rest)
	case "open":
		e.open = rest
	default:
		return fmt.Errorf("%q says nothing of a rule", word)
	}
	return nil
}

// know reads a line about the patient or the dates.
func (c *languageCase) know(word, rest string) (err error) {
	p := &c.profile
	switch word {
	case "screening":
		c.dates.Screening, err = patient.ParseDay(rest)
	case "first_dose", "visit":
		c.dates.Anchors[word], err = patient.ParseDay(rest)
	case "born":
		p.BirthDate, err = patient.ParseDate(rest)
	case "sex":
		p.Sex = patient.Sex(rest)
	case "deceased":
		dead := rest != "no"
		p.Deceased = &dead
	case "died":
		p.DeathDate, err = patient.ParseDate(rest)
	case "recorded":
		p.RecordedThrough, err = patient.ParseDate(strings.TrimPrefix(rest, "through "))
	case "conditions", "medications", "observations", "procedures", "allergies", "immunizations", "answers":
		if rest != "none" {
			return fmt.Errorf("%s: write none, or one fact a line", word)
		}
		p.MarkSupplied(patient.Domain(word))
	default:
		f, err := readFact(rest)
		if err != nil {
			return err
		}
		return c.add(word, f)
	}
	return err
}

// factLine is what a line says of a fact: what it is, words that stand alone,
// and words with a value.
type factLine struct {
	fact   patient.Fact
	value  string // of a result
	status []string
	dates  map[string]patient.Date
	said   map[string]string
}

var valued = regexp.MustCompile(`^(start|end|onset|abated|on|recorded|record|code|low|high|flag|locked|by|study) (.+)$`)

// readFact reads "infliximab, completed, start 2026-01, record MedicationRequest/1".
func readFact(line string) (*factLine, error) {
	parts := strings.Split(line, ", ")
	f := &factLine{dates: map[string]patient.Date{}, said: map[string]string{}}
	var what string
	what, f.value, _ = strings.Cut(parts[0], " = ")
	if what != "-" {
		f.fact.Text = what
	}
	for _, part := range parts[1:] {
		m := valued.FindStringSubmatch(part)
		if m == nil {
			f.status = append(f.status, part)
			continue
		}
		switch key, value := m[1], m[2]; key {
		case "start", "end", "onset", "abated", "on", "recorded":
			d, err := patient.ParseDate(value)
			if err != nil {
				return nil, err
			}
			f.dates[key] = d
		case "record":
			f.fact.Record = value
		case "locked":
			f.fact.Unreadable = value
		case "code":
			system, code, _ := strings.Cut(value, " ")
			f.fact.Codes = append(f.fact.Codes, patient.Coding{System: system, Code: code})
		default:
			f.said[key] = value
		}
	}
	f.fact.Recorded = f.dates["recorded"]
	return f, nil
}
