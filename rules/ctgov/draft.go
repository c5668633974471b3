// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/prose"
)

// reader reads one criterion in English: a [prose.Reader].
type reader interface {
	Read(sentence string, c prose.Context) (prose.Reading, bool)
}

// Drafter writes study files. It is immutable and safe for concurrent use.
type Drafter struct {
	reader   reader
	library  []string        // builtin:common, ...
	reserved map[string]bool // what no question, stub or date may be called
}

// NewDrafter gives a drafter whose rules name the concepts of the library. The
// error says what is wrong with the library.
func NewDrafter() (*Drafter, error) {
	d := &Drafter{library: rules.Library(), reserved: map[string]bool{"screening": true}}
	var all []*rules.Concept
	for _, path := range d.library {
		concepts, err := rules.LoadConcepts(path)
		if err != nil {
			return nil, err
		}
		all = append(all, concepts...)
	}
	for _, c := range all {
		d.reserved[c.Name] = true
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
// error says why there is no draft: a record that restricts nobody.
func (d *Drafter) Draft(r *Record) (*Draft, error) {
	structure := structured(r)
	text := Split(r.Eligibility)
	if len(text.Criteria) == 0 && len(structure.criteria) == 0 {
		return nil, errors.New(r.ID + ": the record states no criteria")
	}
	refused := map[int]string{} // criteria of the text whose rule is not to be used
	for range mostRounds {
		a := &assembly{drafter: d, ids: map[string]bool{"alive": true}, asked: map[string]prose.Question{}, stubs: map[string]prose.Stub{}}
		out := a.assemble(r, structure, text, refused)
		study, err := rules.Parse(out.record.ID, out.Study)
		if err == nil {
			if n := out.contradictions(study, refused); n == 0 {
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
	a := &assembly{drafter: d, ids: map[string]bool{"alive": true}, asked: map[string]prose.Question{}, stubs: map[string]prose.Stub{}}
	out := a.assemble(r, structure, text, refused)
	if _, err := rules.Parse(r.ID, out.Study); err != nil {
		return nil, fmt.Errorf("%s: the draft does not compile: %w", r.ID, err)
	}
	return out, nil
}

// takeBack notes the criteria of a draft that does not compile whose rules are
// at fault. It reports whether there are any.
func (out *Draft) takeBack(err error, refused map[int]string) bool {
	var list rules.Errors
	if !errors.As(err, &list) {
		return false
	}
	before := len(refused)
	for _, e := range list {
		for i := range out.Criteria {
			c := &out.Criteria[i]
			if c.source != nil && c.Form != "" && (c.ID == e.Criterion || slices.Contains(c.Stubs, e.Criterion) || e.Criterion == "") {
				refused[c.index(out)] = "Its rule does not compile."
			}
		}
	}
	return len(refused) > before
}

// index is the place of the criterion's piece in the text.
func (c *Drafted) index(out *Draft) int {
	n := -1
	for i := range out.Criteria {
		if out.Criteria[i].source != nil {
			n++
		}
		if &out.Criteria[i] == c {
			return n
		}
	}
	return -1
}

// assembly is one attempt at a draft.
type assembly struct {
	*Draft
	drafter *Drafter
	ids     map[string]bool
	asked   map[string]prose.Question
	stubs   map[string]prose.Stub
}

func (a *assembly) assemble(r *Record, s structure, text *Text, refused map[int]string) *Draft {
	a.Draft = &Draft{record: r, TextName: strings.ToLower(r.ID) + ".txt"}
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
		if one.refused != "" || !a.read(&one, c) {
			a.question(&one, c)
		}
		a.Criteria = append(a.Criteria, one)
	}
	slices.Sort(a.anchors)
	a.anchors = slices.Compact(a.anchors)
	a.Study = a.yaml(a.drafter.library)
	return a.Draft
}

// read gives a criterion its rule if all its parts are understood.
func (a *assembly) read(one *Drafted, c *Criterion) bool {
	if len(c.Parts) == 0 {
		return false
	}
	var readings []prose.Reading
	for _, part := range c.Parts {
		r, ok := a.drafter.reader.Read(part, prose.Context{Side: c.Side, Parent: c.Parent})
		if !ok || !a.fits(&r) {
			return false
		}
		readings = append(readings, r)
	}
	word := " and "
	if c.Any {
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
		a.anchors = append(a.anchors, r.Anchors...)
		all, said = append(all, rule), append(said, strings.TrimSuffix(r.Understood, "."))
	}
	one.Rule, one.Understood, one.Form, one.mark = strings.Join(all, word), strings.Join(said, ";"+word), readings[0].Form, true
	return true
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)

// fits reports whether what a reading names does not contradict the study: a
// stub that is something else already, a date that no study can have.
func (a *assembly) fits(r *prose.Reading) bool {
	if r.Rule == "" || r.Understood == "" || r.Form == "" {
		return false
	}
	for _, s := range r.Stubs {
		have, known := a.stubs[s.Name]
		if known && (have.Kind != s.Kind || have.Unit != s.Unit) || a.drafter.reserved[s.Name] || !identifier.MatchString(s.Name) {
			return false
		}
	}
	for _, name := range r.Anchors {
		if !identifier.MatchString(name) || a.drafter.reserved[name] && name != "screening" {
			return false
		}
	}
	r.Anchors = slices.DeleteFunc(slices.Clone(r.Anchors), func(name string) bool { return name == "screening" })
	return true
}

// ask adds a question and gives the name that it has in this study.
func (a *assembly) ask(q prose.Question) string {
	id := q.ID
	for n := 2; ; n++ {
		have, known := a.asked[id]
		_, stub := a.stubs[id]
		if known && have.Ask == q.Ask {
			return id
		}
		if !known && !stub && !a.drafter.reserved[id] {
			break
		}
		id = fmt.Sprintf("%s_%d", q.ID, n)
	}
	q.ID = id
	a.asked[id] = q
	a.Questions = append(a.Questions, q)
	return id
}

// question makes a criterion one that a person answers. The answer yes means
// included or excluded, whatever the sentence says and how.
func (a *assembly) question(one *Drafted, c *Criterion) {
	where := c.Some
	if where == "" {
		if _, plain := quantifier(c.Parent, c.Side); !plain {
			where = c.Parent
		}
	}
	if where != "" {
		where = " (it stands under “" + where + "”)"
	}
	prefix, words := "meets_", "Does the person meet this"+where
	switch {
	case c.Side == rules.Exclusion:
		prefix, words = "excluded_by_", "Does this exclude the person"+where
	case c.Side == "":
		one.Side, one.mark = rules.Inclusion, true
		one.Understood = "It is not clear whether this lets people in or keeps them out; the question asks whether the person may take part."
		prefix, words = "allowed_by_", "As far as this goes, may the person take part"+where
	case c.Some != "":
		words = "Does the person meet this, or does it not apply to them" + where
	}
	one.note = one.refused
	id := a.ask(prose.Question{ID: prefix + strings.ReplaceAll(one.ID, "-", "_"), Ask: words + ": “" + c.Quote + "”?", Who: "investigator"})
	one.Rule, one.Form, one.Asks = "answer("+id+")", "", append(one.Asks, id)
}
