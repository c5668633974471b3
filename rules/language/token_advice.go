// SPDX-License-Identifier: Apache-2.0

package language

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/parser/lexer"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

var (
	connectives = []string{"and", "or", "not", "in"}
	// writtenSigns are the signs of other languages for signs of this one.
	writtenSigns = map[string]string{"=": "==", "=>": ">=", "=<": "<="}
)

// misplacedToken says how a token is to be written that cannot stand where it is;
// "" if it may, or if the parser says it as well.
func (c *ruleChecker) misplacedToken(tokens []lexer.Token, i int) string {
	t := tokens[i]
	word := strings.ToLower(t.Value)
	switch {
	case t.Kind == lexer.Identifier && word != t.Value && slices.Contains(connectives, word):
		return fmt.Sprintf("%s is written in lower case: %s", t.Value, word)
	case t.Kind == lexer.Operator && t.Value == "=":
		sign := "="
		if i+1 < len(tokens) && tokens[i+1].Location.From == t.Location.To && strings.ContainsAny(tokens[i+1].Value, "<>") {
			sign += tokens[i+1].Value[:1]
		}
		return fmt.Sprintf("%q is not part of the rule language; did you mean %s?", sign, writtenSigns[sign])
	case i == 0 || tokens[i-1].Kind != lexer.Number:
		return ""
	case t.Kind == lexer.Operator && t.Value == "%":
		return c.adviseUnit(tokens, i)
	case t.Kind != lexer.Identifier:
		return ""
	}
	return c.adviseAfterNumber(tokens, i)
}

// adviseAfterNumber says what to write for a name that follows a number.
func (c *ruleChecker) adviseAfterNumber(tokens []lexer.Token, i int) string {
	number, word := tokens[i-1].Value, strings.ToLower(tokens[i].Value)
	called := i+1 < len(tokens) && tokens[i+1].Value == "("
	switch duration := strings.TrimSuffix(word, "s") + "s"; {
	case word == "uln" || word == "lln":
		name := "..."
		if concept := c.comparedConcept(tokens, i); concept != nil {
			name = concept.Name
		}
		return fmt.Sprintf("a sign is missing: write %s * %s(%s)", number, word, name)
	case called:
		return fmt.Sprintf(`"and", "or" or a sign is missing between %s and %s`, number, tokens[i].Value)
	case word == "x" || word == "times":
		return "to multiply, write *"
	case slices.Contains(durationUnits, duration) && isInWindow(tokens[:i]):
		return fmt.Sprintf("a duration is written %s(%s)", duration, number)
	case slices.Contains(durationUnits, duration):
		return fmt.Sprintf("a number has no unit in a rule: age counts years, age_months months, age_days days; write %s alone", number)
	}
	if hint := patient.DidYouMean(word, connectives); hint != "" && !strings.Contains(c.textFrom(tokens[i]), "/") {
		return fmt.Sprintf("unexpected %s%s", tokens[i].Value, hint)
	}
	return c.adviseUnit(tokens, i)
}

// adviseUnit says how to write a number whose unit is given.
func (c *ruleChecker) adviseUnit(tokens []lexer.Token, i int) string {
	number, unit := tokens[i-1].Value, c.textFrom(tokens[i])
	concept := c.comparedConcept(tokens, i)
	switch {
	case concept == nil || concept.Unit == "":
		return fmt.Sprintf("a number has no unit in a rule: write it alone, without %q, in the unit of the value it is compared with", unit)
	case strings.EqualFold(unit, concept.Unit):
		return fmt.Sprintf("numbers of %s are in %s, the unit of the concept: write %s without %q", concept.Name, concept.Unit, number, unit)
	}
	return fmt.Sprintf("numbers of %s are in %s, the unit of the concept: convert %s %s to %s, and write the number alone", concept.Name, concept.Unit, number, unit, concept.Unit)
}

// comparedConcept gives the concept that is named nearest to a token in the same
// part of the rule, before it or else behind it; nil if there is none.
func (c *ruleChecker) comparedConcept(tokens []lexer.Token, i int) *terminology.Concept {
	joins := func(t lexer.Token) bool {
		return t.Value == "and" || t.Value == "or" || t.Value == "&&" || t.Value == "||"
	}
	for _, t := range slices.Backward(tokens[:i]) {
		if joins(t) {
			break
		}
		if concept := c.scope.Concepts[t.Value]; concept != nil {
			return concept
		}
	}
	for _, t := range tokens[i:] {
		if joins(t) {
			break
		}
		if concept := c.scope.Concepts[t.Value]; concept != nil {
			return concept
		}
	}
	return nil
}

// isInWindow reports whether the last call that is open is within(...).
func isInWindow(tokens []lexer.Token) bool {
	closed := 0
	for i, t := range slices.Backward(tokens) {
		switch t.Value {
		case ")":
			closed++
		case "(":
			if closed--; closed < 0 {
				return i > 0 && tokens[i-1].Value == "within"
			}
		}
	}
	return false
}

// textFrom gives the rule's text from a token to the next blank, bracket or comma.
func (c *ruleChecker) textFrom(t lexer.Token) string {
	text := string(c.runes[t.Location.From:])
	if end := strings.IndexAny(text, " \t\n),("); end >= 0 {
		text = text[:end]
	}
	return text
}
