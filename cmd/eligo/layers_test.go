// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/eligo-trials/eligo/"

// What a package of each layer may reach, from below.
const (
	facts    = "patient patient/ucum patient/internal/..."
	names    = "rules/terminology/lexicon rules/terminology/core"
	words    = facts + " " + names + " rules/terminology rules/language"
	studies  = words + " rules/yamlwalk rules"
	decision = studies + " matcher matcher/internal/..."
)

// layers is a statement of policy: which of our own packages each package may
// reach, and so which way the arrows of the design run. "x/..." is x with the
// packages below it, and each of them may reach the others. "patient/*" is an
// adapter: a folder below patient, which reaches no other adapter. The first
// pattern that a package has counts; one without may not exist outside cmd.
var layers = []struct{ pattern, reach string }{
	{"patient", "patient/internal/..."},
	{"patient/internal/...", "patient"},
	{"patient/*", facts},
	{"rules/terminology/lexicon", ""},
	{"rules/terminology/core/...", "rules/terminology/lexicon"},
	{"rules/terminology/build", facts + " " + names + " rules/terminology"},
	{"rules/terminology", facts + " " + names},
	{"rules/language", facts + " " + names + " rules/terminology"},
	{"rules/yamlwalk", "patient patient/internal/..."},
	{"rules", words + " rules/yamlwalk"},
	{"rules/ctgov/...", studies},
	{"rules/review/...", studies},
	{"matcher", studies + " matcher/internal/..."},
	{"matcher/internal/evaluate", studies},
	{"matcher/internal/explain", studies + " matcher/internal/evaluate"},
	{"matcher/internal/...", decision},
	{"matcher/funnel", decision},
	{"matcher/report", decision + " matcher/funnel"},
	{"matcher/cases/...", decision},
}

// reachOf gives the packages that a package may reach; nil if it has no pattern.
func reachOf(name string) []string {
	for _, row := range layers {
		pattern := row.pattern
		if folder, ok := strings.CutSuffix(pattern, "/*"); ok && strings.HasPrefix(name, folder+"/") {
			adapter, _, _ := strings.Cut(name[len(folder)+1:], "/")
			pattern = folder + "/" + adapter + "/..."
		}
		if mayReach([]string{pattern}, name) {
			return append(strings.Fields(row.reach), pattern)
		}
	}
	return nil
}

// mayReach reports whether a package is among those of a reach.
func mayReach(reach []string, name string) bool {
	return slices.ContainsFunc(reach, func(pattern string) bool {
		folder, below := strings.CutSuffix(pattern, "/...")
		return name == folder || below && strings.HasPrefix(name, folder+"/")
	})
}

// forbidden are the packages that nobody who imports the core may get with it: all
// that listen, open a database or parse a command line.
var forbidden = []string{"net/http", "database/sql", "github.com/urfave/", "os/exec"}

// TestLayers holds the policy over what go list says.
func TestLayers(t *testing.T) {
	for name, deps := range dependencies(t) {
		if strings.HasPrefix(name, "cmd/") {
			continue
		}
		allowed := reachOf(name)
		if allowed == nil {
			t.Errorf("%s is not part of the layout", name)
		}
		for _, dep := range deps {
			if own, ours := strings.CutPrefix(dep, module); ours && own != name && !mayReach(allowed, own) {
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
