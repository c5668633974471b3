// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"math/big"
	"strconv"
	"sync"
)

// atomKind says how a row of the atom table is to be read.
type atomKind uint8

const (
	isMetric     atomKind = 1 << iota // takes prefixes
	isBase                            // a dimension of its own
	isArbitrary                       // likewise, by an arbitrary procedure
	isNonlinear                       // likewise, and in no product
	isAffine                          // a temperature scale with an offset
	isProportion                      // a number which is a proportion
)

// atom is a resolved row of the atom table.
type atom struct {
	unit   Unit
	metric bool
}

// source resolves a unit symbol; the parser reads units from it.
type source interface {
	findAtom(code string) (atom, bool)
	findPrefix(code string) (*big.Rat, bool)
}

// registry holds all atoms and prefixes, resolved. It is not changed once built.
type registry struct {
	atoms    map[string]atom
	prefixes map[string]*big.Rat
}

// units returns the registry, which is built at its first use.
var units = sync.OnceValue(newRegistry)

func (r *registry) findAtom(code string) (atom, bool) {
	a, ok := r.atoms[code]
	return a, ok
}

func (r *registry) findPrefix(code string) (*big.Rat, bool) {
	p, ok := r.prefixes[code]
	return p, ok
}

// newRegistry resolves the tables. A row that does not resolve is left out; a
// test makes sure that there is none.
func newRegistry() *registry {
	b := builder{
		registry: registry{make(map[string]atom, len(atomRows)), make(map[string]*big.Rat, len(prefixRows))},
		rows:     make(map[string]atomRow, len(atomRows)),
	}
	for _, p := range prefixRows {
		if v, ok := new(big.Rat).SetString(p.value); ok {
			b.prefixes[p.code] = v
		}
	}
	for _, row := range atomRows {
		b.rows[row.code] = row
	}
	for _, row := range atomRows {
		b.findAtom(row.code)
	}
	return &b.registry
}

// builder is a registry in the making: it resolves a row when it is asked for.
type builder struct {
	registry
	rows map[string]atomRow // rows not yet begun
}

// findAtom returns the resolved atom, resolving its row and those it rests on. A row
// that rests on itself is not found.
func (b *builder) findAtom(code string) (atom, bool) {
	if a, ok := b.atoms[code]; ok {
		return a, true
	}
	row, ok := b.rows[code]
	if !ok {
		return atom{}, false
	}
	delete(b.rows, code)
	u, ok := b.resolve(row)
	if !ok {
		return atom{}, false
	}
	u.code = code
	a := atom{unit: u, metric: row.kind&isMetric != 0}
	b.atoms[code] = a
	return a, true
}

func (b *builder) resolve(row atomRow) (Unit, bool) {
	if row.kind&(isBase|isArbitrary|isNonlinear) != 0 {
		u := Unit{dims: dims{{row.code, 1}}, traits: hasQuantity}
		if row.code == dimSubstance || row.code == dimEquivalents {
			u.traits |= hasSubstance
		}
		if row.kind&isNonlinear != 0 {
			u.traits |= hasSpecial
		}
		return u, true
	}
	value, ok := new(big.Rat).SetString(row.value)
	if !ok {
		return Unit{}, false
	}
	expr, err := parseCode(row.unit, b)
	if err != nil {
		return Unit{}, false
	}
	u, problem := Unit{scale: value}.multiply(expr, 1)
	if row.kind&isProportion != 0 {
		u.traits |= hasQuantity
	}
	if row.kind&isAffine != 0 {
		u.traits |= hasSpecial
		u.offset = affineOffset(row.code)
	}
	return u, problem == ""
}

// affineOffset returns the temperature in kelvin at the zero of a scale
// (UCUM, table of special units: f(x) = x - 273.15, 9/5 x - 459.67, and
// 4/5 (x - 273.15)).
func affineOffset(code string) *big.Rat {
	if code == "[degF]" {
		return big.NewRat(45967, 180) // 459.67 * 5/9
	}
	return big.NewRat(27315, 100)
}

// findSymbol resolves a unit symbol with or without a prefix. On failure the
// returned text is the error.
func findSymbol(s string, src source) (Unit, string) {
	if a, ok := src.findAtom(s); ok {
		return a.unit, ""
	}
	problem := "unknown unit " + quoted(s)
	for n := 1; n <= 2 && n < len(s); n++ {
		factor, ok := src.findPrefix(s[:n])
		if !ok {
			continue
		}
		a, ok := src.findAtom(s[n:])
		switch {
		case !ok:
		case !a.metric:
			problem = quoted(s[n:]) + " takes no prefix"
		default:
			return Unit{scale: factor}.multiply(a.unit, 1)
		}
	}
	return Unit{}, problem
}

func quoted(s string) string { return strconv.Quote(s) }
