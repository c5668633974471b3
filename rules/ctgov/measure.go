// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Tally counts the criteria of many drafts.
type Tally struct {
	Records   int
	Criteria  int // of the texts
	Structure int // criteria of the records' fields
	// Rules counts criteria with a rule. Decidable rules name concepts of the
	// library only and ask no question, Asking rules ask one, and Stubbed rules
	// name a concept that the library lacks.
	Rules, Decidable, Asking, Stubbed int
	Unclear                           int // criteria whose side the text does not tell
	Sentences, Covered                int
	forms                             map[string]*FormTally
}

// FormTally counts the rules of one form.
type FormTally struct {
	Form                              string
	Rules, Decidable, Asking, Stubbed int
}

// Unclear reports whether the text does not tell the side of the criterion.
func (c *Drafted) Unclear() bool { return c.source != nil && c.source.Side == "" }

// AddDraft counts a draft.
func (t *Tally) AddDraft(d *Draft) {
	if t.forms == nil {
		t.forms = map[string]*FormTally{}
	}
	t.Records++
	covered, left := d.Coverage()
	t.Covered += covered
	t.Sentences += covered + len(left)
	for i := range d.Criteria {
		c := &d.Criteria[i]
		if c.Structured {
			t.Structure++
			continue
		}
		t.Criteria++
		if c.Unclear() {
			t.Unclear++
		}
		if c.Form == "" {
			continue
		}
		f := t.forms[c.Form]
		if f == nil {
			f = &FormTally{Form: c.Form}
			t.forms[c.Form] = f
		}
		count := func(counts bool, n ...*int) {
			for _, one := range n {
				if counts {
					*one++
				}
			}
		}
		count(true, &t.Rules, &f.Rules)
		count(len(c.Asks) == 0 && len(c.Stubs) == 0, &t.Decidable, &f.Decidable)
		count(len(c.Asks) > 0, &t.Asking, &f.Asking)
		count(len(c.Stubs) > 0, &t.Stubbed, &f.Stubbed)
	}
}

// FormTallies lists the tallies of the forms, the most frequent first.
func (t *Tally) FormTallies() []FormTally {
	var list []FormTally
	for _, name := range slices.Sorted(maps.Keys(t.forms)) {
		list = append(list, *t.forms[name])
	}
	slices.SortStableFunc(list, func(a, b FormTally) int { return b.Rules - a.Rules })
	return list
}

// listMark matches marks of lists, which may be outside quotes.
var listMark = regexp.MustCompile(`^(?:[^\p{L}\p{N}]|\b(?:\d{1,2}[a-z]?|[a-zA-Z]|[ivxIVX]{1,5})\b)*$`)

// Coverage counts the sentences of the official text of which each word is in a
// quote, and lists the others.
func (d *Draft) Coverage() (covered int, left []string) {
	var text strings.Builder
	var list []string
	for line := range strings.Lines(string(d.Official)) {
		for _, s := range sentences(strings.TrimSpace(line)) {
			list = append(list, s)
			text.WriteString(s + " ")
		}
	}
	whole := text.String()
	in := make([]bool, len(whole))
	for i := range d.Criteria {
		markQuote(in, whole, d.Criteria[i].Quote)
	}
	for _, n := range d.NotCriteria {
		markQuote(in, whole, n.Quote)
	}
	at := 0
	for _, s := range list {
		if hasUnquotedWords(s, in[at:at+len(s)]) {
			left = append(left, s)
		} else {
			covered++
		}
		at += len(s) + 1
	}
	return covered, left
}

func markQuote(in []bool, text, quote string) {
	for at := 0; quote != ""; {
		i := strings.Index(text[at:], quote)
		if i < 0 {
			return
		}
		for j := range len(quote) {
			in[at+i+j] = true
		}
		at += i + len(quote)
	}
}

func hasUnquotedWords(s string, quoted []bool) bool {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && !quoted[i] {
			continue
		}
		if gap := s[start:i]; strings.ContainsFunc(gap, unicode.IsLetter) && !listMark.MatchString(gap) {
			return true
		}
		start = i + 1
	}
	return false
}
