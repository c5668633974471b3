// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// vaccineReading is what a wording or code says.
type vaccineReading struct {
	reader *vaccineReader
	*vaccineWording
	codes vaccineSet // that it stands for
	name  string     // the plain words, separated by spaces
	exact bool       // the words are a name of CVX
	mixed bool       // the codes hold one of the words each: several vaccines, or one that CVX lacks
	alien bool       // a word is in no name of a vaccine
	code  bool       // it is a CVX code
}

// readText reads a wording.
func (r *vaccineReader) readText(text string) reading {
	r.build()
	return r.textReading(text)
}

func (r *vaccineReader) textReading(text string) *vaccineReading {
	v := &vaccineReading{reader: r, vaccineWording: r.readWords(text)}
	v.codes = r.codesOf(v.plain)
	if v.codes.isEmpty() { // "HBV #2": the number of the dose
		words := slices.DeleteFunc(slices.Clone(v.plain), func(w string) bool { return isNumber(w) && len(w) == 1 })
		if len(words) > 0 && len(words) < len(v.plain) {
			v.plain = words
			v.codes = r.codesOf(words)
		}
	}
	v.name = v.key()
	_, v.exact = r.byName[v.name]
	if v.codes.isEmpty() {
		v.mixed = true
		for _, word := range v.plain {
			codes, known := r.byWord[word]
			v.alien = v.alien || !known
			for k := range codes {
				v.codes[k] |= codes[k]
			}
		}
	}
	return v
}

// codesOf gives the codes that words stand for: those with that very name, and where its
// formulation is not specified, the others of its groups; or else all whose names hold the
// words, without combinations where single vaccines do.
func (r *vaccineReader) codesOf(words []string) vaccineSet {
	named := r.byName[strings.Join(words, " ")]
	all := r.holding(words)
	if named.isEmpty() {
		var single vaccineSet
		all.each(func(i int) {
			if len(r.entries[i].groups) < 2 {
				single.add(i)
			}
		})
		if single.isEmpty() {
			return all
		}
		return single
	}
	var groups []string
	named.each(func(i int) {
		if r.entries[i].unspecified {
			groups = append(groups, r.entries[i].groups...)
		}
	})
	all.each(func(i int) {
		e := &r.entries[i]
		if len(e.groups) > 0 && !slices.ContainsFunc(e.groups, func(g string) bool { return !slices.Contains(groups, g) }) {
			named.add(i)
		}
	})
	return named
}

// readCode reads a code of CVX, or one of SNOMED CT by its name.
func (r *vaccineReader) readCode(system, code string) reading {
	r.build()
	switch system {
	case patient.CVX:
		i, ok := r.byCode[plainCVX(code)]
		if !ok {
			return nil
		}
		v := &vaccineReading{reader: r, vaccineWording: &vaccineWording{}, code: true}
		v.unknown = r.entries[i].nothing
		v.codes.add(i)
		return v
	case patient.SNOMED:
		for e := range r.known.Find(system, code) {
			if name := e.Label(); name != "" {
				return vaccineTerm{r.textReading(name)}
			}
		}
	}
	return nil
}

// relate implements reading.
func (v *vaccineReading) relate(node int32) Reason {
	n := &v.reader.nodes[node]
	if v.code {
		return v.relateCode(n)
	}
	if len(v.plain) == 0 || v.unknown && v.passive { // "unknown vaccine or immune globulin"
		return NoWording
	}
	reason := v.relateWords(n)
	if v.doubt && (reason == CoversWording || reason == WiderMeaning || reason == RelatedMeaning) {
		return WordOfDoubt
	}
	return reason
}

func (v *vaccineReading) relateCode(n *vaccineNode) Reason {
	switch {
	case v.unknown:
		return NoWording
	case v.codes.meets(&n.listed):
		return CoversCode
	case v.codes.meets(&n.wider):
		return WiderMeaning
	case v.codes.meets(&n.holding):
		return RelatedMeaning
	}
	return OutsideKnownCode
}

func (v *vaccineReading) relateWords(n *vaccineNode) Reason {
	switch {
	case n.names[v.name]:
		return CoversWording
	case !v.alien && slices.ContainsFunc(n.excepted, func(words []string) bool { return isSubsetOfWords(words, v.plain) }):
		return OutsideException
	case v.alien:
		for _, name := range n.wordings {
			if isSubsetOfWords(name, v.plain) {
				return WordsLeftOver
			}
		}
		if v.codes.meets(&n.listed) {
			return RelatedMeaning
		}
		return UnknownWording
	case v.codes.meets(&n.listed) && v.mixed:
		return RelatedMeaning
	case v.codes.within(&n.listed):
		return CoversWording
	case v.codes.meets(&n.listed):
		return WiderMeaning
	case v.codes.meets(&n.holding):
		return RelatedMeaning
	}
	if (!v.exact || v.codes.meets(&n.related)) && slices.ContainsFunc(n.wordings, func(name []string) bool { return isSubsetOfWords(v.plain, name) }) {
		return WiderMeaning // a part of a name
	}
	return OutsideKnownWording
}

// isSubsetOfWords reports whether the sorted words a are all in the sorted b.
func isSubsetOfWords(a, b []string) bool {
	for _, w := range a {
		if _, ok := slices.BinarySearch(b, w); !ok {
			return false
		}
	}
	return true
}

// vaccineTerm is a code of SNOMED CT, read by its name.
type vaccineTerm struct{ text *vaccineReading }

// relate implements reading.
func (v vaccineTerm) relate(node int32) Reason {
	if reason := v.text.relate(node); reason != CoversWording {
		return codeReason(reason)
	}
	return CoversWording
}
