// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// draft is a concept whose members and value sets are still to be found.
type draft struct {
	concept   *terminology.Concept
	from      *walker
	key       *yamlwalk.Node   // its name
	members   []*yamlwalk.Node // any
	valuesets []*yamlwalk.Node
}

// walker gives a walker whose errors name the concept.
func (d *draft) walker() *walker {
	w := *d.from
	w.Inside = d.concept.Name
	return &w
}

// concepts reads a mapping from names to concepts. systems names local code
// systems, as a study does.
func (w *walker) concepts(n *yamlwalk.Node, what string, systems map[string]string) []*draft {
	var list []*draft
	for _, e := range w.ReadEntries(n, what) {
		name := w.ReadIdentifier(e.Key, "name of a concept", identifierPattern)
		if name == "" {
			continue
		}
		w.Inside = name
		d := &draft{concept: &terminology.Concept{Name: name}, from: w, key: e.Key}
		w.concept(e.Value, d, systems)
		list = append(list, d)
		w.Inside = ""
	}
	return list
}

func (w *walker) concept(n *yamlwalk.Node, d *draft, systems map[string]string) {
	c := d.concept
	f := w.ReadObject(n, "concept", "kind!", "label", "codes", "names", "any", "except", "may_be",
		"unit", "molar_mass", "valence", "signed", "positive", "negative", "valueset")
	c.Kind = w.readKind(f.ValueOf("kind"))
	c.Label = f.ReadLine("label")
	if c.Label == "" {
		c.Label = strings.ReplaceAll(c.Name, "_", " ")
	}
	t := termsReader{w, systems}
	c.Codes = t.readCodes(w.ReadEntries(f.ValueOf("codes"), "codes"))
	c.Names = t.readNames(f.ValueOf("names"))
	c.Except = t.readTerms(f.ValueOf("except"), "except")
	c.MayBe = t.readCodes(w.ReadEntries(f.ValueOf("may_be"), "may_be"))
	c.Positive = t.readTerms(f.ValueOf("positive"), "positive")
	c.Negative = t.readTerms(f.ValueOf("negative"), "negative")
	w.checkApart(f.ValueOf("except"), c.Terms, c.Except, "both under except and among what the concept is")
	w.checkApart(f.ValueOf("may_be"), c.Terms, terminology.Terms{Codes: c.MayBe}, "both under may_be and among what the concept is")
	w.checkApart(f.ValueOf("may_be"), c.Except, terminology.Terms{Codes: c.MayBe}, "both under may_be and under except")
	w.checkApart(f.ValueOf("negative"), c.Positive, c.Negative, "both under positive and under negative")
	d.members = w.ReadList(f.ValueOf("any"), "any")
	d.valuesets = []*yamlwalk.Node{f.ValueOf("valueset")}
	if v := d.valuesets[0]; v == nil || v.Kind != yamlwalk.Scalar {
		d.valuesets = w.ReadList(v, "valueset")
	}
	w.readMeasurement(f, c)
}

func (w *walker) readKind(n *yamlwalk.Node) terminology.Kind {
	s := w.ReadText(n, "kind")
	if s == "" || slices.Contains(terminology.Kinds(), terminology.Kind(s)) {
		return terminology.Kind(s)
	}
	var known []string
	for _, k := range terminology.Kinds() {
		known = append(known, string(k))
	}
	hint := w.HintFor(s, known)
	if hint == "" {
		hint = "; a concept is one of " + strings.Join(known, ", ")
	}
	w.AddError(n, "unknown kind %s%s", yamlwalk.QuoteValue(s), hint)
	return ""
}

func (w *walker) readMeasurement(f yamlwalk.Object, c *terminology.Concept) {
	for _, key := range []string{"unit", "molar_mass", "valence", "signed", "positive", "negative"} {
		if f.ValueOf(key) != nil && c.Kind != terminology.ObservationKind && c.Kind != "" {
			w.AddError(f.ValueOf(key), "%s is for observations; this is of kind %s", key, c.Kind)
		}
	}
	c.Signed = f.ReadFlag("signed")
	if c.Unit = f.ReadLine("unit"); c.Unit != "" {
		w.checkUnit(f.ValueOf("unit"), c.Unit)
	}
	if f.ValueOf("valence") != nil {
		n, err := strconv.Atoi(f.ReadLine("valence"))
		if err != nil || n < 1 || n > 9 {
			w.AddError(f.ValueOf("valence"), "valence is a whole number from 1 to 9: equivalents per mole")
		}
		c.Valence = n
	}
	mass := f.ReadLine("molar_mass")
	if mass == "" {
		return
	}
	v, err := patient.ParseDecimal(mass)
	switch {
	case err != nil:
		w.AddError(f.ValueOf("molar_mass"), "molar_mass: %v", err)
	case v.Sign() <= 0:
		w.AddError(f.ValueOf("molar_mass"), "molar_mass must be above 0, in g/mol")
	case c.Unit == "":
		w.AddError(f.ValueOf("molar_mass"), "molar_mass needs a unit to convert to")
	}
	c.MolarMass = v
}

func (w *walker) checkUnit(n *yamlwalk.Node, code string) {
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
	w.AddError(n, "unit %s is not UCUM: %s", yamlwalk.QuoteValue(code), reason)
}

// checkApart reports the terms that two contradicting sets share.
func (w *walker) checkApart(n *yamlwalk.Node, a, b terminology.Terms, where string) {
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
				both = append(both, fmt.Sprintf("%s %s", system, yamlwalk.QuoteValue(code)))
			}
		}
	}
	listed := make(map[string]bool, len(a.Names))
	for _, name := range a.Names {
		listed[strings.ToLower(name)] = true
	}
	for _, name := range b.Names {
		if listed[strings.ToLower(name)] {
			both = append(both, yamlwalk.QuoteValue(name))
		}
	}
	slices.Sort(both)
	for _, one := range both {
		w.AddError(n, "%s stands %s", one, where)
	}
}

// maxTerm is the longest code or name, in bytes.
const maxTerm = 256

type termsReader struct {
	*walker
	systems map[string]string // local code systems: URL to short name
}

// readTerms reads systems with their codes and, beside them, names.
func (t termsReader) readTerms(n *yamlwalk.Node, what string) terminology.Terms {
	if n == nil {
		return terminology.Terms{}
	}
	var list terminology.Terms
	var systems []yamlwalk.Entry
	for _, e := range t.ReadEntries(n, what) {
		switch e.Key.Value {
		case "names":
			list.Names = t.readNames(e.Value)
		case "codes":
			t.AddError(e.Key, "in %s the code systems stand side by side with names, without codes", what)
		default:
			systems = append(systems, e)
		}
	}
	list.Codes = t.readCodes(systems, "names")
	return list
}

// readCodes reads lists of codes by system. others are keys that may stand beside the
// systems.
func (t termsReader) readCodes(entries []yamlwalk.Entry, others ...string) map[string][]string {
	var codes map[string][]string
	for _, e := range entries {
		system := t.readSystem(e.Key, others)
		if system == "" {
			continue
		}
		if codes[system] != nil {
			t.AddError(e.Key, "%s is %s, which is there already", yamlwalk.QuoteValue(e.Key.Value), system)
			continue
		}
		list := t.ReadDistinct(t.ReadList(e.Value, "the codes of "+yamlwalk.QuoteValue(e.Key.Value)), func(n *yamlwalk.Node) string {
			return t.readCode(n, system)
		})
		if len(list) == 0 {
			continue
		}
		if codes == nil {
			codes = map[string][]string{}
		}
		codes[system] = list
	}
	return codes
}

// readSystem gives the name under which the codes of a system are kept.
func (t termsReader) readSystem(n *yamlwalk.Node, others []string) string {
	s := n.Value
	if slices.Contains(patient.KnownSystems(), s) {
		return s
	}
	if short := t.systems[s]; short != "" {
		return short
	}
	if strings.Contains(s, "://") || strings.HasPrefix(s, "urn:") {
		return patient.SystemName(s)
	}
	known := slices.DeleteFunc(patient.KnownSystems(), func(name string) bool { return name == patient.UCUM }) // units name no fact
	hint := ""
	if short := patient.SystemName(s); short != s {
		hint = "; did you mean " + short + "?"
	} else if hint = t.HintFor(s, append(others, known...)); hint == "" {
		hint = "; write one of " + strings.Join(known, ", ") + ", or a URL"
	}
	t.AddError(n, "unknown code system %s%s", yamlwalk.QuoteValue(s), hint)
	return ""
}

// readCode takes a code as it is written: 0123, 1e5, 2020-01-01 and no are
// texts here, whatever YAML makes of them.
func (t termsReader) readCode(n *yamlwalk.Node, system string) string {
	if n.Kind != yamlwalk.Scalar {
		t.AddError(n, "a code must be a text, not %s", yamlwalk.KindOf(n))
		return ""
	}
	code := strings.TrimSpace(n.Value)
	if message := badCode(system, code); message != "" {
		t.AddError(n, "%s", message)
		return ""
	}
	return code
}

// badCode gives the fault of a code of a concept, or "". A code of a
// system that is not known is taken as it is.
func badCode(system, code string) string {
	switch {
	case code == "":
		return "a code is empty"
	case code == "*":
		return "* alone would match every code"
	case len(code) > maxTerm:
		return "a code is too long: " + yamlwalk.QuoteValue(code)
	}
	if err := terminology.CheckPattern(system, code); err != nil && !errors.Is(err, terminology.ErrUnknownSystem) {
		return err.Error()
	}
	return ""
}

func (t termsReader) readNames(n *yamlwalk.Node) []string {
	return t.ReadDistinct(t.ReadList(n, "names"), func(n *yamlwalk.Node) string {
		s := t.ReadLine(n, "a name")
		if len(s) > maxTerm {
			t.AddError(n, "a name is too long: %s", yamlwalk.QuoteValue(s))
			return ""
		}
		return s
	})
}
