// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is a client's transport that holds every answer against the
// description of the API.
type contract struct {
	t    *testing.T
	next http.RoundTripper
}

func (c contract) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	if err := described(r, answer, body); err != nil {
		c.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer, nil
}

// failing is a reader that ends as a body ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

type description struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex
}

var describe = sync.OnceValue(func() *description {
	text, err := openAPIDocument()
	if err != nil {
		panic(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:openapi", doc); err != nil {
		panic(err)
	}
	return &description{doc: doc.(map[string]any), compiler: c}
})

// at follows a JSON pointer and the references on the way.
func (d *description) at(pointer string) (string, map[string]any) {
	here := any(d.doc)
	path := ""
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		m, _ := here.(map[string]any)
		here = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
		path += "/" + token
		if m, ok := here.(map[string]any); ok {
			if ref, ok := m["$ref"].(string); ok && strings.HasPrefix(ref, "#/components/responses/") {
				path, here = d.at(strings.TrimPrefix(ref, "#"))
			}
		}
	}
	m, _ := here.(map[string]any)
	return path, m
}

// described says where an answer is not as the description has it.
func described(r *http.Request, answer *http.Response, body []byte) error {
	d := describe()
	d.mu.Lock()
	defer d.mu.Unlock()
	route := ""
	paths := d.doc["paths"].(map[string]any)
	for path := range paths {
		have, want := strings.Split(r.URL.EscapedPath(), "/"), strings.Split(path, "/")
		same := len(have) == len(want)
		for i := 0; same && i < len(have); i++ {
			same = have[i] == want[i] || strings.HasPrefix(want[i], "{") && have[i] != ""
		}
		if same {
			route = path
		}
	}
	method := strings.ToLower(r.Method)
	if method == "head" {
		method = "get"
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	operation := "/paths/" + escape(route) + "/" + method
	problem := "/components/schemas/Problem"
	if _, known := d.at(operation); route == "" || known == nil {
		switch {
		case answer.StatusCode == http.StatusNoContent && r.Method == http.MethodOptions:
			return nil
		case answer.StatusCode == http.StatusNotFound && route == "", answer.StatusCode == http.StatusMethodNotAllowed && route != "",
			answer.StatusCode == http.StatusUnauthorized, answer.StatusCode == http.StatusForbidden, answer.StatusCode == http.StatusMisdirectedRequest:
			return d.valid(problem, body)
		}
		return fmt.Errorf("%d: no such operation is described", answer.StatusCode)
	}
	path, response := d.at(operation + "/responses/" + strconv.Itoa(answer.StatusCode))
	if response == nil {
		return fmt.Errorf("status %d is not described", answer.StatusCode)
	}
	mediaType, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	at, content := d.at(path + "/content/" + escape(mediaType))
	switch {
	case content == nil:
		return fmt.Errorf("status %d as %s is not described", answer.StatusCode, mediaType)
	case r.Method == http.MethodHead || strings.HasPrefix(mediaType, "text/"):
		return nil
	case strings.HasSuffix(mediaType, "ndjson"):
		lines := bufio.NewScanner(bytes.NewReader(body))
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if err := d.valid(at+"/schema", lines.Bytes()); err != nil {
				return err
			}
		}
		return lines.Err()
	}
	return d.valid(at+"/schema", body)
}

func (d *description) valid(schema string, body []byte) error {
	s, err := d.compiler.Compile("urn:openapi#" + schema)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %.200s", err, body)
	}
	return s.Validate(doc)
}

// TestContractCatches: a check that finds nothing wrong is worth nothing.
func TestContractCatches(t *testing.T) {
	ask := func(method, path string) *http.Request {
		r, err := http.NewRequest(method, "http://localhost"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	as := func(status int, mediaType string) http.Response {
		return http.Response{StatusCode: status, Header: http.Header{"Content-Type": {mediaType}}}
	}
	for _, c := range []struct {
		name, method, path string
		answer             http.Response
		body               string
	}{
		{"an unknown route", "GET", "/api/v1/patients", as(200, "application/json"), `{}`},
		{"a status", "GET", "/api/v1/studies", as(202, "application/json"), `{"loaded":"2026-11-22T00:00:00Z","studies":[]}`},
		{"a type", "GET", "/api/v1/studies", as(200, "text/html"), ``},
		{"a member too many", "GET", "/api/v1/studies", as(200, "application/json"), `{"loaded":"2026-11-22T00:00:00Z","studies":[],"x":1}`},
		{"a study's member too many", "GET", "/api/v1/studies", as(200, "application/json"), `{"loaded":"2026-11-22T00:00:00Z","studies":[{"file":"a","errors":[],"x":1}]}`},
		{"a result", "POST", "/api/v1/screen", as(200, "application/json"), `{"results":[{"schema":"eligo.result/2"}],"issues":[]}`},
		{"a line", "POST", "/api/v1/screen/batch", as(200, "application/x-ndjson"), `{"line":1}`},
		{"a problem", "POST", "/api/v1/screen", as(422, "application/problem+json"), `{"type":"about:blank","title":"","status":422}`},
	} {
		if described(ask(c.method, c.path), &c.answer, []byte(c.body)) == nil {
			t.Errorf("%s passes", c.name)
		}
	}
	good := as(200, "application/json")
	if err := described(ask("GET", "/api/v1/studies"), &good, []byte(`{"loaded":"2026-11-22T00:00:00Z","studies":[]}`)); err != nil {
		t.Error(err)
	}
}

// TestEveryRouteIsDescribed: and every parameter.
func TestEveryParameterIsDescribed(t *testing.T) {
	_, described := describe().at("/components/parameters")
	for name := range parameters {
		if described[name] == nil {
			t.Errorf("parameter %s is not described", name)
		}
	}
	if len(described) != len(parameters) {
		t.Error("a parameter is described that is not read")
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
	}
	if err := json.Unmarshal(openAPIFile, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi %q, %v", doc.OpenAPI, err)
	}
}
