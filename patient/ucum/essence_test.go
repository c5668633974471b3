// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"math/big"
	"slices"
	"testing"
)

type essence struct {
	Prefixes []struct {
		Code  string `xml:"Code,attr"`
		Value struct {
			Value string `xml:"value,attr"`
		} `xml:"value"`
	} `xml:"prefix"`
	Bases []struct {
		Code string `xml:"Code,attr"`
	} `xml:"base-unit"`
	Units []essenceUnit `xml:"unit"`
}

type essenceUnit struct {
	Code      string `xml:"Code,attr"`
	Metric    string `xml:"isMetric,attr"`
	Arbitrary string `xml:"isArbitrary,attr"`
	Special   string `xml:"isSpecial,attr"`
	Value     struct {
		Value string `xml:"value,attr"`
		Unit  string `xml:"Unit,attr"`
	} `xml:"value"`
}

func readEssence(t *testing.T) essence {
	t.Helper()
	var e essence
	d := xml.NewDecoder(bytes.NewReader(sharedFile(t, "terminology/ucum-essence.xml")))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the file is ASCII
	if err := d.Decode(&e); err != nil {
		t.Fatal(err)
	}
	if len(e.Prefixes) != len(prefixRows) || len(e.Bases)+len(e.Units) != len(atomRows) {
		t.Fatalf("essence has %d prefixes and %d units, the tables %d and %d",
			len(e.Prefixes), len(e.Bases)+len(e.Units), len(prefixRows), len(atomRows))
	}
	return e
}

// ownDimension lists what UCUM counts as a number and this package does not.
var ownDimension = map[string]bool{
	"mol": true, "eq": true, "[HPF]": true, "[LPF]": true, "[NTU]": true, "[FNU]": true, "[hnsf'U]": true, "bit": true,
}

// TestEssence compares every unit of UCUM with its definition in the official
// file: it parses, and its factor and dimensions are those of the definition.
func TestEssence(t *testing.T) {
	e := readEssence(t)
	for _, b := range e.Bases {
		if u := mustParse(t, b.Code); u.Dimension() != b.Code || u.Scale().Cmp(big.NewRat(1, 1)) != 0 {
			t.Errorf("%s: dimension %s, scale %s", b.Code, u.Dimension(), u.Scale())
		}
	}
	exact, own, special := 0, 0, 0
	for _, eu := range e.Units {
		u := mustParse(t, eu.Code)
		if _, err := Parse("k" + eu.Code); (err == nil) != (eu.Metric == "yes") {
			t.Errorf("%s: isMetric is %s, but with a prefix: %v", eu.Code, eu.Metric, err)
		}
		switch {
		case ownDimension[eu.Code]:
			own++
		case eu.Special == "yes", eu.Arbitrary == "yes" && eu.Code != "[IU]":
			special++
			if eu.Special != "yes" && u.Dimension() != eu.Code {
				t.Errorf("%s: dimension %s", eu.Code, u.Dimension())
			}
		default:
			exact++
			def := mustParse(t, eu.Value.Unit)
			want := def.Scale()
			want.Mul(want, rat(t, eu.Value.Value))
			if u.Scale().Cmp(want) != 0 || !u.dims.equalTo(def.dims) {
				t.Errorf("%s: %s %s, want %s %s", eu.Code, u.Scale(), u.Dimension(), want, def.Dimension())
			}
		}
	}
	t.Logf("%d units agree exactly with their definition; %d have none that is linear; %d are dimensions of their own here: %v",
		exact, special, own, slices.Sorted(maps.Keys(ownDimension)))
}

// TestEssencePrefixes compares the prefixes, on a unit that takes them.
func TestEssencePrefixes(t *testing.T) {
	for _, p := range readEssence(t).Prefixes {
		if u := mustParse(t, p.Code+"bit"); u.Scale().Cmp(rat(t, p.Value.Value)) != 0 {
			t.Errorf("%s: %s, want %s", p.Code, u.Scale(), p.Value.Value)
		}
	}
}

// TestSymbolsUnambiguous makes sure that no symbol is both two prefixed units,
// so that the order in which prefixes are tried does not matter.
func TestSymbolsUnambiguous(t *testing.T) {
	seen := map[string]string{}
	for _, p := range prefixRows {
		for code, a := range units().atoms {
			if !a.metric {
				continue
			}
			if other, ok := seen[p.code+code]; ok {
				if _, whole := units().atoms[p.code+code]; !whole {
					t.Errorf("%s%s is also %s", p.code, code, other)
				}
			}
			seen[p.code+code] = p.code + "+" + code
		}
	}
}

// TestTables makes sure that every row resolves.
func TestTables(t *testing.T) {
	if got := len(units().atoms); got != len(atomRows) {
		t.Errorf("%d of %d units resolve", got, len(atomRows))
	}
	if got := len(units().prefixes); got != len(prefixRows) {
		t.Errorf("%d of %d prefixes resolve", got, len(prefixRows))
	}
}

// TestTableReader makes sure that a damaged table stops the program.
func TestTableReader(t *testing.T) {
	for _, c := range []struct {
		text string
		read func(string)
	}{
		{"prefix\tk\n", func(s string) { readUnits(s) }},
		{"prefix\tk\t1e3\nprefix\tk\t1e3\n", func(s string) { readUnits(s) }},
		{"unit\tHz\t1\ts-1\tmetrical\n", func(s string) { readUnits(s) }},
		{"unit\tHz\t1\ts-1\n", func(s string) { readUnits(s) }},
		{"atom\tHz\t1\ts-1\tmetric\n", func(s string) { readUnits(s) }},
		{"unit\n", func(s string) { readUnits(s) }},
		{"word\tug\tmcg\nword\tmg\tmcg\n", func(s string) { readSpellings(s) }},
		{"word\tug\tmcg  gamma\n", func(s string) { readSpellings(s) }},
		{"words\tug\tmcg\n", func(s string) { readSpellings(s) }},
		{"word\tug\n", func(s string) { readSpellings(s) }},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is read", c.text)
				}
			}()
			c.read(c.text)
		}()
	}
}
