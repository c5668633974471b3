// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/cockroachdb/apd/v3"
)

// Decimal is an exact decimal number. It is a value: operations return new
// ones. The zero Decimal is 0.
//
// A quotient that has no finite decimal form is rounded to [Precision]
// significant digits. Numbers from outside have at most [MaxDigits] digits, so
// such a quotient never equals, and always falls on the right side of, a
// number that it is compared with.
type Decimal struct{ d apd.Decimal }

// Limits of a decimal that is read from text.
const (
	MaxDigits   = 30  // significant digits
	MaxExponent = 30  // power of ten of the leading digit, either way
	Precision   = 100 // digits kept by arithmetic
)

var arithmetic = apd.Context{
	Precision: Precision, MaxExponent: 10_000, MinExponent: -10_000,
	Rounding: apd.RoundHalfEven,
}

// ParseDecimal reads a decimal number: digits, an optional fraction and an
// optional exponent. It refuses NaN, infinities and numbers beyond the limits.
func ParseDecimal(s string) (Decimal, error) {
	if len(s) > 64 {
		return Decimal{}, errors.New("the number is longer than 64 characters")
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
		default:
			return Decimal{}, fmt.Errorf("%q is not a number", s)
		}
	}
	var v Decimal
	if _, _, err := v.d.SetString(s); err != nil || v.d.Form != apd.Finite {
		return Decimal{}, fmt.Errorf("%q is not a number", s)
	}
	if v.d.NumDigits() > MaxDigits {
		return Decimal{}, fmt.Errorf("%q has more than %d digits", s, MaxDigits)
	}
	if lead := int64(v.d.Exponent) + v.d.NumDigits() - 1; lead > MaxExponent || lead < -MaxExponent || v.d.Exponent < -2*MaxExponent {
		return Decimal{}, fmt.Errorf("%q is out of range: up to 1e±%d", s, MaxExponent)
	}
	return v, nil
}

// MustDecimal is [ParseDecimal] for constants in code; it panics on bad text.
func MustDecimal(s string) Decimal {
	v, err := ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return v
}

// NewDecimal returns n as a Decimal.
func NewDecimal(n int64) Decimal {
	var v Decimal
	v.d.SetInt64(n)
	return v
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Decimal) Cmp(b Decimal) int { return a.d.Cmp(&b.d) }

// Sign returns -1, 0 or 1.
func (a Decimal) Sign() int { return a.d.Sign() }

// Add returns a + b.
func (a Decimal) Add(b Decimal) Decimal { return a.apply(b, arithmetic.Add) }

// Sub returns a - b.
func (a Decimal) Sub(b Decimal) Decimal { return a.apply(b, arithmetic.Sub) }

// Mul returns a × b.
func (a Decimal) Mul(b Decimal) Decimal { return a.apply(b, arithmetic.Mul) }

// Quo returns a / b; b must not be 0 (the result is then 0).
func (a Decimal) Quo(b Decimal) Decimal {
	if b.Sign() == 0 {
		return Decimal{}
	}
	return a.apply(b, arithmetic.Quo)
}

// MulRat returns a × r.
func (a Decimal) MulRat(r *big.Rat) Decimal {
	num, den := ratPart(r.Num()), ratPart(r.Denom())
	return a.Mul(num).Quo(den)
}

// Rat returns a as an exact fraction.
func (a Decimal) Rat() *big.Rat {
	r, ok := new(big.Rat).SetString(a.d.Text('e'))
	if !ok {
		return new(big.Rat)
	}
	return r
}

func ratPart(n *big.Int) Decimal {
	var v Decimal
	v.d.Coeff.SetMathBigInt(new(big.Int).Abs(n))
	v.d.Negative = n.Sign() < 0
	return v
}

func (a Decimal) apply(b Decimal, op func(d, x, y *apd.Decimal) (apd.Condition, error)) Decimal {
	var v Decimal
	if _, err := op(&v.d, &a.d, &b.d); err != nil {
		return Decimal{}
	}
	return v
}

// String gives the number as it was written, without exponent.
func (a Decimal) String() string { return a.d.Text('f') }

// Rounded gives the number with at most the given digits after the point and
// without trailing zeros, for reading by a person.
func (a Decimal) Rounded(places int) string {
	var v, short apd.Decimal
	if _, err := arithmetic.Quantize(&v, &a.d, -int32(places)); err != nil || a.d.Exponent >= -int32(places) {
		v.Set(&a.d)
	}
	short.Reduce(&v)
	return short.Text('f')
}

// MarshalJSON gives a JSON number with every digit.
func (a Decimal) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads a JSON number without going through a float.
func (a *Decimal) UnmarshalJSON(b []byte) error {
	v, err := ParseDecimal(string(b))
	if err != nil {
		return err
	}
	*a = v
	return nil
}
