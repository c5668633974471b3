// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// mutantsOf lists the changes of a rule. Some may be no valid rule.
func mutantsOf(s *rules.Study, c *rules.Criterion) []Mutant {
	m := &mutation{study: s, criterion: c, tokens: tokensOf(c.Rule)}
	root := c.Form()
	m.dropParts(root, root)
	for i := range m.tokens {
		m.changeToken(i)
	}
	m.swapConcepts()
	slices.SortStableFunc(m.mutants, func(a, b Mutant) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	return m.mutants
}

type mutation struct {
	study     *rules.Study
	criterion *rules.Criterion
	tokens    []token
	mutants   []Mutant
}

func (m *mutation) addMutant(offset int, rule, change string) {
	m.mutants = append(m.mutants, Mutant{Pos: m.criterion.RuleAt(offset), Criterion: m.criterion.ID, Change: change, Rule: rule})
}

// dropParts drops each operand of an and, or and at_least below f, and each
// not.
func (m *mutation) dropParts(root, f *language.Form) {
	for i, kid := range f.Kids {
		m.dropParts(root, kid)
		changed := *f
		words := "dropped " + ruleSource(kid, nil, nil)
		switch {
		case f.Op == language.Not:
			changed, words = *kid, "dropped not"
		case f.Op == language.AtLeast && f.N == len(f.Kids):
			changed.N--
			fallthrough
		default:
			changed.Kids = slices.Delete(slices.Clone(f.Kids), i, i+1)
		}
		m.addMutant(kid.Atoms()[0].Offset, ruleSource(root, f, &changed), words)
	}
}

// ruleSource writes a rule from its tree, with one part replaced.
func ruleSource(f, part, instead *language.Form) string {
	if f == part {
		return ruleSource(instead, nil, nil)
	}
	var kids []string
	for _, kid := range f.Kids {
		kids = append(kids, ruleSource(kid, part, instead))
	}
	switch f.Op {
	case language.And, language.Or:
		return "(" + strings.Join(kids, " "+string(f.Op)+" ") + ")"
	case language.Not:
		return "not (" + kids[0] + ")"
	case language.AtLeast:
		return "at_least(" + strconv.Itoa(f.N) + ", " + strings.Join(kids, ", ") + ")"
	}
	return f.Source
}

// token is a name, a number, a text or a sign of a rule.
type token struct {
	text   string
	offset int
}

func tokensOf(rule string) []token {
	var list []token
	for i := 0; i < len(rule); {
		start := i
		switch c := rule[i]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
			continue
		case c == '"' || c == '\'' || c == '`':
			for i++; i < len(rule) && rule[i] != c; i++ {
				if rule[i] == '\\' {
					i++
				}
			}
			i++
		case isNamePart(c):
			for i < len(rule) && isNamePart(rule[i]) {
				i++
			}
		case strings.IndexByte("<>=!", c) >= 0 && strings.HasPrefix(rule[i+1:], "="):
			i += 2
		default:
			i++
		}
		list = append(list, token{rule[start:min(i, len(rule))], start})
	}
	return list
}

func isNamePart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c >= 0x80
}

// DecimalStep gives one unit of the last decimal place of a number: 0.1 for
// "1.5", 1 for "18".
func DecimalStep(number string) patient.Decimal {
	_, places, _ := strings.Cut(strings.ReplaceAll(number, "_", ""), ".")
	if places == "" {
		return patient.NewDecimal(1)
	}
	return patient.MustDecimal("0." + strings.Repeat("0", len(places)-1) + "1")
}

func isNumber(text string) bool { return text[0] >= '0' && text[0] <= '9' || text[0] == '.' }

var flipped = map[string]string{"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}

// texts are the constants of comparisons with sex.
var texts = []string{`"female"`, `"male"`, `"other"`}

func (m *mutation) changeToken(i int) {
	t := m.tokens[i]
	switch {
	case flipped[t.text] != "":
		m.replaceToken(i, flipped[t.text])
	case t.text == "within":
		m.changeWindow(i)
	case isNumber(t.text) && !m.inWindow(i):
		m.moveNumber(i)
	case slices.Contains(texts, t.text):
		m.replaceToken(i, texts[(slices.Index(texts, t.text)+1)%len(texts)])
	}
}

func (m *mutation) replaceToken(at int, text string) {
	m.replaceTokens(at, at, text, text+" instead of "+m.tokens[at].text)
}

func (m *mutation) replaceTokens(from, to int, text, change string) {
	start, last := m.tokens[from].offset, m.tokens[to]
	m.addMutant(start, m.criterion.Rule[:start]+text+m.criterion.Rule[last.offset+len(last.text):], change)
}

func (m *mutation) tokenTexts(i, n int) []string {
	var list []string
	for j := i; j < i+n && j < len(m.tokens); j++ {
		list = append(list, m.tokens[j].text)
	}
	return append(list, make([]string, n-len(list))...)
}

func (m *mutation) inWindow(i int) bool {
	return i > 1 && m.tokens[i-1].text == "(" && slices.Contains([]string{"days", "weeks", "months", "years"}, m.tokens[i-2].text)
}

// moveNumber changes a number by one step of its last decimal place.
func (m *mutation) moveNumber(i int) {
	n, err := patient.ParseDecimal(strings.ReplaceAll(m.tokens[i].text, "_", ""))
	if err != nil {
		return
	}
	step := DecimalStep(m.tokens[i].text)
	m.replaceToken(i, n.Add(step).String())
	if less := n.Sub(step); less.Sign() >= 0 {
		m.replaceToken(i, less.String())
	}
}

// changeWindow changes within(UNIT(N)) or within(UNIT(N), DATE), which starts
// at token i.
func (m *mutation) changeWindow(i int) {
	w := m.tokenTexts(i, 9) // within ( unit ( n ) , date )
	n, err := strconv.Atoi(w[4])
	if err != nil || w[1] != "(" || w[3] != "(" {
		return
	}
	end, date := i+6, ""
	if w[6] == "," {
		end, date = i+8, w[7]
	}
	for _, step := range []int{-1, 1} {
		if w[2] == "weeks" {
			days := fmt.Sprintf("days(%d)", 7*n+step)
			m.replaceTokens(i+2, i+5, days, fmt.Sprintf("%s instead of weeks(%d)", days, n))
		}
		if n+step >= 0 {
			m.replaceTokens(i+4, i+4, strconv.Itoa(n+step), fmt.Sprintf("%s(%d) instead of %s(%d)", w[2], n+step, w[2], n))
		}
	}
	for _, other := range append([]string{language.Screening}, m.study.Anchors...) {
		if other != date && (date != "" || other != language.Screening) {
			m.replaceTokens(i+5, end, "), "+other+")", "counted from "+other+" instead of "+cmp.Or(date, language.Screening))
		}
	}
	if m.tokens[i-1].text == "," {
		m.replaceTokens(i-1, end, "", "dropped the window")
	}
}

func (m *mutation) swapConcepts() {
	var read []*terminology.Concept
	for i := range m.study.Criteria {
		for _, c := range m.study.Criteria[i].Form().Concepts() {
			if !slices.Contains(read, c) {
				read = append(read, c)
			}
		}
	}
	for _, a := range m.criterion.Form().Atoms() {
		for _, call := range a.Calls {
			at := slices.IndexFunc(m.tokens, func(t token) bool { return t.offset == call.Offset })
			if call.Concept == nil || at < 0 {
				continue
			}
			if other := nextOfKind(read, call.Concept); other != nil {
				m.replaceToken(at+2, other.Name)
			}
		}
	}
}

// nextOfKind gives the next concept of the same kind in the list, which wraps
// round.
func nextOfKind(list []*terminology.Concept, c *terminology.Concept) *terminology.Concept {
	at := slices.Index(list, c)
	for i := range list[1:] {
		if other := list[(at+1+i)%len(list)]; other.Kind == c.Kind {
			return other
		}
	}
	return nil
}
