// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"errors"
	"strings"
	"testing"
)

func TestParseMeaning(t *testing.T) {
	tests := []struct{ code, scale, dimension string }{
		{"mg/dL", "10", "g.m-3"},
		{"/m.s", "1", "m-1.s"},
		{"m/s/kg", "0.001", "g-1.m.s-1"},
		{"m/(s.kg)", "0.001", "g-1.m.s-1"},
		{"m/s.kg", "1000", "g.m.s-1"},
		{"10*-3.g", "0.001", "g"},
		{"10^+3", "1000", "1"},
		{"10*", "10", "1"},
		{"m+2", "1", "m2"},
		{"m0", "1", "1"},
		{"1.5.g", "5", "g"},
		{"dag", "10", "g"},
		{"cd", "1", "cd"},
		{"dar", "10", "m2"},
		{"min", "60", "s"},
		{"pT", "1e-9", "C-1.g.s-1"},
		{"KiBy", "8192", "bit"},
		{"mm[Hg]", "133322", "g.m-1.s-2"},
		{"{a}.g{b}/{c}", "1", "g"},
		{"((((g))))", "1", "g"},
	}
	for _, tt := range tests {
		u := mustParse(t, tt.code)
		if u.Scale().Cmp(rat(t, tt.scale)) != 0 || u.Dimension() != tt.dimension {
			t.Errorf("%s: %s %s, want %s %s", tt.code, u.Scale().RatString(), u.Dimension(), tt.scale, tt.dimension)
		}
	}
}

// errorCases lists codes that are not UCUM, with the offset of the error unless it
// is negative, and a part of its text.
var errorCases = []struct {
	code   string
	offset int
	text   string
}{
	{"mg/", 3, "missing at the end"},
	{"/", 1, "missing at the end"},
	{"mg//L", 3, "missing before"},
	{".g", 0, "missing before"},
	{"mg dL", 2, "no spaces"},
	{"µg", 0, "micro is u"},
	{"°C", 0, "Cel"},
	{"g\x00", 1, "not allowed"},
	{"g\xff", 1, "not allowed"},
	{"12h", 0, "write 12.h"},
	{"10+3", 0, "10*3"},
	{"0.5", 0, "no decimals"},
	{"g/0", 2, "zero"},
	{"0", 0, "zero"},
	{"mcg", 0, "did you mean ug"},
	{"MMOL", 0, "did you mean mmol"},
	{"mg/mcL", 3, "did you mean uL"},
	{"kmin", 0, "takes no prefix"},
	{"(g", 0, "not closed"},
	{"g)", 1, "no parenthesis is open"},
	{"()", 1, "missing before"},
	{"(/m)", 1, "missing before"},
	{"(m)2", 3, "missing"},
	{"g{a", 1, "not closed"},
	{"g}", 1, "unexpected"},
	{"{}", 0, "empty"},
	{"{a{b}}", 0, "within"},
	{"g{a}{b}", 4, "once"},
	{"{a}g", 3, "missing"},
	{"[IU", 0, "not closed"},
	{"]", 0, "unknown"},
	{"g2.", 3, "missing at the end"},
	{"g-", 1, "sign without"},
	{"g--1", 1, "sign without"},
	{"g100", 1, "greater than 99"},
	{"g999999999999999999999", 1, "greater than 99"},
	{"10*-2147483649", 3, "greater than 99"},
	{"Cel/min", 4, "special"},
	{"m.Cel", 2, "special"},
	{"Cel2", 0, "special"},
	{"/Cel", 1, "special"},
	{"%.Cel", 2, "special"},
	{"Cel.[pH]", 4, "special"},
	{"[pi]99", 0, "too large"},
	{"Ym99", 0, "too large"},
	{strings.Repeat("Gg9.", 49) + "g", -1, "too large"},
	{strings.Repeat("(", 17) + "g" + strings.Repeat(")", 17), 16, "nested"},
	{strings.Repeat("(", 200), 16, "nested"},
	{strings.Repeat("g", 201), 200, "longer"},
	{strings.Repeat("9", 200) + ".g", 200, "longer"},
}

func TestParseErrors(t *testing.T) {
	for _, tt := range errorCases {
		_, err := Parse(tt.code)
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q: error %v", tt.code, err)
			continue
		}
		if tt.offset >= 0 && pe.Offset != tt.offset || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%q: %v, want offset %d and %q", tt.code, err, tt.offset, tt.text)
		}
	}
}

// TestHostileCodes makes sure that the work for a code is bounded, however it
// is built: the number of allocations stands for the work, since it does not
// depend on the machine.
func TestHostileCodes(t *testing.T) {
	units()
	hostile := []string{
		strings.Repeat("[pi]9.", 33), strings.Repeat("Yg99.", 40), strings.Repeat("(", 16) + strings.Repeat("[ly]9/", 30),
		strings.Repeat("9", 200), strings.Repeat("x", 200), strings.Repeat("{1.73}", 33), strings.Repeat("x10", 66),
		strings.Repeat("MG/", 66), strings.Repeat("[", 200), strings.Repeat("g", 1<<20),
	}
	const most = 30_000 // allocations for a code
	for _, s := range hostile {
		if n := testing.AllocsPerRun(1, func() {
			_, _ = Parse(s)
			_, _ = Lookup(s)
		}); n > most {
			t.Errorf("%.20s…, %d bytes: %.0f allocations", s, len(s), n)
		}
	}
}
