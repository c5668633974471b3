// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules/language"
)

var caseKeys = []string{"patient", "person", "case", "on", "dates", "verdict", "awaits", "truth", "missing", "reason", "issues", "assumed"}

func (r *reader) oneCase(n *yaml.Node, d matcher.Dates, rest map[string]language.Truth) Case {
	before := len(r.errs)
	k := r.object(n, "case", caseKeys...)
	c := Case{
		Pos: r.at(n), Patient: r.text(k["patient"]), Words: r.text(k["case"]), Dates: d,
		Issues: r.text(k["issues"]), Assumed: r.text(k["assumed"]),
	}
	r.inside = c.Name()
	for i := range r.errs[before:] {
		r.errs[before+i].Criterion = r.inside
	}
	switch {
	case k == nil:
	case k["patient"] != nil && k["person"] != nil:
		r.fail(k["person"], "a case has a patient or a person, not both")
	case k["person"] != nil:
		if c.Words == "" {
			r.fail(n, "a case with a person needs a name: write case")
		}
		c.Person = r.person(k["person"], shortID(cmp.Or(c.Words, "case")))
	case c.Patient != "":
		c.Person = r.profile(k["patient"], c.Patient)
	default:
		r.fail(n, "case has no patient and no person")
	}
	if k["on"] != nil {
		c.Dates.Screening = r.day(k["on"])
	}
	if k["dates"] != nil {
		c.Dates.Anchors = r.days(k["dates"])
	}
	r.expected(n, k, &c, rest)
	return c
}

// expected reads what the study must say.
func (r *reader) expected(n *yaml.Node, k map[string]*yaml.Node, c *Case, rest map[string]language.Truth) {
	c.Verdict = matcher.Verdict(r.word(k["verdict"], "verdict", string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)))
	c.Awaits = matcher.Awaits(r.word(k["awaits"], "awaits", string(matcher.AwaitsNothing), string(matcher.AwaitsAnswers), string(matcher.AwaitsData)))
	switch {
	case k != nil && k["verdict"] == nil && k["truth"] == nil:
		r.fail(n, "case says neither verdict nor truth")
	case k["awaits"] != nil && k["verdict"] == nil:
		r.fail(k["awaits"], "awaits stands beside verdict only")
	case c.Awaits == "":
		c.Awaits = matcher.AwaitsNothing
	}
	c.Truth = r.truths(k["truth"])
	for id, t := range rest {
		if _, named := c.Truth[id]; !named {
			c.Truth[id] = t
		}
	}
	c.Missing, c.Reason = map[string][]matcher.Why{}, map[string]string{}
	for id, n := range r.byCriterion(k["missing"], "missing") {
		for _, why := range r.list(n, "missing") {
			c.Missing[id] = append(c.Missing[id], matcher.Why(r.word(why, "missing", whys...)))
		}
	}
	for id, n := range r.byCriterion(k["reason"], "reason") {
		c.Reason[id] = r.text(n)
	}
}

// whys are the reasons for which something is not known.
var whys = func() (words []string) {
	for _, w := range []matcher.Why{
		matcher.WhyNotSupplied, matcher.WhyNoResult, matcher.WhyTooOld, matcher.WhyPartialDate, matcher.WhyUnconfirmed, matcher.WhyMayBe,
		matcher.WhyUnreadable, matcher.WhyConflict, matcher.WhyUnit, matcher.WhyUnanswered, matcher.WhyRecordEnds, matcher.WhyInexact,
	} {
		words = append(words, string(w))
	}
	return words
}()

func (r *reader) truths(n *yaml.Node) map[string]language.Truth {
	truths := map[string]language.Truth{}
	for id, value := range r.byCriterion(n, "truth") {
		var t language.Truth
		if word := r.word(value, "truth", "true", "false", "unknown"); t.UnmarshalText([]byte(word)) == nil {
			truths[id] = t
		}
	}
	return truths
}

// byCriterion gives the values of a mapping whose keys are criteria.
func (r *reader) byCriterion(n *yaml.Node, what string) map[string]*yaml.Node {
	values := map[string]*yaml.Node{}
	for _, e := range r.entries(n, what) {
		values[e.key.Value] = e.value
		if r.criteria != nil && !slices.Contains(r.criteria, e.key.Value) {
			r.fail(e.key, "criterion %s is in the cases and not in the study%s", e.key.Value, nearest(e.key.Value, r.criteria))
		}
	}
	return values
}
