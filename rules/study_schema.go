// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	_ "embed"
)

//go:embed study.schema.json
var studySchema []byte

// StudySchema gives the JSON Schema (draft 2020-12) of a study file, for
// editors. What it refuses, [Load] refuses too; Load looks further, at the
// rules and at every name.
func StudySchema() []byte { return bytes.Clone(studySchema) }
