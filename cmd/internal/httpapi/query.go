// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

type screenQuery struct {
	studies  []string // ids; none: every study in use
	dates    matcher.Dates
	when     *matcher.LookAhead // nil: no dates ahead
	document document.Options

	// By the studies that are in use.
	request screening.Request
	issues  []string
}

// parameters are those that a query may have, and whether more than once.
var parameters = map[string]bool{
	"study": true, "on": false, "date": true, "fixed": true, "horizon": false, "complete": true, "system": true,
}

type query struct {
	url.Values
	faults []fault
}

func (q *query) addFault(parameter, format string, args ...any) {
	q.faults = append(q.faults, fault{Parameter: parameter, Detail: fmt.Sprintf(format, args...)})
}

func readQuery(raw string, today patient.Day) (*screenQuery, *problem) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, newProblem("invalid-query", "The query cannot be read: "+err.Error())
	}
	q := &query{Values: values}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch again, known := parameters[name]; {
		case !known:
			q.addFault(name, "there is no such parameter; there are %s", strings.Join(slices.Sorted(maps.Keys(parameters)), ", "))
		case len(values[name]) > 1 && !again:
			q.addFault(name, "given twice")
		case slices.Contains(values[name], ""):
			q.addFault(name, "is empty")
		}
	}
	o := &screenQuery{studies: values["study"]}
	q.refuseRepeated("study", o.studies)
	o.dates = matcher.Dates{Screening: today, Anchors: q.parseAnchors()}
	if q.Has("on") {
		o.dates.Screening = q.parseDay("on", q.Get("on"))
	}
	o.when = q.parseWhen(o.dates.Anchors)
	o.document = document.Options{Complete: q.parseDomains(), Systems: q.parseSystems()}
	if len(q.faults) > 0 {
		return nil, newProblem("invalid-query", "", q.faults...)
	}
	return o, nil
}

func (q *query) refuseRepeated(parameter string, values []string) {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			q.addFault(parameter, "%q is given twice", v)
		}
	}
}

func (q *query) parseDay(parameter, text string) patient.Day {
	day, err := patient.ParseDay(text)
	if err != nil {
		q.addFault(parameter, "%q is not a day; write it as YYYY-MM-DD", text)
	}
	return day
}

// parsePairs reads values of the form LEFT=RIGHT; of several = the last counts,
// because a URL may hold one.
func (q *query) parsePairs(parameter, form string) map[string]string {
	pairs := map[string]string{}
	for _, text := range q.Values[parameter] {
		i := strings.LastIndexByte(text, '=')
		if i <= 0 || i == len(text)-1 {
			q.addFault(parameter, "%q is not of the form %s", text, form)
			continue
		}
		left, right := text[:i], text[i+1:]
		if _, twice := pairs[left]; twice {
			q.addFault(parameter, "%s is given twice", left)
		}
		pairs[left] = right
	}
	return pairs
}

func (q *query) parseAnchors() map[string]patient.Day {
	anchors := map[string]patient.Day{}
	pairs := q.parsePairs("date", "NAME=YYYY-MM-DD")
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		if name == language.Screening {
			q.addFault("date", "the screening day is the parameter on")
		}
		anchors[name] = q.parseDay("date", pairs[name])
	}
	return anchors
}

// parseWhen reads horizon and fixed. It gives nil for horizon=none.
func (q *query) parseWhen(anchors map[string]patient.Day) *matcher.LookAhead {
	w := &matcher.LookAhead{Fixed: q.Values["fixed"]}
	q.refuseRepeated("fixed", w.Fixed)
	for _, name := range w.Fixed {
		if _, given := anchors[name]; !given {
			q.addFault("fixed", "%s has no day; give it with date=%s=YYYY-MM-DD", name, name)
		}
	}
	text := q.Get("horizon")
	if text == "none" {
		if len(w.Fixed) > 0 {
			q.addFault("fixed", "means nothing where horizon=none")
		}
		return nil
	}
	if text == "" {
		return w
	}
	var err error
	if w.Horizon, err = matcher.ParseHorizon(text); err != nil {
		q.addFault("horizon", "%v, or none", err)
	}
	return w
}

func (q *query) parseDomains() []patient.Domain {
	var domains []patient.Domain
	for _, list := range q.Values["complete"] {
		for name := range strings.SplitSeq(list, ",") {
			d := patient.Domain(strings.TrimSpace(name))
			if !slices.Contains(patient.FactDomains(), d) {
				q.addFault("complete", "%q is not one of %v", name, patient.FactDomains())
			} else if !slices.Contains(domains, d) {
				domains = append(domains, d)
			}
		}
	}
	return domains
}

func (q *query) parseSystems() map[string]string {
	systems := q.parsePairs("system", "URL=NAME")
	for _, url := range slices.Sorted(maps.Keys(systems)) {
		if known := patient.ConflictingSystem(url, systems[url]); known != "" {
			q.addFault("system", "%s is %s already", url, known)
		}
		if !slices.Contains(patient.KnownSystems(), systems[url]) {
			q.addFault("system", "%q is not one of %s", systems[url], strings.Join(patient.KnownSystems(), ", "))
		}
	}
	return systems
}

func (o *screenQuery) checkAgainst(now *studydir.Snapshot) *problem {
	if now.All == nil {
		return newProblem("no-study", "")
	}
	var faults []fault
	for _, id := range o.studies {
		if now.Find(id) == nil {
			faults = append(faults, fault{Parameter: "study", Detail: fmt.Sprintf("study %q is not in use here", id)})
		}
	}
	if len(faults) > 0 {
		return newProblem("unknown-study", "", faults...)
	}
	var known []string
	for _, s := range now.InUse(o.studies...) {
		known = append(known, s.Anchors...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range slices.Sorted(maps.Keys(o.dates.Anchors)) {
		if !slices.Contains(known, name) {
			detail := fmt.Sprintf("no study asked for declares the date %q; there are no dates", name)
			if len(known) > 0 {
				detail = fmt.Sprintf("no study asked for declares the date %q; the dates are %s", name, strings.Join(known, ", "))
			}
			faults = append(faults, fault{Parameter: "date", Detail: detail})
		}
	}
	if len(faults) > 0 {
		return newProblem("invalid-query", "", faults...)
	}
	return nil
}
