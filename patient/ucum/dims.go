// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"slices"
	"strconv"
	"strings"
)

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

// equalTo reports whether d and e are the same product.
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

// multiply returns d multiplied by e to the power n.
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

// without returns d with the named dimensions left out.
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
