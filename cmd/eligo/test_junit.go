// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
)

// The parts of a JUnit report, as CI systems read them: a suite for each file.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func (s *junitSuite) addCase(name string, problems ...string) {
	c := junitCase{Class: s.Name, Name: name}
	s.Tests++
	if len(problems) > 0 {
		s.Failures++
		c.Failure = &junitFailure{problems[0], strings.Join(problems, "\n")}
	}
	s.Cases = append(s.Cases, c)
}

func (r *testReport) writeJUnit(w io.Writer) error {
	all := junitSuites{Suites: append(r.caseSuites(), r.studySuites()...)}
	for i := range all.Suites {
		all.Tests += all.Suites[i].Tests
		all.Failures += all.Suites[i].Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *testReport) caseSuites() []junitSuite {
	var suites []junitSuite
	for _, f := range r.Files {
		s := junitSuite{Name: f.File}
		for _, c := range f.Cases {
			var problems []string
			for _, d := range c.Diffs {
				problems = append(problems, fmt.Sprintf("%s: expected %s, got %s", subject(d), d.Want, cmp.Or(d.Got, "nothing")))
				if d.Reason != "" {
					problems = append(problems, d.Reason)
				}
			}
			if len(problems) > 0 {
				problems = append(problems, c.At)
			}
			s.addCase(c.Name, problems...)
		}
		suites = append(suites, s)
	}
	return suites
}

// studySuites are the facts about each study as a whole: a failure for each
// gap that fails the run.
func (r *testReport) studySuites() []junitSuite {
	var suites []junitSuite
	for _, c := range r.Coverage {
		s := junitSuite{Name: c.Study + ": coverage"}
		for _, u := range c.Unseen {
			if r.require {
				s.addCase(u.At+": "+u.Atom, "never "+truthWords(u.Missing))
			}
		}
		if len(s.Cases) == 0 {
			s.addCase(fmt.Sprintf("%d %% of the truths of atoms", c.Percent))
		}
		suites = append(suites, s)
	}
	for _, m := range r.Mutation {
		s := junitSuite{Name: m.Study + ": changes"}
		for _, one := range m.Survivors {
			s.addCase(one.At+": "+one.Change, "no case notices it", one.Rule)
		}
		if len(s.Cases) == 0 {
			s.addCase(plural.Count(m.Of, "change") + " noticed or equivalent")
		}
		suites = append(suites, s)
	}
	return suites
}
