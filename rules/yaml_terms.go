// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// maxTerm is the longest code or name, in bytes.
const maxTerm = 256

// termsReader reads codes and names.
type termsReader struct {
	*walker
	systems map[string]string // local code systems: URL to short name
}

// readTerms reads systems with their codes and, beside them, names.
func (t termsReader) readTerms(n *yaml.Node, what string) terminology.Terms {
	if n == nil {
		return terminology.Terms{}
	}
	var list terminology.Terms
	var systems []entry
	for _, e := range t.entries(n, what) {
		switch e.key.Value {
		case "names":
			list.Names = t.readNames(e.value)
		case "codes":
			t.addError(e.key, "in %s the code systems stand side by side with names, without codes", what)
		default:
			systems = append(systems, e)
		}
	}
	list.Codes = t.readCodes(systems)
	return list
}

// readCodes reads lists of codes by system.
func (t termsReader) readCodes(entries []entry) map[string][]string {
	var codes map[string][]string
	for _, e := range entries {
		system := t.readSystem(e.key)
		if system == "" {
			continue
		}
		if codes[system] != nil {
			t.addError(e.key, "%s is %s, which is there already", quoteBriefly(e.key.Value), system)
			continue
		}
		list := t.distinct(t.readList(e.value, "the codes of "+quoteBriefly(e.key.Value)), func(n *yaml.Node) string {
			return t.readCode(n, system)
		})
		if len(list) == 0 {
			continue
		}
		if codes == nil {
			codes = map[string][]string{}
		}
		codes[system] = list
	}
	return codes
}

// readSystem gives the name under which the codes of a system are kept.
func (t termsReader) readSystem(n *yaml.Node) string {
	s := n.Value
	if slices.Contains(patient.KnownSystems(), s) {
		return s
	}
	if short := t.systems[s]; short != "" {
		return short
	}
	if strings.Contains(s, "://") || strings.HasPrefix(s, "urn:") {
		return patient.SystemName(s)
	}
	hint := ""
	if short := patient.SystemName(s); short != s {
		hint = "; did you mean " + short + "?"
	} else if hint = t.hintFor(s, append(patient.KnownSystems(), "names")); hint == "" {
		hint = "; write one of " + strings.Join(patient.KnownSystems(), ", ") + ", or a URL"
	}
	t.addError(n, "unknown code system %s%s", quoteBriefly(s), hint)
	return ""
}

// readCode takes a code as it is written: 0123, 1e5, 2020-01-01 and no are
// texts here, whatever YAML makes of them.
func (t termsReader) readCode(n *yaml.Node, system string) string {
	if n.Kind != yaml.ScalarNode {
		t.addError(n, "a code must be a text, not %s", nodeKind(n))
		return ""
	}
	code := strings.TrimSpace(n.Value)
	if message := badCode(system, code); message != "" {
		t.addError(n, "%s", message)
		return ""
	}
	return code
}

// badCode gives the fault of a code of a concept, or "". A code of a
// system that is not known is taken as it is.
func badCode(system, code string) string {
	switch {
	case code == "":
		return "a code is empty"
	case code == "*":
		return "* alone would match every code"
	case len(code) > maxTerm:
		return "a code is too long: " + quoteBriefly(code)
	}
	if err := terminology.CheckPattern(system, code); err != nil && !errors.Is(err, terminology.ErrUnknownSystem) {
		return err.Error()
	}
	return ""
}

func (t termsReader) readNames(n *yaml.Node) []string {
	return t.distinct(t.readList(n, "names"), func(n *yaml.Node) string {
		s := t.readLine(n, "a name")
		if len(s) > maxTerm {
			t.addError(n, "a name is too long: %s", quoteBriefly(s))
			return ""
		}
		return s
	})
}
