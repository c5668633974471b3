// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func (m *flagProblems) readDocumentOptions(c *cli.Context) document.Options {
	return document.Options{
		Complete: readChoices[patient.Domain](m, "--complete", listValue(c, "complete"), document.DomainNames()), Systems: m.readSystems(listValue(c, "system")), PatientID: flagValue(c, "patient-id"),
	}
}

// readDates reads --date and --on, without which the screening day is the default.
func (m *flagProblems) readDates(c *cli.Context, screening patient.Day) matcher.Dates {
	dates := matcher.Dates{Screening: screening, Anchors: m.readAnchors(listValue(c, "date"))}
	if on := flagValue(c, "on"); on != "" {
		dates.Screening = m.readDay("--on", on)
	}
	return dates
}

func (m *flagProblems) readWhen(c *cli.Context, dates matcher.Dates) matcher.LookAhead {
	horizon, err := matcher.ParseHorizon(flagValue(c, "horizon"))
	if err != nil {
		m.addProblem("--horizon: %v", err)
	}
	fixed := listValue(c, "fixed")
	for _, name := range fixed {
		if _, given := dates.Anchors[name]; !given {
			m.addProblem("--fixed %s: give its day with --date %s=DAY", name, name)
		}
	}
	return matcher.LookAhead{Horizon: horizon, Fixed: fixed}
}

func (m *flagProblems) readDay(what, text string) patient.Day {
	day, err := patient.ParseDay(text)
	if err != nil {
		m.addProblem("%s %q is not a day; write it as YYYY-MM-DD", what, text)
	}
	return day
}

func (m *flagProblems) readAnchors(pairs []string) map[string]patient.Day {
	anchors := map[string]patient.Day{}
	for _, text := range pairs {
		name, value, ok := m.cutPair("date", text, "NAME=YYYY-MM-DD")
		if !ok {
			continue
		}
		if _, twice := anchors[name]; twice {
			m.addProblem("--date %s is given twice", name)
		}
		if name == language.Screening {
			m.addProblem("the screening day is given with --on")
		}
		anchors[name] = m.readDay("--date "+name, value)
	}
	return anchors
}

// readChoices reads lists of words joined by commas, each of which is one of the
// choices, and gives each word once.
func readChoices[S ~string](m *flagProblems, flag string, lists, choices []string) []S {
	var words []S
	for _, list := range lists {
		for word := range strings.SplitSeq(list, ",") {
			word = strings.TrimSpace(word)
			m.checkChoice(flag, word, choices)
			if !slices.Contains(words, S(word)) {
				words = append(words, S(word))
			}
		}
	}
	return words
}

func (m *flagProblems) readSystems(pairs []string) map[string]string {
	systems := map[string]string{}
	for _, text := range pairs {
		url, name, ok := m.cutPair("system", text, "URL=NAME")
		if !ok {
			continue
		}
		if known := patient.ConflictingSystem(url, name); known != "" {
			m.addProblem("--system: %s is %s already", url, known)
		}
		m.checkChoice("--system", name, patient.KnownSystems())
		if other, twice := systems[url]; twice && other != name {
			m.addProblem("--system: %s is given as both %s and %s", url, other, name)
		}
		systems[url] = name
	}
	return systems
}

// readAnswers reads QUESTION=REPLY and STUDY:QUESTION=REPLY.
func (m *flagProblems) readAnswers(pairs []string) []patient.Answer {
	replies := []string{string(patient.Yes), string(patient.No), string(patient.NotKnown)}
	var answers []patient.Answer
	for _, text := range pairs {
		name, value, ok := m.cutPair("answer", text, "QUESTION=yes|no|unknown")
		if !ok {
			continue
		}
		m.checkChoice("--answer "+name, value, replies)
		a := patient.Answer{Question: name, Reply: patient.Reply(value), By: "command line"}
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			a.Study, a.Question = name[:i], name[i+1:]
		}
		for _, other := range answers {
			if other.Question == a.Question && other.Study == a.Study {
				m.addProblem("--answer %s is given twice", name)
			}
		}
		answers = append(answers, a)
	}
	return answers
}

func (m *flagProblems) checkDates(dates matcher.Dates, studies []*rules.Study) {
	var anchors []string
	for _, s := range studies {
		anchors = append(anchors, s.Anchors...)
	}
	for _, name := range slices.Sorted(maps.Keys(dates.Anchors)) {
		if !slices.Contains(anchors, name) {
			m.addProblem("--date %s: no study declares this date%s", name, hintOr(name, anchors, "; the studies declare no dates", "; the dates are "))
		}
	}
}

// checkAnswer checks that a question of this name is asked, and that the answer
// does not settle two different questions at once.
func (m *flagProblems) checkAnswer(a patient.Answer, studies []*rules.Study) {
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
		m.addProblem("--answer %s:%s: there is no study %s here%s", a.Study, a.Question, a.Study, hintOr(a.Study, ids, "", "; the studies are "))
	case len(asks) == 0:
		m.addProblem("--answer %s: no study asks this question%s", a.Question, hintOr(a.Question, all, "; there are no questions", "; the questions are "))
	case len(asks) > 1:
		m.addProblem("--answer %s: the studies ask different questions of this name; write which is meant: %s", a.Question, strings.Join(asking, ", "))
	}
}

// hintOr gives the name that was probably meant, or else all that there are.
func hintOr(name string, among []string, none, all string) string {
	if len(among) == 0 {
		return none
	}
	if hint := patient.DidYouMean(name, among); hint != "" {
		return hint
	}
	among = slices.Compact(slices.Sorted(slices.Values(among)))
	return all + strings.Join(among, ", ")
}

type studySelection struct {
	files, folders []string
	site           siteFiles
}

// readStudySelection reads --study and --studies, of which one must be given, and
// names every other required flag that is missing. The flag named by stdinFlag may
// be -.
func (m *flagProblems) readStudySelection(c *cli.Context, stdinFlag string, required ...string) studySelection {
	if !c.IsSet("studies") {
		required = append([]string{"study"}, required...)
	}
	m.checkRequired(c, required...)
	s := studySelection{listValue(c, "study"), listValue(c, "studies"), m.readSiteFiles(c)}
	for _, f := range s.files {
		m.checkValue("study", f)
		if f == "-" {
			m.addProblem("--study must be a file, because studies name other files; only the %s may be -", stdinFlag)
		}
	}
	for _, f := range s.folders {
		m.checkValue("studies", f)
	}
	return s
}

func (s studySelection) several() bool { return len(s.folders) > 0 || len(s.files) > 1 }

// loadStudies loads the studies. The files must be right; those of the folders too if all
// must be.
func (s studySelection) loadStudies(all bool) (*studydir.Contents, error) {
	contents, err := studydir.ReadStudies(s.files, s.folders)
	var files *studydir.FilesError
	switch {
	case errors.As(err, &files):
		return nil, studyFilesError(files.Errors, files.Files)
	case err != nil:
		return nil, inputError{summary: err.Error() + "; nothing was screened"}
	case all && len(contents.Problems) > 0:
		return nil, studyFilesError(contents.Errors(), len(contents.Problems))
	case len(contents.Studies) == 0:
		return nil, inputError{
			errors: contents.Errors(), summary: "there is no study that can be used in " + strings.Join(s.folders, ", ") + "; nothing was screened",
		}
	}
	known, err := s.site.open("nothing was screened", contents.Studies...)
	if err != nil {
		return nil, err
	}
	contents.UseTerminology(known)
	return contents, nil
}

// terminologyFlag is --terminology, which every command has that reads facts.
func terminologyFlag() *cli.GenericFlag {
	return listFlag("terminology", "`FILE` of a terminology of your site, which eligo terms build makes; again for a further one")
}

// readTerminologies reads --terminology.
func (m *flagProblems) readTerminologies(c *cli.Context) []string {
	files := listValue(c, "terminology")
	for _, f := range files {
		m.checkValue("terminology", f)
	}
	return files
}

// openTerminologies opens the files of --terminology; nil if there are none. undone says
// what is not done because of an error.
func openTerminologies(files []string, undone string) (*terminology.Knowledge, error) {
	if len(files) == 0 {
		return nil, nil
	}
	known, err := terminology.Open(files...)
	if err == nil {
		return known, nil
	}
	var file *fs.PathError
	message := err.Error()
	if errors.As(err, &file) {
		message = file.Path + ": " + fileio.Cause(err).Error()
	}
	if errors.Is(err, lexicon.ErrFormat) {
		message += " (eligo terms build makes one from what your site is licensed for)"
	}
	return nil, inputError{summary: message + "; " + undone}
}

func studyFilesError(list rules.Errors, files int) error {
	return inputError{errors: list, summary: plural.Count(len(list), "problem") + " in " + plural.Count(files, "study file") + "; nothing was screened"}
}

func incompleteRanking(contents *studydir.Contents) error {
	if len(contents.Problems) == 0 {
		return nil
	}
	return inputError{
		errors:  contents.Errors(),
		summary: "the ranking is not complete: " + plural.Count(len(contents.Problems), "study file") + " could not be used; the others were screened",
	}
}
