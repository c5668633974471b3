// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// ErrNotConvertible is the error that every failed conversion wraps; the
// failure itself is a *[ConversionError].
var ErrNotConvertible = errors.New("units do not convert")

// ConversionError says why there is no conversion between two units.
type ConversionError struct {
	From, To Unit
	Reason   string
}

// Error returns the two codes and the reason on one line.
func (e *ConversionError) Error() string {
	return fmt.Sprintf("ucum: %s to %s: %s", e.From, e.To, e.Reason)
}

// Unwrap returns [ErrNotConvertible].
func (e *ConversionError) Unwrap() error { return ErrNotConvertible }

// Conversion is the exact linear function y = x*Scale + Offset, x being a value
// in the source unit and y the same in the target unit. Both numbers are the
// caller's own; neither is nil, and Scale is greater than zero.
type Conversion struct {
	Scale, Offset *big.Rat
}

// Apply returns x converted, as a new number. The zero Conversion returns x.
func (c Conversion) Apply(x *big.Rat) *big.Rat {
	y := new(big.Rat).Set(x)
	if c.Scale != nil {
		y.Mul(y, c.Scale)
	}
	if c.Offset != nil {
		y.Add(y, c.Offset)
	}
	return y
}

// IsIdentity reports whether values stay as they are.
func (c Conversion) IsIdentity() bool {
	return (c.Scale == nil || c.Scale.Cmp(big.NewRat(1, 1)) == 0) && (c.Offset == nil || c.Offset.Sign() == 0)
}

// To returns the conversion from u to v. The error is a *[ConversionError]: the
// units differ in dimension, are different arbitrary or non-linear units, or are
// numbers of different natures (see the package comment).
func (u Unit) To(v Unit) (Conversion, error) {
	if !u.Comparable(v) {
		return Conversion{}, &ConversionError{u, v, u.difference(v)}
	}
	scale := new(big.Rat).Quo(u.scaleFactor(), v.scaleFactor())
	offset := new(big.Rat).Sub(u.zeroOffset(), v.zeroOffset())
	return Conversion{Scale: scale, Offset: offset.Quo(offset, v.scaleFactor())}, nil
}

// Analyte holds the properties of a substance that make mass, amount of substance
// and charge equivalents convertible.
type Analyte struct {
	// MolarMass in g/mol, greater than zero; nil if unknown.
	MolarMass *big.Rat
	// Valence is the number of equivalents per mole, for an ion the absolute
	// value of its charge; zero if unknown.
	Valence int
}

// ToViaAnalyte returns the conversion from u to v for the analyte. Units that
// [Unit.To] converts need nothing of it; others may differ in their powers of
// g, mol and eq so long as the sum of the three is the same, as in mg/dL to
// mmol/L, mg/mmol to mg/g, or meq/L to mg/dL. The error is a *[ConversionError],
// also where the molar mass or valence which is needed is missing or not
// greater than zero.
//
// The analyte is the substance whose unit changes: for mg/mmol to mg/g of urine
// albumin by creatinine it is the creatinine. The caller has to see to that.
func (u Unit) ToViaAnalyte(v Unit, a Analyte) (Conversion, error) {
	if u.Comparable(v) {
		return u.To(v)
	}
	fail := func(reason string) (Conversion, error) {
		return Conversion{}, &ConversionError{u, v, reason}
	}
	if reason := u.substanceDifference(v); reason != "" {
		return fail(reason)
	}
	// With 1 g = 1/M mol and 1 eq = 1/z mol, the factor from u's powers to v's is
	// M^(g of v - g of u) * z^(eq of v - eq of u).
	scale := new(big.Rat).Quo(u.scaleFactor(), v.scaleFactor())
	for _, e := range [...]struct {
		dimension string
		factor    *big.Rat
		missing   string
	}{
		{dimMass, a.MolarMass, "the molar mass of the analyte is needed"},
		{dimEquivalents, big.NewRat(int64(a.Valence), 1), "the valence of the analyte is needed"},
	} {
		n := v.dims.exponentOf(e.dimension) - u.dims.exponentOf(e.dimension)
		if n == 0 {
			continue
		}
		if e.factor == nil || e.factor.Sign() <= 0 {
			return fail(e.missing)
		}
		f, problem := ratPower(e.factor, n)
		if problem != "" {
			return fail(problem)
		}
		scale.Mul(scale, f)
	}
	return Conversion{Scale: scale, Offset: new(big.Rat)}, nil
}

// massLike returns the sum of the exponents which an analyte makes exchangeable.
func (d dims) massLike() int {
	return d.exponentOf(dimMass) + d.exponentOf(dimSubstance) + d.exponentOf(dimEquivalents)
}

// substanceOnly reports whether u and v agree in dimensions but for g, mol and
// eq, and those differ in no more than an analyte can account for.
func (u Unit) substanceOnly(v Unit) bool {
	return u.dims.massLike() == v.dims.massLike() &&
		u.dims.without(dimMass, dimSubstance, dimEquivalents).
			equalTo(v.dims.without(dimMass, dimSubstance, dimEquivalents))
}

// substanceDifference says why no analyte makes u and v convertible, or "".
func (u Unit) substanceDifference(v Unit) string {
	switch {
	case !u.substanceOnly(v),
		len(u.dims) == 0 && len(v.dims) == 0,
		len(u.dims) == 0 && u.numberNature() == plainNumber,
		len(v.dims) == 0 && v.numberNature() == plainNumber:
		return u.difference(v)
	}
	return ""
}

// difference describes the difference of two units that are not comparable.
func (u Unit) difference(v Unit) string {
	if len(u.dims) == 0 && len(v.dims) == 0 {
		a, b := u.numberNature(), v.numberNature()
		if a == substanceRatio || b == substanceRatio {
			return "a ratio of substances does not convert to a percentage or number without a rule for the analyte"
		}
		return fmt.Sprintf("a %s does not convert to a %s", a, b)
	}
	reason := fmt.Sprintf("the dimensions differ, %s and %s", u.dims, v.dims)
	flow, perArea := dims{{dimLength, 3}, {dimTime, -1}}, dims{{dimLength, 1}, {dimTime, -1}}
	switch {
	case u.dims.equalTo(flow) && v.dims.equalTo(perArea), v.dims.equalTo(flow) && u.dims.equalTo(perArea):
		return "one is a flow normalised to body surface and the other is not"
	case u.substanceOnly(v):
		return reason + ": the analyte's molar mass or valence is needed"
	}
	return reason
}

// MayMeasureSame reports whether results in u and in v may be of the same kind of quantity,
// even if no number converts between them. It is false where the dimensions differ: a
// percentage and a count, seconds and a plain number, kg/m2 and kg. Mass, amount of
// substance, equivalents and arbitrary units count as one, as laboratories choose among
// them, and so do a flow with and without its normalisation to body surface, and a gas by
// volume and by amount.
func (u Unit) MayMeasureSame(v Unit) bool {
	a, b := u.dims.merged(), v.dims.merged()
	switch {
	case a.arbitrary || b.arbitrary: // an activity, IU/L and U/L, or a concentration
		return a.rest.without(dimTime).equalTo(b.rest.without(dimTime))
	case a.rest.equalTo(b.rest):
		return a.substance == b.substance
	case u.dims.isFlow() && v.dims.isFlow():
		return true
	}
	return u.dims.gasVolume().equalTo(v.dims.gasVolume())
}

// mergedDims are dimensions with those of a quantity of substance taken together.
type mergedDims struct {
	rest      dims
	substance int // exponent of mass, amount, equivalents and arbitrary units
	arbitrary bool
}

func (d dims) merged() mergedDims {
	m := mergedDims{rest: d.without(dimMass, dimSubstance, dimEquivalents), substance: d.massLike()}
	m.rest = slices.DeleteFunc(m.rest, func(p power) bool {
		if !strings.HasPrefix(p.name, "[") {
			return false
		}
		m.arbitrary = true
		m.substance += p.exp
		return true
	})
	return m
}

// isFlow reports whether the dimensions are those of a flow, by time, or of one
// normalised to body surface.
func (d dims) isFlow() bool {
	return d.equalTo(dims{{dimLength, 3}, {dimTime, -1}}) || d.equalTo(dims{{dimLength, 1}, {dimTime, -1}})
}

// gasVolume gives the dimensions with an amount of substance as the volume that it has as
// a gas.
func (d dims) gasVolume() dims {
	n := d.exponentOf(dimSubstance)
	if n == 0 {
		return d
	}
	return d.without(dimSubstance).multiply(dims{{dimLength, 3}}, n)
}
