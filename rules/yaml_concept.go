// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// draft is a concept whose members and value sets are still to be found.
type draft struct {
	concept   *terminology.Concept
	from      *walker
	key       *yaml.Node   // its name
	members   []*yaml.Node // any
	valuesets []*yaml.Node
}

// addError reports a problem of the concept.
func (d *draft) addError(n *yaml.Node, format string, args ...any) {
	w := *d.from
	w.inside = d.concept.Name
	w.addError(n, format, args...)
}

// concepts reads a mapping from names to concepts. systems names local code
// systems, as a study does.
func (w *walker) concepts(n *yaml.Node, what string, systems map[string]string) []*draft {
	var list []*draft
	for _, e := range w.entries(n, what) {
		name := w.identifier(e.key, "name of a concept", identifierPattern)
		if name == "" {
			continue
		}
		w.inside = name
		d := &draft{concept: &terminology.Concept{Name: name}, from: w, key: e.key}
		w.concept(e.value, d, systems)
		list = append(list, d)
		w.inside = ""
	}
	return list
}

func (w *walker) concept(n *yaml.Node, d *draft, systems map[string]string) {
	c := d.concept
	f := w.readObject(n, "concept", "kind!", "label", "codes", "names", "any", "except",
		"unit", "molar_mass", "valence", "signed", "positive", "negative", "valueset")
	if f == nil {
		return
	}
	c.Kind = w.readKind(f["kind"])
	c.Label = w.readLine(f["label"], "label")
	if c.Label == "" {
		c.Label = strings.ReplaceAll(c.Name, "_", " ")
	}
	t := termsReader{w, systems}
	if f["codes"] != nil {
		c.Codes = t.readCodes(w.entries(f["codes"], "codes"))
	}
	if f["names"] != nil {
		c.Names = t.readNames(f["names"])
	}
	c.Except = t.readTerms(f["except"], "except")
	c.Positive = t.readTerms(f["positive"], "positive")
	c.Negative = t.readTerms(f["negative"], "negative")
	w.checkApart(f["except"], c.Terms, c.Except, "both under except and among what the concept is")
	w.checkApart(f["negative"], c.Positive, c.Negative, "both under positive and under negative")
	if f["any"] != nil {
		d.members = w.readList(f["any"], "any")
	}
	if v := f["valueset"]; v != nil && v.Kind == yaml.ScalarNode {
		d.valuesets = []*yaml.Node{v}
	} else if v != nil {
		d.valuesets = w.readList(v, "valueset")
	}
	w.readMeasurement(f, c)
}

func (w *walker) readKind(n *yaml.Node) terminology.Kind {
	s := w.readText(n, "kind")
	if s == "" || slices.Contains(terminology.Kinds(), terminology.Kind(s)) {
		return terminology.Kind(s)
	}
	var known []string
	for _, k := range terminology.Kinds() {
		known = append(known, string(k))
	}
	hint := w.hintFor(s, known)
	if hint == "" {
		hint = "; a concept is one of " + strings.Join(known, ", ")
	}
	w.addError(n, "unknown kind %s%s", quoteBriefly(s), hint)
	return ""
}

// readMeasurement reads the keys of observations.
func (w *walker) readMeasurement(f map[string]*yaml.Node, c *terminology.Concept) {
	for _, key := range []string{"unit", "molar_mass", "valence", "signed", "positive", "negative"} {
		if f[key] != nil && c.Kind != terminology.ObservationKind && c.Kind != "" {
			w.addError(f[key], "%s is for observations; this is of kind %s", key, c.Kind)
		}
	}
	c.Signed = w.readFlag(f["signed"], "signed")
	if c.Unit = w.readLine(f["unit"], "unit"); c.Unit != "" {
		w.checkUnit(f["unit"], c.Unit)
	}
	if f["valence"] != nil {
		n, err := strconv.Atoi(w.readLine(f["valence"], "valence"))
		if err != nil || n < 1 || n > 9 {
			w.addError(f["valence"], "valence is a whole number from 1 to 9: equivalents per mole")
		}
		c.Valence = n
	}
	mass := w.readLine(f["molar_mass"], "molar_mass")
	if mass == "" {
		return
	}
	v, err := patient.ParseDecimal(mass)
	switch {
	case err != nil:
		w.addError(f["molar_mass"], "molar_mass: %v", err)
	case v.Sign() <= 0:
		w.addError(f["molar_mass"], "molar_mass must be above 0, in g/mol")
	case c.Unit == "":
		w.addError(f["molar_mass"], "molar_mass needs a unit to convert to")
	}
	c.MolarMass = v
}

func (w *walker) checkUnit(n *yaml.Node, code string) {
	_, err := ucum.Parse(code)
	if err == nil {
		return
	}
	reason := err.Error()
	var e *ucum.ParseError
	if errors.As(err, &e) {
		if reason = e.Msg; e.Hint != "" {
			reason += " (" + e.Hint + ")"
		}
	}
	w.addError(n, "unit %s is not UCUM: %s", quoteBriefly(code), reason)
}

// checkApart reports the terms that two contradicting sets share.
func (w *walker) checkApart(n *yaml.Node, a, b terminology.Terms, where string) {
	if a.IsZero() || b.IsZero() {
		return
	}
	var both []string
	for system, codes := range b.Codes {
		listed := make(map[string]bool, len(a.Codes[system]))
		for _, code := range a.Codes[system] {
			listed[code] = true
		}
		for _, code := range codes {
			if listed[code] {
				both = append(both, fmt.Sprintf("%s %s", system, quoteBriefly(code)))
			}
		}
	}
	listed := make(map[string]bool, len(a.Names))
	for _, name := range a.Names {
		listed[strings.ToLower(name)] = true
	}
	for _, name := range b.Names {
		if listed[strings.ToLower(name)] {
			both = append(both, quoteBriefly(name))
		}
	}
	slices.Sort(both)
	for _, one := range both {
		w.addError(n, "%s stands %s", one, where)
	}
}
