// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
)

// request is the body of a call. FhirServer and fhirAuthorization are not used and
// not read.
type request struct {
	Hook         string                    `json:"hook"`
	HookInstance string                    `json:"hookInstance"`
	Context      hookContext               `json:"context"`
	Prefetch     map[string]jsontext.Value `json:"prefetch"`
}

// hookContext is the context of patient-view and of order-select.
// https://cds-hooks.hl7.org/hooks/order-select/STU1/order-select/
type hookContext struct {
	UserID      string   `json:"userId"`
	PatientID   string   `json:"patientId"`
	EncounterID string   `json:"encounterId"`
	Selections  []string `json:"selections"`
	DraftOrders *bundle  `json:"draftOrders"`
}

// bundle holds the members of a FHIR Bundle that tell which resources it holds and
// whether these are all. https://hl7.org/fhir/R4/bundle.html
type bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Total        *int    `json:"total"`
	Link         []link  `json:"link"`
	Entry        []entry `json:"entry"`
	Modifier     string  `json:"implicitRules"` // it may change the meaning of the rest
}

type link struct {
	Relation string `json:"relation"`
}

type entry struct {
	FullURL  string         `json:"fullUrl,omitzero"`
	Resource jsontext.Value `json:"resource,omitzero"`
	Search   struct {
		Mode string `json:"mode"`
	} `json:"search,omitzero"`
	Modifier jsontext.Value `json:"modifierExtension,omitzero"`

	name [2]string // of the resource: its type and id
}

type resourceHeader struct {
	ResourceType string     `json:"resourceType"`
	ID           string     `json:"id"`
	Status       string     `json:"status"`
	Issue        []severity `json:"issue"`
}

type severity struct {
	Severity string `json:"severity"`
}

// Bounds of ids and orders.
const (
	maxID     = 256
	maxOrders = 200
)

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// readBody reads a JSON body into v. Duplicate names, invalid UTF-8 and too deep
// nesting are errors; unknown members are not.
func (h *handler) readBody(w http.ResponseWriter, r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" && kind != "application/fhir+json" {
		return refuse(http.StatusUnsupportedMediaType, "not-supported", "", "The body must be application/json.")
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return refuse(http.StatusUnsupportedMediaType, "not-supported", "", "The body must not be compressed.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.MaxBody))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return refuse(http.StatusRequestEntityTooLarge, "too-long", "", "The body is larger than this service reads.")
	case err != nil:
		return refuse(http.StatusBadRequest, "incomplete", "", "The body breaks off.")
	}
	return decodeJSON(body, v)
}

func decodeJSON(body []byte, v any) error {
	err := json.Unmarshal(fileio.TrimBOM(body), v)
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return refuse(http.StatusBadRequest, "structure", safePointer(syntax.JSONPointer), "This is not the JSON that it should be.")
	case errors.As(err, &meaning):
		return refuse(http.StatusBadRequest, "structure", safePointer(meaning.JSONPointer), "This has the wrong JSON type.")
	}
	return refuse(http.StatusBadRequest, "structure", "", "This is not the JSON that it should be.")
}

// safePointer returns the place of an error if it consists of names as FHIR and
// CDS Hooks have them, and "" otherwise.
func safePointer(at jsontext.Pointer) string {
	if len(at) > maxID || !placeForm.MatchString(string(at)) {
		return ""
	}
	return string(at)
}

var placeForm = regexp.MustCompile(`^(/[A-Za-z0-9_-]{1,64})*$`)

func (q *request) validate(hook string) error {
	p := &requestError{status: http.StatusBadRequest}
	if q.Hook != hook {
		p.addProblem("value", "/hook", "The hook of this service is "+hook+".")
	}
	if !uuidForm.MatchString(q.HookInstance) {
		p.addProblem("value", "/hookInstance", "A UUID is needed.")
	}
	q.Context.PatientID = strings.TrimPrefix(q.Context.PatientID, "Patient/")
	for place, id := range map[string]string{"/context/userId": q.Context.UserID, "/context/patientId": q.Context.PatientID} {
		if strings.TrimSpace(id) == "" || len(id) > maxID || strings.ContainsRune(id, 0) {
			p.addProblem("required", place, "The id is needed.")
		}
	}
	if hook == orderSelect {
		q.validateOrders(p)
	}
	slices.SortFunc(p.list, func(a, b problem) int { return strings.Compare(a.place, b.place) })
	return p.asError()
}

func (q *request) validateOrders(p *requestError) {
	drafts := q.Context.DraftOrders
	if drafts == nil || drafts.ResourceType != "Bundle" {
		p.addProblem("required", "/context/draftOrders", "A Bundle is needed.")
		return
	}
	switch {
	case q.Context.Selections == nil:
		p.addProblem("required", "/context/selections", "The ids of the selected orders are needed.")
	case len(drafts.Entry) > maxOrders || len(q.Context.Selections) > maxOrders:
		p.addProblem("too-costly", "/context/draftOrders", "There are more orders than this service looks at.")
	default:
		for i := range drafts.Entry {
			var a resourceHeader
			if json.Unmarshal(drafts.Entry[i].Resource, &a) == nil {
				drafts.Entry[i].name = [2]string{a.ResourceType, a.ID}
			}
		}
		for _, id := range q.Context.Selections {
			if _, ok := drafts.findEntry(id); !ok {
				p.addProblem("not-found", "/context/selections", "A selected order is not among the draft orders.")
				return
			}
		}
	}
}

// findEntry returns the entry of a reference such as MedicationRequest/103, or of an id.
func (b *bundle) findEntry(reference string) (*entry, bool) {
	kind, id, typed := strings.Cut(reference, "/")
	for i := range b.Entry {
		name := b.Entry[i].name
		if name[1] != "" && (typed && name == [2]string{kind, id} || !typed && name[1] == reference) {
			return &b.Entry[i], true
		}
	}
	return nil, false
}
