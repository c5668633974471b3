// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"errors"
	"math/big"
	"strings"
	"testing"
)

// exactCases converts value from and to, exactly, and back.
var exactCases = []struct{ value, from, to, want string }{
	{"0.11", "g/L", "mg/dL", "11"},
	{"13.5", "g/dL", "g/L", "135"},
	{"1.7", "mg/dL", "mg/L", "17"},
	{"4.5", "10*3/uL", "10*9/L", "4.5"},
	{"4.5", "10^3/uL", "10*9/L", "4.5"},
	{"4500", "/uL", "10*9/L", "4.5"},
	{"4500", "/mm3", "10*3/uL", "4.5"},
	{"4500", "{cells}/uL", "10*9/L", "4.5"},
	{"120", "mm[Hg]", "kPa", "15.998640"},
	{"70", "kg", "[lb_av]", "70/0.45359237"},
	{"180", "cm", "[in_i]", "180/2.54"},
	{"1", "a", "d", "365.25"},
	{"12", "mo", "a", "1"},
	{"1", "wk", "h", "168"},
	{"40", "U/L", "ukat/L", "2/3"},
	{"40", "U/L", "umol/min/L", "40"},
	{"5", "m[IU]/L", "u[IU]/mL", "5"},
	{"5", "[IU]/L", "m[IU]/mL", "5"},
	{"5", "[iU]/L", "[IU]/L", "5"},
	{"290", "mosm/kg", "mmol/kg", "290"},
	{"3", "meq/L", "eq/L", "0.003"},
	// Proportions.
	{"42", "%", "L/L", "0.42"},
	{"0.42", "L/L", "%", "42"},
	{"30", "mg/g", "%", "3"},
	{"1", "%", "[ppm]", "10000"},
	{"0.42", "10*2.%", "%", "42"},
	{"5", "mmol/mol", "umol/mol", "5000"},
	{"5", "g%", "g/dL", "5"},
	// Plain numbers.
	{"7", "", "1", "7"},
	{"7", "{score}", "{count}", "7"},
	{"7", "1{x}", "", "7"},
	{"7", "10*3", "1", "7000"},
	// Temperatures.
	{"37", "Cel", "[degF]", "98.6"},
	{"98.6", "[degF]", "Cel", "37"},
	{"-40", "Cel", "[degF]", "-40"},
	{"0", "K", "Cel", "-273.15"},
	{"0", "Cel", "K", "273.15"},
	{"80", "[degRe]", "Cel", "100"},
	{"212", "[degF]", "[degRe]", "80"},
	{"212", "[degF]", "K", "373.15"},
	{"671.67", "[degR]", "Cel", "100"},
	{"1", "mCel", "Cel", "0.001"},
	{"3.7", "10.Cel", "[degF]", "98.6"},
	{"30", "dB", "B", "3"},
	{"7.4", "[pH]", "[pH]", "7.4"},
	// Body surface.
	{"90", "mL/min/(173.10*-2.m2)", "mL/min/m2", "90/1.73"},
	{"1", "[LPF]", "[HPF]", "100"},
	{"1", "/[HPF]", "/[LPF]", "100"},
}

func TestToExact(t *testing.T) {
	for _, tt := range exactCases {
		conv, err := mustParse(t, tt.from).To(mustParse(t, tt.to))
		if err != nil {
			t.Error(err)
			continue
		}
		want := fraction(t, tt.want)
		if got := conv.Apply(rat(t, tt.value)); got.Cmp(want) != 0 {
			t.Errorf("%s %s is %s %s, want %s", tt.value, tt.from, got.RatString(), tt.to, want.RatString())
		}
		back, err := mustParse(t, tt.to).To(mustParse(t, tt.from))
		if err != nil || back.Apply(want).Cmp(rat(t, tt.value)) != 0 {
			t.Errorf("%s %s to %s: %v %v", tt.want, tt.to, tt.from, back, err)
		}
	}
}

// fraction reads a decimal or the quotient of two.
func fraction(tb testing.TB, s string) *big.Rat {
	tb.Helper()
	num, den, ok := strings.Cut(s, "/")
	if !ok {
		return rat(tb, s)
	}
	return new(big.Rat).Quo(rat(tb, num), rat(tb, den))
}

func TestToRefuses(t *testing.T) {
	tests := []struct{ from, to, reason string }{
		{"mmol/L", "/L", "dimensions"},
		{"mmol/L", "10*3/uL", "dimensions"},
		{"mmol/L", "mg/dL", "molar mass"},
		{"meq/L", "mmol/L", "valence"},
		{"[IU]/L", "g/L", "dimensions"},
		{"[IU]/L", "[arb'U]/L", "dimensions"},
		{"[IU]/L", "U/L", "dimensions"},
		{"[IU]/L", "/L", "dimensions"},
		{"[CFU]/mL", "[PFU]/mL", "dimensions"},
		{"[NTU]", "[FNU]", "dimensions"},
		{"mmol/mol", "%", "rule for the analyte"},
		{"%", "mmol/mol", "rule for the analyte"},
		{"mmol/mol", "1", "rule for the analyte"},
		{"meq/eq", "%", "rule for the analyte"},
		{"U/kat", "%", "rule for the analyte"},
		{"%", "1", "proportion does not convert to a plain number"},
		{"", "%", "plain number does not convert to a proportion"},
		{"{score}", "%", "plain number"},
		{"{cells}", "L/L", "plain number"},
		{"[HPF]", "1", "dimensions"},
		{"[pH]", "mol/L", "dimensions"},
		{"B[V]", "B", "dimensions"},
		{"Np", "B", "dimensions"},
		{"mL/min/(173.10*-2.m2)", "mL/min", "body surface"},
		{"mL/min", "mL/min/m2", "body surface"},
		{"Cel", "kg", "dimensions"},
		{"g", "s", "dimensions"},
	}
	for _, tt := range tests {
		u, v := mustParse(t, tt.from), mustParse(t, tt.to)
		_, err := u.To(v)
		var ce *ConversionError
		if !errors.Is(err, ErrNotConvertible) || !errors.As(err, &ce) || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s to %s: error %v, want one about %s", tt.from, tt.to, err, tt.reason)
		}
		if u.Comparable(v) || v.Comparable(u) || u.Equal(v) {
			t.Errorf("%s is comparable to %s", tt.from, tt.to)
		}
	}
}

func TestToViaAnalyte(t *testing.T) {
	const creatinine, glucose, calcium = "113.12", "180.156", "40.078"
	tests := []struct {
		value, from, to, molarMass string
		valence                    int
		want                       string
	}{
		{"1.5", "mg/dL", "umol/L", creatinine, 0, "15000/113.12"},
		{"113.12", "umol/L", "mg/dL", creatinine, 0, "1.27961344"},
		{"126", "mg/dL", "mmol/L", glucose, 0, "1260/180.156"},
		{"7", "mmol/L", "mg/dL", glucose, 0, "126.1092"},
		{"1", "g/dL", "mmol/L", glucose, 0, "10000/180.156"},
		{"1", "/mmol", "/mg", glucose, 0, "1/180.156"},
		{"3", "mg/mmol", "mg/g", creatinine, 0, "3000/113.12"},
		{"300", "mg/g", "mg/mmol", creatinine, 0, "33.936"},
		{"1", "umol/(kg.min)", "ug/(kg.min)", glucose, 0, "180.156"},
		{"1", "mg/mg", "mmol/g", creatinine, 0, "1000/113.12"},
		{"5", "g/L", "mg/dL", "", 0, "500"},
		{"5", "meq/L", "mmol/L", "", 2, "2.5"},
		{"2.5", "mmol/L", "meq/L", "", 2, "5"},
		{"4", "meq/L", "mmol/L", "", 1, "4"},
		{"10", "mg/dL", "meq/L", calcium, 2, "200/40.078"},
		{"5", "meq/L", "mg/dL", calcium, 2, "10.0195"},
	}
	for _, tt := range tests {
		a := Analyte{Valence: tt.valence}
		if tt.molarMass != "" {
			a.MolarMass = rat(t, tt.molarMass)
		}
		conv, err := mustParse(t, tt.from).ToViaAnalyte(mustParse(t, tt.to), a)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := conv.Apply(rat(t, tt.value)); got.Cmp(fraction(t, tt.want)) != 0 {
			t.Errorf("%s %s is %s %s, want %s", tt.value, tt.from, got.FloatString(12), tt.to, tt.want)
		}
	}
}

func TestToViaRefuses(t *testing.T) {
	tests := []struct{ from, to, molarMass, reason string }{
		{"mg/dL", "mmol/L", "", "molar mass"},
		{"mg/dL", "mmol/L", "0", "molar mass"},
		{"mg/dL", "mmol/L", "-1", "molar mass"},
		{"mg/dL", "meq/L", "40", "valence"},
		{"mmol/L", "meq/L", "40", "valence"},
		{"mmol/mol", "%", "100", "rule for the analyte"},
		{"mg/mmol", "{ratio}", "100", "dimensions"},
		{"mg", "mmol/L", "100", "dimensions"},
		{"g2", "mol", "100", "dimensions"},
		{"mmol/L", "10*3/uL", "100", "dimensions"},
		{"[IU]/L", "g/L", "100", "dimensions"},
		{"g99", "mol99", "1e999", "too large"},
	}
	for _, tt := range tests {
		var molarMass *big.Rat
		if tt.molarMass != "" {
			molarMass = rat(t, tt.molarMass)
		}
		_, err := mustParse(t, tt.from).ToViaAnalyte(mustParse(t, tt.to), Analyte{MolarMass: molarMass})
		if !errors.Is(err, ErrNotConvertible) || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s to %s: error %v, want one about %s", tt.from, tt.to, err, tt.reason)
		}
	}
}

func TestConversionIsOwn(t *testing.T) {
	u, v := mustParse(t, "Cel"), mustParse(t, "K")
	conv, err := u.To(v)
	if err != nil {
		t.Fatal(err)
	}
	conv.Scale.SetInt64(7)
	conv.Offset.SetInt64(7)
	u.Scale().SetInt64(7)
	again, err := mustParse(t, "Cel").To(v)
	if err != nil || again.Scale.Cmp(big.NewRat(1, 1)) != 0 || again.Offset.Cmp(big.NewRat(27315, 100)) != 0 {
		t.Errorf("changing a conversion changed the unit: %v %v", again, err)
	}
}

func TestZeroValues(t *testing.T) {
	var u Unit
	if !u.Equal(mustParse(t, "1")) || u.String() != "1" || u.Dimension() != "1" || u.Scale().Cmp(big.NewRat(1, 1)) != 0 {
		t.Errorf("the zero unit is %s, %s, %s", u, u.Dimension(), u.Scale())
	}
	conv, err := u.To(mustParse(t, ""))
	if err != nil || !conv.IsIdentity() || !(Conversion{}).IsIdentity() {
		t.Errorf("%v %v", conv, err)
	}
	if x := big.NewRat(3, 7); (Conversion{}).Apply(x).Cmp(x) != 0 {
		t.Error("the zero conversion is not the identity")
	}
}

// TestMayMeasureSame: two units that a laboratory may choose between for one quantity, and
// two of different quantities.
func TestMayMeasureSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"mg/dL", "g/L", true},
		{"mg/dL", "mmol/L", true},
		{"meq/L", "mmol/L", true},
		{"U/L", "IU/L", true},
		{"m[IU]/mL", "ng/mL", true},
		{"[IU]/mL", "{copies}/mL", true},
		{"mL/min", "mL/min/1.73m2", true},
		{"mL/min/mm[Hg]", "mmol/min/kPa", true},
		{"%", "mmol/mol", true},
		{"%", "L/L", true},
		{"Cel", "[degF]", true},
		{"cm", "[in_i]", true},
		{"10*3/uL", "/uL", true},
		{"mg/g", "mg/mmol", true},
		{"%", "10*3/uL", false},
		{"10*3/uL", "g/dL", false},
		{"kg", "kg/m2", false},
		{"kg", "g/L", false},
		{"s", "{INR}", false},
		{"U/L", "mg/dL", false},
		{"fL", "g/dL", false},
		{"pg", "g/dL", false},
		{"mm[Hg]", "%", false},
		{"m2", "kg/m2", false},
		{"mg/dL", "g/(24.h)", false},
	} {
		a, err := Lookup(c.a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Lookup(c.b)
		if err != nil {
			t.Fatal(err)
		}
		if a.MayMeasureSame(b) != c.want || b.MayMeasureSame(a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
}
