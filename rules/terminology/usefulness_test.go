// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// conceptsOfKind gives the concepts of the library of one kind, by name.
func conceptsOfKind(t testing.TB, kind terminology.Kind) map[string]*terminology.Concept {
	t.Helper()
	s, err := rules.Parse("s.yaml", []byte("study: S\nconcepts: [builtin:common, builtin:conditions]\ninclusion:\n  - {id: a, quote: b, rule: age > 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*terminology.Concept{}
	for _, c := range s.Concepts() {
		if c.Kind == kind {
			all[c.Name] = c
		}
	}
	return all
}

// usefulConcepts are 63 concepts that protocols ask for most, and the largest share of
// the facts that are something else and that may stay unknown.
var usefulConcepts = []struct {
	kind  terminology.Kind
	file  string
	names string
	share float64
}{
	{terminology.ConditionKind, "Condition", `heart_failure diabetes type_1_diabetes type_2_diabetes hypertension stroke myocardial_infarction
		coronary_artery_disease atrial_fibrillation chronic_kidney_disease asthma copd malignancy breast_cancer prostate_cancer lung_cancer
		colorectal_cancer hiv hepatitis_b hepatitis_c cirrhosis epilepsy depression schizophrenia rheumatoid_arthritis systemic_sclerosis
		multiple_sclerosis venous_thromboembolism pregnancy tuberculosis anemia`, 0.03},
	{terminology.MedicationKind, "MedicationRequest", `anticoagulant statin insulin metformin methotrexate rituximab adalimumab infliximab
		biologic immunosuppressant systemic_corticosteroid cyclophosphamide mycophenolate azathioprine strong_cyp3a4_inhibitor
		amiodarone digoxin warfarin proton_pump_inhibitor`, 0.02},
	{terminology.ProcedureKind, "Procedure", `kidney_transplant liver_transplant dialysis coronary_artery_bypass percutaneous_coronary_intervention`, 0.05},
	{terminology.ObservationKind, "Observation", `hemoglobin creatinine platelets alt bilirubin egfr hba1c`, 0.05},
}

// TestUsefulness: common facts that are plainly something else still say no.
func TestUsefulness(t *testing.T) {
	dir, ok := sharedData()
	if !ok {
		t.Skip("no ../shared/data (real public data)")
	}
	for _, u := range usefulConcepts {
		for _, textAlone := range []bool{false, true} {
			name := string(u.kind) + ", code and text"
			if textAlone {
				name = string(u.kind) + ", text alone"
			}
			t.Run(name, func(t *testing.T) {
				library := conceptsOfKind(t, u.kind)
				var concepts []*terminology.Concept
				for name := range strings.FieldsSeq(u.names) {
					if library[name] == nil {
						t.Errorf("the library has no %s", name)
						continue
					}
					concepts = append(concepts, library[name])
				}
				share := openShare(t, u.kind, concepts, recordedWordings(t, filepath.Join(dir, "fhir/bulk", u.file+".ndjson.gz")), textAlone)
				if share > u.share {
					t.Errorf("%.1f %% of the pairs that are no yes are unknown, at most %.1f %% may be", 100*share, 100*u.share)
				}
			})
		}
	}
}

// openShare gives the share of unknown answers among those that are not yes.
func openShare(t *testing.T, kind terminology.Kind, concepts []*terminology.Concept, facts []patient.Fact, textAlone bool) float64 {
	r := terminology.NewRecognizer(kind, concepts, nil, nil)
	open, no := 0, 0
	causes := map[string]int{}
	for _, f := range facts {
		if textAlone {
			f.Codes = nil
		}
		yes, unknown := 0, 0
		for _, h := range r.Recognize(&f, 0, nil) {
			if h.Grade >= terminology.ByName {
				yes++
				continue
			}
			unknown++
			causes[f.Text+": "+h.Reason.String()+" "+concepts[h.Concept].Name]++
		}
		open += unknown
		no += len(concepts) - yes - unknown
	}
	worst := make([]string, 0, len(causes))
	for c := range causes {
		worst = append(worst, c)
	}
	sort.Slice(worst, func(i, j int) bool {
		return causes[worst[i]] > causes[worst[j]] || causes[worst[i]] == causes[worst[j]] && worst[i] < worst[j]
	})
	t.Logf("%d unknown, %d no: %.1f %%", open, no, 100*float64(open)/float64(open+no))
	for _, c := range worst[:min(len(worst), 250)] {
		t.Logf("%4d %s", causes[c], c)
	}
	return float64(open) / float64(open+no)
}

// recordedWordings reads what the entries of a FHIR bulk file are about, each wording once.
func recordedWordings(t testing.TB, file string) (facts []patient.Fact) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	type about struct {
		Coding []patient.Coding
		Text   string
	}
	seen := map[string]bool{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r struct {
			Code, MedicationCodeableConcept, VaccineCode about
			Component                                    []struct{ Code about }
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all := []about{r.Code, r.MedicationCodeableConcept, r.VaccineCode}
		for _, c := range r.Component {
			all = append(all, c.Code)
		}
		for _, a := range all {
			if len(a.Coding) > 0 && !seen[a.Text] {
				seen[a.Text] = true
				facts = append(facts, patient.Fact{Codes: a.Coding, Text: a.Text})
			}
		}
	}
	slices.SortFunc(facts, func(x, y patient.Fact) int { return strings.Compare(x.Text, y.Text) })
	return facts
}

// BenchmarkRecognizeRecords gives the time for one fact of a record that was not met
// before, with the concepts of usefulConcepts.
func BenchmarkRecognizeRecords(b *testing.B) {
	dir, ok := sharedData()
	if !ok {
		b.Skip("no ../shared/data (real public data)")
	}
	for _, u := range usefulConcepts {
		b.Run(string(u.kind), func(b *testing.B) {
			library := conceptsOfKind(b, u.kind)
			var concepts []*terminology.Concept
			for name := range strings.FieldsSeq(u.names) {
				concepts = append(concepts, library[name])
			}
			r := terminology.NewRecognizer(u.kind, concepts, nil, nil)
			facts := recordedWordings(b, filepath.Join(dir, "fhir/bulk", u.file+".ndjson.gz"))
			var hits []terminology.Hit
			for i := 0; b.Loop(); i++ {
				f := facts[i%len(facts)]
				f.Text += " " + strconv.Itoa(i) // numbers say nothing, and make the wording new
				hits = r.Recognize(&f, 0, hits[:0])
			}
		})
	}
}
