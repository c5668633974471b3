// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// addVaccines adds the codes of vaccines with their names, products and groups.
func (b *builder) addVaccines() error {
	rows, err := b.read("lexicon/vaccines-cvx.tsv", "cvx", "short", "full", "group", "products", "older_names")
	if err != nil {
		return err
	}
	for _, r := range rows {
		name := func(kind lexicon.NameKind, text string) {
			b.AddName("cvx", r[0], lexicon.Vaccine, kind, 0, true, text)
		}
		name(lexicon.Label, r[2])
		name(lexicon.Exact, r[1])
		for product := range strings.SplitSeq(r[4], "|") {
			name(lexicon.Brand, product)
		}
		for older := range strings.SplitSeq(r[5], "|") {
			name(lexicon.Exact, older)
		}
		for group := range strings.SplitSeq(r[3], "|") {
			if group != "" {
				b.Relate("cvx", r[0], lexicon.Parent, "vaccine group", group)
			}
		}
	}
	return nil
}
