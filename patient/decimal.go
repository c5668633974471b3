// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// Decimal is an exact decimal number. It is a value: operations return new
// ones. The zero Decimal is 0.
//
// A quotient that has no finite decimal form is rounded to [precision]
// significant digits. Numbers from outside have at most [maxDigits] digits, so
// such a quotient never equals, and always falls on the right side of, a
// number that it is compared with.
type Decimal struct{ d apd.Decimal }

// Limits of a decimal that is read from text.
const (
	maxDigits   = 30  // significant digits
	maxExponent = 30  // magnitudes lie between 1e-30 and 1e30, the latter excluded
	precision   = 100 // digits kept by arithmetic
)

var arithmetic = apd.Context{
	Precision: precision, MaxExponent: 10_000, MinExponent: -10_000,
	Rounding: apd.RoundHalfEven,
}

// ParseDecimal reads a decimal number: digits, an optional fraction and an
// optional exponent. It refuses NaN, infinities and numbers beyond the limits.
func ParseDecimal(s string) (Decimal, error) {
	if v, ok := parseShort(s); ok {
		return v, nil
	}
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
	if v.d.Coeff.Sign() == 0 && v.d.Exponent > 0 {
		v.d.Exponent = 0 // 0e5 is 0, not 000000
	}
	if err := v.inLimits(); err != nil {
		return Decimal{}, fmt.Errorf("%s %w", s, err)
	}
	return v, nil
}

// parseShort reads a number of a few digits, perhaps with a point.
func parseShort(s string) (v Decimal, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	if len(digits) > 18 || digits == "" || digits[0] == '.' || digits[len(digits)-1] == '.' {
		return Decimal{}, false
	}
	var n int64
	point := -1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			n = 10*n + int64(c-'0')
		case c == '.' && point < 0:
			point = i
			v.d.Exponent = -int32(len(digits) - 1 - i)
		default:
			return Decimal{}, false
		}
	}
	v.d.Coeff.SetInt64(n)
	v.d.Negative = negative
	return v, true
}

// inLimits tells a number within the limits of one that is read from text from
// one that is not.
func (a Decimal) inLimits() error {
	if a.d.Form != apd.Finite {
		return errors.New("is not a number")
	}
	if a.d.Exponent <= 0 && a.d.Exponent >= -18 && a.d.Coeff.IsInt64() && a.d.Coeff.Int64() < 1e18 {
		return nil
	}
	digits := a.d.NumDigits()
	lead := int64(a.d.Exponent) + digits - 1
	switch {
	case digits > maxDigits:
		return fmt.Errorf("has more than %d digits", maxDigits)
	case a.d.Exponent < -2*maxExponent, lead < -maxExponent, lead >= maxExponent:
		return fmt.Errorf("is out of range: numbers lie between 1e-%d and 1e%d, or are 0", maxExponent, maxExponent)
	}
	return nil
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
func (a Decimal) Add(b Decimal) Decimal { return a.applyOperation(b, arithmetic.Add) }

// Sub returns a - b.
func (a Decimal) Sub(b Decimal) Decimal { return a.applyOperation(b, arithmetic.Sub) }

// Mul returns a × b.
func (a Decimal) Mul(b Decimal) Decimal { return a.applyOperation(b, arithmetic.Mul) }

// Quo returns a / b; the result is not finite where b is 0.
func (a Decimal) Quo(b Decimal) Decimal { return a.applyOperation(b, arithmetic.Quo) }

// MulRat returns a × r.
func (a Decimal) MulRat(r *big.Rat) Decimal {
	num, den := ratPart(r.Num()), ratPart(r.Denom())
	return a.Mul(num).Quo(den)
}

// AddRat returns a + r.
func (a Decimal) AddRat(r *big.Rat) Decimal { return a.Add(NewDecimal(1).MulRat(r)) }

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

func (a Decimal) applyOperation(b Decimal, op func(d, x, y *apd.Decimal) (apd.Condition, error)) Decimal {
	var v Decimal
	if _, err := op(&v.d, &a.d, &b.d); err != nil {
		v.d.Form = apd.NaN
	}
	return v
}

// String gives the number as it was written, without exponent.
func (a Decimal) String() string { return a.d.Text('f') }

func (a Decimal) appendTo(b []byte) []byte { return a.d.Append(b, 'f') }

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
func (a *Decimal) UnmarshalJSON(b []byte) error { return parseInto(a, b, ParseDecimal) }

// Finite reports whether a is a number: arithmetic far beyond the limits of
// [ParseDecimal] overflows to something that is not.
func (a Decimal) Finite() bool { return a.d.Form == apd.Finite }
