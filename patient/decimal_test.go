// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0", "0"},
		{"-0", "-0"},
		{"7.50", "7.50"},
		{"0.110", "0.110"},
		{"-12", "-12"},
		{"007", "7"},
		{"1e3", "1000"},
		{"1.5E+2", "150"},
		{"15e-1", "1.5"},
		{"0e9", "0"},
		{"0e-2", "0.00"},
		{"999999999999999999", "999999999999999999"},
		{"9999999999999999999", "9999999999999999999"},
		{"123456789012345678901234567890", "123456789012345678901234567890"},
		{"1e29", "1" + strings.Repeat("0", 29)},
		{"1e-30", "0." + strings.Repeat("0", 29) + "1"},
	} {
		d, err := ParseDecimal(c.text)
		if err != nil || d.String() != c.want {
			t.Errorf("%s is read as %s (%v)", c.text, d, err)
			continue
		}
		again, err := ParseDecimal(d.String())
		if err != nil || again.Cmp(d) != 0 {
			t.Errorf("%s, written %s, is read back as %s (%v)", c.text, d, again, err)
		}
	}
}

func TestParseDecimalRefuses(t *testing.T) {
	for _, s := range []string{
		"", " 1", "1 ", "NaN", "Inf", "-inf", "Infinity", "sNaN", "0x10", "1_000", "1,5", "--1", "1.2.3", "e5", "1e", ".", "-", "+", "<20", "١",
		"1234567890123456789012345678901", "1e30", "1e31", "1e-31", "1e999999999999", "1e-999999999999", "0e-99999", strings.Repeat("0", 65),
		"1." + strings.Repeat("0", 30),
	} {
		if d, err := ParseDecimal(s); err == nil {
			t.Errorf("%q is taken as %s", s, d)
		}
	}
}

// Comparisons at a threshold are exact, before and after a conversion.
func TestThresholdsAreExact(t *testing.T) {
	hundredth := NewDecimal(1).Quo(NewDecimal(100))
	for _, c := range []struct {
		a, b Decimal
		want int
	}{
		{MustDecimal("0.1").Add(MustDecimal("0.2")), MustDecimal("0.3"), 0},
		{MustDecimal("11").Mul(hundredth), MustDecimal("0.11"), 0},
		{MustDecimal("7.50"), MustDecimal("7.5"), 0},
		{MustDecimal("1e3"), MustDecimal("1000.000"), 0},
		{MustDecimal("2.00000000000000000000000000001"), MustDecimal("2"), 1},
		{MustDecimal("0.29").Mul(NewDecimal(100)), NewDecimal(29), 0},
		{MustDecimal("-0"), Decimal{}, 0},
		{NewDecimal(1).Quo(NewDecimal(3)), MustDecimal("0.333333333333333333333333333333"), 1},
		{NewDecimal(1).Quo(NewDecimal(3)), MustDecimal("0.333333333333333333333333333334"), -1},
		{NewDecimal(2).Sub(NewDecimal(3)), NewDecimal(-1), 0},
		{NewDecimal(9).MulRat(big.NewRat(-5, 3)), NewDecimal(-15), 0},
	} {
		if got := c.a.Cmp(c.b); got != c.want || c.b.Cmp(c.a) != -c.want {
			t.Errorf("%s against %s gives %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if NewDecimal(5).Quo(Decimal{}).Finite() || !NewDecimal(5).Quo(NewDecimal(7)).Finite() {
		t.Error("a number divided by 0 is a number, or one divided by 7 is not")
	}
	if got := MustDecimal("-2.50").Rat(); got.Cmp(big.NewRat(-5, 2)) != 0 {
		t.Errorf("-2.50 is the fraction %s", got)
	}
}

func TestRounded(t *testing.T) {
	for _, c := range []struct {
		text   string
		places int
		want   string
	}{
		{"13.25", 1, "13.2"},
		{"13.35", 1, "13.4"}, // half to even
		{"13.250001", 1, "13.3"},
		{"7.50", 2, "7.5"},
		{"7.50", 4, "7.5"},
		{"1200", 0, "1200"},
		{"0.0004", 2, "0"},
		{"-0.0004", 2, "0"},
		{"-1.999", 1, "-2"},
		{"0", 3, "0"},
		{"1e20", 1, "100000000000000000000"},
	} {
		if got := MustDecimal(c.text).Rounded(c.places); got != c.want {
			t.Errorf("%s to %d places is %s, want %s", c.text, c.places, got, c.want)
		}
	}
	if got := NewDecimal(2).Quo(NewDecimal(3)).Rounded(3); got != "0.667" {
		t.Errorf("two thirds is %s", got)
	}
}

// What is within the limits is read back exactly, and agrees with math/big.
func TestDecimalsAgreeWithFractions(t *testing.T) {
	number := rapid.StringMatching(`-?[0-9]{1,14}(\.[0-9]{1,12})?(e[+-]?[0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		s, other := number.Draw(t, "a"), number.Draw(t, "b")
		a, err := ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		b := MustDecimal(other)
		x, _ := new(big.Rat).SetString(s)
		y, _ := new(big.Rat).SetString(other)
		if a.Rat().Cmp(x) != 0 || a.Cmp(b) != x.Cmp(y) {
			t.Fatalf("%s is %s; against %s it gives %d", s, a, b, a.Cmp(b))
		}
		if sum := a.Mul(b).Add(a); sum.Rat().Cmp(new(big.Rat).Add(new(big.Rat).Mul(x, y), x)) != 0 {
			t.Fatalf("%s × %s + %s is %s", a, b, a, sum)
		}
		if again, err := ParseDecimal(a.String()); err != nil || again.Cmp(a) != 0 {
			t.Fatalf("%s is written %s and read back as %s (%v)", s, a, again, err)
		}
	})
}

func BenchmarkParseDecimal(b *testing.B) {
	for b.Loop() {
		if _, err := ParseDecimal("13.25"); err != nil {
			b.Fatal(err)
		}
	}
}
