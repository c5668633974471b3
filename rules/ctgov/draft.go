// SPDX-License-Identifier: Apache-2.0

// Package ctgov drafts a study file from a record of ClinicalTrials.gov.
//
// [ReadRecord] reads a record in the forms that the registry has published: API
// v2 JSON, the older JSON and XML, and the text of a study's page as copied from
// a browser. [SplitText] divides its eligibility text into criteria, each with
// its verbatim quote, its side and the line that introduces it. A [Drafter]
// writes the study file: a rule, marked as a draft, where it understood the
// whole criterion, and a question otherwise. It evaluates no rules: its caller
// passes a [Decide].
//
// A criterion stays a question if the text does not tell its side, if it holds
// for some participants only, or if it is part of a sentence.
//
// It may import rules with its packages language and terminology, patient, and its
// own internal/prose. It opens no file and no socket.
package ctgov

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// reader reads one criterion in English: a [prose.Reader].
type reader interface {
	ReadCriterion(sentence string, c prose.Context) (prose.Reading, bool)
}

// Drafter writes study files. It is immutable and safe for concurrent use.
type Drafter struct {
	reader reader
	decide Decide
	// library maps each name of a concept of the library to the part of the
	// library that holds it. No question, stub or date may have such a name.
	library map[string]string
}

// NewDrafter makes a drafter whose rules name the concepts of the library. It
// calls decide, which must not be nil, to compare a draft with the fields of
// the record. The error reports a fault of the library.
func NewDrafter(decide Decide) (*Drafter, error) {
	d := &Drafter{decide: decide, library: map[string]string{}}
	var all []*terminology.Concept
	for _, path := range terminology.Library() {
		concepts, err := rules.LoadConcepts(path)
		if err != nil {
			return nil, err
		}
		for _, c := range concepts {
			d.library[c.Name] = path
		}
		all = append(all, concepts...)
	}
	d.reader = prose.NewReader(all)
	return d, nil
}

// Draft is a study file that nobody has reviewed, with the text that it quotes.
type Draft struct {
	Study    []byte // the study file, YAML
	Official []byte // the text file that it names
	TextName string // the name of the text file
	Criteria []Drafted
	// NotCriteria are the parts of the text that restrict nobody.
	NotCriteria []rules.NotCriterion

	record    *Record
	anchors   []string
	questions []prose.Question // in the order of the file
	stubs     []prose.Stub     // in the order of the file
}

// Drafted is a criterion of a draft.
type Drafted struct {
	ID         string
	Side       rules.Side
	Quote      string
	Rule       string
	Understood string
	// Form is the kind of criterion that was understood; "" for a question.
	Form string
	// Structured says that the criterion comes from a field of the record, not
	// from its text.
	Structured bool
	Stubs      []string // concepts without codes that the rule names
	Asks       []string // questions that the rule asks

	mark    bool       // draft: true
	note    string     // comment above the criterion in the file
	source  *Criterion // the criterion of the text; nil for one of a field
	piece   int        // index of source in the text
	refused string     // why its rule may not be used; "" if it may
}

// StubNames lists the concepts without codes that the draft defines, in the
// order of the file.
func (d *Draft) StubNames() []string {
	var names []string
	for _, s := range d.stubs {
		names = append(names, s.Name)
	}
	return names
}

// mostRounds is the maximum number of drafts of a record, each without the
// rules refused before.
const mostRounds = 6

// DraftStudy drafts the study file of a record. Each rule of it compiles, and
// none contradicts the ages and the sex in the fields of the record. The error
// is that of a record without criteria or of the drafter's [Decide].
func (d *Drafter) DraftStudy(r *Record) (*Draft, error) {
	structure := readStructure(r)
	text := SplitText(r.Eligibility)
	if len(text.Criteria) == 0 && len(structure.criteria) == 0 {
		return nil, errors.New(r.ID + ": the record states no criteria")
	}
	readings := make([][]prose.Reading, len(text.Criteria))
	for i := range text.Criteria {
		readings[i] = d.readParts(&text.Criteria[i])
	}
	refused := map[int]string{} // notes on refused rules, by criterion of the text
	for range mostRounds {
		out := d.assembleDraft(r, structure, text, readings, refused)
		study, err := rules.Parse(r.ID, out.Study)
		if err == nil {
			found, err := out.refuseContradictions(study, d.decide, refused)
			if err != nil {
				return nil, err
			}
			if found == 0 {
				return out, nil
			}
			continue
		}
		if out.refuseUncompiled(err, refused) == 0 {
			return nil, fmt.Errorf("%s: the draft does not compile: %w", r.ID, err)
		}
	}
	for i := range text.Criteria {
		refused[i] = "Its rule could not be used."
	}
	out := d.assembleDraft(r, structure, text, readings, refused)
	if _, err := rules.Parse(r.ID, out.Study); err != nil {
		return nil, fmt.Errorf("%s: the draft does not compile: %w", r.ID, err)
	}
	return out, nil
}

// assembly is one attempt at a draft.
type assembly struct {
	*Draft
	drafter *Drafter
	ids     map[string]bool
	asked   map[string]prose.Question // by id
	defined map[string]prose.Stub     // by name
}

// readParts reads the parts of a criterion. It gives nil if it does not
// understand one of them.
func (d *Drafter) readParts(c *Criterion) []prose.Reading {
	at := prose.Context{Side: c.Side, Parent: c.Parent}
	if _, plain := quantifier(c.Parent, c.Side); plain {
		at.Parent = "" // it only introduces the list
	}
	var readings []prose.Reading
	for _, part := range c.Parts {
		r, ok := d.reader.ReadCriterion(part, at)
		if !ok || r.Rule == "" || r.Understood == "" || r.Form == "" || thatIs.MatchString(part) && len(r.Questions) == 0 {
			return nil
		}
		readings = append(readings, r)
	}
	return readings
}

// thatIs matches a list in parentheses after "i.e.", which may mean "e.g.": a
// rule without a question would be false for anything that the list omits.
var thatIs = regexp.MustCompile(`(?i)\(\s*i\.?\s?e\b[^()]*[,;/][^()]*\)`)

func (d *Drafter) assembleDraft(r *Record, s structure, text *Text, readings [][]prose.Reading, refused map[int]string) *Draft {
	a := &assembly{
		Draft:   &Draft{record: r, TextName: strings.ToLower(r.ID) + ".txt"},
		drafter: d, ids: map[string]bool{rules.AliveID: true}, asked: map[string]prose.Question{}, defined: map[string]prose.Stub{},
	}
	a.Official = []byte(s.text + "\n" + text.Official)
	for _, c := range s.criteria {
		a.ids[c.ID] = true
		for _, q := range s.questions[c.ID] {
			a.addQuestion(q)
			c.Asks = append(c.Asks, q.ID)
		}
		a.Criteria = append(a.Criteria, c)
	}
	a.NotCriteria = append(slices.Clone(s.notCriteria), text.NotCriteria...)
	for i := range text.Criteria {
		c := &text.Criteria[i]
		one := Drafted{ID: uniqueName(criterionSlug(c.Quote), "-", a.ids), Side: c.Side, Quote: c.Quote, source: c, piece: i, refused: refused[i]}
		if one.refused != "" || !a.applyReadings(&one, readings[i], c.Any) {
			a.askCriterion(&one, c)
		}
		a.Criteria = append(a.Criteria, one)
	}
	slices.Sort(a.anchors)
	a.anchors = slices.Compact(a.anchors)
	a.Study = a.studyYAML(a.libraryParts())
	return a.Draft
}

// commonPart is the part of the library that every draft imports.
const commonPart = "builtin:common"

func (a *assembly) libraryParts() []string {
	parts := []string{commonPart}
	for i := range a.Criteria {
		for _, word := range identifiers.FindAllString(a.Criteria[i].Rule, -1) {
			if part := a.drafter.library[word]; part != "" && !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	slices.Sort(parts[1:])
	return parts
}

// applyReadings gives a criterion the rule of its readings. It reports false if
// there are none or the study cannot hold them.
func (a *assembly) applyReadings(one *Drafted, readings []prose.Reading, anyOf bool) bool {
	if len(readings) == 0 || slices.ContainsFunc(readings, func(r prose.Reading) bool { return !a.fitsStudy(&r) }) {
		return false
	}
	word := " and "
	if anyOf {
		word = " or "
	}
	var all, said []string
	for _, r := range readings {
		rule := r.Rule
		if len(readings) > 1 {
			rule = "(" + rule + ")"
		}
		for _, q := range r.Questions {
			id := a.addQuestion(q)
			if id != q.ID {
				rule = regexp.MustCompile(`\banswer\(\s*`+regexp.QuoteMeta(q.ID)+`\s*\)`).ReplaceAllString(rule, "answer("+id+")")
			}
			one.Asks = append(one.Asks, id)
		}
		for _, s := range r.Stubs {
			if _, known := a.defined[s.Name]; !known {
				a.defined[s.Name] = s
				a.stubs = append(a.stubs, s)
			}
			one.Stubs = append(one.Stubs, s.Name)
		}
		for _, name := range r.Anchors {
			if name != language.Screening {
				a.anchors = append(a.anchors, name)
			}
		}
		all, said = append(all, rule), append(said, strings.TrimSuffix(r.Understood, "."))
	}
	one.Rule, one.Understood, one.Form, one.mark = strings.Join(all, word), strings.Join(said, ";"+word), readings[0].Form, true
	return true
}

var (
	identifier  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)
	identifiers = regexp.MustCompile(`[a-z][a-z0-9_]*`)
)

// fitsStudy reports whether the study can hold a reading: a stub may not have
// the name of another concept, and a date must have a valid name.
func (a *assembly) fitsStudy(r *prose.Reading) bool {
	for _, s := range r.Stubs {
		have, known := a.defined[s.Name]
		if known && (have.Kind != s.Kind || have.Unit != s.Unit) || a.drafter.library[s.Name] != "" || !identifier.MatchString(s.Name) {
			return false
		}
	}
	for _, name := range r.Anchors {
		if !identifier.MatchString(name) || a.drafter.library[name] != "" {
			return false
		}
	}
	return true
}
