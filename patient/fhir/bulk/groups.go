// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
)

type patientGroup struct {
	id         string
	pieces     []piece
	size       int
	otherCount int           // resources other than the Patient
	hasPatient bool          // the Patient is there
	place      patient.Place // of the Patient, or of the first resource
	tooLarge   bool          // more than one patient may have
}

func (x *export) yieldPatients() error {
	pieces, err := x.patientLines.sortedPieces()
	if err != nil {
		return err
	}
	s := x.newExportContext()
	var g *patientGroup
	for p, err := range pieces {
		if err != nil {
			return err
		}
		if g == nil || g.id != string(p.key) {
			if err := x.finishGroup(g, s); err != nil {
				return err
			}
			g = &patientGroup{id: string(p.key)}
		}
		if p.form != formResource || !x.deletions.isDeleted(p.text) {
			g.addPiece(p, x.files[p.file].path)
		}
	}
	return x.finishGroup(g, s)
}

func (g *patientGroup) addPiece(p piece, path string) {
	kind := quickKind(p.text)
	if kind == nil {
		var h lineHeader
		h.readHeader(p.text)
		kind = []byte(h.kind)
	}
	itself := p.form == formBadPatient || p.form == formResource && string(kind) == "Patient"
	if !itself && string(kind) != "Medication" {
		g.otherCount++
	}
	if itself && !g.hasPatient || g.place.Line == 0 {
		g.place = patient.Place{Source: path, Line: p.line}
	}
	g.hasPatient = g.hasPatient || itself
	if g.tooLarge = g.tooLarge || g.size+len(p.text) > fhir.MaxSize || len(g.pieces) >= resource.MaxEntries; g.tooLarge {
		g.pieces = nil
		return
	}
	p.key = nil
	g.size += len(p.text)
	g.pieces = append(g.pieces, p)
}

func (x *export) finishGroup(g *patientGroup, s *exportContext) error {
	if x.ctx.Err() != nil {
		return context.Cause(x.ctx)
	}
	if g == nil || !g.hasPatient && g.otherCount == 0 {
		return nil // nothing, or all of it was deleted
	}
	e := &patient.RecordError{Place: g.place, Patient: g.id}
	switch {
	case !g.hasPatient:
		e.Err = fmt.Errorf("no Patient of this id is in the export, and %d resources are about it", g.otherCount)
		if _, gone := x.deletions.at["Patient/"+g.id]; gone {
			e.Err = fmt.Errorf("the Patient was deleted, and %d resources are about it", g.otherCount)
		}
		return x.yieldRecord(e.Record())
	case g.tooLarge:
		e.Err = fmt.Errorf("the patient has more than %d resources or %d MiB", resource.MaxEntries, fhir.MaxSize>>20)
		return x.yieldRecord(e.Record())
	}
	return x.yieldRecord(patient.Record{Place: g.place, Size: g.size, Decode: func() (*patient.Profile, error) {
		p, err := s.buildProfile(g)
		if err == nil {
			return p, nil
		}
		failed := *e
		if failed.Err = err; errors.As(err, new(*patient.RecordError)) {
			return nil, err
		}
		return nil, &failed
	}})
}

type exportContext struct {
	files    []*exportFile
	systems  map[string]string
	base     string
	supplied []patient.Domain // because resources of them were exported
	complete []patient.Domain
	doubts   resource.Doubts
	through  patient.Date
	issue    string
}

func (x *export) newExportContext() *exportContext {
	s := &exportContext{
		files: x.files, systems: x.o.Systems, base: x.commonBase(), doubts: resource.Doubts{},
		through: x.manifest.through, complete: slices.Clone(x.o.Complete),
	}
	if len(x.deletions.at) > 0 {
		x.doubts.AddToAll("the deleted files", "only an export of what changed names what was deleted", true)
	}
	if x.outcomes.errors > 0 {
		x.doubts.AddToAll(x.outcomes.first, "the server reported errors: some resources may be missing", true)
	}
	if x.outcomes.total() > 0 {
		s.issue = x.outcomes.String()
	}
	for domain, d := range x.doubts {
		if !d.Vouched || !slices.Contains(x.o.Complete, domain) {
			s.doubts[domain] = d
		}
	}
	for _, kind := range sortedKeys(x.counts) {
		domain, exported := resource.DomainOf(kind)
		if d, doubtful := s.doubts[domain]; exported && !(doubtful && d.Vouched) {
			s.supplied = append(s.supplied, domain)
		}
	}
	return s
}

func (s *exportContext) buildProfile(all *patientGroup) (*patient.Profile, error) {
	c := resource.NewCollection(s.systems, len(all.pieces))
	for _, p := range all.pieces {
		switch p.form {
		case formBadPatient:
			f := s.files[p.file]
			return nil, &patient.RecordError{Place: patient.Place{Source: f.path, Line: p.line}, Patient: all.id, Err: errors.New(string(p.text))}
		case formFault:
			kind, why, _ := bytes.Cut(p.text, []byte(" "))
			c.AddUnreadable(string(kind), string(why), s.files[p.file].citeLine(p.line), all.id)
		case formCounted:
			c.AddSkipped(string(p.text))
		default:
			c.AddResource(p.text, s.base)
		}
	}
	p, err := c.Profile(resource.ProfileOptions{Supplied: s.supplied, Complete: s.complete, Doubts: s.doubts})
	if err != nil {
		return nil, err
	}
	p.RecordedThrough = s.through
	if s.issue != "" {
		p.Issues = append(p.Issues, s.issue)
	}
	if err := resource.WithdrawContradictions(p); err != nil {
		return nil, err
	}
	return p, nil
}

// A Medication is of no patient, and those who refer to it may come before it.
// So all Medications and all references to them are sorted by the Medication's
// id, and it then goes to each patient who has one.
const (
	drugItself = '\x00' // after the id; sorted before
	drugWanted = '\x01' // and then the patient's id
)

func (x *export) addDrug(p piece, h *lineHeader) error {
	if !isKey(h.id) {
		return nil // nothing can refer to it
	}
	p.key = append(append([]byte(nil), h.id...), drugItself)
	return x.drugLines.addPiece(p)
}

func (x *export) addDrugReference(patient string, ref []byte) error {
	a := resource.ParseAddress(string(ref))
	id := a.ID
	switch {
	case a.URN != "":
		id = a.UUID()
	case a.Kind != "Medication":
		return nil // contained, or nothing that can be found
	}
	if !isKey(id) {
		return nil
	}
	key := append(append([]byte(id), drugWanted), patient...)
	return x.drugLines.addPiece(piece{key: key, form: formDrugReference, text: []byte(patient)})
}

const maxVersions = 1000

func (x *export) distributeDrugs() error {
	defer x.drugLines.closeRuns()
	pieces, err := x.drugLines.sortedPieces()
	if err != nil {
		return err
	}
	var id, last []byte
	var versions []piece
	for p, err := range pieces {
		if err != nil {
			return err
		}
		end := bytes.IndexAny(p.key, string([]byte{drugItself, drugWanted}))
		if !bytes.Equal(p.key[:end], id) {
			id, last, versions = p.key[:end], nil, versions[:0]
		}
		if p.form != formDrugReference {
			if versions = append(versions, p); len(versions) > maxVersions {
				return fmt.Errorf("one Medication is there more than %d times", maxVersions)
			}
			continue
		}
		if bytes.Equal(p.text, last) {
			continue
		}
		last = p.text
		for _, v := range versions {
			v.key = p.text
			if err := x.patientLines.addPiece(v); err != nil {
				return err
			}
		}
	}
	return nil
}
