// SPDX-License-Identifier: Apache-2.0

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
	Read(sentence string, c prose.Context) (prose.Reading, bool)
}

// Drafter writes study files. It is immutable and safe for concurrent use.
type Drafter struct {
	reader reader
	decide Decide
	// library holds the names of the library's concepts, and the part of it
	// that each is in. No question, stub or date may be called so.
	library map[string]string
}

// NewDrafter gives a drafter whose rules name the concepts of the library. It
// calls decide, which must not be nil, to compare a draft with the record's own
// fields. The error tells a fault of the library.
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

// Draft is a study file that nobody has reviewed, with the text that it
// quotes.
type Draft struct {
	Study    []byte // the study file, YAML
	Official []byte // the text file that it names
	TextName string // the name of that file
	Criteria []Drafted
	// NotCriteria are the parts of the text that restrict nobody.
	NotCriteria []rules.NotCriterion
	Questions   []prose.Question // in the order of the file
	Stubs       []prose.Stub     // in the order of the file

	record  *Record
	anchors []string
}

// Drafted is a criterion of a draft.
type Drafted struct {
	ID         string
	Side       rules.Side
	Quote      string
	Rule       string
	Understood string
	// Form is what kind of criterion was understood; "" for a question.
	Form string
	// Structured says that it comes from a field of the record, not from its
	// text.
	Structured bool
	Stubs      []string // that the rule names
	Asks       []string // questions that the rule asks

	mark bool   // draft: true
	note string // above it in the file
	// source is the piece of the text that it was made of; refused says that
	// its rule turned out not to be one.
	source  *Criterion
	refused string
}

// mostRounds is how often rules that do not compile are taken back.
const mostRounds = 6

// Draft makes the study file of a record. Every rule in it compiles, and none
// contradicts the ages and the sex that the record's own fields state. The
// error says why there is no draft: the record restricts nobody, or the
// drafter's [Decide] failed.
func (d *Drafter) Draft(r *Record) (*Draft, error) {
	structure := structured(r)
	text := Split(r.Eligibility)
	if len(text.Criteria) == 0 && len(structure.criteria) == 0 {
		return nil, errors.New(r.ID + ": the record states no criteria")
	}
	readings := make([][]prose.Reading, len(text.Criteria))
	for i := range text.Criteria {
		readings[i] = d.read(&text.Criteria[i])
	}
	refused := map[int]string{} // criteria of the text whose rule is not to be used
	for range mostRounds {
		out := d.assemble(r, structure, text, readings, refused)
		study, err := rules.Parse(r.ID, out.Study)
		if err == nil {
			found, err := out.contradictions(study, d.decide, refused)
			if err != nil {
				return nil, err
			}
			if found == 0 {
				return out, nil
			}
			continue
		}
		if !out.takeBack(err, refused) {
			return nil, fmt.Errorf("%s: the draft does not compile: %w", r.ID, err)
		}
	}
	for i := range text.Criteria {
		refused[i] = "Its rule could not be used."
	}
	out := d.assemble(r, structure, text, readings, refused)
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
	asked   map[string]prose.Question
	stubs   map[string]prose.Stub
}

// read reads the parts of a criterion; nil if one was not understood.
func (d *Drafter) read(c *Criterion) []prose.Reading {
	at := prose.Context{Side: c.Side, Parent: c.Parent}
	if _, plain := quantifier(c.Parent, c.Side); plain {
		at.Parent = "" // it says nothing of its own
	}
	var readings []prose.Reading
	for _, part := range c.Parts {
		r, ok := d.reader.Read(part, at)
		if !ok || r.Rule == "" || r.Understood == "" || r.Form == "" || thatIs.MatchString(part) && len(r.Questions) == 0 {
			return nil
		}
		readings = append(readings, r)
	}
	return readings
}

// thatIs finds lists that "ie." may close or, mistaken for "e.g.", leave open:
// a rule that asks nothing would say no of whatever the list does not name.
var thatIs = regexp.MustCompile(`(?i)\(\s*i\.?\s?e\b[^()]*[,;/][^()]*\)`)

func (d *Drafter) assemble(r *Record, s structure, text *Text, readings [][]prose.Reading, refused map[int]string) *Draft {
	a := &assembly{
		Draft:   &Draft{record: r, TextName: strings.ToLower(r.ID) + ".txt"},
		drafter: d, ids: map[string]bool{rules.AliveID: true}, asked: map[string]prose.Question{}, stubs: map[string]prose.Stub{},
	}
	a.Official = []byte(s.text + "\n" + text.Official)
	for _, c := range s.criteria {
		a.ids[c.ID] = true
		for _, q := range s.questions[c.ID] {
			a.ask(q)
			c.Asks = append(c.Asks, q.ID)
		}
		a.Criteria = append(a.Criteria, c)
	}
	a.NotCriteria = append(slices.Clone(s.not), text.NotCriteria...)
	for i := range text.Criteria {
		c := &text.Criteria[i]
		one := Drafted{ID: unique(slug(c.Quote), "-", a.ids), Side: c.Side, Quote: c.Quote, source: c, refused: refused[i]}
		if one.refused != "" || !a.rule(&one, readings[i], c.Any) {
			a.question(&one, c)
		}
		a.Criteria = append(a.Criteria, one)
	}
	slices.Sort(a.anchors)
	a.anchors = slices.Compact(a.anchors)
	a.Study = a.yaml(a.imports())
	return a.Draft
}

// commonPart is the part of the library that every draft imports.
const commonPart = "builtin:common"

// imports lists the parts of the library that the rules name concepts of.
func (a *assembly) imports() []string {
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

// rule gives a criterion the rule of its readings, unless there are none or
// they do not fit the study.
func (a *assembly) rule(one *Drafted, readings []prose.Reading, anyOf bool) bool {
	if len(readings) == 0 {
		return false
	}
	for i := range readings {
		if !a.fits(&readings[i]) {
			return false
		}
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
			id := a.ask(q)
			if id != q.ID {
				rule = regexp.MustCompile(`\banswer\(\s*`+regexp.QuoteMeta(q.ID)+`\s*\)`).ReplaceAllString(rule, "answer("+id+")")
			}
			one.Asks = append(one.Asks, id)
		}
		for _, s := range r.Stubs {
			if _, known := a.stubs[s.Name]; !known {
				a.stubs[s.Name] = s
				a.Stubs = append(a.Stubs, s)
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

// fits reports whether what a reading names does not contradict the study: a
// stub that is something else already, a date that no study can have.
func (a *assembly) fits(r *prose.Reading) bool {
	for _, s := range r.Stubs {
		have, known := a.stubs[s.Name]
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
