// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"errors"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/internal/json"
)

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
