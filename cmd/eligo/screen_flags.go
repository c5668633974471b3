// SPDX-License-Identifier: Apache-2.0

package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// screenOptions is the command line of screen, read.
type screenOptions struct {
	studies  []string
	folders  []string // of studies
	patient  string
	intake   intake.Options
	dates    matcher.Dates
	when     matcher.LookAhead
	noDates  bool
	answers  []patient.Answer
	format   string
	out      string
	noColour bool
	log      string // URL of the screening log
	keep     bool   // the profile in it
	brief    bool
}

var screenFormats = []string{"text", "json", "html", "fhir"}

// screenOptions reads the flags, and gives everything that is wrong with them
// at once.
func (p *program) screenOptions(c *cli.Context) (*screenOptions, error) {
	m := misuse{command: "screen"}
	m.leftovers(c, "; a patient is given with --patient, a study with --study")
	if c.IsSet("studies") {
		m.required(c, "patient")
	} else {
		m.required(c, "study", "patient")
	}
	o := &screenOptions{
		studies: getAll(c, "study"), folders: getAll(c, "studies"), patient: get(c, "patient"),
		format: get(c, "format"), out: get(c, "out"), noColour: c.Bool("no-color"), brief: c.Bool("brief"),
		log: get(c, "log"), keep: c.Bool("keep-profiles"),
	}
	for _, f := range o.studies {
		m.value("study", f)
		if f == "-" {
			m.add("--study must be a file, because studies name other files; only the patient may be -")
		}
	}
	for _, f := range o.folders {
		m.value("studies", f)
	}
	for _, f := range []string{"patient", "patient-id", "on", "out", "log"} {
		if c.IsSet(f) {
			m.value(f, get(c, f))
		}
	}
	m.choice("--format", o.format, screenFormats)
	if o.brief && o.format != "text" {
		m.add("--brief is for text; leave it out with --format %s", o.format)
	}
	o.intake = intake.Options{
		Complete: m.domains(getAll(c, "complete")), Systems: m.systems(getAll(c, "system")), PatientID: get(c, "patient-id"),
	}
	o.dates = matcher.Dates{Screening: patient.DayOf(p.clock()), Anchors: m.anchors(getAll(c, "date"))}
	if on := get(c, "on"); on != "" {
		o.dates.Screening = m.day("--on", on)
	}
	o.when, o.noDates = m.ahead(c, o.dates), c.Bool("no-dates")
	if o.noDates && (c.IsSet("horizon") || c.IsSet("fixed")) {
		m.add("--no-dates looks at no dates; leave --horizon and --fixed out")
	}
	if o.keep && o.log == "" {
		m.add("--keep-profiles keeps them in a log; name it with --log")
	}
	o.answers = m.answers(getAll(c, "answer"))
	return o, m.err()
}

// ahead reads how far to look ahead, and what stays on its day.
func (m *misuse) ahead(c *cli.Context, dates matcher.Dates) matcher.LookAhead {
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
	return matcher.LookAhead{Horizon: horizon, Fixed: fixed}
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
	var names []string
	for _, d := range intake.Domains() {
		names = append(names, string(d))
	}
	var domains []patient.Domain
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			m.choice("--complete", name, names)
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

// fit checks that the studies declare what the command line speaks of.
func (o *screenOptions) fit(studies []*rules.Study) error {
	m := misuse{command: "screen"}
	m.fit(o.dates, studies)
	for _, a := range o.answers {
		m.answer(a, studies)
	}
	return m.err()
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
