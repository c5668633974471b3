// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Ambiguous lists the names that mean several concepts of one kind.
func Ambiguous(concepts []*terminology.Concept) map[string][]string {
	out := map[string][]string{}
	for name, list := range newIndex(concepts) {
		for i, a := range list {
			for _, b := range list[i+1:] {
				if a.Kind == b.Kind {
					out[name] = append(out[name], a.Name, b.Name)
				}
			}
		}
	}
	return out
}
