// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// Number is a number that may be known only as a range, or not at all. It is
// not changed once made.
type Number struct {
	Known  bool
	Lo, Hi Bound
}

// Bound is one end of a range; inf is no bound on that side.
type Bound struct {
	Value     patient.Decimal
	Inf, Open bool
}

var notKnown = &Number{}

func exactly(v patient.Decimal) *Number {
	return &Number{Known: true, Lo: Bound{Value: v}, Hi: Bound{Value: v}}
}

func count(lo, hi int) *Number {
	return &Number{
		Known: true,
		Lo:    Bound{Value: patient.NewDecimal(int64(lo))}, Hi: Bound{Value: patient.NewDecimal(int64(hi))},
	}
}

// IsExact reports whether the number has one value.
func (n *Number) IsExact() bool {
	return n.Known && !n.Lo.Inf && !n.Hi.Inf && n.Lo.Value.Cmp(n.Hi.Value) == 0
}

// below reports whether every value that hi allows is less than every value
// that lo allows; orEqual lets them meet.
func below(hi, lo Bound, orEqual bool) bool {
	if hi.Inf || lo.Inf {
		return false
	}
	c := hi.Value.Cmp(lo.Value)
	return c < 0 || c == 0 && (orEqual || hi.Open || lo.Open)
}

func less(a, b *Number) language.Truth        { return precedes(a, b, false) }
func lessOrEqual(a, b *Number) language.Truth { return precedes(a, b, true) }

// precedes says whether a is less than b; orEqual lets them be equal.
func precedes(a, b *Number, orEqual bool) language.Truth {
	if !a.Known || !b.Known {
		return language.Unknown
	}
	return truthOf(below(a.Hi, b.Lo, orEqual), below(b.Hi, a.Lo, !orEqual))
}

func equal(a, b *Number) language.Truth {
	if !a.Known || !b.Known {
		return language.Unknown
	}
	same := a.IsExact() && b.IsExact() && a.Lo.Value.Cmp(b.Lo.Value) == 0
	return truthOf(same, below(a.Hi, b.Lo, false) || below(b.Hi, a.Lo, false))
}

func oneOf(a *Number, list []*Number) language.Truth {
	t := language.False
	for _, b := range list {
		t = max(t, equal(a, b))
	}
	return t
}

func add(a, b *Number) *Number {
	return combine(a, b, func() *Number {
		return &Number{true, sum(a.Lo, b.Lo), sum(a.Hi, b.Hi)}
	})
}

func subtract(a, b *Number) *Number { return add(a, negate(b)) }

func negate(a *Number) *Number {
	if !a.Known {
		return notKnown
	}
	flip := func(b Bound) Bound {
		b.Value = patient.Decimal{}.Sub(b.Value)
		return b
	}
	return &Number{true, flip(a.Hi), flip(a.Lo)}
}

func multiply(a, b *Number) *Number {
	return combine(a, b, func() *Number {
		if a.unbounded() || b.unbounded() {
			return multiplyUnbounded(a, b)
		}
		ends := [4]Bound{product(a.Lo, b.Lo), product(a.Lo, b.Hi), product(a.Hi, b.Lo), product(a.Hi, b.Hi)}
		n := &Number{true, ends[0], ends[0]}
		for _, e := range ends[1:] {
			n.Lo, n.Hi = lower(n.Lo, e), higher(n.Hi, e)
		}
		return n
	})
}

// multiplyUnbounded keeps what can be said simply: a range that only grows,
// times a positive number. Anything else is not known.
func multiplyUnbounded(a, b *Number) *Number {
	if b.unbounded() {
		a, b = b, a
	}
	if !b.IsExact() || b.Lo.Value.Sign() <= 0 {
		return notKnown
	}
	scale := func(e Bound) Bound {
		if e.Inf {
			return e
		}
		return product(e, b.Lo)
	}
	return &Number{true, scale(a.Lo), scale(a.Hi)}
}

func divide(a, b *Number) *Number {
	return combine(a, b, func() *Number {
		zero := exactly(patient.Decimal{})
		switch {
		case b.unbounded() || less(zero, b) != language.True && less(b, zero) != language.True:
			return notKnown
		case b.Lo.Value.Sign() == 0 || b.Hi.Value.Sign() == 0:
			return notKnown // an open end at zero: the quotient has no bound
		case a.unbounded() && (!b.IsExact() || b.Lo.Value.Sign() < 0):
			return notKnown
		case a.unbounded():
			n := *a
			if !n.Lo.Inf {
				n.Lo = quotient(n.Lo, b.Lo).Lo
			}
			if !n.Hi.Inf {
				n.Hi = quotient(n.Hi, b.Lo).Hi
			}
			return &n
		}
		n := span(quotient(a.Lo, b.Lo), quotient(a.Hi, b.Lo))
		if !b.IsExact() {
			n = span(n, span(quotient(a.Lo, b.Hi), quotient(a.Hi, b.Hi)))
		}
		return n
	})
}

func combine(a, b *Number, f func() *Number) *Number {
	if !a.Known || !b.Known {
		return notKnown
	}
	n := f()
	if !n.Lo.Inf && !n.Lo.Value.Finite() || !n.Hi.Inf && !n.Hi.Value.Finite() {
		return notKnown // beyond the largest number there is
	}
	return n
}

func (n *Number) unbounded() bool { return n.Lo.Inf || n.Hi.Inf }

func sum(a, b Bound) Bound {
	if a.Inf || b.Inf {
		return Bound{Inf: true}
	}
	return Bound{Value: a.Value.Add(b.Value), Open: a.Open || b.Open}
}

// product treats an open end times zero as closed, which only widens.
func product(a, b Bound) Bound {
	v := a.Value.Mul(b.Value)
	return Bound{Value: v, Open: (a.Open || b.Open) && v.Sign() != 0}
}

// quotient is a range where the quotient has no finite decimal form: it would
// fall on the wrong side of what it is compared with, once multiplied again.
func quotient(a, b Bound) *Number {
	v := a.Value.Quo(b.Value)
	low, high := v, v
	if exact := v.Rat(); exact.Mul(exact, b.Value.Rat()).Cmp(a.Value.Rat()) != 0 {
		slack := v.Mul(roundingError)
		if v.Sign() < 0 {
			slack = patient.Decimal{}.Sub(slack)
		}
		low, high = v.Sub(slack), v.Add(slack)
	}
	open := (a.Open || b.Open) && v.Sign() != 0
	return &Number{true, Bound{Value: low, Open: open}, Bound{Value: high, Open: open}}
}

// roundingError is more than what a quotient is off, relative to it.
var roundingError = func() patient.Decimal {
	tiny := patient.MustDecimal("1e-30")
	return tiny.Mul(tiny).Mul(tiny).Mul(patient.MustDecimal("1e-9")) // 1e-99: one in the last digit, or more
}()

func lower(a, b Bound) Bound  { return outer(a, b, -1) }
func higher(a, b Bound) Bound { return outer(a, b, 1) }

// outer chooses the end that reaches further to a side; a closed end wins over
// an open one at the same place.
func outer(a, b Bound, side int) Bound {
	if a.Inf || b.Inf {
		return Bound{Inf: true}
	}
	if c := side * a.Value.Cmp(b.Value); c > 0 || c == 0 && !a.Open {
		return a
	}
	return b
}

// compareLow puts what can be least first, and what is not known last.
func (n *Number) compareLow(m *Number) int {
	rank := func(n *Number) int {
		switch {
		case !n.Known:
			return 2
		case n.Lo.Inf:
			return 0
		}
		return 1
	}
	if c := rank(n) - rank(m); c != 0 || rank(n) != 1 {
		return c
	}
	return n.Lo.Value.Cmp(m.Lo.Value)
}

func span(a, b *Number) *Number {
	if !a.Known || !b.Known {
		return notKnown
	}
	return &Number{true, lower(a.Lo, b.Lo), higher(a.Hi, b.Hi)}
}
