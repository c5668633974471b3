// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

var block = regexp.MustCompile("(?s)```(yaml|text|json)\n(.*?)```")

// found gives the codes of everything that is found in a study of a page.
func found(t *testing.T, src, text, record string) (codes []string) {
	t.Helper()
	s, err := rules.Parse("study.yaml", []byte(src))
	if errors.As(err, &rules.Errors{}) {
		return []string{review.Load}
	}
	if strings.Contains(src, "DIGEST") {
		t.Fatal("DIGEST was not replaced")
	}
	var official *review.Text
	switch {
	case s.Text == "study.txt":
		official = &review.Text{Name: s.Text, Data: []byte(text)}
	case s.Text != "":
		official = &review.Text{Name: s.Text, Err: os.ErrNotExist}
	}
	all := review.CheckStudy(s, official)
	if record != "" {
		survey := review.NewSurvey(s)
		p, err := patient.DecodeBytes([]byte(record))
		if err != nil {
			t.Fatal(err)
		}
		survey.AddPerson(p)
		all = append(all, survey.Findings()...)
	}
	for _, f := range all {
		codes = append(codes, f.Code)
		if f.Pos.File == "" || f.Message == "" || f.Hint == "" {
			t.Errorf("no place, message or hint: %+v", f)
		}
	}
	return codes
}

// Each page shows a study that has the finding, and the same study mended.
func TestPages(t *testing.T) {
	for _, c := range review.ListCodes() {
		page, ok := review.ExplainCode(c.Name)
		if !ok {
			t.Errorf("%s has no page", c.Name)
			continue
		}
		if want := "# " + c.Name + " (" + string(c.Severity) + "): " + c.Title + "\n"; !strings.HasPrefix(page, want) {
			t.Errorf("the page of %s does not begin with %s", c.Name, want)
		}
		var yaml []string
		var text, record string
		for _, m := range block.FindAllStringSubmatch(page, -1) {
			switch m[1] {
			case "yaml":
				yaml = append(yaml, m[2])
			case "text":
				text = m[2]
			default:
				record = m[2]
			}
		}
		if c.Name == "draft" || c.Name == "not-signed" {
			continue
		}
		if len(yaml) != 2 {
			t.Errorf("the page of %s shows %d studies", c.Name, len(yaml))
			continue
		}
		if strings.Contains(yaml[1], "DIGEST") {
			s, err := rules.Parse("study.yaml", []byte(yaml[0]))
			if err != nil {
				t.Fatal(err)
			}
			yaml[1] = strings.ReplaceAll(yaml[1], "DIGEST", s.Digest)
		}
		bad, good := found(t, yaml[0], text, record), found(t, yaml[1], text, record)
		if !slices.Contains(bad, c.Name) {
			t.Errorf("%s: the example has %v", c.Name, bad)
		}
		for _, code := range good {
			if code != "no-text" && (code != "concept-matches-nobody" || c.Name == code) {
				t.Errorf("%s: the mended example has %v", c.Name, good)
				break
			}
		}
		// Nothing else is wrong with the example but what mends with it.
		for _, code := range bad {
			if code != c.Name && code != "no-text" && !strings.HasPrefix(code, "concept-matches") {
				t.Errorf("%s: the example has %v too", c.Name, code)
			}
		}
	}
	if _, ok := review.ExplainCode("nothing"); ok {
		t.Error("there is a page about nothing")
	}
}
