// SPDX-License-Identifier: Apache-2.0

package cases

import (
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/eligo-trials/eligo/patient"
)

//go:embed cases.schema.json
var casesSchema []byte

// Schema gives the JSON Schema (draft 2020-12) of a file of cases, for editors.
// [LoadFile] looks further, at the study and at every name. The person of a case is
// a profile whose id may be left out. Its texts that look like numbers, such as
// codes, want quotation marks here, which Load does without.
func Schema() []byte {
	var file, profile map[string]any
	if json.Unmarshal(casesSchema, &file) != nil || json.Unmarshal(patient.Schema(), &profile) != nil {
		return nil // both are part of the program, and tested
	}
	parts := file["$defs"].(map[string]any)
	for name, part := range profile["$defs"].(map[string]any) {
		parts[name] = part
	}
	for _, key := range []string{"$schema", "$id", "$defs"} {
		delete(profile, key)
	}
	required := slices.DeleteFunc(profile["required"].([]any), func(key any) bool { return key == "id" })
	if len(required) == 0 {
		delete(profile, "required")
	} else {
		profile["required"] = required
	}
	parts["person"] = profile
	out, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil
	}
	return append(out, '\n')
}
