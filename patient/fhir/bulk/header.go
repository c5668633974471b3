// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
	"github.com/eligo-trials/eligo/patient/internal/json"
)

// lineHeader holds the members of a line that assign it to a patient.
type lineHeader struct {
	kind    string // resourceType
	id      []byte
	subject []byte // the literal reference to the patient
	drug    []byte // the literal reference to a Medication
}

var kindPrefix = []byte(`{"resourceType":"`)

// quickKind gives the type of a resource that begins with it, as nearly all do.
func quickKind(text []byte) []byte {
	if !bytes.HasPrefix(text, kindPrefix) {
		return nil
	}
	rest := text[len(kindPrefix):]
	end := bytes.IndexByte(rest[:min(len(rest), 64)], '"')
	if end < 0 {
		return nil
	}
	return rest[:end]
}

// kindNames saves a copy of the names that come all the time.
var kindNames = func() map[string]string {
	m := map[string]string{}
	for _, k := range append(resource.FactTypes(), "Patient", "Medication", "Bundle", "OperationOutcome", "Encounter") {
		m[k] = k
	}
	return m
}()

// readHeader reads the members of the outermost object, as far as they are whole.
func (h *lineHeader) readHeader(text []byte) {
	*h = lineHeader{}
	c := json.Cursor{Text: text}
	if !c.StepInto('{') {
		return
	}
	for name, ok := c.NextKey(); ok; name, ok = c.NextKey() {
		switch string(name) {
		case "resourceType":
			if b, ok := wholeString(&c); ok {
				if h.kind, ok = kindNames[string(b)]; !ok {
					h.kind = string(b)
				}
			}
		case "id":
			h.id, _ = wholeString(&c)
		case "subject", "patient":
			h.subject = readReference(&c)
		case "medicationReference":
			h.drug = readReference(&c)
		default:
			c.SkipValue()
			continue
		}
		if h.isComplete() {
			return
		}
	}
}

// isComplete reports whether the rest need not be read. In a medication the
// reference to the Medication may come last.
func (h *lineHeader) isComplete() bool {
	if h.kind == "" || len(h.id) == 0 {
		return false
	}
	domain, fact := resource.DomainOf(h.kind)
	if !fact {
		return h.kind == "Patient" || h.kind == "Medication"
	}
	return len(h.subject) > 0 && domain != patient.Medications
}

// wholeString reads a string that the text does not break off; any other value
// is passed over.
func wholeString(c *json.Cursor) ([]byte, bool) {
	if c.PeekToken() != '"' {
		c.SkipValue()
		return nil, false
	}
	b := c.ReadString()
	return b, c.At < len(c.Text)
}

func readReference(c *json.Cursor) (found []byte) {
	if !c.StepInto('{') {
		c.SkipValue()
		return nil
	}
	for name, ok := c.NextKey(); ok; name, ok = c.NextKey() {
		if string(name) == "reference" {
			found, _ = wholeString(c)
			continue
		}
		c.SkipValue()
	}
	return found
}

type subjectKind int

const (
	notPatient     subjectKind = iota // no patient: a Group, a Device, a Location
	unknownSubject                    // cannot be told
	knownPatient
)

// maxID is the longest id that counts; R4 has 64 characters.
const maxID = 256

// patientOf gives the id of the patient that a reference means, and the base if
// it is absolute.
func patientOf(ref []byte) (id, base string, w subjectKind) {
	a := resource.ParseAddress(string(ref))
	switch {
	case a.URN != "":
		if id = a.UUID(); id == a.URN || !isKey(id) {
			return "", "", unknownSubject
		}
		return id, "", knownPatient
	case a == resource.Address{}:
		return "", "", unknownSubject
	case a.Kind != "Patient":
		return "", "", notPatient
	case !isKey(a.ID):
		return "", "", unknownSubject
	}
	return a.ID, a.Base, knownPatient
}

// isKey reports whether resources can be gathered by the id.
func isKey[T string | []byte](id T) bool {
	if len(id) == 0 || len(id) > maxID {
		return false
	}
	for i := range len(id) {
		if id[i] < ' ' {
			return false
		}
	}
	return true
}

// patientMentioned gives the id of the one patient that a broken line names, if it
// names no other and holds no second resource: lines that were run together
// are nobody's.
func patientMentioned(text []byte) (id string, one bool) {
	if bytes.Count(text, []byte(`"resourceType"`)) != 1 {
		return "", false
	}
	for rest := text; ; {
		i := bytes.Index(rest, []byte("Patient/"))
		if i < 0 {
			return id, id != ""
		}
		rest = rest[i+len("Patient/"):]
		end := bytes.IndexAny(rest[:min(len(rest), maxID+1)], `"/\ `)
		if end <= 0 || id != "" && id != string(rest[:end]) || !isKey(rest[:end]) {
			return "", false
		}
		id = string(rest[:end])
	}
}
