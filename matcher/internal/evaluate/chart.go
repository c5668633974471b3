// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
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
	kinds   [6]kindReader
	units   terminology.Converter
	studies map[*rules.Study]bool
	// Memory of views and charts that are done with, to be used again.
	views, charts sync.Pool
}

// kindReader is the concepts of one kind that the studies read.
type kindReader struct {
	kind        terminology.Kind
	recognizer  *terminology.Recognizer
	concepts    []*terminology.Concept
	index       map[*terminology.Concept]int32
	stubs       map[*terminology.Concept]bool // those that are or hold a stub
	recognizing bool
}

// NewReader prepares the studies' concepts in one index. The studies must name
// the same local code systems (Study.Systems), or one would be read with
// another's.
func NewReader(studies ...*rules.Study) *Reader {
	r := &Reader{studies: map[*rules.Study]bool{}}
	systems := map[string]string{}
	seen := map[*terminology.Concept]bool{}
	var read []*terminology.Concept
	for _, s := range studies {
		r.studies[s] = true
		maps.Copy(systems, s.Systems)
		for i := range s.Criteria {
			c := &s.Criteria[i]
			for _, concept := range slices.Concat(c.Form().Concepts(), c.Show) {
				if !seen[concept] {
					seen[concept] = true
					read = append(read, concept)
				}
			}
		}
	}
	for i, kind := range terminology.Kinds() {
		k := kindReader{kind: kind, index: map[*terminology.Concept]int32{}, stubs: map[*terminology.Concept]bool{}}
		for _, c := range read {
			if c.Kind == kind {
				k.index[c] = int32(len(k.concepts))
				k.concepts = append(k.concepts, c)
				if c.HoldsStub() {
					k.stubs[c] = true
				}
			}
		}
		k.recognizing = len(k.concepts) > 0
		k.recognizer = terminology.NewRecognizer(kind, k.concepts, systems)
		r.kinds[i] = k
	}
	r.views.New = func() any { return &evaluator{} }
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
	c.reader, c.patient = r, p
	for i := range r.kinds {
		k := &r.kinds[i]
		if !k.recognizing {
			continue
		}
		hits := c.scratch[:0]
		for f := range k.kind.FactCount(p) {
			hits = k.recognizer.Recognize(k.kind.Fact(p, int32(f)), int32(f), hits)
		}
		c.scratch = hits
		c.groupByConcept(i, hits, len(k.concepts))
	}
	return c
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

// hitsOf lists the facts that are, or may be, instances of a concept.
func (c *Chart) hitsOf(concept *terminology.Concept) []terminology.Hit {
	k := kindIndex(concept.Kind)
	i, ok := c.reader.kinds[k].index[concept]
	if !ok || c.from[k] == nil {
		return nil
	}
	return c.hits[k][c.from[k][i]:c.from[k][i+1]]
}

// holdsStub reports whether "none" is not known because no record can show the
// concept, or a member of it.
func (c *Chart) holdsStub(concept *terminology.Concept) bool {
	return c.reader.kinds[kindIndex(concept.Kind)].stubs[concept]
}

func kindIndex(k terminology.Kind) int {
	switch k {
	case terminology.ConditionKind:
		return 0
	case terminology.MedicationKind:
		return 1
	case terminology.ObservationKind:
		return 2
	case terminology.ProcedureKind:
		return 3
	case terminology.AllergyKind:
		return 4
	}
	return 5
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
	chart *Chart
	study *rules.Study
}

// For binds the chart to one of the studies that its reader was made with. It
// returns an error for any other study, even one that was parsed from the same
// bytes: the chart holds nothing of that study's concepts.
func (c *Chart) For(s *rules.Study) (StudyChart, error) {
	if !c.reader.studies[s] {
		return StudyChart{}, fmt.Errorf("the chart was read for other studies than %s", s.ID)
	}
	return StudyChart{c, s}, nil
}

// Study is the study that the chart is bound to.
func (c StudyChart) Study() *rules.Study { return c.study }

// Patient is the profile that the chart was read from.
func (c StudyChart) Patient() *patient.Profile { return c.chart.patient }

// evaluator takes an evaluator for the study from the reader's pool.
func (c StudyChart) evaluator(d language.Dates) *evaluator {
	v := c.chart.reader.views.Get().(*evaluator)
	v.start(c.chart, c.study, d)
	return v
}

// release gives an evaluator back to the pool.
func (c StudyChart) release(v *evaluator) {
	v.reset()
	c.chart.reader.views.Put(v)
}
