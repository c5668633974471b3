// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"errors"
	"testing"
)

func addSeeds(f *testing.F) {
	f.Helper()
	for _, s := range []string{
		"", "mg/dL", "10*3/uL", "m[IU]/L", "mL/min/{1.73_m2}", "4.[pi].10*-7.N/A2", "(g.m)/s2", "Cel", "[m/s2/Hz^(1/2)]",
		"10^-99", "{a}.rad2{b}", "K/uL", "x10E3/µL", "MG/DL", "mL/min/1.73 m²", "ug/mL FEU", "x10(3)/uL", "((((", "m0",
	} {
		f.Add(s)
	}
}

// checkUnit makes sure of what holds for every unit.
func checkUnit(t *testing.T, u Unit) {
	t.Helper()
	again, err := Parse(u.String())
	if err != nil || !again.Equal(u) || again.String() != u.String() {
		t.Fatalf("%q parses to %q, %v", u, again, err)
	}
	conv, err := u.To(again)
	if err != nil || !conv.IsIdentity() {
		t.Fatalf("%q to itself: %v, %v", u, conv, err)
	}
	if u.Scale().Sign() <= 0 {
		t.Fatalf("%q has scale %s", u, u.Scale())
	}
}

// checkError makes sure of what holds for every error.
func checkError(t *testing.T, err error) {
	t.Helper()
	var pe *ParseError
	if !errors.As(err, &pe) || pe.Offset < 0 || pe.Offset > len(pe.Code) || pe.Msg == "" {
		t.Fatalf("error %#v", err)
	}
}

func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, code string) {
		u, err := Parse(code)
		if err != nil {
			checkError(t, err)
			return
		}
		checkUnit(t, u)
		if code != "" && u.String() != code {
			t.Fatalf("%q prints as %q", code, u)
		}
	})
}

func FuzzLookup(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		u, err := Lookup(s)
		if err != nil {
			checkError(t, err)
			return
		}
		checkUnit(t, u)
	})
}

func BenchmarkLookup(b *testing.B) {
	for _, s := range []string{"mg/dL", "K/uL", "mcg/mL", "mL/min/1.73 m2"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				if _, err := Lookup(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTo(b *testing.B) {
	u, v := mustParse(b, "mg/dL"), mustParse(b, "g/L")
	for b.Loop() {
		if _, err := u.To(v); err != nil {
			b.Fatal(err)
		}
	}
}
