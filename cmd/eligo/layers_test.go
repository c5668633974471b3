// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/eligo-trials/eligo/"

// layers is a statement of policy: which of our own packages each package may
// reach, and so which way the arrows of the design run. A package that is not
// listed may not exist outside cmd.
var layers = map[string][]string{
	"patient":      nil,
	"patient/ucum": nil,
	"patient/fhir": {"patient", "patient/fhir/internal/json", "patient/fhir/internal/lines", "patient/fhir/internal/resource"},
	"patient/fhir/bulk": {
		"patient", "patient/fhir", "patient/fhir/internal/json", "patient/fhir/internal/lines", "patient/fhir/internal/resource",
	},
	"patient/fhir/internal/fhirtest": {"patient"},
	"patient/fhir/internal/json":     nil,
	"patient/fhir/internal/lines":    {"patient"},
	"patient/fhir/internal/resource": {"patient", "patient/fhir/internal/json"},

	"rules/terminology": {"patient", "patient/ucum"},
	"rules/language":    {"patient", "patient/ucum", "rules/terminology"},
	"rules":             {"patient", "patient/ucum", "rules/terminology", "rules/language"},
	"rules/ctgov":       {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "rules/ctgov/internal/prose"},
	"rules/review":      {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language"},
	"matcher":           {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher/internal/evaluate", "matcher/internal/explain", "matcher/internal/pipeline"},
	"matcher/funnel":    {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher", "matcher/internal/evaluate", "matcher/internal/explain", "matcher/internal/pipeline"},
	"matcher/report":    {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher", "matcher/internal/evaluate", "matcher/internal/explain", "matcher/internal/pipeline", "matcher/funnel"},
	"matcher/cases":     {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher", "matcher/internal/evaluate", "matcher/internal/explain", "matcher/internal/pipeline"},

	"rules/ctgov/internal/prose":  {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language"},
	"matcher/internal/cohorttest": {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher", "matcher/internal/evaluate", "matcher/internal/explain", "matcher/internal/pipeline"},
	"matcher/internal/pipeline":   {"patient"},
	"matcher/internal/evaluate":   {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language"},
	"matcher/internal/explain":    {"patient", "patient/ucum", "rules", "rules/terminology", "rules/language", "matcher/internal/evaluate"},
}

// forbidden is what nobody who imports the core may get with it: anything that
// listens, opens a database or parses a command line.
var forbidden = []string{"net/http", "database/sql", "github.com/urfave/", "os/exec"}

// TestLayers holds the policy over what go list says.
func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for name, deps := range dependencies(t) {
		if strings.HasPrefix(name, "cmd/") {
			continue
		}
		seen[name] = true
		allowed, listed := layers[name]
		if !listed {
			t.Errorf("%s is not part of the layout", name)
		}
		for _, dep := range deps {
			if own, ours := strings.CutPrefix(dep, module); ours && own != name && !slices.Contains(allowed, own) {
				t.Errorf("%s must not depend on %s", name, own)
			}
			for _, bad := range forbidden {
				if dep == bad || strings.HasSuffix(bad, "/") && strings.HasPrefix(dep, bad) {
					t.Errorf("%s must not depend on %s", name, dep)
				}
			}
			if (strings.HasPrefix(dep, "github.com/expr-lang/") || strings.HasPrefix(dep, "go.yaml.in/")) && strings.HasPrefix(name, "patient") {
				t.Errorf("%s must not depend on %s: only rules knows it", name, dep)
			}
		}
	}
	for name := range layers {
		if !seen[name] {
			t.Errorf("%s is in the policy and not in the module", name)
		}
	}
}

// dependencies lists, for each package of the module, what it is built from.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	deps := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		deps[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	return deps
}
