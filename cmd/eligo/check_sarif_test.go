// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sarifShape is what SARIF 2.1.0 asks of the objects that check writes: the
// properties that its schema requires, and the values that it allows (sections
// 3.13 sarifLog, 3.14 run, 3.18 tool, 3.19 toolComponent, 3.27 result, 3.30
// region, 3.49 reportingDescriptor); and that a region has a line, without
// which code review shows nothing.
const sarifShape = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object", "required": ["version", "runs", "$schema"], "additionalProperties": false,
  "properties": {"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "minItems": 1, "items": {
    "type": "object", "required": ["tool", "results"], "additionalProperties": false,
    "properties": {
      "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
      "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
        "type": "object", "required": ["name"],
        "properties": {"name": {"type": "string"}, "version": {"type": "string"}, "informationUri": {"type": "string", "format": "uri"}, "rules": {
          "type": "array", "uniqueItems": true, "items": {
            "type": "object", "required": ["id"],
            "properties": {"id": {"type": "string"}, "shortDescription": {"$ref": "#/$defs/text"}, "help": {"$ref": "#/$defs/text"},
              "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}}}}}}}}},
      "results": {"type": "array", "items": {
        "type": "object", "required": ["message", "ruleId", "locations"],
        "properties": {
          "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0}, "level": {"$ref": "#/$defs/level"},
          "message": {"$ref": "#/$defs/text"},
          "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"$ref": "#/$defs/location"}},
          "relatedLocations": {"type": "array", "uniqueItems": true, "items": {"allOf": [{"$ref": "#/$defs/location"}, {"required": ["id", "message"]}]}}}}}}}}},
  "$defs": {
    "level": {"enum": ["none", "note", "warning", "error"]},
    "text": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
    "location": {"type": "object", "properties": {"id": {"type": "integer", "minimum": 1}, "message": {"$ref": "#/$defs/text"}, "physicalLocation": {
      "type": "object", "required": ["artifactLocation", "region"],
      "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string", "format": "uri-reference"}}},
        "region": {"type": "object", "required": ["startLine"], "properties": {"startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}}}}},
      "required": ["physicalLocation"]}
  }
}`

func TestSARIF(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, src := range map[string]string{
		"bad study.yaml": "study: B\ninclusion:\n  - {id: age, quote: Adults, rule: agee >= 18}\n",
		"ö.yaml":         "study: S\nconcepts: [builtin:common]\ndefine: {creatinine_here: {kind: observation}}\ninclusion:\n  - {id: age, quote: ÄÖ, rule: age < 18 and age > 80}\n  - {id: hiv, quote: B, rule: has(hiv) and latest(creatinine_here) < 2}\nexclusion:\n  - {id: no-hiv, quote: C, rule: has(hiv)}\n",
	} {
		if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, stderr bytes.Buffer
	files := []string{"bad study.yaml", "ö.yaml", "missing.yaml", filepath.Join(dir, "ö.yaml")}
	if code := run(context.Background(), append([]string{"eligo", "check", "--format", "sarif"}, files...), nil, &out, &stderr, nil); code != exitInput {
		t.Fatalf("code %d: %s", code, stderr.String())
	}
	shape, err := jsonschema.UnmarshalJSON(strings.NewReader(sarifShape))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", shape); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	var log sarifLog
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	var got []string
	for _, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID || rule.Default.Level != r.Level {
			t.Errorf("%s is not the rule %s", rule.ID, r.RuleID)
		}
		got = append(got, r.RuleID+" "+r.Locations[0].Physical.Artifact.URI)
	}
	for _, want := range []string{"load bad%20study.yaml", "load missing.yaml", "excludes-everyone %C3%B6.yaml", "criteria-contradict %C3%B6.yaml", "excludes-everyone file://" + filepath.ToSlash(dir) + "/%C3%B6.yaml"} {
		if !slices.Contains(got, want) {
			t.Errorf("no result %s in %q", want, got)
		}
	}
	for _, r := range run.Results {
		if r.RuleID == "excludes-everyone" && (r.Locations[0].Physical.Region.StartLine != 5 || r.Locations[0].Physical.Region.StartColumn != 32) {
			t.Errorf("%+v: columns count characters", r.Locations[0].Physical.Region)
		}
	}
}
