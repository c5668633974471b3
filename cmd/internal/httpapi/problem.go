// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// problem is an error as RFC 9457 has it.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []fault `json:"errors,omitempty"`
}

type fault struct {
	Path      string `json:"path,omitempty"` // a JSON path
	Parameter string `json:"parameter,omitempty"`
	Detail    string `json:"detail"`
}

// problemKinds gives the status and title of each problem by the end of its type.
var problemKinds = map[string]struct {
	status int
	title  string
}{
	"invalid-query":     {http.StatusBadRequest, "The query is not valid."},
	"not-json":          {http.StatusBadRequest, "The body is not JSON."},
	"cut-short":         {http.StatusBadRequest, "The body could not be read to its end."},
	"unauthorized":      {http.StatusUnauthorized, "Say who you are."},
	"forbidden":         {http.StatusForbidden, "This is not allowed."},
	"not-found":         {http.StatusNotFound, "There is nothing here."},
	"unknown-study":     {http.StatusNotFound, "There is no such study in use."},
	"method":            {http.StatusMethodNotAllowed, "This method is not answered here."},
	"not-acceptable":    {http.StatusNotAcceptable, "There is no such form of the answer."},
	"timeout":           {http.StatusRequestTimeout, "The body did not come in time."},
	"too-large":         {http.StatusRequestEntityTooLarge, "The body is too large."},
	"unsupported-media": {http.StatusUnsupportedMediaType, "The body is of a type that is not read."},
	"wrong-host":        {http.StatusMisdirectedRequest, "This server does not answer under this name."},
	"invalid-patient":   {http.StatusUnprocessableEntity, "The patient could not be read; nothing was screened."},
	"internal":          {http.StatusInternalServerError, "Something went wrong here."},
	"busy":              {http.StatusServiceUnavailable, "Too many requests at one time; try again."},
	"no-study":          {http.StatusServiceUnavailable, "No study is in use."},
	"log-not-available": {http.StatusServiceUnavailable, "The screening log cannot be written; nothing was decided."},
	"shutting-down":     {http.StatusServiceUnavailable, "The server is shutting down."},
}

const problemType = "urn:eligo:problem:"

func newProblem(kind, detail string, faults ...fault) *problem {
	k := problemKinds[kind]
	return &problem{problemType + kind, k.title, k.status, detail, faults}
}

// Error gives the title, which holds nothing of a request.
func (p *problem) Error() string { return p.Title }

func (p *problem) writeTo(w http.ResponseWriter) {
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, p.Status, "application/problem+json", p)
}

// writeJSON answers with a document. It is made before the status is sent, and
// <, > and & are escaped in it, so that it is harmless wherever it ends up.
func writeJSON(w http.ResponseWriter, status int, mediaType string, doc any) {
	body, err := json.Marshal(doc)
	if err != nil {
		status, mediaType = http.StatusInternalServerError, "application/problem+json"
		body, _ = json.Marshal(newProblem("internal", ""))
	}
	writeBody(w, status, mediaType, append(body, '\n'))
}

func notFound(w http.ResponseWriter, _ *http.Request) { newProblem("not-found", "").writeTo(w) }

// methods answers a path, method by method. HEAD and OPTIONS come by
// themselves.
type methods map[string]http.HandlerFunc

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if answer, ok := m[method]; ok {
		answer(w, r)
		return
	}
	allowed := []string{http.MethodOptions}
	for name := range m {
		allowed = append(allowed, name)
		if name == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	newProblem("method", "").writeTo(w)
}

func bodyProblem(err error) *problem {
	var known *problem
	var large *http.MaxBytesError
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &large):
		return newProblem("too-large", "")
	case errors.As(err, &late) && late.Timeout():
		return newProblem("timeout", "")
	}
	return newProblem("cut-short", "")
}

func patientProblem(doc []byte, err error) *problem {
	kind := "invalid-patient"
	if !wellFormed(doc) {
		kind = "not-json"
	}
	var all patient.Errors
	if !errors.As(err, &all) {
		return newProblem(kind, err.Error())
	}
	faults := make([]fault, len(all))
	for i, one := range all {
		faults[i] = fault{Path: one.Path, Detail: one.Message}
	}
	return newProblem(kind, "", faults...)
}
