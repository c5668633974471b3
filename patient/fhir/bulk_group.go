// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/patient"
)

// group is what the export holds of one patient.
type group struct {
	id      string
	pieces  []piece
	size    int
	others  int           // resources other than the Patient
	patient bool          // the Patient is there
	at      patient.Place // of the Patient, or of the first resource
	over    bool          // more than one patient may have
}

// patients gives a record for each patient.
func (x *export) patients() error {
	pieces, err := x.people.pieces()
	if err != nil {
		return err
	}
	s := x.standing()
	var g *group
	for p, err := range pieces {
		if err != nil {
			return err
		}
		if g == nil || g.id != string(p.key) {
			if err := x.finish(g, s); err != nil {
				return err
			}
			g = &group{id: string(p.key)}
		}
		if p.form != formResource || !x.gone.has(p.text) {
			g.add(p, x.files[p.file].path)
		}
	}
	return x.finish(g, s)
}

func (g *group) add(p piece, path string) {
	kind := quickKind(p.text)
	if kind == nil {
		var h header
		h.read(p.text)
		kind = []byte(h.kind)
	}
	itself := p.form == formPoison || p.form == formResource && string(kind) == "Patient"
	if !itself && string(kind) != "Medication" {
		g.others++
	}
	if itself && !g.patient || g.at.Line == 0 {
		g.at = patient.Place{Source: path, Line: p.line}
	}
	g.patient = g.patient || itself
	if g.over = g.over || g.size+len(p.text) > MaxSize || len(g.pieces) >= maxEntries; g.over {
		g.pieces = nil
		return
	}
	p.key = nil
	g.size += len(p.text)
	g.pieces = append(g.pieces, p)
}

// finish gives the record of a group.
func (x *export) finish(g *group, s *standing) error {
	if x.ctx.Err() != nil {
		return context.Cause(x.ctx)
	}
	if g == nil || !g.patient && g.others == 0 {
		return nil // nothing, or all of it was deleted
	}
	e := &patient.RecordError{Source: g.at.Source, Line: g.at.Line, Patient: g.id}
	switch {
	case !g.patient:
		e.Err = fmt.Errorf("no Patient of this id is in the export, and %d resources are about it", g.others)
		if _, gone := x.gone.at["Patient/"+g.id]; gone {
			e.Err = fmt.Errorf("the Patient was deleted, and %d resources are about it", g.others)
		}
		return x.reject(e)
	case g.over:
		e.Err = fmt.Errorf("the patient has more than %d resources or %d MiB", maxEntries, MaxSize>>20)
		return x.reject(e)
	}
	x.give(patient.Record{Place: g.at, Size: g.size, Decode: func() (*patient.Profile, error) {
		p, err := s.profile(g)
		if err == nil {
			return p, nil
		}
		failed := *e
		if failed.Err = err; errors.As(err, new(*patient.RecordError)) {
			return nil, err
		}
		return nil, &failed
	}})
	if x.stopped {
		return errStopped
	}
	return nil
}

// standing is what holds for every patient of the export.
type standing struct {
	files    []*file
	local    map[string]string
	base     string
	complete []patient.Domain
	doubts   doubts
	through  patient.Date
	issue    string
}

func (x *export) standing() *standing {
	s := &standing{
		files: x.files, local: x.o.Systems, base: x.base(), doubts: doubts{},
		through: x.manifest.through, complete: slices.Clone(x.o.Complete),
	}
	if len(x.gone.at) > 0 {
		x.doubts.every("the deleted files", "only an export of what changed names what was deleted", true)
	}
	if x.outcomes.errors > 0 {
		x.doubts.every(x.outcomes.first, "the server reported errors: some resources may be missing", true)
	}
	if x.outcomes.total() > 0 {
		s.issue = x.outcomes.String()
	}
	for domain, d := range x.doubts {
		if !d.vouched || !slices.Contains(x.o.Complete, domain) {
			s.doubts[domain] = d
		}
	}
	for kind, how := range readings {
		_, exported := x.counts[kind]
		if d, doubtful := s.doubts[how.domain]; exported && !(doubtful && d.vouched) {
			s.complete = append(s.complete, how.domain)
		}
	}
	return s
}

// profile puts a patient together.
func (s *standing) profile(all *group) (*patient.Profile, error) {
	g := gathering{local: s.local, systems: map[string]string{}, doubts: s.doubts}
	g.blank = make([]statement, min(len(all.pieces), 32))
	for _, p := range all.pieces {
		g.count++
		switch p.form {
		case formPoison:
			f := s.files[p.file]
			return nil, &patient.RecordError{Source: f.path, Line: p.line, Patient: all.id, Err: errors.New(string(p.text))}
		case formFault:
			kind, why, _ := bytes.Cut(p.text, []byte(" "))
			g.unread(string(kind), string(why), s.files[p.file].cite(p.line), all.id)
		case formMention:
			g.skip(string(p.text))
		default:
			g.resource(p.text, entry{base: s.base}, resourceType(p.text))
		}
	}
	p, err := g.profile(Options{Complete: s.complete})
	if err != nil {
		return nil, err
	}
	p.RecordedThrough = s.through
	if s.issue != "" {
		p.Issues = append(p.Issues, s.issue)
	}
	if err := correct(p); err != nil {
		return nil, err
	}
	return p, nil
}
