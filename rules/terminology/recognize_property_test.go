// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
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
		patient.ICD10GM: {"B18", "B18.1", "B18.10", "B18.-", "B20X", "B20", "B19.9", "B18.1G", "B"},
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
	drawnSystems = []string{patient.ICD10CM, patient.ICD10GM, patient.ATC, patient.SNOMED, patient.LOINC, patient.CVX, "http://local", "http://ours", "http://nobody"}
	drawnWords   = []string{"hiv", "HIV", "infection", "no", "(disorder)", "unknown", "J45", "вич", "718-7", "-", "hiv-infection", "insulin", "asthma"}
	localSystems = map[string]string{"http://ours": patient.ICD10CM}
)

func drawTerms(t *rapid.T, label string) Terms {
	var terms Terms
	for range rapid.IntRange(0, 2).Draw(t, label+" systems") {
		name := rapid.SampledFrom(drawnSystems).Draw(t, "system")
		codes := append(slices.Clone(drawnCodes[plainSystem(name)]), drawnPrefixes[plainSystem(name)]...)
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
		codes := drawnCodes[plainSystem(system)]
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

// plainSystem, plainCode and plainRelation read the lists of codes without an index.
func plainSystem(name string) string {
	if known, ok := localSystems[name]; ok {
		name = known
	}
	return patient.SystemName(name)
}

func plainCode(system, code string) string {
	if s := systemNamed(system); s != nil && s.normal != nil {
		return string(s.normal(nil, code))
	}
	return code
}

func plainRelation(system, code string, t Terms) codeRelation {
	tree := slices.Contains([]string{patient.ICD10CM, patient.ICD10, patient.ICD10GM, patient.ICD9CM, patient.ATC}, system)
	var r codeRelation
	for name, list := range t.Codes {
		if plainSystem(name) != system {
			continue
		}
		for _, pattern := range list {
			body, isPrefix := strings.CutSuffix(strings.TrimSpace(pattern), "*")
			body = plainCode(system, body)
			switch {
			case body == "":
			case !isPrefix && body == code:
				r.listed = true
			case isPrefix && strings.HasPrefix(code, body):
				r.prefix = max(r.prefix, int16(len(body)))
			case tree && (strings.HasPrefix(body, code) || strings.HasPrefix(code, body)):
				r.near = true
			}
		}
	}
	return r
}

// TestIndexAgreesWithSpecification holds what the index says of the listed codes to a
// plain reading of the lists.
func TestIndexAgreesWithSpecification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &Concept{Name: "c", Kind: ConditionKind, Terms: drawTerms(t, "terms"), Except: drawTerms(t, "except")}
		r := NewRecognizer(ConditionKind, []*Concept{c}, localSystems, nil)
		s := newFactReader(r)
		f := drawFact(t)
		s.readFact(f)
		at := 0
		for i, coding := range f.Codes {
			system, code := plainSystem(coding.System), strings.TrimSpace(coding.Code)
			if known := systemNamed(system); code == "" || known != nil && known.fault(code) != "" {
				continue
			}
			code = plainCode(system, code)
			if system == patient.ICD10GM && len(c.Codes[system]) == 0 {
				if len(c.Except.Codes[system]) > 0 { // both lists speak: the table of TestRecognize holds this
					at++
					continue
				}
				system, code = patient.ICD10, string(cutToICD10([]byte(code)))
			}
			want := weighRelations([...]codeRelation{plainRelation(system, code, withWHO(c.Terms, c.Terms)), plainRelation(system, code, withWHO(c.Except, c.Terms)), {}})
			if got := s.codes[at].listed[0]; got != want || int(s.codes[at].coding) != i {
				t.Fatalf("coding %d, %s %s: got %q, want %q", i, system, code, got, want)
			}
			at++
		}
		if at != len(s.codes) {
			t.Fatalf("%d codings were read, want %d", len(s.codes), at)
		}
	})
}

// TestMemoAgreesWithReading: a fact that was met before gets the hits it got first, and
// one recognizer for several concepts gives what one for each gives.
func TestMemoAgreesWithReading(t *testing.T) {
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
		listed := concepts[rapid.IntRange(0, len(concepts)-1).Draw(t, "from"):] // some concepts are only members
		r := NewRecognizer(kind, listed, localSystems, nil)
		for fact := range rapid.IntRange(1, 3).Draw(t, "facts") {
			f := drawFact(t)
			var want []Hit
			for i, c := range listed {
				for _, h := range NewRecognizer(kind, []*Concept{c}, localSystems, nil).Recognize(f, int32(fact), nil) {
					h.Concept = int32(i)
					want = append(want, h)
				}
			}
			for pass := range 3 { // the third comes from the memo
				if got := r.Recognize(f, int32(fact), nil); !slices.Equal(got, want) {
					t.Fatalf("pass %d, fact %+v:\ngot  %v\nwant %v", pass, *f, describe(got), describe(want))
				}
			}
			for i := range listed {
				reason, _ := r.Explain(f, i)
				at := slices.IndexFunc(want, func(h Hit) bool { return h.Concept == int32(i) })
				if at >= 0 && want[at].Reason != reason || at < 0 && reason.Grade() != 0 {
					t.Fatalf("concept %d: explained by %q, and the hits are %v", i, reason, describe(want))
				}
			}
		}
	})
}

func describe(hits []Hit) []string {
	var lines []string
	for _, h := range hits {
		lines = append(lines, strings.Join([]string{string(rune('a' + h.Concept)), gradeWords[h.Grade], h.Reason.String(), h.Member.Name, string(rune('0' + h.Coding))}, " "))
	}
	return lines
}

// FuzzRecognize looks for facts that stop the recognizer.
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
		recognizers[k] = NewRecognizer(k, concepts, nil, nil)
	}
	f.Fuzz(func(t *testing.T, system, code, display, text string) {
		fact := &patient.Fact{Text: text, Codes: []patient.Coding{{System: system, Code: code, Display: display}}}
		for _, r := range recognizers {
			r.Recognize(fact, 0, nil)
		}
	})
}
