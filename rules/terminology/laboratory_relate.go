// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
)

// laboratoryText is a wording of a result, compared with the names of all concepts.
type laboratoryText struct {
	*wording
	reader       *laboratoryReader
	words        []int32 // numbers of the plain words that concepts' names have, sorted
	inVocabulary bool    // all plain words are in words
	near, scope  []int32 // numbers of words of concepts, sorted
	parts        [][]component
	called       string   // the plain words, separated by spaces
	touched      []uint64 // bit set of the nodes that it has a word, name or analyte of
	wholeKnown   bool     // the wording is the name of a known test
}

// relate implements reading. What is known of the whole wording outranks what is known
// of its words.
func (t *laboratoryText) relate(node int32) Reason {
	n := &t.reader.nodes[node]
	if len(t.plain) == 0 && len(t.parts) == 0 && !t.unknown {
		return NoWording
	}
	if t.touched[node/64]&(1<<(node%64)) == 0 {
		return t.relateUntouched(n)
	}
	switch fit := t.fitNames(n); {
	case fit == equalName:
		return t.relateEqual(n)
	case !t.unknown && slices.ContainsFunc(n.excepted, t.holds):
		return OutsideException
	case fit == nameInside:
		if reason := t.relateWider(n); reason != NoReason {
			return reason
		}
		return t.doubtful(WordsLeftOver)
	case fit == insideName:
		switch {
		case t.unknown:
			return WiderMeaning
		case t.otherSpecimen(n) || t.setting:
			return OutsideKnownWording
		case !t.apart && (!t.total || n.total):
			return WiderMeaning
		}
	}
	if n.called[t.called] {
		return RelatedMeaning
	}
	return t.relateKnown(n)
}

// relateUntouched gives the reason of a wording that shares nothing with the concept.
func (t *laboratoryText) relateUntouched(n *laboratoryNode) Reason {
	switch {
	case t.unknown:
		return UnknownWording
	case t.wider && len(t.scope) == 0:
		return WiderMeaning
	case len(t.parts) > 0, t.setting, t.otherSpecimen(n):
		return OutsideKnownWording
	}
	return UnknownWording
}

// nameFit says how a wording's words stand to those of a concept's names.
type nameFit uint8

const (
	noFit      nameFit = iota
	insideName         // the wording is a part of a name
	nameInside         // a name stands in the wording, beside further words
	equalName          // they are the same words
)

func (t *laboratoryText) fitNames(n *laboratoryNode) nameFit {
	if n.whole[t.key] {
		return equalName
	}
	best := noFit
	for i := range n.names {
		name := &n.names[i]
		within, holds := t.inVocabulary && !t.numeric && isSubset(t.words, name.words), isSubset(name.words, t.words)
		switch {
		case within && holds && t.fitsSpecimen(name):
			return equalName
		case within:
			best = max(best, insideName)
		case holds:
			best = max(best, nameInside)
		}
	}
	return best
}

// fitsSpecimen reports whether a name asks for no other specimen than blood, or for one
// that the wording names.
func (t *laboratoryText) fitsSpecimen(name *laboratoryName) bool {
	return name.specimens == 0 || name.specimens&t.specimens != 0 || t.specimens&^inBlood == 0 && name.specimens&inBlood != 0
}

// holds reports whether an excepted name stands in the wording, with its specimen and as a
// percentage or ratio if it is one.
func (t *laboratoryText) holds(name laboratoryName) bool {
	return isSubset(name.words, t.words) && (!name.percent || t.percent) && (name.specimens == 0 || name.specimens&t.specimens != 0)
}

// isSubset reports whether the sorted numbers a are all in the sorted b.
func isSubset(a, b []int32) bool {
	if len(a) > len(b) {
		return false
	}
	k := 0
	for _, x := range a {
		for k < len(b) && b[k] < x {
			k++
		}
		if k == len(b) || b[k] != x {
			return false
		}
	}
	return true
}

func intersect(a, b []int32) bool {
	i, k := 0, 0
	for i < len(a) && k < len(b) {
		switch {
		case a[i] == b[k]:
			return true
		case a[i] < b[k]:
			i++
		default:
			k++
		}
	}
	return false
}

// otherSpecimen reports whether the wording names a specimen that is not the concept's.
func (t *laboratoryText) otherSpecimen(n *laboratoryNode) bool {
	return isOtherSpecimen(t.specimens, n.specimens)
}

// isOtherSpecimen reports whether a result's specimen is none of the concept's. Serum and
// whole blood are not told apart here: laboratories name one where they mean the other.
func isOtherSpecimen(result, concept specimens) bool {
	if concept&inBlood != 0 {
		concept |= inBlood
	}
	return result != 0 && result&concept == 0
}

// inSerum reports whether the wording names serum or plasma, where the concept's results
// are of whole blood: hemoglobin in plasma is not that of blood.
func (t *laboratoryText) inSerum(n *laboratoryNode) bool {
	return t.specimens&serumSpecimen != 0 && n.specimens&inBlood == bloodSpecimen && n.coded
}

// relateEqual gives the reason of a wording that has the words of a name.
func (t *laboratoryText) relateEqual(n *laboratoryNode) Reason {
	switch {
	case t.doubt:
		return WordOfDoubt
	case t.percent && !n.percent && !t.namedPercent(n):
		return RelatedMeaning
	case n.whole[t.key]:
		return CoversWording
	case t.otherSpecimen(n) || t.setting:
		return OutsideKnownWording
	case t.ambiguous:
		return SeveralMeanings
	case t.inSerum(n):
		return RelatedMeaning
	}
	return CoversWording
}

// namedPercent reports whether a name with the wording's words says that it is a
// percentage or ratio.
func (t *laboratoryText) namedPercent(n *laboratoryNode) bool {
	return slices.ContainsFunc(n.names, func(name laboratoryName) bool { return name.percent && slices.Equal(name.words, t.words) })
}

// relateWider gives the reason of a wording with a name in it that is known to be
// something else nevertheless, or NoReason.
func (t *laboratoryText) relateWider(n *laboratoryNode) Reason {
	switch {
	case t.unknown:
	case t.otherSpecimen(n) || t.setting, n.total && t.fraction:
		return OutsideKnownWording
	case t.wholeKnown && t.knownOther(n):
		return OutsideKnownWording
	}
	return NoReason
}

// knownOther reports whether the wording is the name of known tests, and all are something
// else than the concept.
func (t *laboratoryText) knownOther(n *laboratoryNode) bool {
	if t.ambiguous || t.wider || len(n.components) == 0 {
		return false
	}
	if len(t.parts[0]) == 0 {
		return t.elsewhere
	}
	relation := t.compare(n)
	return relation == otherComponent || relation == fractionOfConcept && n.total
}

// compare gives the strongest relation of the wording's tests to the concept's.
func (t *laboratoryText) compare(n *laboratoryNode) componentRelation {
	best := otherComponent
	for _, part := range t.parts {
		for i := range part {
			for k := range n.components {
				best = max(best, relateComponents(&part[i], &n.components[k]))
			}
		}
	}
	return best
}

// relateKnown gives the reason of a wording that no name of the concept stands in.
func (t *laboratoryText) relateKnown(n *laboratoryNode) Reason {
	switch relation := t.compare(n); {
	case t.unknown && relation == otherComponent && !intersect(t.near, n.field):
		return UnknownWording
	case t.unknown:
		return RelatedMeaning
	case t.ambiguous && intersect(t.near, n.field):
		return SeveralMeanings
	case t.wider && (len(t.scope) == 0 || intersect(t.scope, n.field)):
		return WiderMeaning
	case t.otherSpecimen(n) || t.setting:
		return OutsideKnownWording
	case relation == sameComponent:
		return t.doubtful(NarrowerMeaning)
	case relation == widerComponent && t.total, relation == fractionOfConcept && n.total:
		return OutsideKnownWording
	case relation == widerComponent:
		return WiderMeaning
	case relation != otherComponent:
		return RelatedMeaning
	case t.wholeKnown && t.knownOther(n):
		return OutsideKnownWording
	case intersect(t.near, n.field):
		return RelatedMeaning
	case len(t.parts) == 0:
		return UnknownWording
	}
	return OutsideKnownWording
}

// doubtful gives the reason, or the word of doubt beside it.
func (t *laboratoryText) doubtful(reason Reason) Reason {
	if t.doubt {
		return WordOfDoubt
	}
	return reason
}

// laboratoryCode is a code of LOINC.
type laboratoryCode struct {
	reader    *laboratoryReader
	code      string
	axes      axes
	component component
	generic   bool // the component says nothing: the name decides
	panel     bool // the code is that of a group of tests
	specimens specimens
	text      *laboratoryText // the code's name
}

// relate implements reading.
func (c *laboratoryCode) relate(node int32) Reason {
	n := &c.reader.nodes[node]
	if n.listed[c.code] {
		return CoversCode
	}
	if c.generic || len(n.components) == 0 || c.panel {
		return codeReason(c.text.relate(node))
	}
	relation := otherComponent
	for i := range n.components {
		relation = max(relation, relateComponents(&c.component, &n.components[i]))
	}
	switch {
	case relation == otherComponent:
		return OutsideKnownCode
	case isOtherSpecimen(c.specimens, n.specimens):
		return OutsideKnownCode
	case relation == widerComponent, relation == fractionOfConcept && n.total:
		return OutsideKnownCode // a code without a subtype means the whole
	case relation != sameComponent:
		return RelatedMeaning
	}
	return c.relateAxes(n)
}

// relateAxes gives the reason of a code with the concept's component: yes if the property
// and specimen are those of a listed code too.
func (c *laboratoryCode) relateAxes(n *laboratoryNode) Reason {
	reason := NarrowerMeaning
	for i := range n.axes {
		a := &n.axes[i]
		if a.component != c.axes.component || a.property == "" || c.axes.property == "" {
			continue
		}
		if !sameProperty(a.property, c.axes.property, n.molar) {
			reason = RelatedMeaning
			continue
		}
		if specimenFamily(a.specimen) == specimenFamily(c.axes.specimen) {
			return CoversCode
		}
	}
	return reason
}

// sameProperty reports whether results of two properties can be compared; molar says
// that mass and amount of substance can be converted.
func sameProperty(a, b string, molar bool) bool {
	return a == b || molar && (a == "Mass/volume" || a == "Moles/volume") && (b == "Mass/volume" || b == "Moles/volume")
}

// specimenFamily brings the specimens together that tests are compared in: serum and
// plasma, and all kinds of whole blood.
func specimenFamily(specimen string) string {
	switch specimen {
	case "Serum", "Plasma", "Serum or Plasma", "Serum, Plasma or Blood", "Platelet poor plasma":
		return "Serum or Plasma"
	case "Blood", "Venous blood", "Arterial blood", "Capillary blood":
		return "Blood"
	}
	return specimen
}

// codeReason gives the reason of a code from that of its name.
func codeReason(reason Reason) Reason {
	switch reason {
	case OutsideKnownWording:
		return OutsideKnownCode
	case UnknownWording, NoWording:
		return RelatedMeaning // the code is known, and undecided
	case CoversWording:
		return NarrowerMeaning
	}
	return reason
}

// laboratoryTerm is a code of SNOMED CT, read by its name.
type laboratoryTerm struct{ text *laboratoryText }

// relate implements reading.
func (l laboratoryTerm) relate(node int32) Reason {
	if reason := l.text.relate(node); reason == CoversWording {
		return reason
	} else {
		return codeReason(reason)
	}
}
