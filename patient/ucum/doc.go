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
