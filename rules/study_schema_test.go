// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// schemaPart compiles the study schema, or the part of it at a JSON pointer.
func schemaPart(t *testing.T, pointer string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(StudySchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("study.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("study.json" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainJSON turns YAML into what JSON holds, as an editor does: by the core
// schema of YAML 1.2, in which a date is a text.
func plainJSON(t *testing.T, src []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	return jsonOf(t, doc.Content[0])
}

func jsonOf(t *testing.T, n *yamlwalk.Node) any {
	t.Helper()
	switch n.Kind {
	case yamlwalk.Mapping:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = jsonOf(t, n.Content[i+1])
		}
		return m
	case yamlwalk.Sequence:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, jsonOf(t, c))
		}
		return list
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

func TestStudySchemaAccepts(t *testing.T) {
	study := schemaPart(t, "")
	files, err := filepath.Glob("../testdata/studies/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no shipped study: %v", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".cases.yaml") {
			continue // patients and what the study beside it says of them
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := study.Validate(plainJSON(t, src)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	unpack(t) // testdata/load/good.txtar
	concepts := schemaPart(t, "#/$defs/concepts")
	for file, schema := range map[string]*jsonschema.Schema{"trials/study.yaml": study, "site/concepts.yaml": concepts} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(plainJSON(t, src)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	common, err := terminology.LibraryFile("builtin:common")
	if err != nil {
		t.Fatal(err)
	}
	if err := concepts.Validate(plainJSON(t, common)); err != nil {
		t.Errorf("builtin:common: %v", err)
	}
}

func TestStudySchemaRefuses(t *testing.T) {
	const criterion = "{id: age, quote: Adults., rule: age >= 18}"
	study := schemaPart(t, "")
	for name, src := range map[string]string{
		"unknown key":             "study: X\nextra: 1\ninclusion: [" + criterion + "]",
		"no study":                "inclusion: [" + criterion + "]",
		"no criteria":             "study: X",
		"no criteria in the list": "study: X\ninclusion: []",
		"no quote":                "study: X\ninclusion: [{id: age, rule: age >= 18}]",
		"blank quote":             "study: X\ninclusion: [{id: age, quote: ' ', rule: age >= 18}]",
		"criterion alive":         "study: X\ninclusion: [{id: alive, quote: Alive., rule: alive}]",
		"id in capitals":          "study: X\ninclusion: [{id: AGE, quote: Adults., rule: age >= 18}]",
		"unknown kind":            "study: X\ndefine: {hiv: {kind: disease}}\ninclusion: [" + criterion + "]",
		"unknown system":          "study: X\ndefine: {hiv: {kind: condition, codes: {icd: [B20]}}}\ninclusion: [" + criterion + "]",
		"codes in except":         "study: X\ndefine: {hiv: {kind: condition, except: {codes: [B20]}}}\ninclusion: [" + criterion + "]",
		"names in may_be":         "study: X\ndefine: {hiv: {kind: condition, may_be: {names: [HIV]}}}\ninclusion: [" + criterion + "]",
		"import from the network": "study: X\nconcepts: ['https://example.org/c.yaml']\ninclusion: [" + criterion + "]",
		"absolute path":           "study: X\nconcepts: [/etc/c.yaml]\ninclusion: [" + criterion + "]",
		"question without words":  "study: X\nquestions: {q: {who: patient}}\ninclusion: [" + criterion + "]",
		"review by nobody":        "study: X\nreviewed: {on: 2026-11-22}\ninclusion: [" + criterion + "]",
		"review on no day":        "study: X\nreviewed: {by: A, on: 22 November}\ninclusion: [" + criterion + "]",
		"review with half a sum":  "study: X\nreviewed: {by: A, on: 2026-11-22, sha256: abc}\ninclusion: [" + criterion + "]",
		"title on two lines":      "study: X\ntitle: \"a\\nb\"\ninclusion: [" + criterion + "]",
	} {
		if study.Validate(plainJSON(t, []byte(src))) == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
		if _, err := Parse("study.yaml", []byte(src)); err == nil {
			t.Errorf("%s: the loader accepts it", name)
		}
	}
}

// Every key that the loader reads is in the schema and the other way round, as
// are the kinds and the code systems.
func TestStudySchemaHoldsWhatTheLoaderKnows(t *testing.T) {
	type part struct {
		Required   []string
		Properties map[string]any
		Enum       []string
	}
	var s struct {
		part
		Defs map[string]part `json:"$defs"`
	}
	if err := json.Unmarshal(StudySchema(), &s); err != nil {
		t.Fatal(err)
	}
	parts := map[string]part{
		"study": s.part, "question": s.Defs["question"], "criterion": s.Defs["criterion"],
		"entry of not_criteria": s.Defs["not_criterion"], "concept": s.Defs["concept"],
		"review": s.Defs["review"],
	}
	known := keysOfTheLoader(t)
	known["study"] = studyKeys
	for _, what := range slices.Sorted(maps.Keys(known)) {
		p, ok := parts[what]
		if !ok {
			t.Errorf("the loader reads %s, of which this test knows no part of the schema", what)
			continue
		}
		var names, required []string
		for _, key := range known[what] {
			name, must := strings.CutSuffix(key, "!")
			names = append(names, name)
			if must {
				required = append(required, name)
			}
		}
		slices.Sort(names)
		if got := slices.Sorted(maps.Keys(p.Properties)); !slices.Equal(got, names) {
			t.Errorf("%s: the schema has %v, the loader %v", what, got, names)
		}
		slices.Sort(required)
		if got := slices.Sorted(slices.Values(p.Required)); !slices.Equal(got, required) {
			t.Errorf("%s: the schema requires %v, the loader %v", what, got, required)
		}
	}
	if got := s.Defs["system"].Enum; !slices.Equal(got, patient.KnownSystems()) {
		t.Errorf("code systems are %v", got)
	}
	var kinds []string
	for _, k := range terminology.Kinds() {
		kinds = append(kinds, string(k))
	}
	kind, _ := s.Defs["concept"].Properties["kind"].(map[string]any)
	if got := kind["enum"].([]any); len(got) != len(kinds) || !slices.ContainsFunc(got, func(k any) bool { return k == kinds[0] }) {
		t.Errorf("kinds are %v", got)
	}
}

// keysOfTheLoader finds the keys in the calls of walker.object, by what each
// call reads.
func keysOfTheLoader(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 3 {
				return true
			}
			if name, ok := call.Fun.(*ast.SelectorExpr); !ok || name.Sel.Name != "object" {
				return true
			}
			var words []string
			for _, arg := range call.Args[1:] {
				if lit, ok := arg.(*ast.BasicLit); ok {
					word, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					words = append(words, word)
				}
			}
			keys[words[0]] = words[1:]
			return true
		})
	}
	return keys
}
