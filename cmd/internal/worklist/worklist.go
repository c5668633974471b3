// SPDX-License-Identifier: Apache-2.0

// Package worklist collects what studies do not recognise, or not surely, in the records of
// a source, and what it leaves open: the list that "eligo terms review" writes, for a
// person to say what each code and wording is. [rules.LoadTerms] reads the list.
//
// It may import matcher and what lies below.
package worklist

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// The bounds of a list.
const (
	MostRows    = 200_000 // codes and wordings
	MostWording = 300     // bytes; a longer text is no name of anything
)

// List collects the codes and wordings of records. It is not safe for concurrent use.
type List struct {
	studies []*study
	matcher *matcher.Matcher
	dates   matcher.Dates
	rows    map[key]*Row
	person  int // number of the person at hand

	// People is the number of people added, Open of those with a row of the list.
	People, Open int
	// Long is the number of entries that are not in the list because their text is longer
	// than MostWording, and Dropped of those that found no room.
	Long, Dropped int
}

// key is what one row is about.
type key struct {
	domain                patient.Domain
	system, code, wording string
}

// Row is a code and wording of some entries that a concept of a study did not recognise, or
// not surely, so that a criterion of the study is unknown for somebody.
type Row struct {
	Domain        patient.Domain
	System        string // short name or URL, "" for entries without a code
	Code, Wording string
	Kind          terminology.Kind
	Reason        terminology.Reason // of the first entry
	People        int                // for whom it leaves a criterion open
	Open          int                // criteria that it leaves open, of each of these people
	Entries       int                // of these people
	Criteria      []string           // ids of these criteria, in the order of the studies
	Concepts      []string           // names of the concepts that it may be, in the order of the studies

	last int // number of the last person
}

// study is a study with the recognizers of its concepts.
type study struct {
	*rules.Study
	kinds []studyKind
}

type studyKind struct {
	kind       terminology.Kind
	recognizer *terminology.Recognizer
	concepts   []*terminology.Concept
	criteria   [][]int // by concept: indices of the criteria that name it
}

// New makes an empty list for studies, whose criteria are decided on these dates.
func New(studies []*rules.Study, dates matcher.Dates) (*List, error) {
	m, err := matcher.New(studies...)
	if err != nil {
		return nil, err
	}
	l := &List{matcher: m, dates: dates, rows: map[key]*Row{}}
	for _, s := range studies {
		l.studies = append(l.studies, newStudy(s))
	}
	return l, nil
}

func newStudy(s *rules.Study) *study {
	made := &study{Study: s}
	for _, kind := range terminology.Kinds() {
		k := studyKind{kind: kind}
		for i := range s.Criteria {
			for _, c := range s.Criteria[i].Form().Concepts() {
				if c.Kind != kind {
					continue
				}
				at := slices.Index(k.concepts, c)
				if at < 0 {
					at, k.concepts, k.criteria = len(k.concepts), append(k.concepts, c), append(k.criteria, nil)
				}
				if !slices.Contains(k.criteria[at], i) {
					k.criteria[at] = append(k.criteria[at], i)
				}
			}
		}
		if len(k.concepts) > 0 {
			k.recognizer = terminology.NewRecognizer(kind, k.concepts, s.Systems, s.Terminology)
			made.kinds = append(made.kinds, k)
		}
	}
	return made
}

// AddPerson adds the entries of one person, whose profile has been validated, that leave a
// criterion open.
func (l *List) AddPerson(p *patient.Profile) error {
	results, err := l.matcher.Match(p, l.dates)
	if err != nil {
		return err
	}
	l.People++
	l.person++
	open := map[*Row]map[string]bool{} // criteria of this person
	for i, s := range l.studies {
		for k := range s.kinds {
			l.addKind(p, s, &s.kinds[k], &results[i], open)
		}
	}
	if len(open) > 0 {
		l.Open++
	}
	for row, criteria := range open {
		row.Open += len(criteria)
	}
	return nil
}

// addKind adds the entries of a kind that leave a criterion of a study open.
func (l *List) addKind(p *patient.Profile, s *study, k *studyKind, result *matcher.Result, open map[*Row]map[string]bool) {
	var hits []terminology.Hit
	for i := range k.kind.FactCount(p) {
		fact := k.kind.Fact(p, int32(i))
		if fact.Unreadable != "" {
			continue // no list can say what it is
		}
		hits = k.recognizer.Recognize(fact, int32(i), hits[:0])
		hits = slices.DeleteFunc(hits, func(h terminology.Hit) bool {
			return h.Grade > terminology.MayBe || h.Member.Stub() ||
				!slices.ContainsFunc(k.criteria[h.Concept], func(c int) bool { return result.Criteria[c].Truth == language.Unknown })
		})
		if len(hits) == 0 {
			continue
		}
		row := l.rowOf(k.kind, fact, &hits[0])
		if row == nil {
			continue
		}
		if open[row] == nil {
			open[row] = map[string]bool{}
		}
		for h := range hits {
			row.Concepts = withName(row.Concepts, k.concepts[hits[h].Concept].Name)
			for _, c := range k.criteria[hits[h].Concept] {
				if result.Criteria[c].Truth == language.Unknown {
					id := l.criterionID(s, c)
					row.Criteria, open[row][id] = withName(row.Criteria, id), true
				}
			}
		}
	}
}

// criterionID is the id of a criterion, with that of its study if there are several.
func (l *List) criterionID(s *study, c int) string {
	if len(l.studies) > 1 {
		return s.ID + ":" + s.Criteria[c].ID
	}
	return s.Criteria[c].ID
}

func withName(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// rowOf gives the row of an entry and counts the entry; nil if there is no room for it.
func (l *List) rowOf(kind terminology.Kind, f *patient.Fact, hit *terminology.Hit) *Row {
	r := describeFact(kind, f, hit)
	if len(r.Wording) > MostWording || len(r.Code) > MostWording {
		l.Long++
		return nil
	}
	if r.Code == "" && !terminology.IsWording(r.Wording) {
		return nil
	}
	at := key{r.Domain, r.System, terminology.NormalCode(r.System, r.Code), terminology.FoldWording(r.Wording)}
	row := l.rows[at]
	if row == nil {
		if len(l.rows) >= MostRows {
			l.Dropped++
			return nil
		}
		row = &r
		row.System, row.Code, row.Wording = strings.Clone(r.System), strings.Clone(r.Code), strings.Clone(r.Wording)
		l.rows[at] = row
	}
	row.Entries++
	if row.last != l.person {
		row.last = l.person
		row.People++
	}
	return row
}

// describeFact says what the row of a fact is about: the coding that decided or, if none did,
// the first of a known system or the first, and the words of the coding or the fact.
func describeFact(kind terminology.Kind, f *patient.Fact, hit *terminology.Hit) Row {
	r := Row{Domain: kind.Domain(), Kind: kind, Reason: hit.Reason}
	coding := int(hit.Coding)
	if coding < 0 {
		coding = max(0, slices.IndexFunc(f.Codes, func(c patient.Coding) bool { return terminology.IsKnownSystem(patient.SystemName(c.System)) }))
	}
	texts := []string{f.Text}
	if coding < len(f.Codes) {
		c := &f.Codes[coding]
		r.System, r.Code = patient.SystemName(strings.TrimSpace(c.System)), strings.TrimSpace(c.Code)
		texts = []string{c.Display, f.Text}
	}
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && text != r.Code && r.Wording == "" {
			r.Wording = text
		}
	}
	return r
}

// Rows gives the rows, those that leave most criteria of most people open first, then by
// their text.
func (l *List) Rows() []*Row {
	rows := make([]*Row, 0, len(l.rows))
	for _, row := range l.rows {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b *Row) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.People, a.People), cmp.Compare(b.Entries, a.Entries), strings.Compare(string(a.Domain), string(b.Domain)),
			strings.Compare(a.System, b.System), strings.Compare(a.Code, b.Code), strings.Compare(a.Wording, b.Wording))
	})
	return rows
}
