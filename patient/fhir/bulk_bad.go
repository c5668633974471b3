// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/eligo-trials/eligo/patient"
)

// badLine settles what a line that cannot be read comes to: a fact that nobody
// can read of the patient whom it names, or of everyone.
func (x *export) badLine(index int, l line, why error) error {
	f, h := x.files[index], &x.header
	kind := h.kind
	if kind == "" && !f.mixed {
		kind = f.kind
	}
	p := piece{file: index, line: l.number}
	_, fact := readings[kind]
	switch {
	case fact:
		id, base, w := patientOf(h.subject)
		if !l.over {
			id, w = "", somebody
			if one, ok := mentioned(l.text); ok && h.kind != "" {
				id, w = one, known
			}
		}
		if w != known {
			return x.unattributed(p, kind, why)
		}
		x.sawBase(base)
		p.key, p.form, p.text = []byte(id), formFault, []byte(kind+" "+reasonOf(why))
		return x.people.add(p)
	case kind == "Patient":
		if !isKey(h.id) || !l.over && bytes.Count(l.text, []byte(`"resourceType"`)) != 1 {
			return x.reject(f.fail(l.number, why))
		}
		p.key, p.form, p.text = h.id, formPoison, []byte(reasonOf(why))
		return x.people.add(p)
	case kind == "Bundle":
		return fmt.Errorf("%s:%d: what was deleted cannot be told: %w", f.path, l.number, why)
	case kind == "OperationOutcome":
		x.outcomes.unread(f.cite(l.number))
		return nil
	case kind == "", isRead(kind):
		return x.unattributed(p, kind, why)
	}
	x.o.note("%s:%d: %v", f.path, l.number, why)
	return nil
}

// reasonOf words a reason for a fact.
func reasonOf(why error) string {
	if errors.Is(why, patient.ErrRecordTooLong) {
		return why.Error()
	}
	return "the line is not JSON"
}

// unattributed is a record that may be about anyone.
func (x *export) unattributed(p piece, kind string, why error) error {
	f := x.files[p.file]
	if how, fact := readings[kind]; fact {
		x.doubts.add(how.domain, f.cite(p.line), "a "+kind+" of the export could not be read or assigned, and may be anyone's", false)
	} else if kind != "Medication" {
		x.doubts.every(f.cite(p.line), "a line of the export could not be read, and may be anything of anyone", false)
	}
	return x.reject(f.fail(p.line, why))
}

// broken settles what a file comes to whose rest is lost.
func (x *export) broken(f *file, number int, why error) error {
	how, fact := readings[f.kind]
	switch {
	case f.kind == "Bundle":
		return fmt.Errorf("%s:%d: what was deleted cannot be told: %w", f.path, number, why)
	case f.kind == "OperationOutcome" && !f.mixed:
		x.outcomes.unread(f.cite(number))
	case f.kind == "" || f.mixed:
		x.doubts.every(f.cite(number), "the file is damaged: more may have followed", false)
	case fact:
		x.doubts.add(how.domain, f.cite(number), "the file is damaged: more may have followed", false)
	case !isRead(f.kind):
		x.o.note("%s:%d: %v", f.path, number, why)
		return nil
	}
	e := f.fail(number, why)
	e.Cut = true
	return x.reject(e)
}

// doubt says that a domain may hold more than was read.
type doubt struct {
	record  string // where the first reason stands
	why     string
	more    int  // further reasons
	vouched bool // Options.Complete settles it
}

// doubts are those of the whole export, by domain.
type doubts map[patient.Domain]doubt

// factDomains are the domains that FHIR resources supply.
func factDomains() []patient.Domain {
	all := patient.Domains()
	return all[:len(all)-1] // but answers
}

func (d *doubts) every(record, why string, vouched bool) {
	for _, domain := range factDomains() {
		d.add(domain, record, why, vouched)
	}
}

// add notes a reason. One that nobody can vouch for comes before one that
// somebody can.
func (d *doubts) add(domain patient.Domain, record, why string, vouched bool) {
	if *d == nil {
		*d = doubts{}
	}
	one, again := (*d)[domain]
	switch {
	case !again:
		one = doubt{record: record, why: why, vouched: vouched}
	case one.vouched && !vouched:
		one = doubt{record: record, why: why, more: one.more + 1}
	default:
		one.more++
	}
	(*d)[domain] = one
}

// reason words the doubt.
func (d doubt) reason() string {
	why := cmp.Or(d.why, "the export is not complete")
	if d.more > 0 {
		why = fmt.Sprintf("%s (and %d more reasons)", why, d.more)
	}
	if d.vouched {
		why += "; whoever knows it to be complete can say so"
	}
	return why
}
