// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// quantity reads a number with the comparator that laboratories write before it.
func quantity(text, unit string) (*patient.Quantity, string) {
	number := strings.TrimLeft(text, "<>=")
	comparator := text[:len(text)-len(number)]
	if !slices.Contains([]string{"", "<", "<=", ">", ">="}, comparator) {
		return nil, fmt.Sprintf("%q is not a number", text)
	}
	value, err := patient.ParseDecimal(strings.TrimSpace(number))
	if err != nil {
		return nil, fmt.Sprintf("%q is not a number", text)
	}
	return &patient.Quantity{Comparator: comparator, Value: value, Unit: unit}, ""
}

// factOf gives an entry that is recognized as the concept, by a code or by a
// name.
func factOf(c *terminology.Concept) patient.Fact {
	f := patient.Fact{Text: c.Label, Record: "form: " + c.Label}
	for member := c; member != nil; {
		if code, ok := firstCode(member); ok {
			code.Display = c.Label
			f.Codes = []patient.Coding{code}
			return f
		}
		if len(member.Names) > 0 {
			f.Text = member.Names[0]
			return f
		}
		if len(member.Any) == 0 {
			return f
		}
		member = member.Any[0]
	}
	return f
}

func firstCode(c *terminology.Concept) (patient.Coding, bool) {
	for _, system := range []string{patient.SNOMED, patient.LOINC, patient.RxNorm, patient.ATC, patient.ICD10CM, patient.CVX} {
		for _, code := range c.Codes[system] {
			if !strings.HasSuffix(code, "*") {
				return patient.Coding{System: system, Code: code}, true
			}
		}
	}
	return patient.Coding{}, false
}
