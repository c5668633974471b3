// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	_ "embed"
)

// profileSchema is made of the structs by a test, so that the program need not
// carry the generator: go test ./patient -run TestSchemaFile -update
//
//go:embed profile.schema.json
var profileSchema []byte

// Schema gives the JSON Schema (draft 2020-12) of a profile, for editors and
// for programs that write profiles. [Decode] refuses all that the schema refuses;
// Decode looks further, at the calendar and at fields that contradict each
// other.
func Schema() []byte { return bytes.Clone(profileSchema) }
