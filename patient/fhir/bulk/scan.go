// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/lines"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
)

// readFile sends the lines of a file on their way.
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

// readExportLine sends one line on its way.
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

// addResource sends a resource on its way.
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
			return x.rejectRecord(x.files[index].lineError(l.Number, errors.New("the Patient has no id that can be used")))
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

// addFact sends a fact to its patient.
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

// noteBase notes the base of an absolute reference to a patient.
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
