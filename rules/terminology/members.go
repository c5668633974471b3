// SPDX-License-Identifier: Apache-2.0

package terminology

import "iter"

// Members yields the concept and the members of its class, and of theirs, each
// once: a class before its members.
func (c *Concept) Members() iter.Seq[*Concept] {
	return func(yield func(*Concept) bool) {
		seen := map[*Concept]bool{}
		var visit func(*Concept) bool
		visit = func(c *Concept) bool {
			if seen[c] {
				return true
			}
			seen[c] = true
			if !yield(c) {
				return false
			}
			for _, m := range c.Any {
				if !visit(m) {
					return false
				}
			}
			return true
		}
		visit(c)
	}
}

// HoldsStub reports whether the concept is a stub, or a class that holds one.
func (c *Concept) HoldsStub() bool {
	for m := range c.Members() {
		if m.Stub() {
			return true
		}
	}
	return false
}
