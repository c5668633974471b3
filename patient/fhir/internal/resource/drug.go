// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"strings"

	"github.com/eligo-trials/eligo/patient/internal/json"
)

// drug is a Medication resource: https://hl7.org/fhir/R4/medication.html
type drug struct {
	identity
	codedConcept
	faults []string
}

// readDrug reads a Medication: its code and those of its active ingredients.
func (r *Reader) readDrug() (d drug) {
	var parts []codedConcept
	unknown := false // an ingredient that cannot be read
	r.ReadObject(func(name []byte) {
		if r.readBaseElement(&d.identity, name) {
			return
		}
		switch string(name) {
		case "code":
			d.codedConcept = r.readConcept()
		case "status":
			if r.readCode("active", "inactive", "entered-in-error") == "entered-in-error" {
				r.addFault("is entered-in-error")
			}
		case "ingredient":
			r.ReadList(func() {
				c, active := r.readIngredient()
				if active {
					parts = append(parts, c)
					unknown = unknown || c.isZero()
				}
			})
		}
	})
	if d.isZero() && unknown {
		r.inElement("Medication.ingredient").addFault("has no code")
	}
	var words []string
	for _, c := range parts {
		d.codes = append(d.codes, c.codes...)
		if c.text != "" {
			words = append(words, c.text)
		}
	}
	switch ingredients := strings.Join(words, " / "); {
	case d.text == "":
		d.text = truncateText(ingredients)
	case ingredients != "":
		d.text = truncateText(d.text + " (" + ingredients + ")")
	}
	d.faults = r.Faults
	return d
}

func (r *Reader) readIngredient() (c codedConcept, active bool) {
	active = true
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "itemCodeableConcept":
			c = r.readConcept()
		case "itemReference":
			c.text = r.readReference().display
		case "isActive":
			active = r.PeekToken() != 'f'
			r.readBool()
		case "modifierExtension":
			r.readModifier()
		}
	})
	return c, active
}

func (r *Reader) readContainedDrugs() (all []drug) {
	r.ReadList(func() {
		if text := r.ReadValue(); TypeOf(text) == "Medication" {
			inner := Reader{Cursor: json.Cursor{Text: text}, localSystems: r.localSystems, systemNames: r.systemNames}
			all = append(all, inner.readDrug())
		}
	})
	return all
}

// resolveDrug gives the medicine that the statement refers to its codes: from a
// contained Medication, from one of the Bundle, or, where there is none, from
// the words of the reference.
func (g *Collection) resolveDrug(s *statement) {
	if s.drug == (reference{}) {
		return
	}
	d, found := g.findDrug(s)
	if !found {
		if s.text = s.drug.display; s.text == "" {
			s.faults = append(s.faults, "medicationReference cannot be resolved and has no display")
		} else {
			s.notes = append(s.notes, "medicationReference cannot be resolved: only its display is known")
		}
		return
	}
	s.codes, s.text = d.codes, cmp.Or(d.text, s.drug.display)
	s.faults = append(s.faults, d.faults...)
}

func (g *Collection) findDrug(s *statement) (*drug, bool) {
	if id, contained := containedID(s.drug.literal); contained {
		for i := range s.contained {
			if s.contained[i].address.ID == id {
				return &s.contained[i], true
			}
		}
		return nil, false
	}
	to := ParseAddress(s.drug.literal)
	for _, i := range g.drugsByKey[to.lookupKey()] {
		if to.refersTo(s.address, g.drugs[i].identity) == same {
			return &g.drugs[i], true
		}
	}
	return nil, false
}

func (g *Collection) indexDrugs() {
	g.drugsByKey = make(map[[2]string][]int, len(g.drugs))
	for i := range g.drugs {
		d := &g.drugs[i]
		at := d.address.lookupKey()
		g.drugsByKey[at] = append(g.drugsByKey[at], i)
		if home := d.fullURL.lookupKey(); home != at && d.fullURL != (Address{}) {
			g.drugsByKey[home] = append(g.drugsByKey[home], i)
		}
	}
}
