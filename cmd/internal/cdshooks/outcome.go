// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// requestError lists everything that is wrong with a request that cannot be
// answered. Its texts hold no patient data.
type requestError struct {
	status int
	list   []problem
}

// problem is one problem of a request. Code is an issue type of FHIR R4
// (https://hl7.org/fhir/R4/valueset-issue-type.html), place a JSON pointer.
type problem struct{ code, place, text string }

func (p *requestError) Error() string {
	var lines []string
	for _, one := range p.list {
		lines = append(lines, strings.TrimSpace(one.place+" "+one.text))
	}
	return strings.Join(lines, "; ")
}

func (p *requestError) addProblem(code, place, text string) {
	p.list = append(p.list, problem{code, place, text})
}

// asError returns p, or nil if no problem was added.
func (p *requestError) asError() error {
	if len(p.list) == 0 {
		return nil
	}
	return p
}

func refuse(status int, code, place, text string) error {
	return &requestError{status, []problem{{code, place, text}}}
}

// errRefused is the error for a client that is not trusted. It gives no reason.
var errRefused = errors.New("not trusted")

type (
	operationOutcome struct {
		ResourceType string  `json:"resourceType"`
		Issue        []issue `json:"issue"`
	}
	issue struct {
		Severity    string  `json:"severity"`
		Code        string  `json:"code"`
		Details     details `json:"details"`
		Diagnostics string  `json:"diagnostics,omitempty"`
	}
	details struct {
		Text string `json:"text"`
	}
)

// writeError answers with an OperationOutcome, as the ballot of CDS Hooks 3.0
// recommends.
func writeError(w http.ResponseWriter, err error) {
	var p *requestError
	switch {
	case errors.Is(err, errRefused):
		w.Header().Set("WWW-Authenticate", "Bearer")
		p = &requestError{http.StatusUnauthorized, []problem{{"login", "", "A token of a client that is trusted here is needed."}}}
	case !errors.As(err, &p):
		p = &requestError{http.StatusInternalServerError, []problem{{"exception", "", "The service failed; its log says why."}}}
	}
	out := operationOutcome{ResourceType: "OperationOutcome"}
	for _, one := range p.list {
		out.Issue = append(out.Issue, issue{"error", one.code, details{one.text}, one.place})
	}
	writeJSON(w, p.status, out)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the client has gone
}
