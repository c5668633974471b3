// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"pgregory.net/rapid"
)

// A small alphabet, so that codes and words collide: headers and subcodes,
// several spellings of one code, malformed ones, a local system.
var (
	drawnCodes = map[string][]string{
		patient.ICD10CM: {"B18", "B181", "b18.1", "B18.10", "B18.2", "B20", "B2", "B1811111"},
		patient.ATC:     {"L", "L04", "L04AB", "L04AB02", "L04AB01", "L01FA01", "l04ab02"},
		patient.SNOMED:  {"86406008", "70995007", "86406009"},
		patient.LOINC:   {"718-7", "2160-0", "2160-1"},
		patient.CVX:     {"08", "8", "208"},
		"http://local":  {"A", "AB", "ABC", " AB "},
	}
	drawnPrefixes = map[string][]string{
		patient.ICD10CM: {"B1*", "B18*", "B18.1*", "B20*"},
		patient.ATC:     {"L04*", "L04AB*", "L*"},
		"http://local":  {"A*", "AB*"},
	}
	drawnSystems = []string{patient.ICD10CM, patient.ATC, patient.SNOMED, patient.LOINC, patient.CVX, "http://local", "http://ours", "http://nobody"}
	drawnWords   = []string{"hiv", "HIV", "infection", "no", "(disorder)", "unknown", "J45", "вич", "718-7", "-", "hiv-infection"}
	localSystems = map[string]string{"http://ours": patient.ICD10CM}
)

func drawTerms(t *rapid.T, label string) Terms {
	var terms Terms
	for range rapid.IntRange(0, 2).Draw(t, label+" systems") {
		name := rapid.SampledFrom(drawnSystems).Draw(t, "system")
		codes := append(drawnCodes[slowSystem(name, localSystems)], drawnPrefixes[slowSystem(name, localSystems)]...)
		if len(codes) == 0 {
			codes = []string{"A", "A*"}
		}
		if terms.Codes == nil {
			terms.Codes = map[string][]string{}
		}
		terms.Codes[name] = rapid.SliceOfN(rapid.SampledFrom(codes), 0, 3).Draw(t, "codes")
	}
	for range rapid.IntRange(0, 2).Draw(t, label+" names") {
		terms.Names = append(terms.Names, drawText(t, 2))
	}
	return terms
}

func drawText(t *rapid.T, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(drawnWords), 0, most).Draw(t, "words"), " ")
}

func drawFact(t *rapid.T) *patient.Fact {
	f := &patient.Fact{Text: drawText(t, 4)}
	for range rapid.IntRange(0, 3).Draw(t, "codings") {
		system := rapid.SampledFrom(drawnSystems).Draw(t, "system")
		codes := drawnCodes[slowSystem(system, localSystems)]
		if len(codes) == 0 {
			codes = []string{"A", "J45"}
		}
		c := patient.Coding{System: system, Code: rapid.SampledFrom(codes).Draw(t, "code")}
		if rapid.Bool().Draw(t, "displayed") {
			c.Display = drawText(t, 3)
		}
		f.Codes = append(f.Codes, c)
	}
	if rapid.IntRange(0, 20).Draw(t, "locked") == 0 {
		f.Unreadable = "restricted"
	}
	return f
}

// TestIndexAgreesWithSpecification holds the index, and the memo in front of
// it, to the plain reading of the specification.
func TestIndexAgreesWithSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
		var concepts []*Concept
		for i := range rapid.IntRange(1, 6).Draw(t, "concepts") {
			c := &Concept{Name: string(rune('a' + i)), Kind: kind, Terms: drawTerms(t, "terms")}
			if rapid.Bool().Draw(t, "excepts") {
				c.Except = drawTerms(t, "except")
			}
			for _, m := range concepts {
				if rapid.IntRange(0, 3).Draw(t, "member") == 0 {
					c.Any = append(c.Any, m)
				}
			}
			concepts = append(concepts, c)
		}
		// Some concepts are only members.
		listed := concepts[rapid.IntRange(0, len(concepts)-1).Draw(t, "from"):]
		r := NewRecognizer(kind, listed, localSystems)
		for fact := range rapid.IntRange(1, 5).Draw(t, "facts") {
			f := drawFact(t)
			var want []Hit
			for i, c := range listed {
				if h, ok := recognizeSlow(kind, c, f, localSystems); ok {
					h.Concept, h.Fact = int32(i), int32(fact)
					want = append(want, h)
				}
			}
			for pass := range 3 { // the third comes from the memo
				got := r.Recognize(f, int32(fact), nil)
				if !equalHits(got, want) {
					t.Fatalf("pass %d, fact %+v:\ngot  %v\nwant %v", pass, *f, describe(got), describe(want))
				}
			}
		}
	})
}

func equalHits(a, b []Hit) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func describe(hits []Hit) []string {
	var lines []string
	for _, h := range hits {
		lines = append(lines, strings.Join([]string{string(rune('a' + h.Concept)), gradeWords[h.Grade], h.Member.Name, string(rune('0' + h.Coding))}, " "))
	}
	return lines
}

// FuzzRecognize looks for facts that stop the recognizer, or that it reads
// differently from the specification.
func FuzzRecognize(f *testing.F) {
	f.Add("icd10cm", "B18", "hepatitis", "Hepatitis B (disorder)")
	f.Add("http://snomed.info/sct", "86406008", "HIV\u200b infection", "")
	f.Add("ndc", "0069-2587-10", "Crohn\u2019s", "ﬁnding (")
	f.Add("http://local", "\xff", "İ", "\u0301'")
	concepts := []*Concept{
		{Name: "a", Terms: Terms{Codes: map[string][]string{"icd10cm": {"B18.1", "B20*"}, "snomed": {"86406008"}}, Names: []string{"HIV", "hepatitis B"}}, Except: Terms{Names: []string{"family history of"}}},
		{Name: "b", Terms: Terms{Codes: map[string][]string{"atc": {"L04AB02"}, "ndc": {"0069-2587-10"}, "http://local": {"A*"}}}},
		{Name: "c", Terms: Terms{Names: []string{"Crohn's disease", "вич"}}},
	}
	concepts = append(concepts, &Concept{Name: "d", Any: []*Concept{concepts[0], concepts[1]}, Except: Terms{Codes: map[string][]string{"icd10cm": {"B20.1"}}}})
	recognizers := map[Kind]*Recognizer{}
	for _, k := range Kinds() {
		recognizers[k] = NewRecognizer(k, concepts, nil)
	}
	f.Fuzz(func(t *testing.T, system, code, display, text string) {
		fact := &patient.Fact{Text: text, Codes: []patient.Coding{{System: system, Code: code, Display: display}}}
		for k, r := range recognizers {
			var want []Hit
			for i, c := range concepts {
				if h, ok := recognizeSlow(k, c, fact, nil); ok {
					h.Concept = int32(i)
					want = append(want, h)
				}
			}
			if got := r.Recognize(fact, 0, nil); !equalHits(got, want) {
				t.Fatalf("%s: got %v, want %v", k, describe(got), describe(want))
			}
		}
	})
}
