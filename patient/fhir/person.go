// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"errors"

	"github.com/eligo-trials/eligo/patient"
)

// person is a Patient resource: https://hl7.org/fhir/R4/patient.html
type person struct {
	identity
	birth       patient.Date
	sex         patient.Sex
	deceased    *bool
	death       patient.Date
	identifiers [][2]string
	notes       []string
	// refusal is why nothing may be said of the person; it costs only those
	// who ask for this Patient.
	refusal error
}

func (p *person) refuse(reason string) {
	if p.refusal == nil {
		p.refusal = errors.New(reason)
	}
}

func readPerson(text []byte, e entry, order int) (p person) {
	r := reader{cursor: cursor{text: text}}
	choices, unstated := 0, false
	r.object(func(name []byte) {
		r.element = name
		switch string(name) {
		case "id":
			p.at.id = r.word()
		case "meta":
			r.meta(&p.version)
		case "implicitRules", "modifierExtension":
			if r.filled() {
				p.refuse("Patient." + r.place() + " is not known: the Patient must not be interpreted")
			}
		case "birthDate":
			p.birth = r.date()
		case "gender":
			p.sex = patient.Sex(r.code("female", "male", "other", "unknown"))
		case "deceasedBoolean", "deceasedDateTime":
			choices++
			p.died(&r)
		case "_deceasedBoolean", "_deceasedDateTime":
			unstated = r.filled()
		case "identifier":
			r.list(func() {
				if system, value := r.identifier(); system != "" && value != "" {
					p.identifiers = append(p.identifiers, [2]string{system, value})
				}
			})
		case "link":
			r.list(func() { p.link(&r) })
		case "active":
			if r.next() == 'f' {
				p.notes = append(p.notes, "active is false: the record is not in use")
			}
			r.flag()
		default:
			r.skip()
		}
	})
	switch {
	case choices > 1:
		p.refuse("Patient has deceasedBoolean and deceasedDateTime; R4 allows one")
	case unstated && p.deceased == nil:
		p.refuse("Patient.deceased has an extension and no value: whether the person is alive cannot be told")
	}
	if p.version.subset {
		p.notes = append(p.notes, "meta.tag is SUBSETTED: elements were left out")
	}
	p.notes = append(p.notes, r.faults...)
	p.locate(e, "Patient", order)
	if e.modifier {
		p.refuse("the entry of the Patient has a modifierExtension that is not known")
	}
	return p
}

// died reads deceased[x]. A date that cannot be read still says that the person
// died.
func (p *person) died(r *reader) {
	switch {
	case r.absent():
		return
	case string(r.element) == "deceasedBoolean" && (r.next() == 't' || r.next() == 'f'):
		dead := r.flag()
		p.deceased = &dead
		return
	case string(r.element) == "deceasedDateTime" && r.next() == '"':
		dead := true
		p.deceased, p.death = &dead, r.date()
		return
	}
	r.skip()
	p.refuse("Patient." + r.place() + " has the wrong JSON type: whether the person is alive cannot be told")
}

// link refuses a Patient that another replaces: it "must no longer be used".
// https://hl7.org/fhir/R4/valueset-link-type.html
func (p *person) link(r *reader) {
	var kind string
	r.object(func(name []byte) { r.only(name, "type", &kind) })
	if kind == "replaced-by" {
		p.refuse("the Patient was replaced by another (link replaced-by); give that one")
	}
}
