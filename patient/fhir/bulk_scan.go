// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// readFile sends the lines of a file on their way.
func (x *export) readFile(index int) error {
	f := x.files[index]
	in, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := newTextReader(in)
	if err == nil && text.empty && strings.HasSuffix(f.path, ".gz") && (f.listed == nil || f.listed.count != 0) {
		err = patient.ErrGzipCut
	}
	if err != nil {
		return x.broken(f, 1, err)
	}
	lines := newLineReader(text, patient.MaxRecord)
	for {
		l, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return x.broken(f, l.number, err)
		}
		if l.number%1024 == 0 && x.ctx.Err() != nil {
			return context.Cause(x.ctx)
		}
		f.lines++
		switch err := x.line(index, l); {
		case err == errNotFHIR:
			x.o.note("%s is not read: its first line is no FHIR resource", f.path)
			return nil
		case err != nil:
			return err
		}
	}
	if f.lines == 0 {
		x.o.note("%s is empty, and by itself supplies nothing", f.path)
	}
	return nil
}

var errNotFHIR = errors.New("not FHIR")

// line sends one line on its way.
func (x *export) line(index int, l line) error {
	f := x.files[index]
	if kind := quickKind(l.text); kind != nil && !l.over && !f.mixed && string(kind) == f.kind && !isRead(f.kind) {
		x.counts[f.kind]++ // it need not be looked into
		return nil
	}
	if l.over {
		x.header.read(l.text)
		return x.badLine(index, l, patient.ErrRecordTooLong)
	}
	if !x.wellFormed(l.text) {
		x.header.read(l.text)
		_, err := wellFormed(l.text)
		if l.open {
			return x.broken(f, l.number, fmt.Errorf("the file ends in the middle of a line (%w)", err))
		}
		return x.badLine(index, l, err)
	}
	h := &x.header
	if h.read(l.text); h.kind == "" {
		if f.lines == 1 && f.listed == nil {
			return errNotFHIR
		}
		return x.badLine(index, l, errors.New("no FHIR resource: it has no resourceType"))
	}
	if f.lines == 1 && f.kind == "" {
		f.kind = h.kind
		if !isRead(f.kind) {
			f.kind = typeName(f.kind)
		}
	}
	f.mixed = f.mixed || f.kind != h.kind
	return x.resource(index, l, h)
}

// wellFormed is the function, without its memory for each line.
func (x *export) wellFormed(text []byte) bool {
	s := &x.check
	*s = scanner{text: text, names: s.names[:0], spans: s.spans[:0]}
	if s.value(0) && s.blank() == 0 && s.at == len(text) {
		return true
	}
	_, err := wellFormed(text)
	return err == nil
}

// resource sends a resource on its way.
func (x *export) resource(index int, l line, h *header) error {
	kind, isFact := h.kind, false
	if _, isFact = readings[kind]; !isFact && !isRead(kind) {
		kind = typeName(kind)
	}
	if _, counted := x.counts[kind]; !counted && len(x.counts) >= 256 {
		kind = "resource of no known type"
	}
	x.counts[kind]++
	p := piece{file: index, line: l.number, text: l.text}
	switch {
	case isFact:
		return x.fact(p, h)
	case kind == "Patient":
		if !isKey(h.id) {
			return x.reject(x.files[index].fail(l.number, errors.New("the Patient has no id that can be used")))
		}
		p.key = h.id
		return x.people.add(p)
	case kind == "Medication":
		return x.drug(p, h)
	case kind == "Bundle":
		if err := x.gone.bundle(l.text); err != nil {
			return fmt.Errorf("%s:%d: %w", x.files[index].path, l.number, err)
		}
	case kind == "OperationOutcome":
		x.outcomes.read(l.text, x.files[index].cite(l.number))
	}
	return nil
}

// fact sends a fact to its patient.
func (x *export) fact(p piece, h *header) error {
	id, base, w := patientOf(h.subject)
	switch {
	case w == nobody:
		x.nobodys++
		return nil
	case w == somebody:
		return x.unattributed(p, h.kind, errors.New("it cannot be told whom it is about"))
	}
	x.sawBase(base)
	p.key = []byte(id)
	if err := x.people.add(p); err != nil || len(h.drug) == 0 {
		return err
	}
	return x.wantDrug(id, h.drug)
}

// sawBase notes the base of an absolute reference to a patient.
func (x *export) sawBase(base string) {
	if base == "" || len(x.bases) > 1 || len(x.bases) == 1 && x.bases[0] == base {
		return
	}
	x.bases = append(x.bases, base)
}

// base is the base of the export: that of all absolute references to patients,
// if they have one in common. Where they do not, none is believed: a reference
// then may mean the patient or not.
func (x *export) base() string {
	if len(x.bases) == 1 {
		return x.bases[0]
	}
	return ""
}
