// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// component is what a LOINC code measures, taken apart: of "Cholesterol.in LDL" the
// analyte is "cholesterol" and its subtype "in ldl". A component of several analytes,
// "HIV 1 Ab+HIV1 p24 Ag", has several parts. What stands after a slash is left out.
type component struct {
	name  string
	parts []componentPart
}

type componentPart struct {
	analyte   string
	subtype   string
	challenge string // the time or stimulus after ^
}

// genericComponents say nothing about what was measured without the rest of the
// code's name.
var genericComponents = map[string]bool{
	"Total score": true, "Score": true, "Performance status": true, "Microscopic observation": true, "Bacteria identified": true,
	"Microorganism identified": true, "Appearance": true, "Color": true, "Specimen source": true, "Comment": true, "Volume": true,
	"Status": true, "Findings": true, "Physical findings": true, "Interpretation": true, "Cells counted.total": true,
}

// newComponent takes a component apart, as LOINC writes it.
func newComponent(name string) component {
	c := component{name: name}
	base, _, _ := strings.Cut(strings.ToLower(name), "/")
	base, challenge, _ := strings.Cut(base, "^")
	for _, part := range strings.FieldsFunc(base, func(c rune) bool { return c == '+' || c == '&' }) {
		analyte, subtype, _ := strings.Cut(strings.TrimSpace(part), ".")
		if subtype == "total" {
			subtype = ""
		}
		if analyte != "" && (analyte[0] < '0' || analyte[0] > '9') { // "HIV 1+2 Ab": the second is no analyte
			c.parts = append(c.parts, componentPart{analyte, subtype, challenge})
		}
	}
	return c
}

// componentRelation says how a result's component stands to one of a concept.
type componentRelation uint8

const (
	otherComponent    componentRelation = iota
	fractionOfConcept                   // the result is a fraction or subtype of the concept's
	widerComponent                      // the concept's is a fraction or subtype of the result
	relatedComponent                    // a ratio of it, or at another time
	sameComponent
)

// relateComponents compares the component of a result with one of a concept.
func relateComponents(result, concept *component) componentRelation {
	if result.name == concept.name {
		return sameComponent
	}
	best := otherComponent
	for i := range result.parts {
		for k := range concept.parts {
			best = max(best, relateParts(&result.parts[i], &concept.parts[k]))
		}
	}
	return best
}

func relateParts(result, concept *componentPart) componentRelation {
	switch {
	case result.analyte != concept.analyte || (result.subtype == "inr") != (concept.subtype == "inr"):
		return otherComponent
	case result.subtype == concept.subtype:
		return relatedComponent
	case concept.subtype == "" || strings.HasPrefix(result.subtype, concept.subtype+"."):
		return fractionOfConcept
	case result.subtype == "" || strings.HasPrefix(concept.subtype, result.subtype+"."):
		return widerComponent
	}
	return otherComponent
}

// specimens is a set of what a result was measured in; none if it is not said.
type specimens uint16

const (
	bloodSpecimen specimens = 1 << iota // whole blood, or blood of any kind
	serumSpecimen                       // serum or plasma
	otherSpecimen
)

const inBlood = bloodSpecimen | serumSpecimen

var specimenNames = []string{
	"blood", "serum", "other", "urine", "stool", "csf", "pleural", "peritoneal", "joint", "saliva", "sputum", "semen", "sweat",
	"bone marrow", "tissue", "amniotic fluid",
}

// specimenNamed gives the specimen of a section of the table: "specimen urine".
func specimenNamed(section string) specimens {
	name, ok := strings.CutPrefix(section, "specimen ")
	if !ok {
		return 0
	}
	return 1 << slices.Index(specimenNames, name)
}

// specimenOf gives the specimens that LOINC names: "Serum or Plasma". One that is not
// specified is none.
func specimenOf(words *wordTable, text string) specimens {
	if text == "" {
		return 0
	}
	var found specimens
	stems := lexicon.Stems(text)
	for i := 0; i < len(stems); {
		e, n := words.find(stems[i:])
		found |= specimenNamed(e.section)
		i += max(n, 1)
	}
	if found == 0 && !strings.Contains(strings.ToLower(text), "specimen") && text != "Narrative" {
		found = otherSpecimen
	}
	return found
}
