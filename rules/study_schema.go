// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	_ "embed"
)

//go:embed study.schema.json
var studySchema []byte

// StudySchema gives the JSON Schema (draft 2020-12) of a study file, for
// editors. [Load] refuses every file that the schema refuses; it also checks the
// rules and the names.
func StudySchema() []byte { return bytes.Clone(studySchema) }
