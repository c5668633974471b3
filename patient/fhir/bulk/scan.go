// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
	"github.com/eligo-trials/eligo/patient/internal/lines"
)

func (x *export) readFile(index int) error {
	f := x.files[index]
	in, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := lines.NewTextReader(in)
	if err == nil && text.Empty && strings.HasSuffix(f.path, ".gz") && (f.listed == nil || f.listed.count != 0) {
		err = patient.ErrGzipCut
	}
	if err != nil {
		return x.endBrokenFile(f, 1, err)
	}
	all := lines.NewLineReader(text, patient.MaxRecord)
	for {
		l, err := all.NextLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return x.endBrokenFile(f, l.Number, err)
		}
		if l.Number%1024 == 0 && x.ctx.Err() != nil {
			return context.Cause(x.ctx)
		}
		f.lines++
		switch err := x.readExportLine(index, l); {
		case err == errNotFHIR:
			x.o.notify("%s is not read: its first line is no FHIR resource", f.path)
			return nil
		case err != nil:
			return err
		}
	}
	if f.lines == 0 {
		x.o.notify("%s is empty, and by itself supplies nothing", f.path)
	}
	return nil
}

var errNotFHIR = errors.New("not FHIR")

func (x *export) readExportLine(index int, l lines.Line) error {
	f := x.files[index]
	if kind := quickKind(l.Text); kind != nil && !l.TooLong && !f.mixed && string(kind) == f.kind && !isRead(f.kind) {
		x.counts[f.kind]++ // it need not be looked into
		return nil
	}
	if l.TooLong {
		x.header.readHeader(l.Text)
		return x.addBadLine(index, l, patient.ErrRecordTooLong)
	}
	if _, err := x.checker.Check(l.Text); err != nil {
		x.header.readHeader(l.Text)
		if l.Unfinished {
			return x.endBrokenFile(f, l.Number, fmt.Errorf("the file ends in the middle of a line (%w)", err))
		}
		return x.addBadLine(index, l, err)
	}
	h := &x.header
	if h.readHeader(l.Text); h.kind == "" {
		if f.lines == 1 && f.listed == nil {
			return errNotFHIR
		}
		return x.addBadLine(index, l, errors.New("no FHIR resource: it has no resourceType"))
	}
	if f.lines == 1 && f.kind == "" {
		f.kind = h.kind
		if !isRead(f.kind) {
			f.kind = resource.TypeName(f.kind)
		}
	}
	f.mixed = f.mixed || f.kind != h.kind
	return x.addResource(index, l, h)
}

func (x *export) addResource(index int, l lines.Line, h *lineHeader) error {
	kind, isFact := h.kind, false
	if _, isFact = resource.DomainOf(kind); !isFact && !isRead(kind) {
		kind = resource.TypeName(kind)
	}
	if _, counted := x.counts[kind]; !counted && len(x.counts) >= 256 {
		kind = "resource of no known type"
	}
	x.counts[kind]++
	p := piece{file: index, line: l.Number, text: l.Text}
	switch {
	case isFact:
		return x.addFact(p, h)
	case kind == "Patient":
		if !isKey(h.id) {
			return x.yieldRecord(x.files[index].lineError(l.Number, errors.New("the Patient has no id that can be used")).Record())
		}
		p.key = h.id
		return x.patientLines.addPiece(p)
	case kind == "Medication":
		return x.addDrug(p, h)
	case kind == "Bundle":
		if err := x.deletions.addBundle(l.Text); err != nil {
			return fmt.Errorf("%s:%d: %w", x.files[index].path, l.Number, err)
		}
	case kind == "OperationOutcome":
		x.outcomes.addOutcome(l.Text, x.files[index].citeLine(l.Number))
	}
	return nil
}

func (x *export) addFact(p piece, h *lineHeader) error {
	id, base, w := patientOf(h.subject)
	switch {
	case w == notPatient:
		x.aboutNoPatient++
		return nil
	case w == unknownSubject:
		return x.addUnattributed(p, h.kind, errors.New("it cannot be told whom it is about"))
	}
	x.noteBase(base)
	p.key = []byte(id)
	if err := x.patientLines.addPiece(p); err != nil || len(h.drug) == 0 {
		return err
	}
	return x.addDrugReference(id, h.drug)
}

func (x *export) noteBase(base string) {
	if base == "" || len(x.bases) > 1 || len(x.bases) == 1 && x.bases[0] == base {
		return
	}
	x.bases = append(x.bases, base)
}

// commonBase is the base of the export: that of all absolute references to patients,
// if they have one in common. Where they do not, none is believed: a reference
// then may mean the patient or not.
func (x *export) commonBase() string {
	if len(x.bases) == 1 {
		return x.bases[0]
	}
	return ""
}

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
			return x.yieldRecord(f.lineError(l.Number, why).Record())
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
	return x.yieldRecord(f.lineError(p.line, why).Record())
}

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
	return x.yieldRecord(e.Record())
}
