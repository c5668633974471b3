// SPDX-License-Identifier: Apache-2.0

package review

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// bare finds, in what an observation is called, that it is measured in nothing.
var bare = regexp.MustCompile(`(?i)\b(scores?|scale|index|indices|class|classification|grade|stage|staging|status|count of|number of|ratio|inr|ph|points?|sum|ecog|karnofsky|nyha|mrss|das28|sledai)\b`)

// units looks for numbers of observations that have no unit. A score has none,
// and is left alone where its name says that it is one.
func (f *finder) units() {
	f.criteria(func(c *rules.Criterion) {
		said := map[*terminology.Concept]bool{}
		calls(c, func(k *language.Call) {
			if k.Concept == nil || !k.Word.Measured || k.Concept.Unit != "" || said[k.Concept] || isScore(k.Concept) {
				return
			}
			said[k.Concept] = true
			f.add("number-without-unit", c.RuleAt(k.Offset), c.ID, "%s is compared, and the concept %s has no unit: a result that comes with one stays unknown", k.Text, k.Concept.Name).
				hint("give the concept the unit of the protocol, as in unit: mg/dL; what is measured in nothing says so in its label: score, index, ratio, ...").
				relate(f.study.Place(k.Concept.Name), "the concept")
		})
	})
}

func isScore(c *terminology.Concept) bool {
	return bare.MatchString(c.Label + " " + strings.ReplaceAll(c.Name, "_", " ") + " " + strings.Join(c.Names, " "))
}
