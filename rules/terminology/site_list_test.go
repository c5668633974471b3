// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

const localSystem = "http://hospital.example/codes"

var (
	siteHeartFailure = &Concept{Name: "heart-failure", Kind: ConditionKind, Label: "heart failure", Terms: Terms{Codes: map[string][]string{"icd10cm": {"I50*"}, "snomed": {"84114007"}}, Names: []string{"heart failure"}}}
	siteAsthma       = &Concept{Name: "asthma", Kind: ConditionKind, Label: "asthma", Terms: Terms{Codes: map[string][]string{"icd10cm": {"J45*"}}, Names: []string{"asthma"}}}
	siteHeartDisease = &Concept{Name: "heart-disease", Kind: ConditionKind, Label: "heart disease", Any: []*Concept{siteHeartFailure}}
	siteReduced      = &Concept{Name: "reduced", Kind: ConditionKind, Label: "heart failure with reduced ejection fraction", Terms: Terms{Codes: map[string][]string{"icd10cm": {"I50.2*"}}}}
	siteStub         = &Concept{Name: "other-trial", Kind: ConditionKind, Label: "in another trial"}
	siteConcepts     = []*Concept{siteHeartFailure, siteAsthma, siteHeartDisease, siteReduced, siteStub}
)

// answersOf gives the reason for each of siteConcepts, in order.
func answersOf(t *testing.T, f *patient.Fact, lines ...SiteLine) (reasons [5]Reason) {
	t.Helper()
	list, earlier := NewSiteList(lines)
	if len(earlier) > 0 {
		t.Fatalf("lines contradict each other: %v", earlier)
	}
	r := NewRecognizer(ConditionKind, siteConcepts, nil, Core().WithSiteList(list))
	for i := range siteConcepts {
		reasons[i], _ = r.Explain(f, i)
	}
	hits := r.Recognize(f, 0, nil)
	for _, h := range hits {
		if h.Reason != reasons[h.Concept] {
			t.Errorf("%s: the hit says %s, the explanation %s", siteConcepts[h.Concept].Name, h.Reason, reasons[h.Concept])
		}
	}
	return reasons
}

func coded(system, code, display, text string) *patient.Fact {
	f := &patient.Fact{Text: text}
	if code != "" {
		f.Codes = []patient.Coding{{System: system, Code: code, Display: display}}
	}
	return f
}

func TestSiteList(t *testing.T) {
	local := func(wording string, is SiteMeaning) SiteLine {
		return SiteLine{System: localSystem, Code: "42", Wording: wording, Is: is}
	}
	words := func(wording string, is SiteMeaning) SiteLine { return SiteLine{Wording: wording, Is: is} }
	isCode := func(code string) SiteMeaning { return SiteMeaning{System: patient.ICD10CM, Code: code} }
	isConcept := func(c *Concept) SiteMeaning { return SiteMeaning{Concept: c} }
	none := SiteMeaning{}
	const (
		yes, may, no = CoversMapping, RelatedMapping, OutsideMapping
		open         = UnknownWording
	)
	for _, c := range []struct {
		name string
		fact *patient.Fact
		line SiteLine
		want [5]Reason
	}{
		{"a code stands for a code", coded(localSystem, "42", "Herzleistungsminderung", ""), local("", isCode("I50.9")), [5]Reason{yes, no, yes, no, EmptyConcept}},
		{"a more precise code", coded(localSystem, "42", "", ""), local("", isCode("I50.22")), [5]Reason{yes, no, yes, yes, EmptyConcept}},
		{"code and wording", coded(localSystem, "42", "HLM", ""), local("hlm", isCode("J45.909")), [5]Reason{no, yes, no, no, EmptyConcept}},
		{"the code with another wording says nothing", coded(localSystem, "42", "Xyzzy", ""), local("hlm", isCode("J45.909")), [5]Reason{open, open, open, open, EmptyConcept}},
		{"another code says nothing", coded(localSystem, "43", "Xyzzy", ""), local("", isCode("J45.909")), [5]Reason{open, open, open, open, EmptyConcept}},
		{"a wording stands for a code", coded("", "", "", "Herz-Leistungs-Minderung"), words("herz leistungs minderung", isCode("I50.9")), [5]Reason{yes, no, yes, no, EmptyConcept}},
		{"a part of a wording says nothing", coded("", "", "", "HLM und Xyzzy"), words("HLM", isCode("I50.9")), [5]Reason{open, open, open, open, EmptyConcept}},
		{"a wording stands for a concept", coded("", "", "", "HLM"), words("HLM", isConcept(siteHeartFailure)), [5]Reason{yes, no, yes, may, EmptyConcept}},
		{"a class", coded(localSystem, "42", "", ""), local("", isConcept(siteHeartDisease)), [5]Reason{may, no, yes, may, EmptyConcept}},
		{"a stub", coded(localSystem, "42", "Xyzzy", ""), local("", isConcept(siteStub)), [5]Reason{no, no, no, no, yes}},
		{"none", coded(localSystem, "42", "Xyzzy", ""), local("xyzzy", none), [5]Reason{no, no, no, no, no}},
		{"none of some concepts", coded(localSystem, "42", "Xyzzy", ""), local("xyzzy", SiteMeaning{NoneOf: []string{"heart-disease"}}), [5]Reason{no, open, no, open, EmptyConcept}},
		{"none does not overrule a code", coded("icd10cm", "I50.9", "Xyzzy", ""), SiteLine{System: "icd10cm", Code: "i509", Is: none}, [5]Reason{Contradiction, OutsideCompleteList, Contradiction, OutsideCompleteList, no}},
		{"a concept does not overrule a code", coded("icd10cm", "J45.909", "", ""), SiteLine{System: "icd10cm", Code: "J45.909", Is: isConcept(siteHeartFailure)}, [5]Reason{Contradiction, Contradiction, Contradiction, OutsideCompleteList, EmptyConcept}},
		{"a code does not overrule known words", coded(localSystem, "42", "Asthma", ""), local("", isCode("I50.9")), [5]Reason{Contradiction, Contradiction, Contradiction, OutsideKnownWording, EmptyConcept}},
		{"other words stay open", coded(localSystem, "42", "HLM", "Xyzzy"), local("hlm", none), [5]Reason{no, no, no, no, no}},
		{"a doubtful wording that somebody has read", coded("", "", "", "possible heart failure"), words("Possible heart failure", none), [5]Reason{no, OutsideKnownWording, no, no, no}},
		{"a line of another domain", coded(localSystem, "42", "Xyzzy", ""), SiteLine{Domain: patient.Procedures, System: localSystem, Code: "42", Is: none}, [5]Reason{open, open, open, open, EmptyConcept}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := answersOf(t, c.fact, c.line); got != c.want {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

// TestSiteListContradictions: lines that say the same are one; of others the first counts.
func TestSiteListContradictions(t *testing.T) {
	_, earlier := NewSiteList([]SiteLine{
		{System: "http://snomed.info/sct", Code: "1", Is: SiteMeaning{System: "icd10cm", Code: "I50.9"}},
		{System: "snomed", Code: " 1 ", Is: SiteMeaning{System: "icd10cm", Code: "I509"}},
		{System: "snomed", Code: "1", Wording: "HLM", Is: SiteMeaning{}},
		{System: "snomed", Code: "1", Is: SiteMeaning{Concept: siteAsthma}},
	})
	if len(earlier) != 1 || earlier[3] != 0 {
		t.Errorf("contradictions: %v", earlier)
	}
}

// TestSiteListNeverFlips: whatever a list says, no definite answer becomes the other one,
// and none becomes unknown but by a contradiction.
func TestSiteListNeverFlips(t *testing.T) {
	var meanings []SiteMeaning
	for _, code := range []string{"I50.9", "I50.22", "J45.909", "I51.9", "C50.9"} {
		meanings = append(meanings, SiteMeaning{System: patient.ICD10CM, Code: code})
	}
	for _, c := range siteConcepts {
		meanings = append(meanings, SiteMeaning{Concept: c})
	}
	meanings = append(meanings, SiteMeaning{}, SiteMeaning{NoneOf: []string{"heart-disease", "asthma"}})
	wordings := []string{"", "Asthma", "heart failure", "possible heart failure", "heart disease", "Xyzzy", "MI", "heart failure clinic"}
	codings := [][]patient.Coding{
		nil,
		{{System: localSystem, Code: "42"}},
		{{System: "icd10cm", Code: "I50.9"}},
		{{System: "icd10cm", Code: "J45.909"}},
		{{System: "icd10cm", Code: "I51.9"}},
		{{System: localSystem, Code: "42"}, {System: "icd10cm", Code: "J45.909"}},
		{{System: localSystem, Code: "42"}, {System: "snomed", Code: "84114007"}},
	}
	random := rand.New(rand.NewPCG(1, 2)) // a twentieth of all, or it takes minutes
	for _, text := range wordings {
		for _, display := range wordings {
			for _, codes := range codings {
				f := &patient.Fact{Text: text}
				for i, c := range codes {
					if i == 0 {
						c.Display = display
					}
					f.Codes = append(f.Codes, c)
				}
				if random.IntN(20) > 0 {
					continue
				}
				before := answersOf(t, f)
				for _, is := range meanings {
					lines := []SiteLine{{Wording: text, Is: is}, {Wording: display, Is: is}}
					for _, c := range f.Codes {
						lines = append(lines, SiteLine{System: c.System, Code: c.Code, Is: is}, SiteLine{System: c.System, Code: c.Code, Wording: display, Is: is})
					}
					for _, line := range lines {
						if line.Code == "" && line.Wording == "" {
							continue
						}
						after := answersOf(t, f, line)
						for i := range before {
							if why := worse(before[i], after[i]); why != "" {
								t.Errorf("%+v with %+v: %s: %s became %s: %s", f, line, siteConcepts[i].Name, before[i], after[i], why)
							}
						}
					}
				}
				if t.Failed() {
					return
				}
			}
		}
	}
}

func worse(before, after Reason) string {
	if before == EmptyConcept {
		return "" // only the list can say what it is
	}
	was, is := before.Grade(), after.Grade()
	switch {
	case was >= ByName && is == 0, was == 0 && is >= ByName:
		return "the answer flips"
	case was >= ByName && is < ByName && after != Contradiction, was == 0 && is != 0 && after != Contradiction:
		return fmt.Sprintf("a definite answer is lost (%d to %d)", was, is)
	}
	return ""
}
