// SPDX-License-Identifier: Apache-2.0

// Package cases runs the tests of a study: files of invented people with the truth
// that each criterion must have. It measures the coverage of the rules, and the
// changes of a rule that the cases would notice. The cases of
// matcher/cases/boundaries are made for each edge of a rule.
//
// A file of cases (NAME.cases.yaml) is a mapping with these keys:
//
//	study      the study file, relative to this file
//	patients   the folder of the profiles; ../patients unless given
//	on         the screening day
//	dates      the study's further dates
//	rest       the truth of each criterion that a case does not name; where it is
//	           left out, a case says nothing of the criteria that it does not name
//	cases      the cases
//	equivalent changes of rules that no case can notice (see [Mutate]): criterion,
//	           the changed rule, and the reason
//
// and each case one with these; patient or person must be there, and verdict or
// truth:
//
//	patient    the profile NAME.json in the folder of the profiles
//	person     the profile itself instead; its id may be left out
//	case       the name of the case among those of the same patient
//	on, dates  instead of those of the file
//	verdict    the expected verdict; with it awaits, which is nothing unless given
//	truth      of each criterion's rule
//	missing    why a criterion is not known: all the reasons, in any order
//	reason     words that the reason of a criterion must hold
//	issues, assumed   words that must be in the result's data
//
// Aliases and merge keys (<<) may be used. It may import matcher, rules and
// patient, and yaml for the files of cases alone. It has no clock: days are
// those of the file.
package cases

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules/language"
)

var caseKeys = []string{"patient", "person", "case", "on", "dates", "verdict", "awaits", "truth", "missing", "reason", "issues", "assumed"}

func (r *reader) readCase(n *yaml.Node, d matcher.Dates, rest map[string]language.Truth) Case {
	before := len(r.errs)
	k := r.readObject(n, "case", caseKeys...)
	c := Case{
		Pos: r.positionOf(n), Patient: r.readText(k["patient"]), Words: r.readText(k["case"]), Dates: d,
		Issues: r.readText(k["issues"]), Assumed: r.readText(k["assumed"]),
	}
	r.inside = c.Name()
	for i := range r.errs[before:] {
		r.errs[before+i].Criterion = r.inside
	}
	switch {
	case k == nil:
	case k["patient"] != nil && k["person"] != nil:
		r.addError(k["person"], "a case has a patient or a person, not both")
	case k["person"] != nil:
		if c.Words == "" {
			r.addError(n, "a case with a person needs a name: write case")
		}
		c.Person = r.readPerson(k["person"], c.PersonID())
	case c.Patient != "":
		c.Person = r.loadProfile(k["patient"], c.Patient)
	default:
		r.addError(n, "case has no patient and no person")
	}
	if k["on"] != nil {
		c.Dates.Screening = r.readDay(k["on"])
	}
	if k["dates"] != nil {
		c.Dates.Anchors = r.readDays(k["dates"])
	}
	r.readExpected(n, k, &c, rest)
	return c
}

// readExpected reads the expectations of a case.
func (r *reader) readExpected(n *yaml.Node, k map[string]*yaml.Node, c *Case, rest map[string]language.Truth) {
	c.Verdict = matcher.Verdict(r.readWord(k["verdict"], "verdict", string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)))
	c.Awaits = matcher.Awaits(r.readWord(k["awaits"], "awaits", string(matcher.AwaitsNothing), string(matcher.AwaitsAnswers), string(matcher.AwaitsData)))
	switch {
	case k != nil && k["verdict"] == nil && k["truth"] == nil:
		r.addError(n, "case says neither verdict nor truth")
	case k["awaits"] != nil && k["verdict"] == nil:
		r.addError(k["awaits"], "awaits stands beside verdict only")
	case c.Awaits == "":
		c.Awaits = matcher.AwaitsNothing
	}
	c.Truth = r.readTruths(k["truth"])
	for id, t := range rest {
		if _, named := c.Truth[id]; !named {
			c.Truth[id] = t
		}
	}
	c.Missing, c.Reason = map[string][]matcher.Why{}, map[string]string{}
	for id, n := range r.readByCriterion(k["missing"], "missing") {
		for _, why := range r.readList(n, "missing") {
			c.Missing[id] = append(c.Missing[id], matcher.Why(r.readWord(why, "missing", reasonWords...)))
		}
	}
	for id, n := range r.readByCriterion(k["reason"], "reason") {
		c.Reason[id] = r.readText(n)
	}
}

// reasonWords are the reasons for which a criterion is not known.
var reasonWords = func() (words []string) {
	for _, w := range []matcher.Why{
		matcher.WhyNotSupplied, matcher.WhyNoResult, matcher.WhyTooOld, matcher.WhyPartialDate, matcher.WhyUnconfirmed, matcher.WhyMayBe,
		matcher.WhyUnreadable, matcher.WhyConflict, matcher.WhyUnit, matcher.WhyUnanswered, matcher.WhyRecordEnds, matcher.WhyInexact,
	} {
		words = append(words, string(w))
	}
	return words
}()

func (r *reader) readTruths(n *yaml.Node) map[string]language.Truth {
	truths := map[string]language.Truth{}
	for id, value := range r.readByCriterion(n, "truth") {
		var t language.Truth
		if word := r.readWord(value, "truth", "true", "false", "unknown"); t.UnmarshalText([]byte(word)) == nil {
			truths[id] = t
		}
	}
	return truths
}

// readByCriterion gives the values of a mapping whose keys are criteria.
func (r *reader) readByCriterion(n *yaml.Node, name string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	for _, e := range r.readEntries(n, name) {
		values[e.key.Value] = e.value
		if r.criteria != nil && !slices.Contains(r.criteria, e.key.Value) {
			r.addError(e.key, "criterion %s is in the cases and not in the study%s", e.key.Value, suggestName(e.key.Value, r.criteria))
		}
	}
	return values
}
