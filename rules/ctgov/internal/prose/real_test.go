// SPDX-License-Identifier: Apache-2.0

package prose_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// sentence is a line of a registry record, cut out crudely: a bullet.
type sentence struct {
	study string
	side  rules.Side
	above string
	text  string
}

var (
	bullet  = regexp.MustCompile(`^(\*|\d+[.)]|[a-z][.)]|-|•)\s+`)
	heading = regexp.MustCompile(`(?i)^\W*(?:key |main |major |patient |subject |study )?(inclusion|exclusion|non-?inclusion)`)
)

// registryLines reads the bullets of the 270 records of shared data.
func registryLines(t testing.TB) []sentence {
	t.Helper()
	path, ok := sharedFile("ctgov/studies-v2.dev.ndjson.gz")
	if !ok {
		t.Skip("no ../shared/data (real public data)")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(z)
	in.Buffer(nil, 8<<20)
	var all []sentence
	for in.Scan() {
		var record struct {
			ProtocolSection struct {
				IdentificationModule struct{ NctID string }
				EligibilityModule    struct{ EligibilityCriteria string }
			}
		}
		if err := json.Unmarshal(in.Bytes(), &record); err != nil {
			t.Fatal(err)
		}
		p := record.ProtocolSection
		all = append(all, cut(p.IdentificationModule.NctID, p.EligibilityModule.EligibilityCriteria)...)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func cut(study, text string) []sentence {
	type level struct {
		indent int
		text   string
	}
	var all []sentence
	var above []level
	side := rules.Inclusion
	for line := range strings.Lines(text) {
		words := strings.TrimSpace(line)
		if words == "" {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		mark := bullet.FindString(words)
		words = strings.TrimSpace(words[len(mark):])
		if m := heading.FindStringSubmatch(words); m != nil && len(words) < 70 {
			side, above = rules.Inclusion, nil
			if !strings.EqualFold(m[1], "inclusion") {
				side = rules.Exclusion
			}
			continue
		}
		for len(above) > 0 && above[len(above)-1].indent >= indent {
			above = above[:len(above)-1]
		}
		s := sentence{study: study, side: side, text: words}
		if len(above) > 0 && mark != "" {
			s.above = above[len(above)-1].text
		}
		above = append(above, level{indent, words})
		all = append(all, s)
	}
	return all
}

func sharedFile(name string) (string, bool) {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, "shared", "data", filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "", false
}

func reader(t testing.TB) *prose.Reader {
	t.Helper()
	return prose.NewReader(library(t))
}

func library(t testing.TB) []*terminology.Concept {
	t.Helper()
	var all []*terminology.Concept
	for _, name := range terminology.Library() {
		part, err := rules.LoadConcepts(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part...)
	}
	return all
}

// compiles loads a study that holds nothing but the reading.
func compiles(side rules.Side, r prose.Reading) error {
	var b strings.Builder
	b.WriteString("study: S\nconcepts: [" + strings.Join(terminology.Library(), ", ") + "]\n")
	if len(r.Anchors) > 0 {
		b.WriteString("dates: [" + strings.Join(r.Anchors, ", ") + "]\n")
	}
	if len(r.Stubs) > 0 {
		b.WriteString("define:\n")
		for _, s := range r.Stubs {
			fmt.Fprintf(&b, "  %s: {kind: %s, label: %q", s.Name, s.Kind, s.Label)
			if s.Unit != "" {
				fmt.Fprintf(&b, ", unit: %q", s.Unit)
			}
			b.WriteString("}\n")
		}
	}
	if len(r.Questions) > 0 {
		b.WriteString("questions:\n")
		for _, q := range r.Questions {
			fmt.Fprintf(&b, "  %s: {ask: %q, who: %s}\n", q.ID, q.Ask, q.Who)
		}
	}
	fmt.Fprintf(&b, "%s:\n  - {id: a, quote: q, rule: %q}\n", side, r.Rule)
	_, err := rules.Parse("study.yaml", []byte(b.String()))
	return err
}

// TestRegistry reads every bullet of the real records: each rule compiles, and
// the counts by form are printed with -v. PROSE_OUT names a file for all of them.
func TestRegistry(t *testing.T) {
	r := reader(t)
	var out strings.Builder
	total, decidable, asked, read := map[string]int{}, map[string]int{}, 0, 0
	for _, s := range registryLines(t) {
		read++
		got, ok := r.ReadCriterion(s.text, prose.Context{Side: s.side, Parent: s.above})
		if !ok {
			fmt.Fprintf(&out, "%s\t%s\t-\t%s\t%s\n", s.study, s.side, s.above, s.text)
			continue
		}
		if err := compiles(s.side, got); err != nil {
			t.Errorf("%q: %s: %v", s.text, got.Rule, err)
		}
		total[got.Form]++
		kind := "stub"
		if prose.IsVerbatimQuestion(got.Form) {
			asked++
			kind = "asked"
		} else if len(got.Stubs) == 0 {
			decidable[got.Form]++
			kind = "decidable"
		}
		fmt.Fprintf(&out, "%s\t%s\t%s:%s\t%s\t%s\t%s\n", s.study, s.side, kind, got.Form, s.above, s.text, got.Rule)
	}
	if file := os.Getenv("PROSE_OUT"); file != "" {
		if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum, able := 0, 0
	for _, form := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%-14s %5d rules, %5d of them with concepts of the library alone", form, total[form], decidable[form])
		sum, able = sum+total[form], able+decidable[form]
	}
	t.Logf("%d criteria: %d rules, %d of them decidable, %d of them questions of the whole sentence", read, sum, able, asked)
}
