// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// spellingCases lists spellings under a code which each must equal.
var spellingCases = []struct {
	code      string   // what all spellings must equal
	spellings []string // each as found in records
}{
	{"10*3/uL", []string{
		"K/uL", "k/uL", "K/UL", "K/µL", "K/μL", "K/mcL", "K/mm3", "K/cumm", "thou/uL", "Thou/mm3", "THOUSAND/UL",
		"x10E3/uL", "X10E3/UL", "10E3/uL", "10e3/uL", "10^3/uL", "10**3/uL", "10*3/uL", "x10^3/uL", "x10(3)/uL",
		"X10(3)/mcL", "10(3)/uL", "x10 3/uL", "10 3/uL", "x103/uL", "x 10^3 / uL", "10³/µL", "x10³/µL", "× 10³/µL",
		"x1000/uL", "1000/uL", "10^3 cells/uL", "10*3.{cells}/uL", "x10E3 cells/mm3", "E3/uL", "10*9/L",
		"x10^9/L", "x10E9/L", "X10(9)/L", "10^9/l", "10⁹/L", "G/L", "Giga/L", "Gpt/L", "E9/L", "x109/L", "bil/L",
	}},
	{"10*6/uL", []string{"M/uL", "mil/uL", "Mill/mm3", "million/uL", "Mio/uL", "x10E6/uL", "10^6/µL", "T/L", "10*12/L", "x1012/L"}},
	{"/uL", []string{"cells/uL", "cells/µL", "/uL", "/mm3", "/cumm", "/cmm", "cells/cumm", "cells/mm3", "Cells/uL", "{cells}/uL", "/mm^3"}},
	{"/mL", []string{"copies/mL", "copies/ml", "{copies}/mL", "Copies/mL"}},
	{"ug", []string{"mcg", "MCG", "µg", "μg", "ug", "UG"}},
	{"ug/mL", []string{"mcg/mL", "mcg/ml", "MCG/ML", "µg/mL", "ug/ml", "UG/ML", "mg/L", "MG/L"}},
	{"ug/(kg.min)", []string{"mcg/kg/min", "µg/kg/min"}},
	{"meq/L", []string{"mEq/L", "MEQ/L", "mEq/l", "meq/L"}},
	{"mmol/L", []string{"MMOL/L", "mMol/L", "mmol/l", "Mmol/L", "mM"}},
	{"umol/L", []string{"µmol/L", "mcmol/L", "UMOL/L", "umol/l", "uM", "µM", "micromol/L"}},
	{"mm[Hg]", []string{"mmHg", "mm Hg", "MM HG", "mmhg", "mm[Hg]", "MM[HG]"}},
	{"[IU]/L", []string{"IU/L", "iu/l", "IU/l", "[IU]/L", "[iU]/L", "mIU/mL", "MIU/ML"}},
	{"m[IU]/L", []string{"mIU/L", "MIU/L", "uIU/mL", "µIU/mL", "UIU/ML"}},
	{"U/L", []string{"U/L", "U/l", "u/l", "u/L", "units/L", "Units/L", "UNITS/L", "umol/min/L"}},
	{"g/dL", []string{"gm/dL", "GM/DL", "Gm/dL", "g/dl", "G/DL", "gm/dl", "gms/dL", "grams/dL", "g%"}},
	{"mg/dL", []string{"mg/dl", "MG/DL", "Mg/dL", "mg / dL", "mg%", "mg/dL{calc}"}},
	{"pg/mL", []string{"pg/ml", "PG/ML", "pg/mL", "ng/L"}},
	{"pg", []string{"PG", "Pg", "pg"}},
	{"fL", []string{"FL", "fl", "fL", "um3"}},
	{"s", []string{"sec", "secs", "SEC", "seconds", "Seconds", "s"}},
	{"min", []string{"min", "mins", "MIN", "minutes", "Min"}},
	{"h", []string{"hr", "hrs", "HRS", "hours", "h"}},
	{"d", []string{"day", "days", "Days", "d"}},
	{"wk", []string{"week", "weeks", "WEEKS", "wk"}},
	{"mo", []string{"month", "months", "mos"}},
	{"a", []string{"year", "years", "yrs", "yr", "Years", "YEARS", "a"}},
	{"mm/h", []string{"mm/hr", "MM/HR", "mm/hour", "mm/1hr"}},
	{"[lb_av]", []string{"lb", "lbs", "LB", "Lbs", "pounds"}},
	{"[ft_i]", []string{"ft", "feet", "FT"}},
	{"[in_i]", []string{"in", "inch", "inches", "IN"}},
	{"kg/m2", []string{"kg/m2", "kg/m^2", "kg/m²", "KG/M2", "Kg/m2", "kg/sqm"}},
	{"Cel", []string{"°C", "℃", "ºC", "degC", "deg C", "Celsius", "Cel"}},
	{"[degF]", []string{"°F", "℉", "degF", "Deg F", "Fahrenheit", "[degF]"}},
	{"C", []string{"C"}},
	{"F", []string{"F"}},
	{"K", []string{"K"}},
	{"G", []string{"G"}},
	{"%", []string{"percent", "Percent", "pct", "%"}},
	{"L/L", []string{"fraction", "Proportion", "10*2.%"}},
	{"1", []string{"ratio", "(score)", "score", "{score}", "INR", "{INR}", "index", "S/CO", "1", "", " ", "titer"}},
	{"[pH]", []string{"pH", "PH"}},
	{"/[HPF]", []string{"/HPF", "/hpf", "#/HPF", "cells/hpf", "WBC/HPF", "/[HPF]"}},
	{"[arb'U]/mL", []string{"AU/mL"}},
	{"[CFU]/mL", []string{"CFU/mL", "cfu/ml"}},
	{"/min", []string{"bpm", "BPM", "beats/min", "breaths/min", "beats/minute", "/min"}},
	{"mg/d", []string{"mg/24h", "mg/24hr", "mg/24 hours", "mg/day", "mg/(24.h)"}},
	{"mosm/kg", []string{"mOsm/kg", "mosmol/kg", "mOsmol/kg", "MOSM/KG"}},
	{"mg/g", []string{"mg/g", "MG/G", "mg/gm", "mg/g{creat}"}},
	{"mL/min", []string{"mL/min", "ml/min", "ML/MIN", "mL/minute"}},
	{"ug.[FEU]/mL", []string{"ug/mL FEU", "ug{FEU}/mL", "ug/mL{FEU}", "mcg/mL FEU", "mg/L FEU"}},
	{"mL/min/(173.10*-2.m2)", []string{
		"mL/min/1.73m2", "mL/min/1.73 m2", "ml/min/1.73m2", "mL/min/1.73m^2", "mL/min/1.73m²", "mL/min/1.73 m²",
		"ML/MIN/1.73M2", "mL/min/1.73.m2", "mL/min/1.73/m2", "mL/min/1.73", "mL/min/{1.73_m2}", "mL/min/{1.73m2}",
		"mL/min{1.73_m2}", "mL/(min.{1.73_m2})", "mL/min.{1.73_m2}", "mL/min/(173.10*-2.m2)", "mL/min/1.73sqm",
		"mL/min per 1.73 m2", "mL/min/1.73 sq. m.", "mL/min/BSA", "mL/min/[1.73m2]", "mL/minute/1.73m2", "mL/min/{1.73.m2}",
	}},
}

func TestLookup(t *testing.T) {
	for _, tt := range spellingCases {
		want := mustParse(t, tt.code)
		for _, s := range tt.spellings {
			u, err := Lookup(s)
			if err != nil || !u.Equal(want) {
				t.Errorf("%q is %s (%v), want %s", s, u, err, tt.code)
				continue
			}
			if again, err := Parse(u.String()); err != nil || !again.Equal(u) {
				t.Errorf("%q: String %q parses to %s, %v", s, u, again, err)
			}
		}
	}
}

func TestLookupDiffersFromParse(t *testing.T) {
	for s, dimension := range map[string]string{
		"K/uL": "K.m-3", "ft": "g", "u/L": "g.m-3", "MG/L": "C-1.g.m-3.s-1", "G/L": "C-1.g.m-3.s-1", "pH": "C-2.g.m2",
		"mL/min/{1.73_m2}": "m3.s-1", "mL/min/1.73": "m3.s-1", "AU/mL": "m-2",
	} {
		u, err := Parse(s)
		if err != nil || u.Dimension() != dimension {
			t.Errorf("Parse %q: %s, %v, want %s", s, u.Dimension(), err, dimension)
		}
		if v, err := Lookup(s); err != nil || v.Comparable(u) {
			t.Errorf("Lookup %q: %s, %v, want another unit", s, v, err)
		}
	}
}

func TestLookupRefusesToConvert(t *testing.T) {
	for _, tt := range [][2]string{
		{"mL/min/1.73m2", "mL/min"},
		{"IU/L", "U/L"},
		{"K/uL", "mmol/L"},
		{"", "percent"},
		{"ratio", "%"},
		{"ug/mL FEU", "ug/mL"},
		{"mEq/L", "mmol/L"},
		{"u/L", "g/L"},
		{"C", "°C"},
	} {
		u, err := Lookup(tt[0])
		v, err2 := Lookup(tt[1])
		if _, convErr := u.To(v); err != nil || err2 != nil || !errors.Is(convErr, ErrNotConvertible) {
			t.Errorf("%s to %s: %v %v %v", tt[0], tt[1], err, err2, convErr)
		}
	}
}

func TestLookupErrors(t *testing.T) {
	for _, s := range []string{
		"banana", "N/A", "mg/", "mcg//L", "x10", "log copies/mL", "{Log_copies}/mL", "{log10}", "Deg C/min", "K/",
		"10^/^3", "{", "]{", "(", "12h", "see note", "μ", "\xff", "x1000000", strings.Repeat("mcg/", 60),
		strings.Repeat("K", 300), "positive", "mL/min/{1.73_m2", "A1c",
	} {
		u, err := Lookup(s)
		var pe *ParseError
		if !errors.As(err, &pe) || pe.Offset < 0 || pe.Offset > len(pe.Code) {
			t.Errorf("%q: %s, error %v", s, u, err)
		}
	}
}

// TestSpellingTables makes sure that every entry is found and is strict UCUM.
func TestSpellingTables(t *testing.T) {
	for _, table := range []map[string]string{wholeCodes, foldedCodes, wordCodes, upperCodes, countVolumes, countCodes} {
		for _, s := range slices.Sorted(maps.Keys(table)) {
			if _, err := Parse(table[s]); err != nil {
				t.Errorf("%q: %v", s, err)
			}
		}
	}
	for s, code := range wholeCodes {
		if u, err := Lookup(s); err != nil || u.String() != code {
			t.Errorf("%q: %s, %v, want %s", s, u, err, code)
		}
	}
	for s, code := range foldedCodes {
		if s != strings.ToLower(s) || strings.ContainsAny(s, " ") {
			t.Errorf("%q is not in small letters without spaces", s)
		}
		if u, err := Lookup(s); err != nil || u.String() != code {
			t.Errorf("%q: %s, %v, want %s", s, u, err, code)
		}
	}
	for s, code := range upperCodes {
		if s != strings.ToUpper(s) {
			t.Errorf("%q is not in capitals", s)
		}
		if u, err := Lookup("MG/" + s); err != nil || !u.Equal(mustParse(t, "mg/("+code+")")) {
			t.Errorf("MG/%s: %s, %v, want mg/%s", s, u, err, code)
		}
	}
}

// TestLookupKeepsUCUM makes sure that Lookup reads every unit of UCUM as Parse
// does, the ones aside which the tables override on purpose.
func TestLookupKeepsUCUM(t *testing.T) {
	overridden := map[string]bool{"u": true, "ph": true}
	for _, row := range atomRows {
		u, err := Lookup(row.code)
		if same := err == nil && u.Equal(mustParse(t, row.code)); same == overridden[row.code] {
			t.Errorf("%s: %s, %v", row.code, u, err)
		}
	}
}
