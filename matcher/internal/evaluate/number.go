// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// number is a number that may be known only as a range, or not at all. It is
// not changed once made.
type number struct {
	known  bool
	lo, hi bound
}

// bound is one end of a range; inf is no bound on that side.
type bound struct {
	value     patient.Decimal
	inf, open bool
}

var notKnown = &number{}

func exactly(v patient.Decimal) *number {
	return &number{known: true, lo: bound{value: v}, hi: bound{value: v}}
}

func count(lo, hi int) *number {
	return &number{
		known: true,
		lo:    bound{value: patient.NewDecimal(int64(lo))}, hi: bound{value: patient.NewDecimal(int64(hi))},
	}
}

// isExact reports whether the number has one value.
func (n *number) isExact() bool {
	return n.known && !n.lo.inf && !n.hi.inf && n.lo.value.Cmp(n.hi.value) == 0
}

// below reports whether every value that hi allows is less than every value
// that lo allows; orEqual lets them meet.
func below(hi, lo bound, orEqual bool) bool {
	if hi.inf || lo.inf {
		return false
	}
	c := hi.value.Cmp(lo.value)
	return c < 0 || c == 0 && (orEqual || hi.open || lo.open)
}

func less(a, b *number) language.Truth {
	if !a.known || !b.known {
		return language.Unknown
	}
	return truthOf(below(a.hi, b.lo, false), below(b.hi, a.lo, true))
}

func lessOrEqual(a, b *number) language.Truth {
	if !a.known || !b.known {
		return language.Unknown
	}
	return truthOf(below(a.hi, b.lo, true), below(b.hi, a.lo, false))
}

func equal(a, b *number) language.Truth {
	if !a.known || !b.known {
		return language.Unknown
	}
	same := a.isExact() && b.isExact() && a.lo.value.Cmp(b.lo.value) == 0
	return truthOf(same, below(a.hi, b.lo, false) || below(b.hi, a.lo, false))
}

func oneOf(a *number, list []*number) language.Truth {
	t := language.False
	for _, b := range list {
		t = max(t, equal(a, b))
	}
	return t
}

func add(a, b *number) *number {
	return combine(a, b, func() *number {
		return &number{true, sum(a.lo, b.lo), sum(a.hi, b.hi)}
	})
}

func subtract(a, b *number) *number { return add(a, negate(b)) }

func negate(a *number) *number {
	if !a.known {
		return notKnown
	}
	flip := func(b bound) bound {
		b.value = patient.Decimal{}.Sub(b.value)
		return b
	}
	return &number{true, flip(a.hi), flip(a.lo)}
}

func multiply(a, b *number) *number {
	return combine(a, b, func() *number {
		if a.unbounded() || b.unbounded() {
			return multiplyUnbounded(a, b)
		}
		ends := [4]bound{product(a.lo, b.lo), product(a.lo, b.hi), product(a.hi, b.lo), product(a.hi, b.hi)}
		n := &number{true, ends[0], ends[0]}
		for _, e := range ends[1:] {
			n.lo, n.hi = lower(n.lo, e), higher(n.hi, e)
		}
		return n
	})
}

// multiplyUnbounded keeps what can be said simply: a range that only grows,
// times a positive number. Anything else is not known.
func multiplyUnbounded(a, b *number) *number {
	if b.unbounded() {
		a, b = b, a
	}
	if !b.isExact() || b.lo.value.Sign() <= 0 {
		return notKnown
	}
	scale := func(e bound) bound {
		if e.inf {
			return e
		}
		return product(e, b.lo)
	}
	return &number{true, scale(a.lo), scale(a.hi)}
}

func divide(a, b *number) *number {
	return combine(a, b, func() *number {
		zero := exactly(patient.Decimal{})
		switch {
		case b.unbounded() || less(zero, b) != language.True && less(b, zero) != language.True:
			return notKnown
		case b.lo.value.Sign() == 0 || b.hi.value.Sign() == 0:
			return notKnown // an open end at zero: the quotient has no bound
		case a.unbounded() && (!b.isExact() || b.lo.value.Sign() < 0):
			return notKnown
		case a.unbounded():
			n := *a
			if !n.lo.inf {
				n.lo = quotient(n.lo, b.lo).lo
			}
			if !n.hi.inf {
				n.hi = quotient(n.hi, b.lo).hi
			}
			return &n
		}
		n := span(quotient(a.lo, b.lo), quotient(a.hi, b.lo))
		if !b.isExact() {
			n = span(n, span(quotient(a.lo, b.hi), quotient(a.hi, b.hi)))
		}
		return n
	})
}

func combine(a, b *number, f func() *number) *number {
	if !a.known || !b.known {
		return notKnown
	}
	n := f()
	if !n.lo.inf && !n.lo.value.Finite() || !n.hi.inf && !n.hi.value.Finite() {
		return notKnown // beyond the largest number there is
	}
	return n
}

func (n *number) unbounded() bool { return n.lo.inf || n.hi.inf }

func sum(a, b bound) bound {
	if a.inf || b.inf {
		return bound{inf: true}
	}
	return bound{value: a.value.Add(b.value), open: a.open || b.open}
}

// product treats an open end times zero as closed, which only widens.
func product(a, b bound) bound {
	v := a.value.Mul(b.value)
	return bound{value: v, open: (a.open || b.open) && v.Sign() != 0}
}

// quotient is a range where the quotient has no finite decimal form: it would
// fall on the wrong side of what it is compared with, once multiplied again.
func quotient(a, b bound) *number {
	v := a.value.Quo(b.value)
	low, high := v, v
	if exact := v.Rat(); exact.Mul(exact, b.value.Rat()).Cmp(a.value.Rat()) != 0 {
		slack := v.Mul(roundingError)
		if v.Sign() < 0 {
			slack = patient.Decimal{}.Sub(slack)
		}
		low, high = v.Sub(slack), v.Add(slack)
	}
	open := (a.open || b.open) && v.Sign() != 0
	return &number{true, bound{value: low, open: open}, bound{value: high, open: open}}
}

// roundingError is more than what a quotient is off, relative to it.
var roundingError = func() patient.Decimal {
	tiny := patient.MustDecimal("1e-30")
	return tiny.Mul(tiny).Mul(tiny).Mul(patient.MustDecimal("1e-9")) // 1e-99: one in the last digit, or more
}()

// lower and higher choose the end that reaches further; a closed end wins over
// an open one at the same place.
func lower(a, b bound) bound {
	if a.inf || b.inf {
		return bound{inf: true}
	}
	if c := a.value.Cmp(b.value); c < 0 || c == 0 && !a.open {
		return a
	}
	return b
}

func higher(a, b bound) bound {
	if a.inf || b.inf {
		return bound{inf: true}
	}
	if c := a.value.Cmp(b.value); c > 0 || c == 0 && !a.open {
		return a
	}
	return b
}

// compareLow puts what can be least first, and what is not known last.
func (n *number) compareLow(m *number) int {
	rank := func(n *number) int {
		switch {
		case !n.known:
			return 2
		case n.lo.inf:
			return 0
		}
		return 1
	}
	if c := rank(n) - rank(m); c != 0 || rank(n) != 1 {
		return c
	}
	return n.lo.value.Cmp(m.lo.value)
}

// span is the smallest range that holds both.
func span(a, b *number) *number {
	if !a.known || !b.known {
		return notKnown
	}
	return &number{true, lower(a.lo, b.lo), higher(a.hi, b.hi)}
}
