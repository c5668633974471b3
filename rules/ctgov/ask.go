// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

// ask adds a question and gives the name that it has in this study.
func (a *assembly) ask(q prose.Question) string {
	id := q.ID
	for n := 2; ; n++ {
		have, known := a.asked[id]
		_, stub := a.stubs[id]
		if known && have.Ask == q.Ask {
			return id
		}
		if !known && !stub && a.drafter.library[id] == "" {
			break
		}
		id = fmt.Sprintf("%s_%d", q.ID, n)
	}
	q.ID = id
	a.asked[id] = q
	a.Questions = append(a.Questions, q)
	return id
}

// question makes a criterion one that a person answers. The answer yes means
// included or excluded, whatever the sentence says and how.
func (a *assembly) question(one *Drafted, c *Criterion) {
	where := c.Some
	if where == "" {
		if _, plain := quantifier(c.Parent, c.Side); !plain {
			where = c.Parent
		}
	}
	if where != "" {
		where = " (it stands under “" + where + "”)"
	}
	prefix, words := "meets_", "Does the person meet this"+where
	switch {
	case c.Side == rules.Exclusion:
		prefix, words = "excluded_by_", "Does this exclude the person"+where
	case c.Side == "":
		one.Side, one.mark = rules.Inclusion, true
		one.Understood = "It is not clear whether this lets people in or keeps them out; the question asks whether the person may take part."
		prefix, words = "allowed_by_", "As far as this goes, may the person take part"+where
	case c.Some != "":
		words = "Does the person meet this, or does it not apply to them" + where
	}
	one.note = one.refused
	id := a.ask(prose.Question{ID: prefix + strings.ReplaceAll(one.ID, "-", "_"), Ask: words + ": “" + c.Quote + "”?", Who: "investigator"})
	one.Rule, one.Form, one.Asks = "answer("+id+")", "", append(one.Asks, id)
}
