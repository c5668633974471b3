// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// documentOptions reads --complete, --system and --patient-id.
func (m *misuse) documentOptions(c *cli.Context) document.Options {
	return document.Options{
		Complete: m.domains(getAll(c, "complete")), Systems: m.systems(getAll(c, "system")), PatientID: get(c, "patient-id"),
	}
}

// dates reads --date and --on, without which the screening day is the default.
func (m *misuse) dates(c *cli.Context, screening patient.Day) matcher.Dates {
	dates := matcher.Dates{Screening: screening, Anchors: m.anchors(getAll(c, "date"))}
	if on := get(c, "on"); on != "" {
		dates.Screening = m.day("--on", on)
	}
	return dates
}

// ahead reads how far to look ahead, and what stays on its day.
func (m *misuse) ahead(c *cli.Context, dates matcher.Dates) matcher.When {
	horizon, err := matcher.ParseHorizon(get(c, "horizon"))
	if err != nil {
		m.add("--horizon: %v", err)
	}
	fixed := getAll(c, "fixed")
	for _, name := range fixed {
		if _, given := dates.Anchors[name]; !given {
			m.add("--fixed %s: give its day with --date %s=DAY", name, name)
		}
	}
	return matcher.When{Horizon: horizon, Fixed: fixed}
}

func (m *misuse) day(what, text string) patient.Day {
	day, err := patient.ParseDay(text)
	if err != nil {
		m.add("%s %q is not a day; write it as YYYY-MM-DD", what, text)
	}
	return day
}

func (m *misuse) anchors(pairs []string) map[string]patient.Day {
	anchors := map[string]patient.Day{}
	for _, text := range pairs {
		name, value, ok := m.pair("date", text, "NAME=YYYY-MM-DD")
		if !ok {
			continue
		}
		if _, twice := anchors[name]; twice {
			m.add("--date %s is given twice", name)
		}
		if name == "screening" {
			m.add("the screening day is given with --on")
		}
		anchors[name] = m.day("--date "+name, value)
	}
	return anchors
}

func (m *misuse) domains(lists []string) []patient.Domain {
	var domains []patient.Domain
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			m.choice("--complete", name, document.DomainNames())
			if d := patient.Domain(name); !slices.Contains(domains, d) {
				domains = append(domains, d)
			}
		}
	}
	return domains
}

func (m *misuse) systems(pairs []string) map[string]string {
	systems := map[string]string{}
	for _, text := range pairs {
		url, name, ok := m.pair("system", text, "URL=NAME")
		if !ok {
			continue
		}
		if known := patient.SystemName(url); slices.Contains(patient.KnownSystems(), known) {
			m.add("--system: %s is %s already", url, known)
		}
		m.choice("--system", name, patient.KnownSystems())
		if other, twice := systems[url]; twice && other != name {
			m.add("--system: %s is given as both %s and %s", url, other, name)
		}
		systems[url] = name
	}
	return systems
}

// answers reads QUESTION=REPLY and STUDY:QUESTION=REPLY.
func (m *misuse) answers(pairs []string) []patient.Answer {
	replies := []string{string(patient.Yes), string(patient.No), string(patient.NotKnown)}
	var answers []patient.Answer
	for _, text := range pairs {
		name, value, ok := m.pair("answer", text, "QUESTION=yes|no|unknown")
		if !ok {
			continue
		}
		m.choice("--answer "+name, value, replies)
		a := patient.Answer{Question: name, Reply: patient.Reply(value), By: "command line"}
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			a.Study, a.Question = name[:i], name[i+1:]
		}
		for _, other := range answers {
			if other.Question == a.Question && other.Study == a.Study {
				m.add("--answer %s is given twice", name)
			}
		}
		answers = append(answers, a)
	}
	return answers
}

// fit checks that the studies declare the dates.
func (m *misuse) fit(dates matcher.Dates, studies []*rules.Study) {
	var anchors []string
	for _, s := range studies {
		anchors = append(anchors, s.Anchors...)
	}
	for _, name := range slices.Sorted(maps.Keys(dates.Anchors)) {
		if !slices.Contains(anchors, name) {
			m.add("--date %s: no study declares this date%s", name, hintOr(name, anchors, "; the studies declare no dates", "; the dates are "))
		}
	}
}

// answer checks that a question of this name is asked, and that the answer
// does not settle two different questions at once.
func (m *misuse) answer(a patient.Answer, studies []*rules.Study) {
	var all, asking, asks []string
	known := false
	for _, s := range studies {
		if a.Study != "" && a.Study != s.ID {
			continue
		}
		known = true
		for _, q := range s.Questions {
			all = append(all, q.ID)
			if q.ID != a.Question {
				continue
			}
			asking = append(asking, s.ID+":"+q.ID)
			if !slices.Contains(asks, q.Ask) {
				asks = append(asks, q.Ask)
			}
		}
	}
	switch {
	case !known:
		var ids []string
		for _, s := range studies {
			ids = append(ids, s.ID)
		}
		m.add("--answer %s:%s: there is no study %s here%s", a.Study, a.Question, a.Study, hintOr(a.Study, ids, "", "; the studies are "))
	case len(asks) == 0:
		m.add("--answer %s: no study asks this question%s", a.Question, hintOr(a.Question, all, "; there are no questions", "; the questions are "))
	case len(asks) > 1:
		m.add("--answer %s: the studies ask different questions of this name; write which is meant: %s", a.Question, strings.Join(asking, ", "))
	}
}

// hintOr gives the name that was probably meant, or else all that there are.
func hintOr(name string, among []string, none, all string) string {
	if len(among) == 0 {
		return none
	}
	if hint := didYouMean(name, among); hint != "" {
		return hint
	}
	among = slices.Compact(slices.Sorted(slices.Values(among)))
	return all + strings.Join(among, ", ")
}
