// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Profile puts together what is about one person.
func (g *Collection) Profile(o Options) (*patient.Profile, error) {
	g.keepNewest()
	who, err := g.choosePatient(o.PatientID)
	if err != nil {
		return nil, err
	}
	p, err := who.newProfile()
	if err != nil {
		return nil, err
	}
	g.indexDrugs()
	a := profileBuilder{Profile: p, issues: new(issueList)}
	for _, note := range who.notes {
		a.issues.addIssue(who.record, note)
	}
	a.reserveObservations(g.statements)
	others := 0
	for _, s := range g.statements {
		switch m := g.matchPatient(s, who); {
		case m == other:
			others++
		case s.domain == patient.Observations && m == uncertain:
			a.issues.addIssue(s.record, "it cannot be told whom it is about: left out")
		case s.elsewhere:
			a.issues.addIssue(s.record, "focus names something other than the patient: left out")
		default:
			if m == uncertain {
				s.faults = append(s.faults, "it cannot be told whom it is about")
			}
			g.resolveDrug(s)
			a.addStatement(s)
		}
	}
	a.settleAbsences(o.Complete)
	a.addDoubts(g.Doubts)
	p.Issues = append(p.Issues, a.issues.issueLines()...)
	if others > 0 {
		p.Issues = append(p.Issues, fmt.Sprintf("skipped resources that are about someone else: %d", others))
	}
	p.Issues = append(p.Issues, g.skippedIssues()...)
	return p, nil
}

// choosePatient finds the Patient.
func (g *Collection) choosePatient(id string) (*patientResource, error) {
	for i := range g.patients {
		if p := &g.patients[i]; p.address.ID == "" {
			p.address.ID = p.fullURL.UUID()
		}
	}
	var found []*patientResource
	id = strings.TrimPrefix(id, "Patient/")
	for i := range g.patients {
		p := &g.patients[i]
		if id == "" || p.address.ID == id || p.fullURL != (Address{}) && p.fullURL == ParseAddress(id) {
			found = append(found, p)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(g.patients) == 0:
		return nil, errors.New("no Patient is here")
	case id == "":
		return nil, fmt.Errorf("%d Patients are here: choose one by its id", len(found))
	case len(found) == 0:
		return nil, fmt.Errorf("none of the %d Patients has the id asked for", len(g.patients))
	}
	return nil, fmt.Errorf("%d Patients have the id asked for: choose one by its fullUrl", len(found))
}

// matchPatient says whether a statement is about the person. What may be about the
// person and surely is about another Patient of the document is about that one;
// what fits two is about neither for certain.
func (g *Collection) matchPatient(s *statement, who *patientResource) match {
	m := s.matchPatient(who)
	if m == other && strings.HasPrefix(s.subject.literal, "urn:") && !g.isPerson(s) {
		return uncertain // the urn of nobody in the document
	}
	if m == other || len(g.patients) == 1 {
		return m
	}
	for i := range g.patients {
		if p := &g.patients[i]; p != who && s.matchPatient(p) == same {
			if m == same {
				return uncertain
			}
			return other
		}
	}
	return m
}

// isPerson reports whether the statement is about some Patient of the document.
func (g *Collection) isPerson(s *statement) bool {
	for i := range g.patients {
		if s.matchPatient(&g.patients[i]) == same {
			return true
		}
	}
	return false
}

func (p *patientResource) newProfile() (*patient.Profile, error) {
	if p.refusal != nil {
		return nil, p.refusal
	}
	if p.address.ID == "" {
		return nil, errors.New("the Patient has neither an id nor a fullUrl: nothing could name the result")
	}
	return &patient.Profile{
		ID: p.address.ID, BirthDate: p.birthDate, Sex: p.sex, Deceased: p.deceased, DeathDate: p.deathDate,
	}, nil
}

// WithdrawContradictions makes a fact unreadable that contradicts the rest of the profile (an
// end before its start, an onset before birth), until the profile is valid. An
// error that is of no fact is the patient's.
func WithdrawContradictions(p *patient.Profile) error {
	for {
		err := p.Validate()
		found, ok := errors.AsType[patient.Errors](err)
		if !ok {
			return err
		}
		withdrawn := new(issueList)
		for _, e := range found {
			domain, i, field, ok := parseFactPath(e.Path)
			if !ok && e.Path != "$" { // "$" says that there are more
				return err
			}
			reason := field + " contradicts the rest of the record"
			if record, fresh := withdrawFact(p, domain, i, reason); fresh {
				withdrawn.addIssue(record, "unreadable: "+reason)
			}
		}
		if len(withdrawn.reasons) == 0 {
			return err
		}
		p.Issues = append(p.Issues, withdrawn.issueLines()...)
	}
}

// parseFactPath takes "$.conditions[2].abatement" apart.
func parseFactPath(path string) (d patient.Domain, index int, field string, ok bool) {
	name, rest, ok1 := strings.Cut(strings.TrimPrefix(path, "$."), "[")
	number, field, ok2 := strings.Cut(rest, "]")
	if _, err := fmt.Sscan(number, &index); err != nil || !ok1 || !ok2 {
		return "", 0, "", false
	}
	d = patient.Domain(name)
	if field = strings.TrimPrefix(field, "."); field == "" {
		field = "it"
	}
	return d, index, field, slices.Contains(patient.Domains(), d)
}

// withdrawFact leaves of a fact its record and the reason. Fresh is false where
// that is all that was there.
func withdrawFact(p *patient.Profile, d patient.Domain, i int, reason string) (record string, fresh bool) {
	strip := func(f patient.Fact) patient.Fact {
		record, fresh = f.Record, f.Unreadable == ""
		return patient.Fact{Record: f.Record, Unreadable: reason}
	}
	switch d {
	case patient.Conditions:
		p.Conditions[i] = patient.Condition{Fact: strip(p.Conditions[i].Fact)}
	case patient.Medications:
		p.Medications[i] = patient.Medication{Fact: strip(p.Medications[i].Fact), Basis: p.Medications[i].Basis}
	case patient.Observations:
		p.Observations[i] = patient.Observation{Fact: strip(p.Observations[i].Fact)}
	case patient.Procedures:
		p.Procedures[i] = patient.Procedure{Fact: strip(p.Procedures[i].Fact)}
	case patient.Allergies:
		p.Allergies[i] = patient.Allergy{Fact: strip(p.Allergies[i].Fact)}
	case patient.Immunizations:
		p.Immunizations[i] = patient.Immunization{Fact: strip(p.Immunizations[i].Fact)}
	}
	return record, fresh
}
