// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/eligo-trials/eligo/patient"
)

// addBadLine settles what a line that cannot be read comes to: a fact that nobody
// can read of the patient whom it names, or of everyone.
func (x *export) addBadLine(index int, l Line, why error) error {
	f, h := x.files[index], &x.header
	kind := h.kind
	if kind == "" && !f.mixed {
		kind = f.kind
	}
	p := piece{file: index, line: l.Number}
	_, fact := readings[kind]
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
	if how, fact := readings[kind]; fact {
		x.doubts.Add(how.domain, f.citeLine(p.line), "a "+kind+" of the export could not be read or assigned, and may be anyone's", false)
	} else if kind != "Medication" {
		x.doubts.AddToAll(f.citeLine(p.line), "a line of the export could not be read, and may be anything of anyone", false)
	}
	return x.rejectRecord(f.lineError(p.line, why))
}

// endBrokenFile settles what a file comes to whose rest is lost.
func (x *export) endBrokenFile(f *exportFile, number int, why error) error {
	how, fact := readings[f.kind]
	switch {
	case f.kind == "Bundle":
		return fmt.Errorf("%s:%d: what was deleted cannot be told: %w", f.path, number, why)
	case f.kind == "OperationOutcome" && !f.mixed:
		x.outcomes.addError(f.citeLine(number))
	case f.kind == "" || f.mixed:
		x.doubts.AddToAll(f.citeLine(number), "the file is damaged: more may have followed", false)
	case fact:
		x.doubts.Add(how.domain, f.citeLine(number), "the file is damaged: more may have followed", false)
	case !isRead(f.kind):
		x.o.notify("%s:%d: %v", f.path, number, why)
		return nil
	}
	e := f.lineError(number, why)
	e.Cut = true
	return x.rejectRecord(e)
}

// Doubt says that a domain may hold more than was read.
type Doubt struct {
	record  string // where the first reason stands
	why     string
	more    int  // further reasons
	Vouched bool // Options.Complete settles it
}

// Doubts are those of the whole export, by domain.
type Doubts map[patient.Domain]Doubt

// FactDomains are the domains that FHIR resources supply.
func FactDomains() []patient.Domain {
	all := patient.Domains()
	return all[:len(all)-1] // but answers
}

func (d *Doubts) AddToAll(record, why string, vouched bool) {
	for _, domain := range FactDomains() {
		d.Add(domain, record, why, vouched)
	}
}

// Add notes a reason. One that nobody can vouch for comes before one that
// somebody can.
func (d *Doubts) Add(domain patient.Domain, record, why string, vouched bool) {
	if *d == nil {
		*d = Doubts{}
	}
	one, again := (*d)[domain]
	switch {
	case !again:
		one = Doubt{record: record, why: why, Vouched: vouched}
	case one.Vouched && !vouched:
		one = Doubt{record: record, why: why, more: one.more + 1}
	default:
		one.more++
	}
	(*d)[domain] = one
}

// reason words the doubt.
func (d Doubt) reason() string {
	why := cmp.Or(d.why, "the export is not complete")
	if d.more > 0 {
		why = fmt.Sprintf("%s (and %d more reasons)", why, d.more)
	}
	if d.Vouched {
		why += "; whoever knows it to be complete can say so"
	}
	return why
}
