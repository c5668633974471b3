// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Reader reads profiles for a set of studies: it knows which facts each of
// their concepts recognizes. It is immutable and safe for concurrent use.
type Reader struct {
	kinds    [6]kindReader // in the order of terminology.Kinds
	concepts map[*terminology.Concept]conceptEntry
	systems  map[string]string // local code systems, as in rules.Study.Systems
	units    terminology.Converter
	studies  map[*rules.Study]bool
	// Memory of evaluators and charts that are done with, to be used again.
	evaluators, charts sync.Pool
}

type kindReader struct {
	kind       terminology.Kind
	recognizer *terminology.Recognizer
	concepts   []*terminology.Concept // that the studies read
}

// conceptEntry is a concept that the studies read: its kind, as an index in
// Reader.kinds, its number in the recognizer, and whether it is or holds a stub.
type conceptEntry struct {
	kind, number int
	holdsStub    bool
}

// NewReader prepares the studies' concepts in one index. The studies must name the
// same local code systems (Study.Systems) and have the same terminology, or one would
// be read with another's.
func NewReader(studies ...*rules.Study) *Reader {
	r := &Reader{studies: map[*rules.Study]bool{}, concepts: map[*terminology.Concept]conceptEntry{}, systems: map[string]string{}}
	var known *terminology.Knowledge
	var byKind [6][]*terminology.Concept
	for _, s := range studies {
		r.studies[s] = true
		maps.Copy(r.systems, s.Systems)
		known = s.Terminology
		for i := range s.Criteria {
			c := &s.Criteria[i]
			for _, concept := range slices.Concat(c.Form().Concepts(), c.Show) {
				if _, known := r.concepts[concept]; !known {
					k := slices.Index(terminology.Kinds(), concept.Kind)
					r.concepts[concept] = conceptEntry{k, len(byKind[k]), concept.HoldsStub()}
					byKind[k] = append(byKind[k], concept)
				}
			}
		}
	}
	for i, kind := range terminology.Kinds() {
		r.kinds[i] = kindReader{kind, terminology.NewRecognizer(kind, byKind[i], r.systems, known), byKind[i]}
	}
	r.evaluators.New = func() any { return &evaluator{} }
	r.charts.New = func() any { return &Chart{} }
	return r
}

// Chart is a profile with its facts recognized. It holds for every screening
// day and must not outlive a change of the profile.
type Chart struct {
	reader  *Reader
	patient *patient.Profile
	hits    [6][]terminology.Hit // by concept, then by fact
	from    [6][]int32           // where each concept's hits begin; there is one more
	scratch []terminology.Hit
	// someUnrecognized says that some concept did not recognise some fact.
	someUnrecognized bool
}

// Release gives the chart's memory back to its reader. The chart must not be
// used afterwards; findings from it stay valid.
func (c *Chart) Release() {
	c.patient = nil
	c.reader.charts.Put(c)
}

// Read recognizes the facts of a profile.
func (r *Reader) Read(p *patient.Profile) *Chart {
	c := r.charts.Get().(*Chart)
	c.reader, c.patient, c.someUnrecognized = r, p, false
	for i := range r.kinds {
		k := &r.kinds[i]
		if len(k.concepts) == 0 {
			continue
		}
		hits := c.scratch[:0]
		for f := range k.kind.FactCount(p) {
			at := len(hits)
			hits = k.recognizer.Recognize(k.kind.Fact(p, int32(f)), int32(f), hits)
			if k.kind == terminology.ObservationKind {
				hits = append(hits[:at], r.dropOtherUnits(k, &p.Observations[f], hits[at:])...)
			}
		}
		c.scratch = hits
		c.groupByConcept(i, hits, len(k.concepts))
	}
	return c
}

// dropOtherUnits removes the hits of concepts that a result is not surely one of, and
// cannot be: its unit measures another kind of quantity than theirs.
func (r *Reader) dropOtherUnits(k *kindReader, o *patient.Observation, hits []terminology.Hit) []terminology.Hit {
	q := o.Value.Quantity
	if q == nil {
		q = cmp.Or(o.Value.From, o.Value.To)
	}
	if q == nil || q.Unit == "" || o.Unreadable != "" {
		return hits
	}
	return slices.DeleteFunc(hits, func(h terminology.Hit) bool {
		c := k.concepts[h.Concept]
		return h.Grade < terminology.ByName && len(c.Any) == 0 && r.units.HasOtherDimension(c, q.Unit)
	})
}

// groupByConcept keeps the hits of a kind by concept, and within it in the order of the
// facts.
func (c *Chart) groupByConcept(kind int, hits []terminology.Hit, concepts int) {
	from := slices.Grow(c.from[kind][:0], concepts+2)[:concepts+2]
	clear(from)
	// Counted two places on, and so filled from one place on: the result
	// is where each concept begins.
	for i := range hits {
		from[hits[i].Concept+2]++
		c.someUnrecognized = c.someUnrecognized || hits[i].Grade == terminology.Unrecognized
	}
	for i := range concepts {
		from[i+2] += from[i+1]
	}
	sorted := slices.Grow(c.hits[kind][:0], len(hits))[:len(hits)]
	for i := range hits {
		next := &from[hits[i].Concept+1]
		sorted[*next] = hits[i]
		*next++
	}
	c.hits[kind], c.from[kind] = sorted, from
}

func (c *Chart) hitsOf(concept *terminology.Concept) []terminology.Hit {
	e, ok := c.reader.concepts[concept]
	if !ok || c.from[e.kind] == nil {
		return nil
	}
	from := c.from[e.kind][e.number:]
	return c.hits[e.kind][from[0]:from[1]]
}

// holdsStub reports whether "none" is not known because no record can show the
// concept, or a member of it.
func (c *Chart) holdsStub(concept *terminology.Concept) bool {
	return c.reader.concepts[concept].holdsStub
}

// RecordOf names a fact: its record, or its place in the profile.
func RecordOf(p *patient.Profile, k terminology.Kind, i int32) string {
	if r := k.Fact(p, i).Record; r != "" {
		return r
	}
	return fmt.Sprintf("%s[%d]", k.Domain(), i)
}

func (v *evaluator) recordOf(f *MatchedFact) string {
	return RecordOf(v.chart.patient, f.Kind, f.Hit.Fact)
}

// StudyChart is a chart bound to one of the studies of its reader.
type StudyChart struct {
	chart        *Chart
	study        *rules.Study
	unrecognized *unrecognizedFacts // nil if there are none
}

// For binds the chart to one of the studies that its reader was made with. It
// returns an error for any other study, even one that was parsed from the same
// bytes: the chart holds nothing of that study's concepts.
func (c *Chart) For(s *rules.Study) (StudyChart, error) {
	if !c.reader.studies[s] {
		return StudyChart{}, fmt.Errorf("the chart was read for other studies than %s", s.ID)
	}
	return StudyChart{c, s, c.groupUnrecognized(s)}, nil
}

// Study is the study that the chart is bound to.
func (c StudyChart) Study() *rules.Study { return c.study }

// Patient is the profile that the chart was read from.
func (c StudyChart) Patient() *patient.Profile { return c.chart.patient }

func (c StudyChart) evaluator(d language.Dates) *evaluator {
	v := c.chart.reader.evaluators.Get().(*evaluator)
	v.chart, v.study, v.unrecognized, v.dates, v.truthOnly = c.chart, c.study, c.unrecognized, d, false
	return v
}

func (c StudyChart) release(v *evaluator) {
	v.chart, v.study, v.unrecognized = nil, nil, nil
	v.resetResults()
	c.chart.reader.evaluators.Put(v)
}

// StartingLater lists, by domain, the records that start after the screening day and
// so do not count, each once and sorted.
func (c StudyChart) StartingLater(screening patient.Day) map[patient.Domain][]string {
	later := map[patient.Domain][]string{}
	for _, kind := range terminology.Kinds() {
		var records []string
		for i := range kind.FactCount(c.chart.patient) {
			if start, _ := DatesOf(c.chart.patient, kind, int32(i)); start.First() > screening {
				records = append(records, RecordOf(c.chart.patient, kind, int32(i)))
			}
		}
		if len(records) > 0 {
			slices.Sort(records)
			later[kind.Domain()] = slices.Compact(records) // the components of one result share its record
		}
	}
	return later
}

// DatesOf gives the start and the end of a fact as they are recorded; an end
// that is the start, and the end of a fact of one day, is left out.
func DatesOf(p *patient.Profile, k terminology.Kind, i int32) (start, end patient.Date) {
	switch k {
	case terminology.ConditionKind:
		start, end = p.Conditions[i].Onset, p.Conditions[i].Abatement
	case terminology.MedicationKind:
		start, end = p.Medications[i].Start, p.Medications[i].End
	case terminology.ObservationKind:
		start = p.Observations[i].Date
	case terminology.ProcedureKind:
		start, end = p.Procedures[i].Start, p.Procedures[i].End
	case terminology.AllergyKind:
		start = p.Allergies[i].Onset
	case terminology.ImmunizationKind:
		start = p.Immunizations[i].Date
	}
	if end == start {
		end = patient.Date{}
	}
	return start, end
}
