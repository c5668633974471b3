// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"bytes"
	_ "embed"
)

// resultSchema is made of the structs by a test, so that the program need not
// carry the generator: go test ./matcher -run TestResultSchemaFile -update
//
//go:embed result.schema.json
var resultSchema []byte

//go:embed ranking.schema.json
var rankingSchema []byte

// RankingSchema gives the JSON Schema (draft 2020-12) of a [Ranking].
func RankingSchema() []byte { return bytes.Clone(rankingSchema) }

// ResultSchema gives the JSON Schema (draft 2020-12) of a [Result], for
// programs that read results.
func ResultSchema() []byte { return bytes.Clone(resultSchema) }
