// SPDX-License-Identifier: Apache-2.0

package build

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// readLOINC reads the LOINC table (Loinc.csv of a LOINC release).
func (a *adder) readLOINC(files partFiles) error {
	for _, path := range files.files[concepts] {
		if err := a.readTests(path); err != nil {
			return err
		}
	}
	return nil
}

func (a *adder) readTests(path string) error {
	t, err := openTable(path, "loinc_num", "component", "long_common_name")
	if err != nil {
		return err
	}
	return t.each(len(t.column)-1, func() error {
		c, ok := newCode(patient.LOINC, t.get("loinc_num"))
		if !ok {
			a.skip("no code", t.place)
			return nil
		}
		a.addCode(c)
		a.addName(c, lexicon.Laboratory, lexicon.Label, t.get("long_common_name"))
		a.addName(c, lexicon.Laboratory, lexicon.Exact, t.get("consumer_name"))
		a.addName(c, lexicon.Laboratory, lexicon.Exact, t.get("displayname"))
		a.relateAxis(c, "component", t.get("component"))
		a.addAxes(c, t.get("long_common_name"))
		return nil
	})
}

// addAxes adds the property and the specimen that the long common name of a test
// gives: "Glucose [Mass/volume] in Serum or Plasma". LOINC's own tables abbreviate them.
func (a *adder) addAxes(c code, name string) {
	property, specimen := axesOf(name)
	a.relateAxis(c, "property", property)
	a.relateAxis(c, "specimen", specimen)
}

func axesOf(name string) (property, specimen string) {
	_, rest, ok := strings.Cut(name, " [")
	if ok {
		property, rest, ok = strings.Cut(rest, "]")
	}
	if !ok {
		property, rest = "", name
	}
	if _, rest, ok = strings.Cut(rest, " in "); ok {
		specimen = rest
		for _, end := range []string{" by ", " --", "^"} {
			specimen, _, _ = strings.Cut(specimen, end)
		}
	}
	return property, strings.TrimSpace(specimen)
}
