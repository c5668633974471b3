// SPDX-License-Identifier: Apache-2.0

package terminology

import "github.com/eligo-trials/eligo/patient"

// Facts gives the entries of a profile that concepts of the kind read.
func (k Kind) Facts(p *patient.Profile) []*patient.Fact {
	list := make([]*patient.Fact, k.FactCount(p))
	for i := range list {
		list[i] = k.Fact(p, int32(i))
	}
	return list
}

// FactCount gives the number of entries of a profile that concepts of the kind read.
func (k Kind) FactCount(p *patient.Profile) int {
	return p.Count(k.Domain())
}

// Fact gives entry i, below FactCount, of the entries of a profile that concepts
// of the kind read.
func (k Kind) Fact(p *patient.Profile, i int32) *patient.Fact {
	return p.Fact(k.Domain(), int(i))
}
