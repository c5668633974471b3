// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// uncertain is a number as a range, with some of the values that it may have.
type uncertain struct {
	number *Number
	values []patient.Decimal
}

func tenths(n int) patient.Decimal {
	return patient.NewDecimal(int64(n)).Mul(patient.MustDecimal("0.1"))
}

// drawUncertain makes a range of tenths, of which any end may be open or
// without bound.
func drawUncertain(t *rapid.T, label string) uncertain {
	lo := rapid.IntRange(-30, 30).Draw(t, label+" from")
	width := rapid.SampledFrom([]int{0, 0, 1, 2, 5, 40}).Draw(t, label+" width")
	u := uncertain{number: &Number{Known: true, Lo: Bound{Value: tenths(lo)}, Hi: Bound{Value: tenths(lo + width)}}}
	n := u.number
	if width > 0 {
		n.Lo.Open, n.Hi.Open = rapid.Bool().Draw(t, label+" open below"), rapid.Bool().Draw(t, label+" open above")
		u.values = append(u.values, tenths(lo).Add(patient.MustDecimal("0.05")))
	}
	if !n.Lo.Open {
		u.values = append(u.values, n.Lo.Value)
	}
	if !n.Hi.Open {
		u.values = append(u.values, n.Hi.Value)
	}
	if rapid.IntRange(0, 5).Draw(t, label+" no lower bound") == 0 {
		n.Lo = Bound{Inf: true}
		u.values = append(u.values, tenths(-5000))
	}
	if rapid.IntRange(0, 5).Draw(t, label+" no upper bound") == 0 {
		n.Hi = Bound{Inf: true}
		u.values = append(u.values, tenths(5000))
	}
	return u
}

// holds reports whether a value is one that the number may have; a number that
// is not known may have any.
func (n *Number) holds(v patient.Decimal) bool {
	if !n.Known {
		return true
	}
	above := n.Lo.Inf || n.Lo.Value.Cmp(v) < 0 || !n.Lo.Open && n.Lo.Value.Cmp(v) == 0
	below := n.Hi.Inf || n.Hi.Value.Cmp(v) > 0 || !n.Hi.Open && n.Hi.Value.Cmp(v) == 0
	return above && below
}

// TestArithmeticHoldsEveryValue: whatever the two numbers are, the result of
// an operation on them lies in the range that the operation gives.
func TestArithmeticHoldsEveryValue(t *testing.T) {
	ops := map[string]struct {
		ranges func(a, b *Number) *Number
		values func(a, b patient.Decimal) patient.Decimal
	}{
		"+":   {add, patient.Decimal.Add},
		"-":   {subtract, patient.Decimal.Sub},
		"*":   {multiply, patient.Decimal.Mul},
		"/":   {divide, patient.Decimal.Quo},
		"neg": {func(a, _ *Number) *Number { return negate(a) }, func(a, _ patient.Decimal) patient.Decimal { return patient.Decimal{}.Sub(a) }},
		"least": {leastOf, func(a, b patient.Decimal) patient.Decimal {
			if a.Cmp(b) < 0 {
				return a
			}
			return b
		}},
		"highest": {func(a, b *Number) *Number { return extreme(1, a, b) }, func(a, b patient.Decimal) patient.Decimal {
			if a.Cmp(b) > 0 {
				return a
			}
			return b
		}},
		"span": {span, func(a, _ patient.Decimal) patient.Decimal { return a }},
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawUncertain(t, "a"), drawUncertain(t, "b")
		for name, op := range ops {
			got := op.ranges(a.number, b.number)
			for _, x := range a.values {
				for _, y := range b.values {
					v := op.values(x, y)
					if name == "/" && y.Sign() == 0 {
						if got.Known {
							t.Errorf("%v / %v is %v, though it may be a division by zero", a.number, b.number, got)
						}
					} else if !got.holds(v) {
						t.Errorf("%v %s %v is %v, which does not hold %s %s %s = %s", a.number, name, b.number, got, x, name, y, v)
					}
				}
			}
		}
	})
}

// TestComparisonsHoldForEveryValue: a comparison is true, or false, only if it
// is for all that the numbers may be; and where it is so for the ends of two
// closed ranges, it says so.
func TestComparisonsHoldForEveryValue(t *testing.T) {
	comparisons := map[string]struct {
		ranges func(a, b *Number) language.Truth
		values func(order int) bool
	}{
		"<":  {less, func(o int) bool { return o < 0 }},
		"<=": {lessOrEqual, func(o int) bool { return o <= 0 }},
		"==": {equal, func(o int) bool { return o == 0 }},
		"in": {func(a, b *Number) language.Truth { return oneOf(a, []*Number{b}) }, func(o int) bool { return o == 0 }},
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawUncertain(t, "a"), drawUncertain(t, "b")
		for name, c := range comparisons {
			got := c.ranges(a.number, b.number)
			yes, no := true, true
			for _, x := range a.values {
				for _, y := range b.values {
					holds := c.values(x.Cmp(y))
					yes, no = yes && holds, no && !holds
				}
			}
			if got == language.True && !yes || got == language.False && !no {
				t.Errorf("%v %s %v is %s, but yes for all is %v and no for all is %v", a.number, name, b.number, got, yes, no)
			}
			if got == language.Unknown && (name == "<" || name == "<=") && closed(a.number) && closed(b.number) && (yes || no) {
				t.Errorf("%v %s %v is unknown, but yes for all is %v and no for all is %v", a.number, name, b.number, yes, no)
			}
		}
	})
}

func closed(n *Number) bool { return !n.Lo.Inf && !n.Hi.Inf && !n.Lo.Open && !n.Hi.Open }

// TestArithmeticIsNoWiderThanItMust: for closed ranges, sum, difference and
// product reach from the least to the greatest that the ends give.
func TestArithmeticIsNoWiderThanItMust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawUncertain(t, "a").number, drawUncertain(t, "b").number
		if !closed(a) || !closed(b) {
			return
		}
		for name, op := range map[string]func(a, b *Number) *Number{"+": add, "-": subtract, "*": multiply} {
			got := op(a, b)
			ends := []*Number{}
			for _, x := range []Bound{a.Lo, a.Hi} {
				for _, y := range []Bound{b.Lo, b.Hi} {
					ends = append(ends, op(exactly(x.Value), exactly(y.Value)))
				}
			}
			want := ends[0]
			for _, e := range ends {
				want = span(want, e)
			}
			if !got.Known || got.Lo.Value.Cmp(want.Lo.Value) != 0 || got.Hi.Value.Cmp(want.Hi.Value) != 0 || !closed(got) {
				t.Errorf("%v %s %v is %v, not %v", a, name, b, got, want)
			}
		}
	})
}

// TestQuotients: a quotient that is rounded is on neither side of where it
// comes from.
func TestQuotients(t *testing.T) {
	n := func(i int64) *Number { return exactly(patient.NewDecimal(i)) }
	for name, got := range map[string]language.Truth{
		"1/3*3 == 1":     equal(multiply(divide(n(1), n(3)), n(3)), n(1)),
		"1/3*3 < 1":      less(multiply(divide(n(1), n(3)), n(3)), n(1)),
		"[3,6]/[3,4]>=2": lessOrEqual(n(2), divide(count(3, 6), count(3, 4))),
	} {
		if got != language.Unknown {
			t.Errorf("%s is %s", name, got)
		}
	}
	if got := equal(divide(n(121), n(40)), exactly(patient.MustDecimal("3.025"))); got != language.True {
		t.Errorf("121/40 == 3.025 is %s", got)
	}
	if got := less(divide(n(100), n(33)), n(3)); got != language.False {
		t.Errorf("100/33 < 3 is %s", got)
	}
}

// TestUnknownNumbers: what is not known stays so.
func TestUnknownNumbers(t *testing.T) {
	one := exactly(patient.NewDecimal(1))
	for name, n := range map[string]*Number{
		"1 + ?": add(one, notKnown), "? - 1": subtract(notKnown, one), "0 * ?": multiply(exactly(patient.Decimal{}), notKnown),
		"1 / ?": divide(one, notKnown), "1 / 0": divide(one, exactly(patient.Decimal{})), "0 / 0": divide(exactly(patient.Decimal{}), exactly(patient.Decimal{})),
		"-?": negate(notKnown), "1 or ?": span(one, notKnown),
	} {
		if n.Known {
			t.Errorf("%s is %v", name, n)
		}
	}
	for name, truth := range map[string]language.Truth{
		"1 < ?": less(one, notKnown), "? <= 1": lessOrEqual(notKnown, one), "? == ?": equal(notKnown, notKnown), "? in [1]": oneOf(notKnown, []*Number{one}),
	} {
		if truth != language.Unknown {
			t.Errorf("%s is %s", name, truth)
		}
	}
}
