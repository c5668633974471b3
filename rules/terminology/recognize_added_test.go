// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// newSite makes a terminology of a site.
func newSite(t testing.TB, add func(b *lexicon.Builder)) *terminology.Knowledge {
	t.Helper()
	b := lexicon.NewBuilder(nil)
	add(b)
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return terminology.NewKnowledge(l)
}

const hospital = "http://hospital.example.org/codes"

// invented is a hospital's terminology: codes of its own, and codes of SNOMED CT and RxNorm
// that do not exist.
func invented(b *lexicon.Builder) {
	snomed := func(code, name, parent string) {
		b.AddName(patient.SNOMED, code, lexicon.Diagnosis, lexicon.Label, 0, true, name)
		b.Relate(patient.SNOMED, code, lexicon.Parent, patient.SNOMED, parent)
	}
	snomed("900001007", "Kardiale Dekompensation bei Amyloid", "84114007") // below heart failure
	snomed("900002000", "Rezidivierende Form davon", "900001007")
	snomed("900003005", "Fracture of great toe", "64572001")
	snomed("900004004", "Zustand nach Sturz vom Pferd", "64572001")
	own := func(code, name, system, target string, r lexicon.Relation) {
		b.AddName(hospital, code, lexicon.Diagnosis, lexicon.Label, 0, true, name)
		if target != "" {
			b.Relate(hospital, code, r, system, target)
		}
	}
	own("HI", "Herzinsuffizienz", patient.ICD10CM, "I509", lexicon.MapsTo)
	own("AP", "Appendizitis", patient.ICD10CM, "K3580", lexicon.Same)
	own("XX", "Herzkasperl", "", "", 0)
	own("TEIL", "Herzkrankheit, Teilgebiet", patient.SNOMED, "900002000", lexicon.Parent)
	own("WEIT", "Zuckerleiden", patient.SNOMED, "44054006", lexicon.Child)

	product := func(code, name string, parts ...string) {
		b.AddName(patient.RxNorm, code, lexicon.Medicine, lexicon.Label, 0, true, name)
		for _, p := range parts {
			b.Relate(patient.RxNorm, code, lexicon.HasIngredient, patient.RxNorm, p)
		}
	}
	product("9900001", "Xyzal-like 5 MG", "9900002")
	product("9900002", "infliximab 100 MG component", "191831")
	product("191831", "infliximab")
	product("9900003", "Kombi Forte", "6809", "9900004")
	product("9900004", "unbekannter Wirkstoff")
	product("9900005", "Donepezil 5 MG Oral Tablet", "135447")
	product("135447", "donepezil")
	b.Relate(patient.NDC, "99999012301", lexicon.MapsTo, patient.RxNorm, "9900001")
	b.AddName(hospital, "M1", lexicon.Diagnosis, lexicon.Label, 0, true, "Hausmarke A")
	b.Relate(hospital, "M1", lexicon.MapsTo, patient.RxNorm, "9900001")

	b.AddName(patient.LOINC, "99001-0", lexicon.Laboratory, lexicon.Label, 0, true, "Hemoglobin A1c/Hemoglobin.total in Blood by invented method")
	b.Relate(patient.LOINC, "99001-0", lexicon.Parent, "component", "Hemoglobin A1c/Hemoglobin.total")
	b.Relate(patient.LOINC, "99001-0", lexicon.Parent, "specimen", "Blood")
}

// explain gives the answer and the reason for one concept of the library.
func (l *libraryRecognizer) explain(t *testing.T, kind terminology.Kind, concept string, f patient.Fact) string {
	t.Helper()
	l.concept(t, kind, concept)
	reason, _ := l.recognizers[kind].Explain(&f, int(l.index[concept]))
	return reason.String()
}

func coded(system, code string) patient.Fact {
	return patient.Fact{Codes: []patient.Coding{{System: system, Code: code}}}
}

func TestCodesOfASiteAreReadByWhatTheyLeadTo(t *testing.T) {
	site := newLibraryRecognizerWith(t, newSite(t, invented))
	for _, c := range []struct {
		why     string
		kind    terminology.Kind
		concept string
		fact    patient.Fact
		want    string
	}{
		{"it lies below a listed code", terminology.ConditionKind, "heart_failure", coded(patient.SNOMED, "900001007"), "covers: code"},
		{"two levels below", terminology.ConditionKind, "heart_failure", coded(patient.SNOMED, "900002000"), "covers: code"},
		{"a local code below", terminology.ConditionKind, "heart_failure", coded(hospital, "TEIL"), "covers: code"},
		{"its name lies outside", terminology.ConditionKind, "heart_failure", coded(patient.SNOMED, "900003005"), "outside: known code"},
		{"its name says nothing to the core", terminology.ConditionKind, "heart_failure", coded(patient.SNOMED, "900004004"), "not recognised: code"},
		{"mapped to a listed code", terminology.ConditionKind, "heart_failure", coded(hospital, "HI"), "covers: code"},
		{"mapped to a code outside", terminology.ConditionKind, "asthma", coded(hospital, "HI"), "outside: complete list"},
		{"equal to a code outside", terminology.ConditionKind, "heart_failure", coded(hospital, "AP"), "outside: complete list"},
		{"not mapped", terminology.ConditionKind, "heart_failure", coded(hospital, "XX"), "not recognised: code"},
		{"the whole wording is a name", terminology.ConditionKind, "heart_failure", patient.Fact{Text: "Herzinsuffizienz"}, "covers: wording"},
		{"a name of a code that is not mapped", terminology.ConditionKind, "heart_failure", patient.Fact{Text: "Herzkasperl"}, "not recognised: wording"},
		{"a longer wording", terminology.ConditionKind, "heart_failure", patient.Fact{Text: "Herzinsuffizienz NYHA III"}, "not recognised: wording"},
		{"a wider local code", terminology.ConditionKind, "type_2_diabetes", coded(hospital, "WEIT"), "may be: wider"},
		{"a code that a local one is mapped to", terminology.ConditionKind, "heart_failure", coded(patient.ICD10CM, "K35.80"), "outside: complete list"},

		{"a product of an ingredient", terminology.MedicationKind, "infliximab", coded(patient.RxNorm, "9900001"), "covers: ingredient"},
		{"a package of it", terminology.MedicationKind, "infliximab", coded(patient.NDC, "99999-0123-01"), "covers: ingredient"},
		{"a local code of it", terminology.MedicationKind, "infliximab", coded(hospital, "M1"), "covers: ingredient"},
		{"a local name of it", terminology.MedicationKind, "infliximab", patient.Fact{Text: "Hausmarke A"}, "covers: ingredient"},
		{"a product of another", terminology.MedicationKind, "infliximab", coded(patient.RxNorm, "9900005"), "outside: known code"},
		{"with an ingredient that is not known", terminology.MedicationKind, "infliximab", coded(patient.RxNorm, "9900003"), "not recognised: code"},
		{"and one that is", terminology.MedicationKind, "metformin", coded(patient.RxNorm, "9900003"), "covers: ingredient"},

		{"a test of the component", terminology.ObservationKind, "hba1c", coded(patient.LOINC, "99001-0"), "may be: narrower or the same"},
		{"a test of another component", terminology.ObservationKind, "platelets", coded(patient.LOINC, "99001-0"), "outside: known code"},
	} {
		if got := site.explain(t, c.kind, c.concept, c.fact); got != c.want {
			t.Errorf("%s: %s: %v is %q, want %q", c.why, c.concept, c.fact, got, c.want)
		}
	}
}

func TestASiteDoesNotOverruleWhatIsKnown(t *testing.T) {
	site := newLibraryRecognizerWith(t, newSite(t, func(b *lexicon.Builder) {
		b.Relate(hospital, "BAD", lexicon.MapsTo, patient.ICD10CM, "I509")
		b.Relate(patient.ICD10CM, "K3580", lexicon.MapsTo, patient.SNOMED, "84114007") // wrong
		b.Relate(patient.ICD10CM, "I509", lexicon.MapsTo, patient.ICD10CM, "K3580")    // wrong
	}))
	text := patient.Fact{Text: "Acute appendicitis", Codes: []patient.Coding{{System: hospital, Code: "BAD"}}}
	both := coded(hospital, "BAD")
	both.Codes = append(both.Codes, patient.Coding{System: patient.ICD10CM, Code: "K37"})
	for _, c := range []struct {
		why  string
		fact patient.Fact
		want string
	}{
		{"a map against the code's own list", coded(patient.ICD10CM, "K35.80"), "may be: code and words contradict each other"},
		{"a map of a listed code", coded(patient.ICD10CM, "I50.9"), "covers: code"},
		{"a map against words", text, "may be: code and words contradict each other"},
		{"a map against another code", both, "may be: code and words contradict each other"},
	} {
		if got := site.explain(t, terminology.ConditionKind, "heart_failure", c.fact); got != c.want {
			t.Errorf("%s: %v is %q, want %q", c.why, c.fact, got, c.want)
		}
	}
}

func TestAnExceptedCodeIsAHoleForTheCodesBelow(t *testing.T) {
	c := &terminology.Concept{Name: "x", Kind: terminology.ConditionKind, Terms: terminology.Terms{Codes: map[string][]string{hospital: {"TOP", "AGAIN"}}}}
	c.Except = terminology.Terms{Codes: map[string][]string{hospital: {"HOLE"}}}
	known := newSite(t, func(b *lexicon.Builder) {
		for child, parents := range map[string][]string{
			"HOLE": {"TOP"}, "IN": {"TOP"}, "OUT": {"HOLE"}, "AGAIN": {"HOLE"}, "BACK": {"AGAIN"}, "BOTH": {"HOLE", "TOP"}, "APART": {"HOLE", "OTHER"}, "OTHER": {"AGAIN"},
		} {
			for _, p := range parents {
				b.Relate(hospital, child, lexicon.Parent, hospital, p)
			}
		}
	})
	r := terminology.NewRecognizer(c.Kind, []*terminology.Concept{c}, nil, known)
	for code, want := range map[string]terminology.Reason{
		"TOP": terminology.CoversCode, "IN": terminology.CoversCode, "HOLE": terminology.OutsideException, "OUT": terminology.OutsideException,
		"AGAIN": terminology.CoversCode, "BACK": terminology.CoversCode, "BOTH": terminology.OutsideException, "APART": terminology.CoversCode,
	} {
		f := coded(hospital, code)
		if got, _ := r.Explain(&f, 0); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

// TestAnyTerminologyNeverFlips adds terminologies of random links between the codes of the rows of
// recognition, and names of the rows.
func TestAnyTerminologyNeverFlips(t *testing.T) {
	before := newLibraryRecognizer(t, nil)
	rows := recognitionRows(t)
	for seed := range uint64(2) {
		after := newLibraryRecognizerWith(t, newSite(t, func(b *lexicon.Builder) { addRandom(b, rows, seed) }))
		for _, r := range rows {
			kind := terminology.Kind(r.kind)
			was, _ := before.verdicts(kind, r.fact())
			is, reasons := after.verdicts(kind, r.fact())
			for _, c := range before.concepts[kind] {
				old, now := orNo(was[c.Name]), orNo(is[c.Name])
				switch {
				case old == unknown || old == now:
				case now != unknown:
					t.Errorf("seed %d: %v: %s: %s, but %s before", seed, r, c.Name, now, old)
				case reasons[c.Name] != terminology.Contradiction:
					t.Errorf("seed %d: %v: %s: unknown (%v), but %s before", seed, r, c.Name, reasons[c.Name], old)
				}
			}
		}
	}
}

func addRandom(b *lexicon.Builder, rows []recognitionRow, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	var codes [][2]string
	for _, row := range rows {
		if row.code != "" {
			system := patient.SystemName(row.system)
			codes = append(codes, [2]string{system, terminology.NormalCode(system, row.code)})
		}
	}
	for i := range 200 {
		codes = append(codes, [2]string{hospital, fmt.Sprint(i)})
	}
	pick := func() [2]string { return codes[r.IntN(len(codes))] }
	relations := []lexicon.Relation{lexicon.Parent, lexicon.Same, lexicon.MapsTo, lexicon.HasIngredient}
	for range 500 {
		from, to := pick(), pick()
		b.Relate(from[0], from[1], relations[r.IntN(len(relations))], to[0], to[1])
	}
	for range 1000 {
		c, row := pick(), rows[r.IntN(len(rows))]
		if row.text != "" {
			g := []lexicon.Group{lexicon.Diagnosis, lexicon.Medicine, lexicon.Laboratory, lexicon.Vaccine, lexicon.Substance}[r.IntN(5)]
			b.AddName(c[0], c[1], g, lexicon.NameKind(r.IntN(2)), 0, true, row.text)
		}
	}
}

func TestTheOrderOfTerminologiesIsPartOfTheirDigest(t *testing.T) {
	block := func(code string) *lexicon.Lexicon {
		b := lexicon.NewBuilder(nil)
		b.AddCode("x", code)
		var out bytes.Buffer
		if _, err := b.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		l, err := lexicon.Open(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	a, b := block("A"), block("B")
	digests := []string{
		terminology.NewKnowledge().SHA256(), terminology.NewKnowledge(a).SHA256(), terminology.NewKnowledge(b).SHA256(),
		terminology.NewKnowledge(a, b).SHA256(), terminology.NewKnowledge(b, a).SHA256(),
	}
	if digests[0] != "" || (*terminology.Knowledge)(nil).SHA256() != "" {
		t.Error("the core alone has a digest")
	}
	slices.Sort(digests)
	if len(slices.Compact(digests)) != 5 {
		t.Error("two terminologies share a digest:", digests)
	}
}

func BenchmarkRecognizeCodeOfASite(b *testing.B) {
	known := newSite(b, invented)
	c := &terminology.Concept{Name: "x", Kind: terminology.ConditionKind, Terms: terminology.Terms{Codes: map[string][]string{patient.SNOMED: {"84114007"}}}}
	r := terminology.NewRecognizer(c.Kind, []*terminology.Concept{c}, nil, known)
	f := coded(patient.SNOMED, "900002000")
	b.ReportAllocs()
	for b.Loop() {
		r.Explain(&f, 0) // not from its memo
	}
}
