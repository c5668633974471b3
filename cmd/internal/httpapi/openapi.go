// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

//go:embed openapi.json
var openAPIFile []byte

// openAPIDocument gives the description of the API (OpenAPI 3.1), whole: with
// the schemas of results and profiles and the formats of results put in, so that it
// names nothing outside of itself.
var openAPIDocument = sync.OnceValues(func() ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(openAPIFile, &doc); err != nil {
		return nil, err
	}
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	schemas["Result"], schemas["Profile"] = json.RawMessage(matcher.ResultSchema()), json.RawMessage(patient.Schema())
	addFormats(doc)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return b.Bytes(), err
})

// addFormats describes as text each format of results that the file does not
// describe.
func addFormats(doc any) {
	for _, name := range []string{"paths", "/api/v1/screen", "post", "responses", "200", "content"} {
		object, _ := doc.(map[string]any)
		doc = object[name]
	}
	content, _ := doc.(map[string]any)
	for _, mediaType := range output.MediaTypes() {
		if content[mediaType] == nil {
			content[mediaType] = map[string]any{"schema": map[string]any{"type": "string"}}
		}
	}
}

// openAPI answers GET /api/v1/openapi.json.
func openAPI(w http.ResponseWriter, _ *http.Request) {
	doc, err := openAPIDocument()
	if err != nil {
		newProblem("internal", "").writeTo(w)
		return
	}
	writeBody(w, http.StatusOK, "application/json", doc)
}
