// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/internal/json"
)

// ProfileOptions say whose profile is wanted and how complete the resources are.
type ProfileOptions struct {
	// PatientID chooses a Patient of several, by its id or its fullUrl.
	PatientID string
	// Supplied names the domains that the source itself supplies, even if it has
	// no resource of them.
	Supplied []patient.Domain
	// Complete names the domains that are complete because a caller says so.
	Complete []patient.Domain
	// Doubts names the domains that may hold more than was read, with the reason.
	Doubts Doubts
}

// SeveralPatientsError says that a document holds several Patients and none was
// chosen.
type SeveralPatientsError struct {
	IDs []string // in the order of the document; "" is a Patient without an id
}

// Error gives the number of Patients, and no id.
func (e *SeveralPatientsError) Error() string {
	return fmt.Sprintf("%d Patients are here: choose one by its id", len(e.IDs))
}

// Profile makes the profile of one patient of the resources about this patient.
func (g *Collection) Profile(o ProfileOptions) (*patient.Profile, error) {
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
	a.settleAbsences(o.Supplied, o.Complete)
	a.addDoubts(o.Doubts)
	p.Issues = append(p.Issues, a.issues.issueLines()...)
	if others > 0 {
		p.Issues = append(p.Issues, fmt.Sprintf("skipped resources that are about someone else: %d", others))
	}
	p.Issues = append(p.Issues, g.skippedIssues()...)
	return p, nil
}

func (g *Collection) choosePatient(id string) (*patientResource, error) {
	var found []*patientResource
	id = strings.TrimPrefix(id, "Patient/")
	for i := range g.patients {
		p := &g.patients[i]
		p.address.ID = cmp.Or(p.address.ID, p.fullURL.UUID())
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
		several := new(SeveralPatientsError)
		for _, p := range found {
			several.IDs = append(several.IDs, p.address.ID)
		}
		return nil, several
	case len(found) == 0:
		return nil, fmt.Errorf("none of the %d Patients has the id asked for", len(g.patients))
	}
	return nil, fmt.Errorf("%d Patients have the id asked for: choose one by its fullUrl", len(found))
}

// matchPatient says whether a statement is about the person. One that may be about the
// person and surely is about another Patient of the document is about that one;
// one that fits two Patients is uncertain.
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

// WithdrawContradictions validates the profile. A fact that contradicts the rest
// (an end before its start, an onset before birth) becomes unreadable; a problem
// that is not of a fact is the error.
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
			if !ok {
				continue
			}
			reason := field + " contradicts the rest of the record"
			if fact := p.Fact(domain, i); fact.Unreadable == "" {
				withdrawn.addIssue(fact.Record, "unreadable: "+reason)
			}
			p.Withdraw(domain, i, reason)
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
	field = cmp.Or(strings.TrimPrefix(field, "."), "it")
	return d, index, field, slices.Contains(patient.FactDomains(), d)
}

// patientResource is a Patient resource: https://hl7.org/fhir/R4/patient.html
type patientResource struct {
	identity
	birthDate   patient.Date
	sex         patient.Sex
	deceased    *bool
	deathDate   patient.Date
	identifiers [][2]string
	notes       []string
	// refusal is why nothing may be said of the person; it costs only those
	// who ask for this Patient.
	refusal error
}

func (p *patientResource) addRefusal(reason string) {
	if p.refusal == nil {
		p.refusal = errors.New(reason)
	}
}

func readPatient(text []byte, e entry, order int) (p patientResource) {
	r := Reader{Cursor: json.Cursor{Text: text}}
	choices, unstated := 0, false
	r.ReadObject(func(name []byte) {
		r.Element = name
		switch string(name) {
		case "id":
			p.address.ID = r.ReadText()
		case "meta":
			r.ReadMeta(&p.version)
		case "implicitRules", "modifierExtension":
			if r.readFilled() {
				p.addRefusal("Patient." + r.elementName() + " is not known: the Patient must not be interpreted")
			}
		case "birthDate":
			p.birthDate = r.ReadDate()
		case "gender":
			p.sex = patient.Sex(r.readCode("female", "male", "other", "unknown"))
		case "deceasedBoolean", "deceasedDateTime":
			choices++
			p.readDeceased(&r)
		case "_deceasedBoolean", "_deceasedDateTime":
			unstated = r.readFilled()
		case "identifier":
			r.ReadList(func() {
				if system, value := readPair(&r, "system", "value", (*Reader).ReadText); system != "" && value != "" {
					p.identifiers = append(p.identifiers, [2]string{system, value})
				}
			})
		case "link":
			r.ReadList(func() { p.readLink(&r) })
		case "active":
			if r.PeekToken() == 'f' {
				p.notes = append(p.notes, "active is false: the record is not in use")
			}
			r.readBool()
		}
	})
	switch {
	case choices > 1:
		p.addRefusal("Patient has deceasedBoolean and deceasedDateTime; R4 allows one")
	case unstated && p.deceased == nil:
		p.addRefusal("Patient.deceased has an extension and no value: whether the person is alive cannot be told")
	}
	if p.version.subset {
		p.notes = append(p.notes, "meta.tag is SUBSETTED: elements were left out")
	}
	p.notes = append(p.notes, r.Faults...)
	p.setAddress(e, "Patient", order)
	if e.modifier {
		p.addRefusal("the entry of the Patient has a modifierExtension that is not known")
	}
	return p
}

// readDeceased reads deceased[x]. A date that cannot be read still says that the person
// died.
func (p *patientResource) readDeceased(r *Reader) {
	switch {
	case r.skipNull():
		return
	case string(r.Element) == "deceasedBoolean" && (r.PeekToken() == 't' || r.PeekToken() == 'f'):
		dead := r.readBool()
		p.deceased = &dead
		return
	case string(r.Element) == "deceasedDateTime" && r.PeekToken() == '"':
		dead := true
		p.deceased, p.deathDate = &dead, r.ReadDate()
		return
	}
	r.SkipValue()
	p.addRefusal("Patient." + r.elementName() + " has the wrong JSON type: whether the person is alive cannot be told")
}

// readLink refuses a Patient that another replaces: it "must no longer be used".
// https://hl7.org/fhir/R4/valueset-link-type.html
func (p *patientResource) readLink(r *Reader) {
	var kind string
	r.ReadObject(func(name []byte) { r.ReadMember(name, "type", &kind) })
	if kind == "replaced-by" {
		p.addRefusal("the Patient was replaced by another (link replaced-by); give that one")
	}
}
