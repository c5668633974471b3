// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// The code in the package documentation compiles.
func TestDocumentedCodeCompiles(t *testing.T) {
	doc, err := os.ReadFile("matcher.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for line := range strings.Lines(string(doc)) {
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			code.WriteString(text)
		}
	}
	if !strings.Contains(code.String(), "m.Match(") {
		t.Fatal("the documentation shows no code")
	}
	dir := t.TempDir()
	program := "package main\nimport (\n\"fmt\"\n\"os\"\n" + strings.Join([]string{
		`"github.com/eligo-trials/eligo/matcher"`, `"github.com/eligo-trials/eligo/patient"`,
		`"github.com/eligo-trials/eligo/patient/fhir"`, `"github.com/eligo-trials/eligo/rules"`,
	}, "\n") + "\n)\nfunc main() {\nbundle := os.Stdin\n" + code.String() + "_ = err\n}\n"
	at, err := filepath.Abs("internal/documented/main.go")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {at: filepath.Join(dir, "main.go")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"main.go": []byte(program), "overlay.json": overlay} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "documented"), "-overlay", filepath.Join(dir, "overlay.json"), "./internal/documented")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// A whole prescreen: a study file, a patient, a verdict with its reasons.
func Example() {
	study, err := rules.Parse("trial.yaml", []byte(`
study: NCT00000000
dates: [first_dose]
concepts: [builtin:common]
inclusion:
  - id: adult
    quote: Adults
    rule: age >= 18
exclusion:
  - id: washout
    quote: No infliximab within 8 weeks of the first dose
    rule: took(infliximab, within(weeks(8), first_dose))
`))
	if err != nil {
		log.Fatal(err) // every mistake, each with file:line:col
	}
	m, err := matcher.New(study)
	if err != nil {
		log.Fatal(err)
	}

	p, err := patient.Decode(strings.NewReader(`{
	  "id": "p1", "birth_date": "1979-03-02",
	  "medications": [{"text": "Infliximab 100 MG Injection", "basis": "administration",
	    "status": "completed", "start": "2026-10-20", "record": "MedicationAdministration/7"}]
	}`))
	if err != nil {
		log.Fatal(err) // every problem, each with its JSON path
	}

	results, err := m.Match(p, matcher.Dates{
		Screening: patient.NewDay(2026, 11, 22),
		Anchors:   map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		fmt.Println(r.Verdict)
		for _, c := range r.Criteria {
			fmt.Printf("%s: %s. %s\n", c.ID, c.Label, c.Reason)
		}
	}
	// Output:
	// ineligible
	// alive: included. No death is recorded.
	// adult: included. Age 47 (born 1979-03-02): 18 or more.
	// washout: excluded. Infliximab given 2026-10-20, 47 days before the first dose, within the 8 weeks before the first dose (MedicationAdministration/7).
}
