// SPDX-License-Identifier: Apache-2.0

// Package ucum parses, compares and converts units of measure exactly, for
// laboratory values in clinical trial eligibility. The units are those of the
// Unified Code for Units of Measure (UCUM, https://ucum.org/ucum): every prefix
// and unit of ucum-essence.xml 2.2, case-sensitive codes. All arithmetic is on
// [math/big.Rat]; nothing is rounded.
//
// It is a leaf: it may import the standard library and nothing else.
//
// [Parse] is strict UCUM. [Lookup] also takes the spellings found in clinical
// records, some of which are not UCUM (mcg) or mean something else there (K/uL
// is kelvin per microlitre, ft is a femtotonne). [Unit.To] gives the linear
// conversion between two units, or an error saying why there is none.
//
// # Where conversion is stricter than UCUM
//
// UCUM counts much as a plain number which in a clinic is not one. A wrong
// conversion selects the wrong patient, a refused one asks a person, so this
// package refuses where UCUM would convert:
//
//   - Amount of substance (mol) is a dimension; in UCUM it is the number
//     6.02214076*10^23. So mmol/L does not convert to 10*3/uL.
//   - Charge equivalents (eq) are another; in UCUM 1 eq = 1 mol, which is
//     wrong by a factor of two for calcium and magnesium. [Unit.ToViaAnalyte]
//     converts with the analyte's valence. 1 osm = 1 mol is kept from UCUM.
//   - Numbers are of three natures that do not convert to each other: the
//     plain number (1, the empty string, {score}, 10*3: all equal up to their
//     factor), the proportion (%, [ppm], and quotients which cancel: L/L,
//     mg/g), and the ratio of amounts of substance (mmol/mol). A record's "55"
//     without unit is thus never read as 5500 %, and HbA1c in mmol/mol, which
//     needs a rule for the analyte, never becomes a percentage. A caller who
//     knows that a plain number is a proportion says so by the unit 10*2.%,
//     which is the number one as a proportion; [Lookup] knows it as "fraction".
//   - [HPF] with [LPF], [NTU], [FNU], [hnsf'U] and bit with By are dimensions
//     of their own; in UCUM they are numbers.
//
// As in UCUM, every arbitrary unit ([IU], [arb'U], [CFU], ...) converts to
// itself with other prefixes or denominators and to nothing else. U is not
// arbitrary: it is umol/min. An enzyme reported by one laboratory in IU/L and by
// another in U/L does therefore not convert here, although both usually mean
// the same; whether they do is for the layer that knows the analyte to say.
//
// Cel, [degF] and [degRe] convert to each other and to K as points on a scale,
// not as differences. Logarithmic and other non-linear units ([pH], B, Np,
// [p'diop], ...) convert only to themselves. A special unit stands alone: with
// a prefix, an annotation or a plain number, but in no product with a unit.
//
// # Annotations and body surface
//
// UCUM ignores annotations, and so does Parse: mL/min/{1.73_m2} is mL/min.
// Lookup does not, where they change the quantity: it reads {1.73_m2}, and the
// many spellings of 1.73 m2, as the divisor (173.10*-2.m2), so that a filtration
// rate per body surface does not convert to one that is not; it reads {FEU} as
// the factor [FEU], so that a D-dimer in fibrinogen equivalents compares with
// the same only; and it refuses {Log_copies} and its like, which are not linear.
//
// # Bounds
//
// A code has at most 200 bytes, 16 nested parentheses and exponents up to 99,
// and no factor may grow past 4096 bits; all else is an error, never a panic.
// A [Unit] is immutable and safe for concurrent use.
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
	if scale.Num().BitLen() > maxScaleBits || scale.Denom().BitLen() > maxScaleBits {
		return Unit{}, factorTooLarge
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
	switch {
	case v.traits&hasSpecial != 0 && n != 1:
		return "a special unit (a temperature scale, a logarithm) has no power and is no divisor"
	case u.traits == 0 || v.traits == 0:
		return ""
	default:
		return "a special unit (a temperature scale, a logarithm) is multiplied only by a number"
	}
}

// maxScaleBits bounds the numerator and denominator of any scale.
const maxScaleBits = 4096

const factorTooLarge = "the factor of the unit is too large"

// ratPower returns r to the power n as a new number, refusing before any large
// number is built.
func ratPower(r *big.Rat, n int) (*big.Rat, string) {
	m := n
	if m < 0 {
		m = -m
	}
	if m*max(r.Num().BitLen(), r.Denom().BitLen()) > 2*maxScaleBits {
		return nil, factorTooLarge
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
