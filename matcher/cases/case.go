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
// Aliases and merge keys (<<) may be used. It may import matcher, rules, rules/language,
// rules/yamlwalk and patient. It has no clock: days are
// those of the file.
package cases

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

var caseKeys = []string{"patient", "person", "case", "on", "dates", "verdict", "awaits", "truth", "missing", "reason", "issues", "assumed"}

func (r *reader) readCase(n *yamlwalk.Node, d matcher.Dates, rest map[string]language.Truth) Case {
	r.Inside = caseName(n)
	k := r.ReadObject(n, "case", caseKeys...)
	c := Case{
		Pos: r.File.PositionOf(n), Patient: k.ReadText("patient"), Words: k.ReadText("case"), Dates: d,
		Issues: k.ReadText("issues"), Assumed: k.ReadText("assumed"),
	}
	switch {
	case n.Kind != yamlwalk.Mapping:
	case k.ValueOf("patient") != nil && k.ValueOf("person") != nil:
		r.AddError(k.ValueOf("person"), "a case has a patient or a person, not both")
	case k.ValueOf("person") != nil:
		if c.Words == "" {
			r.AddError(n, "a case with a person needs a name: write case")
		}
		c.Person = r.readPerson(k.ValueOf("person"), c.PersonID())
	case c.Patient != "":
		c.Person = r.loadProfile(k.ValueOf("patient"), c.Patient)
	default:
		r.AddError(n, "case has no patient and no person")
	}
	if k.ValueOf("on") != nil {
		c.Dates.Screening = r.readDay(k.ValueOf("on"), "on")
	}
	if k.ValueOf("dates") != nil {
		c.Dates.Anchors = r.readDays(k.ValueOf("dates"))
	}
	r.readExpected(n, k, &c, rest)
	return c
}

// caseName finds the name of a case before anything else is read, so that every error
// can name it.
func caseName(n *yamlwalk.Node) string {
	text := func(key string) string {
		if v := yamlwalk.ValueOf(n, key); v != nil && v.Kind == yamlwalk.Scalar && !yamlwalk.IsNull(v) {
			return strings.TrimSpace(v.Value)
		}
		return ""
	}
	c := Case{Patient: text("patient"), Words: text("case")}
	return c.Name()
}

func (r *reader) readExpected(n *yamlwalk.Node, k yamlwalk.Object, c *Case, rest map[string]language.Truth) {
	c.Verdict = matcher.Verdict(k.ReadOneOf("verdict", string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)))
	c.Awaits = matcher.Awaits(k.ReadOneOf("awaits", string(matcher.AwaitsNothing), string(matcher.AwaitsAnswers), string(matcher.AwaitsData)))
	switch {
	case n.Kind == yamlwalk.Mapping && k.ValueOf("verdict") == nil && k.ValueOf("truth") == nil:
		r.AddError(n, "case says neither verdict nor truth")
	case k.ValueOf("awaits") != nil && k.ValueOf("verdict") == nil:
		r.AddError(k.ValueOf("awaits"), "awaits stands beside verdict only")
	case c.Awaits == "":
		c.Awaits = matcher.AwaitsNothing
	}
	c.Truth = r.readTruths(k.ValueOf("truth"))
	for id, t := range rest {
		if _, named := c.Truth[id]; !named {
			c.Truth[id] = t
		}
	}
	c.Missing, c.Reason = map[string][]matcher.Why{}, map[string]string{}
	for id, n := range r.readByCriterion(k.ValueOf("missing"), "missing") {
		for _, why := range r.ReadList(n, "missing") {
			c.Missing[id] = append(c.Missing[id], matcher.Why(r.ReadOneOf(why, "missing", reasonWords...)))
		}
	}
	for id, n := range r.readByCriterion(k.ValueOf("reason"), "reason") {
		c.Reason[id] = r.ReadText(n, "reason")
	}
}

// reasonWords are the reasons for which a criterion is not known.
var reasonWords = func() (words []string) {
	for _, w := range []matcher.Why{
		matcher.WhyNotSupplied, matcher.WhyNoResult, matcher.WhyTooOld, matcher.WhyPartialDate, matcher.WhyUnconfirmed, matcher.WhyMayBe,
		matcher.WhyUnreadable, matcher.WhyNotRecognized, matcher.WhyConflict, matcher.WhyUnit, matcher.WhyUnanswered, matcher.WhyRecordEnds, matcher.WhyInexact,
	} {
		words = append(words, string(w))
	}
	return words
}()

func (r *reader) readTruths(n *yamlwalk.Node) map[string]language.Truth {
	truths := map[string]language.Truth{}
	for id, value := range r.readByCriterion(n, "truth") {
		var t language.Truth
		if word := r.ReadOneOf(value, "truth", "true", "false", "unknown"); t.UnmarshalText([]byte(word)) == nil {
			truths[id] = t
		}
	}
	return truths
}

func (r *reader) readByCriterion(n *yamlwalk.Node, name string) map[string]*yamlwalk.Node {
	values := map[string]*yamlwalk.Node{}
	for _, e := range r.ReadEntries(n, name) {
		values[e.Key.Value] = e.Value
		if r.criteria != nil && !slices.Contains(r.criteria, e.Key.Value) {
			r.AddError(e.Key, "criterion %s is in the cases and not in the study%s", e.Key.Value, patient.DidYouMean(e.Key.Value, r.criteria))
		}
	}
	return values
}

var options = yamlwalk.Options{Aliases: true, MaxDepth: 32}

// reader reads one file of cases. It collects errors and continues.
type reader struct {
	yamlwalk.Walker
	folder   string // of the file
	patients string // folder of the profiles
	profiles map[string]*patient.Profile
	criteria []string // of the study; nil if the study could not be read
	anchors  []string
}

// newReader parses the document of a file of cases; it is nil if the file has faults.
func newReader(path string, data []byte) (*reader, *yamlwalk.Node) {
	r := &reader{
		Walker: yamlwalk.Walker{Problems: &yamlwalk.Problems{}, File: yamlwalk.NewFile(path, 0, data, maxFileSize), EmptyMappings: true},
		folder: filepath.Dir(path), profiles: map[string]*patient.Profile{},
	}
	root, faults := r.File.Parse(options)
	for _, f := range faults {
		r.AddProblem(0, f)
	}
	return r, root
}

// addErrors adds the errors of a file that the file of cases names; they follow its
// own. An error without a position has that of the name.
func (r *reader) addErrors(n *yamlwalk.Node, field string, err error) {
	var all rules.Errors
	if !errors.As(err, &all) {
		r.AddError(n, "%s: %s", field, err)
	}
	for _, e := range all {
		r.AddProblem(1, e)
	}
}

// loadProfile reads a profile of the folder of the profiles, once.
func (r *reader) loadProfile(n *yamlwalk.Node, name string) *patient.Profile {
	path := filepath.Join(r.folder, filepath.FromSlash(r.patients), filepath.FromSlash(name)+".json")
	if p, read := r.profiles[path]; read {
		return p
	}
	data, err := readFile(path, patient.MaxBytes)
	var p *patient.Profile
	if err == nil {
		p, err = patient.DecodeBytes(data)
	}
	switch {
	case err != nil:
		for line := range strings.SplitSeq(err.Error(), "\n") {
			r.AddError(n, "patient %s: %s", name, line)
		}
	case p.ID != filepath.Base(filepath.FromSlash(name)):
		r.AddError(n, "the patient in %s.json is %s", name, p.ID)
	}
	r.profiles[path] = p
	return p
}

func (r *reader) readPerson(n *yamlwalk.Node, id string) *patient.Profile {
	if n.Kind != yamlwalk.Mapping {
		r.AddError(n, "person must be a mapping (key: value)")
		return nil
	}
	places := map[string]*yamlwalk.Node{}
	before := r.ProblemCount()
	v := r.jsonValue(n, "$", "", places)
	if r.ProblemCount() > before {
		return nil
	}
	if fields := v.(map[string]any); fields["id"] == nil {
		fields["id"] = id
	}
	doc, err := json.Marshal(v)
	if err != nil {
		r.AddError(n, "person: %s", err)
		return nil
	}
	p, err := patient.DecodeBytes(doc)
	var wrong patient.Errors
	if errors.As(err, &wrong) {
		for _, e := range wrong {
			path := e.Path
			for places[path] == nil && path != "$" {
				path = path[:max(strings.LastIndexAny(path, ".["), 1)]
			}
			r.AddError(places[path], "person: %s", e.Error())
		}
		return nil
	}
	if err != nil {
		r.AddError(n, "person: %s", err)
	}
	return p
}

// jsonValue gives the JSON value of a node, and adds the node of each part of
// it to places. A scalar is a text, except where a profile has numbers and
// booleans.
func (r *reader) jsonValue(n *yamlwalk.Node, path, key string, places map[string]*yamlwalk.Node) any {
	places[path] = n
	switch {
	case n.Kind == yamlwalk.Mapping:
		fields := map[string]any{}
		for _, e := range r.ReadEntries(n, "person") {
			fields[e.Key.Value] = r.jsonValue(e.Value, path+"."+e.Key.Value, e.Key.Value, places)
		}
		return fields
	case n.Kind == yamlwalk.Sequence:
		list := make([]any, 0, len(n.Content))
		for i, item := range n.Content {
			list = append(list, r.jsonValue(item, path+"["+strconv.Itoa(i)+"]", "", places))
		}
		return list
	case yamlwalk.IsNull(n):
		r.AddError(n, "%s has no value; leave it out", strings.TrimPrefix(path, "$."))
	case n.Style == 0 && key == "value" && slices.Contains([]string{"!!int", "!!float"}, n.Tag) && json.Valid([]byte(n.Value)):
		return json.RawMessage(n.Value)
	case n.Style == 0 && n.Tag == "!!bool" && (key == "deceased" || key == "bool"):
		return n.Value == "true"
	}
	return n.Value
}
