// SPDX-License-Identifier: Apache-2.0

package fhir

import "strings"

// drug is a Medication resource: https://hl7.org/fhir/R4/medication.html
type drug struct {
	identity
	concept
	faults []string
}

// readDrug reads a Medication: its code and those of its active ingredients.
func (r *reader) readDrug() (d drug) {
	var parts []concept
	unknown := false // an ingredient that cannot be read
	r.object(func(name []byte) {
		if len(name) > 0 && name[0] == '_' {
			r.skip()
			return
		}
		r.element = name
		switch string(name) {
		case "id":
			d.at.id = r.word()
		case "meta":
			r.meta(&d.version)
		case "code":
			d.concept = r.concept()
		case "status":
			if r.code("active", "inactive", "entered-in-error") == "entered-in-error" {
				r.fault("is entered-in-error")
			}
		case "implicitRules", "modifierExtension":
			if r.filled() {
				r.fault("is not known, and may change the meaning")
			}
		case "ingredient":
			r.list(func() {
				c, active := r.ingredient()
				if active {
					parts = append(parts, c)
					unknown = unknown || c.isZero()
				}
			})
		default:
			r.skip()
		}
	})
	if d.isZero() && unknown {
		r.in("Medication.ingredient").fault("has no code")
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
		d.text = short(ingredients)
	case ingredients != "":
		d.text = short(d.text + " (" + ingredients + ")")
	}
	d.faults = r.faults
	return d
}

func (r *reader) ingredient() (c concept, active bool) {
	active = true
	r.object(func(name []byte) {
		switch string(name) {
		case "itemCodeableConcept":
			c = r.concept()
		case "itemReference":
			c.text = r.reference().display
		case "isActive":
			active = r.next() != 'f'
			r.flag()
		case "modifierExtension":
			r.modifier()
		default:
			r.skip()
		}
	})
	return c, active
}

// drugs reads the Medications among the contained resources.
func (r *reader) drugs() (all []drug) {
	r.list(func() {
		if text := r.value(); resourceType(text) == "Medication" {
			inner := reader{cursor: cursor{text: text}, local: r.local, systems: r.systems}
			all = append(all, inner.readDrug())
		}
	})
	return all
}

// resolve gives the medicine that the statement refers to its codes: from a
// contained Medication, from one of the Bundle, or, where there is none, from
// the words of the reference.
func (g *gathering) resolve(s *statement) {
	if s.drug == (reference{}) {
		return
	}
	d, found := g.find(s)
	if !found {
		if s.text = s.drug.display; s.text == "" {
			s.faults = append(s.faults, "medicationReference cannot be resolved and has no display")
		} else {
			s.notes = append(s.notes, "medicationReference cannot be resolved: only its display is known")
		}
		return
	}
	s.codes, s.text = d.codes, d.text
	if s.text == "" {
		s.text = s.drug.display
	}
	s.faults = append(s.faults, d.faults...)
}

func (g *gathering) find(s *statement) (*drug, bool) {
	if id, contained := containedID(s.drug.literal); contained {
		for i := range s.contained {
			if s.contained[i].at.id == id {
				return &s.contained[i], true
			}
		}
		return nil, false
	}
	to := parseAddress(s.drug.literal)
	for _, i := range g.shelf[to.key()] {
		if to.refersTo(s.at, g.drugs[i].identity) == same {
			return &g.drugs[i], true
		}
	}
	return nil, false
}

// stock makes the drugs findable.
func (g *gathering) stock() {
	g.shelf = make(map[[2]string][]int, len(g.drugs))
	for i := range g.drugs {
		d := &g.drugs[i]
		at := d.at.key()
		g.shelf[at] = append(g.shelf[at], i)
		if home := d.home.key(); home != at && d.home != (address{}) {
			g.shelf[home] = append(g.shelf[home], i)
		}
	}
}
