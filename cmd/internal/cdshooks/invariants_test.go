// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// invariants checks what the specification and its logical models ask of every
// answer: no null and nothing empty but cards, summaries under 140 characters,
// indicators, sources, links, override reasons, selectionBehavior.
func invariants(t *testing.T, doc []byte) {
	t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatalf("no JSON: %v in %.200s", err, doc)
	}
	walk(t, "$", v)
	top := v.(map[string]any)
	if top["resourceType"] == "OperationOutcome" || top["services"] != nil {
		return
	}
	cards, ok := top["cards"].([]any)
	if !ok {
		t.Fatalf("no cards in %.200s", doc)
	}
	for i, one := range cards {
		checkCard(t, fmt.Sprintf("card %d", i), one.(map[string]any))
	}
}

func walk(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
		t.Errorf("%s is null", path)
	case string:
		if strings.TrimSpace(v) == "" {
			t.Errorf("%s is an empty string", path)
		}
	case []any:
		if len(v) == 0 && path != "$.cards" {
			t.Errorf("%s is an empty list", path)
		}
		for i, e := range v {
			walk(t, fmt.Sprintf("%s[%d]", path, i), e)
		}
	case map[string]any:
		if len(v) == 0 {
			t.Errorf("%s is an empty object", path)
		}
		for name, e := range v {
			walk(t, path+"."+name, e)
		}
	}
}

func checkCard(t *testing.T, name string, c map[string]any) {
	t.Helper()
	text := func(v any) string { s, _ := v.(string); return s }
	if !uuidForm.MatchString(text(c["uuid"])) {
		t.Errorf("%s: uuid %v", name, c["uuid"])
	}
	if s := text(c["summary"]); s == "" || len(utf16.Encode([]rune(s))) >= 140 || strings.ContainsAny(s, "\n\r\t<>") {
		t.Errorf("%s: summary %q", name, s)
	}
	if i := text(c["indicator"]); i != "info" && i != "warning" {
		t.Errorf("%s: indicator %q", name, i)
	}
	source, _ := c["source"].(map[string]any)
	if text(source["label"]) == "" {
		t.Errorf("%s: source %v", name, source)
	}
	addresses := []any{source["url"]}
	for _, l := range asList(c["links"]) {
		link := l.(map[string]any)
		if link["type"] != "absolute" || text(link["label"]) == "" || text(link["url"]) == "" {
			t.Errorf("%s: link %v", name, link)
		}
		addresses = append(addresses, link["url"])
	}
	for _, a := range addresses {
		if s := text(a); a != nil && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			t.Errorf("%s: address %q", name, s)
		}
	}
	for _, r := range asList(c["overrideReasons"]) {
		reason := r.(map[string]any)
		if text(reason["code"]) == "" || text(reason["system"]) == "" || text(reason["display"]) == "" {
			t.Errorf("%s: override reason %v", name, reason)
		}
	}
	if (c["suggestions"] != nil) != (c["selectionBehavior"] != nil) {
		t.Errorf("%s: suggestions without selectionBehavior, or the reverse", name)
	}
}

func asList(v any) []any { list, _ := v.([]any); return list }
