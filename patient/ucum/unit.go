// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// traits records the kinds of units in a product, which its dimensions no longer show
// once they have cancelled.
type traits uint8

const (
	hasQuantity  traits = 1 << iota // a dimension, or a proportion such as %
	hasSubstance                    // mol, eq or a unit derived from them
	hasSpecial                      // Cel, [pH], ...: in no product with a unit
)

// nature is the kind of number of a unit without dimension.
type nature string

const (
	plainNumber    nature = "plain number"
	proportion     nature = "proportion"
	substanceRatio nature = "ratio of substances"
)

// Unit is a parsed unit of measure: an exact scale, a product of dimensions, and
// for the temperatures an offset. The zero Unit is the number one. Units are
// immutable; compare them with [Unit.Equal] and not with ==.
type Unit struct {
	code   string
	scale  *big.Rat // nil is one
	offset *big.Rat // nil is zero; base value = x*scale + offset
	dims   dims
	traits traits
}

// String returns the UCUM code of the unit, "1" if that is empty. Parsing it
// gives an equal unit, also for a unit which came from [Lookup].
func (u Unit) String() string {
	if u.code == "" {
		return "1"
	}
	return u.code
}

// Dimension returns the unit's dimensions as a product of UCUM codes in
// alphabetical order, for example "g.m-3" for mg/dL, and "1" if it has none.
// Dimensions beyond UCUM's own are listed in the package comment.
func (u Unit) Dimension() string { return u.dims.String() }

// Scale returns the exact factor from the unit to the product of base units
// that [Unit.Dimension] names, as a copy: 1/100 for cm. For a temperature it is
// the factor without the offset.
func (u Unit) Scale() *big.Rat { return new(big.Rat).Set(u.scaleFactor()) }

// Equal reports whether a value means the same in u and in v: they are
// comparable and the conversion between them is the identity. Spelling and
// annotations do not count.
func (u Unit) Equal(v Unit) bool {
	return u.Comparable(v) && u.scaleFactor().Cmp(v.scaleFactor()) == 0 && u.zeroOffset().Cmp(v.zeroOffset()) == 0
}

// Comparable reports whether [Unit.To] converts u to v. It is an equivalence
// relation.
func (u Unit) Comparable(v Unit) bool {
	return u.dims.equalTo(v.dims) && (len(u.dims) > 0 || u.numberNature() == v.numberNature())
}

func (u Unit) scaleFactor() *big.Rat {
	if u.scale == nil {
		return big.NewRat(1, 1)
	}
	return u.scale
}

func (u Unit) zeroOffset() *big.Rat {
	if u.offset == nil {
		return new(big.Rat)
	}
	return u.offset
}

// numberNature gives the kind of number of a unit without dimensions.
func (u Unit) numberNature() nature {
	switch {
	case u.traits&hasSubstance != 0:
		return substanceRatio
	case u.traits&hasQuantity != 0:
		return proportion
	default:
		return plainNumber
	}
}

// multiply returns u multiplied by v to the power n, and the error if the
// result is not a unit. The code is left empty.
func (u Unit) multiply(v Unit, n int) (Unit, string) {
	if (u.traits|v.traits)&hasSpecial != 0 {
		if problem := specialProduct(u, v, n); problem != "" {
			return Unit{}, problem
		}
	}
	factor, problem := ratPower(v.scaleFactor(), n)
	if problem != "" {
		return Unit{}, problem
	}
	scale := factor.Mul(u.scaleFactor(), factor)
	if problem := tooLarge(scale); problem != "" {
		return Unit{}, problem
	}
	offset := u.offset
	if offset == nil {
		offset = v.offset
	}
	return Unit{scale: scale, offset: offset, dims: u.dims.multiply(v.dims, n), traits: u.traits | v.traits}, ""
}

// specialProduct says why a product in which a special unit takes part is none,
// or "": UCUM, section 22, allows a special unit to be multiplied by a number.
func specialProduct(u, v Unit, n int) string {
	bare := func(w Unit) bool { return w.traits == 0 }
	switch {
	case v.traits&hasSpecial != 0 && n != 1:
		return "a special unit (a temperature scale, a logarithm) has no power and is no divisor"
	case bare(u) || bare(v):
		return ""
	default:
		return "a special unit (a temperature scale, a logarithm) is multiplied only by a number"
	}
}

// maxScaleBits bounds the numerator and denominator of any scale.
const maxScaleBits = 4096

// tooLarge says that a scale exceeds the bound, or "".
func tooLarge(r *big.Rat) string {
	if r.Num().BitLen() > maxScaleBits || r.Denom().BitLen() > maxScaleBits {
		return "the factor of the unit is too large"
	}
	return ""
}

// ratPower returns r to the power n as a new number, refusing before any large
// number is built.
func ratPower(r *big.Rat, n int) (*big.Rat, string) {
	m := n
	if m < 0 {
		m = -m
	}
	if m*max(r.Num().BitLen(), r.Denom().BitLen()) > 2*maxScaleBits {
		return nil, "the factor of the unit is too large"
	}
	if r.Sign() == 0 && n < 0 {
		return nil, "division by zero"
	}
	e := big.NewInt(int64(m))
	num := new(big.Int).Exp(r.Num(), e, nil)
	den := new(big.Int).Exp(r.Denom(), e, nil)
	if n < 0 {
		num, den = den, num
	}
	return new(big.Rat).SetFrac(num, den), ""
}

// Names of the dimensions that the conversion rules single out. A dimension is
// named by the code of the atom which stands for it.
const (
	dimLength      = "m"
	dimTime        = "s"
	dimMass        = "g"
	dimSubstance   = "mol"
	dimEquivalents = "eq"
)

// power is one dimension raised to a non-zero exponent.
type power struct {
	name string
	exp  int
}

// dims is a product of powers, sorted by name, none with exponent zero, never
// changed once built.
type dims []power

func (d dims) equalTo(e dims) bool { return slices.Equal(d, e) }

// exponentOf returns the exponent of the named dimension, zero if it is absent.
func (d dims) exponentOf(name string) int {
	for _, p := range d {
		if p.name == name {
			return p.exp
		}
	}
	return 0
}

func (d dims) multiply(e dims, n int) dims {
	out := make(dims, 0, len(d)+len(e))
	i, j := 0, 0
	for i < len(d) || j < len(e) {
		switch {
		case j == len(e) || i < len(d) && d[i].name < e[j].name:
			out = out.withPower(d[i].name, d[i].exp)
			i++
		case i == len(d) || e[j].name < d[i].name:
			out = out.withPower(e[j].name, e[j].exp*n)
			j++
		default:
			out = out.withPower(d[i].name, d[i].exp+e[j].exp*n)
			i, j = i+1, j+1
		}
	}
	return out
}

// withPower appends one power unless its exponent is zero.
func (d dims) withPower(name string, exp int) dims {
	if exp == 0 {
		return d
	}
	return append(d, power{name, exp})
}

func (d dims) without(names ...string) dims {
	return slices.DeleteFunc(slices.Clone(d), func(p power) bool {
		return slices.Contains(names, p.name)
	})
}

// String writes the product in the manner of UCUM, for example "g.m-3", and
// "1" for the empty one.
func (d dims) String() string {
	if len(d) == 0 {
		return "1"
	}
	var b strings.Builder
	for i, p := range d {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(p.name)
		if p.exp != 1 {
			b.WriteString(strconv.Itoa(p.exp))
		}
	}
	return b.String()
}
