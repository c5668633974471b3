// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// termsFlag is --terms, which every command has that reads facts.
func termsFlag() cli.Flag {
	return listFlag("terms", "`FILE` that says what codes and wordings of your site are, as eligo terms review writes it; again for a further one")
}

// siteFiles are the files of --terminology and of --terms.
type siteFiles struct{ terminologies, terms []string }

func (m *flagProblems) readSiteFiles(c *cli.Context) siteFiles {
	s := siteFiles{m.readTerminologies(c), listValue(c, "terms")}
	for _, f := range s.terms {
		m.checkValue("terms", f)
		if f == "-" {
			m.addProblem("--terms must be a file, because errors name its lines")
		}
	}
	return s
}

// open gives what the files add to what the program knows; nil if there are none. The lines
// of --terms may name the concepts of the studies. undone says what is not done because
// of an error.
func (s siteFiles) open(undone string, studies ...*rules.Study) (*terminology.Knowledge, error) {
	known, err := openTerminologies(s.terminologies, undone)
	if err != nil || len(s.terms) == 0 {
		return known, err
	}
	list, err := rules.LoadTerms(s.terms, studies...)
	var wrong rules.Errors
	switch {
	case errors.As(err, &wrong):
		return nil, inputError{errors: wrong, summary: plural.Count(len(wrong), "problem") + " in what --terms names; " + undone}
	case err != nil:
		return nil, inputError{summary: err.Error() + "; " + undone}
	}
	if known == nil {
		known = terminology.Core()
	}
	return known.WithSiteList(list), nil
}
