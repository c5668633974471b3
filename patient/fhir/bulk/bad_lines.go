// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/lines"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
)

// addBadLine turns a line that cannot be read into an unreadable fact
// of the patient whom it names, or into a doubt about every patient.
func (x *export) addBadLine(index int, l lines.Line, why error) error {
	f, h := x.files[index], &x.header
	kind := h.kind
	if kind == "" && !f.mixed {
		kind = f.kind
	}
	p := piece{file: index, line: l.Number}
	_, fact := resource.DomainOf(kind)
	switch {
	case fact:
		id, base, w := patientOf(h.subject)
		if !l.TooLong {
			id, w = "", unknownSubject
			if one, ok := patientMentioned(l.Text); ok && h.kind != "" {
				id, w = one, knownPatient
			}
		}
		if w != knownPatient {
			return x.addUnattributed(p, kind, why)
		}
		x.noteBase(base)
		p.key, p.form, p.text = []byte(id), formFault, []byte(kind+" "+lineFault(why))
		return x.patientLines.addPiece(p)
	case kind == "Patient":
		if !isKey(h.id) || !l.TooLong && bytes.Count(l.Text, []byte(`"resourceType"`)) != 1 {
			return x.rejectRecord(f.lineError(l.Number, why))
		}
		p.key, p.form, p.text = h.id, formBadPatient, []byte(lineFault(why))
		return x.patientLines.addPiece(p)
	case kind == "Bundle":
		return fmt.Errorf("%s:%d: what was deleted cannot be told: %w", f.path, l.Number, why)
	case kind == "OperationOutcome":
		x.outcomes.addError(f.citeLine(l.Number))
		return nil
	case kind == "", isRead(kind):
		return x.addUnattributed(p, kind, why)
	}
	x.o.notify("%s:%d: %v", f.path, l.Number, why)
	return nil
}

// lineFault words a reason for a fact.
func lineFault(why error) string {
	if errors.Is(why, patient.ErrRecordTooLong) {
		return why.Error()
	}
	return "the line is not JSON"
}

// addUnattributed is a record that may be about anyone.
func (x *export) addUnattributed(p piece, kind string, why error) error {
	f := x.files[p.file]
	if domain, fact := resource.DomainOf(kind); fact {
		x.doubts.Add(domain, f.citeLine(p.line), "a "+kind+" of the export could not be read or assigned, and may be anyone's", false)
	} else if kind != "Medication" {
		x.doubts.AddToAll(f.citeLine(p.line), "a line of the export could not be read, and may be anything of anyone", false)
	}
	return x.rejectRecord(f.lineError(p.line, why))
}

// endBrokenFile handles a file whose rest is lost.
func (x *export) endBrokenFile(f *exportFile, number int, why error) error {
	domain, fact := resource.DomainOf(f.kind)
	switch {
	case f.kind == "Bundle":
		return fmt.Errorf("%s:%d: what was deleted cannot be told: %w", f.path, number, why)
	case f.kind == "OperationOutcome" && !f.mixed:
		x.outcomes.addError(f.citeLine(number))
	case f.kind == "" || f.mixed:
		x.doubts.AddToAll(f.citeLine(number), "the file is damaged: more may have followed", false)
	case fact:
		x.doubts.Add(domain, f.citeLine(number), "the file is damaged: more may have followed", false)
	case !isRead(f.kind):
		x.o.notify("%s:%d: %v", f.path, number, why)
		return nil
	}
	e := f.lineError(number, why)
	e.Cut = true
	return x.rejectRecord(e)
}
