// SPDX-License-Identifier: Apache-2.0

package cases_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/matcher/cases"
)

// checkSchema holds a file of cases against the schema.
func checkSchema(t *testing.T, src []byte, fits bool) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(cases.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("cases.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(jsonOf(t, root.Content[0])); (err == nil) != fits {
		t.Errorf("fits: %v, want %v: %v\n%.500s", err == nil, fits, err, src)
	}
}

// jsonOf turns YAML into what JSON holds, as an editor does: a date is a text.
func jsonOf(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.AliasNode:
		return jsonOf(t, n.Alias)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = jsonOf(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, jsonOf(t, c))
		}
		return list
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return json.Number(n.Value)
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}

func TestSchema(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/studies/*" + cases.Suffix)
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		checkSchema(t, src, true)
	}
	for _, bad := range []string{
		"{}",
		"study: s.yaml\non: 2026-11\ncases: [{patient: p}]",
		"study: s.yaml\non: 2026-11-22\ncases: []",
		"study: s.yaml\non: 2026-11-22\ncases: [{patient: p, verdikt: eligible}]",
		"study: s.yaml\non: 2026-11-22\ncases: [{case: a, person: {birthdate: 2000-01-01}, truth: {a: true}}]",
		"study: s.yaml\non: 2026-11-22\ncases: [{case: a, person: {sex: f}, truth: {a: true}}]",
		"study: s.yaml\non: 2026-11-22\ncases: [{patient: p, truth: {a: maybe}}]",
	} {
		checkSchema(t, []byte(bad), false)
	}
}
