// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

// manyConcepts makes n condition concepts, as that many studies would bring.
func manyConcepts(n int) []*Concept {
	concepts := make([]*Concept, n)
	for i := range concepts {
		concepts[i] = &Concept{
			Name: fmt.Sprint("c", i), Kind: ConditionKind,
			Terms: Terms{
				Codes: map[string][]string{"icd10cm": {fmt.Sprintf("%c%02d.1*", 'A'+i%26, i/26%100), fmt.Sprintf("%c%02d.9", 'A'+i%26, i/26%100)}, "snomed": {snomedCode(i)}},
				Names: []string{fmt.Sprintf("disease number %d", i), fmt.Sprintf("morbus %d", i)},
			},
			Except: Terms{Names: []string{"family history of"}},
		}
	}
	return concepts
}

// snomedCode gives the i-th of a row of well-formed identifiers.
func snomedCode(i int) string {
	for check := range 10 {
		if code := fmt.Sprintf("%d00%d", 100000+i, check); snomedFault(code) == "" {
			return code
		}
	}
	return ""
}

// hundredFacts makes the facts of a person: none shares the memory of its
// strings with another, as after decoding. A few match, most do not.
func hundredFacts() []patient.Fact {
	facts := make([]patient.Fact, 100)
	for i := range facts {
		display := fmt.Sprintf("Chronic disorder %d of the upper respiratory tract (disorder)", i/3)
		code := snomedCode(20000 + i/3)
		if i%20 == 0 {
			display, code = fmt.Sprintf("Disease number %d (disorder)", i), snomedCode(i)
		}
		facts[i] = patient.Fact{Text: strings.Clone(display), Record: fmt.Sprint("Condition/", i), Codes: []patient.Coding{
			{System: strings.Clone("http://snomed.info/sct"), Code: code, Display: strings.Clone(display)},
		}}
	}
	return facts
}

// BenchmarkRecognize gives the time for one fact, met before or not, with the
// concepts of one study and of a hundred.
func BenchmarkRecognize(b *testing.B) {
	for _, concepts := range []int{60, 6000} {
		for _, met := range []bool{true, false} {
			b.Run(fmt.Sprintf("concepts=%d/met=%t", concepts, met), func(b *testing.B) {
				r := NewRecognizer(ConditionKind, manyConcepts(concepts), nil, nil)
				facts := hundredFacts()
				var hits []Hit
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					f := &facts[i%len(facts)]
					if hits = hits[:0]; met {
						hits = r.Recognize(f, int32(i), hits)
					} else {
						hits = r.recognizeAnew(f, hits)
					}
				}
			})
		}
	}
}

func BenchmarkNewRecognizer(b *testing.B) {
	concepts := manyConcepts(6000)
	b.ReportAllocs()
	for b.Loop() {
		NewRecognizer(ConditionKind, concepts, nil, nil)
	}
}

func TestRecognizeMetBeforeDoesNotAllocate(t *testing.T) {
	r := NewRecognizer(ConditionKind, manyConcepts(60), nil, nil)
	facts := hundredFacts()
	hits := make([]Hit, 0, 100)
	run := func() {
		for i := range facts {
			hits = r.Recognize(&facts[i], int32(i), hits[:0])
		}
	}
	run()
	run()
	if n := testing.AllocsPerRun(20, run); n > 0 {
		t.Errorf("%v allocations for 100 facts", n)
	}
}

// TestRecognizeTogether shares a recognizer among goroutines that meet the same
// facts; go test -race watches.
func TestRecognizeTogether(t *testing.T) {
	concepts := manyConcepts(60)
	r := NewRecognizer(ConditionKind, concepts, nil, nil)
	wants := make([][]Hit, 30)
	for i, f := range hundredFacts()[:len(wants)] {
		wants[i] = NewRecognizer(ConditionKind, concepts, nil, nil).Recognize(&f, 0, nil)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			facts := hundredFacts()
			for n := range 50 * len(wants) {
				i := n % len(wants)
				if got := r.Recognize(&facts[i], 0, nil); !slices.Equal(got, wants[i]) {
					t.Errorf("fact %d: %v, want %v", i, describe(got), describe(wants[i]))
				}
			}
		})
	}
	all.Wait()
}

// TestMemoKeepsLittle: a text that is met once, or that is long, is not kept.
func TestMemoKeepsLittle(t *testing.T) {
	r := NewRecognizer(ConditionKind, manyConcepts(2), nil, nil)
	kept := func() (n int) {
		for i := range r.memo.slots {
			if r.memo.slots[i].Load() != nil {
				n++
			}
		}
		return n
	}
	once := patient.Fact{Text: "Disease number 1, says Mrs Smith"}
	long := patient.Fact{Text: "Disease number 1 " + strings.Repeat("and more ", 20)}
	long2 := patient.Fact{Codes: []patient.Coding{{System: "snomed", Code: "1", Display: long.Text}}}
	r.Recognize(&once, 0, nil)
	for range 3 {
		for _, f := range []*patient.Fact{&long, &long2} {
			if hits := r.Recognize(f, 0, nil); len(hits) == 0 || hits[0].Grade < MayBe {
				t.Errorf("%v", hits)
			}
		}
	}
	if n := kept(); n != 0 {
		t.Errorf("%d texts are kept", n)
	}
	r.Recognize(&once, 0, nil)
	if n := kept(); n != 1 {
		t.Errorf("%d texts are kept, want the one met twice", n)
	}
	for i := range 3 * memoSlots {
		f := patient.Fact{Text: fmt.Sprint("disease ", i)}
		r.Recognize(&f, 0, nil)
		r.Recognize(&f, 0, nil)
	}
	var hits int64
	for i := range r.memo.slots {
		if e := r.memo.slots[i].Load(); e != nil {
			hits += int64(len(e.hits))
		}
	}
	if hits != r.memo.hits.Load() || hits > memoHits {
		t.Errorf("%d hits are kept, %d are counted", hits, r.memo.hits.Load())
	}
}
