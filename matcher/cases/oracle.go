// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// settle is what a rule must say of the person, worked out from its words
// alone. Where the generator cannot tell what a part of it says, and the rest
// does not decide, it gives false, and open says why.
func (s *sketch) settle(f *language.Form) (t language.Truth, sure bool) {
	s.open = nil
	s.guess = language.False
	t = s.truth(f)
	if len(s.open) == 0 {
		return t, true
	}
	// Every rule without a not is the truer, the truer its parts are.
	s.guess = language.True
	return t, s.truth(f) == t && !negates(f)
}

func negates(f *language.Form) bool {
	return f.Op == language.Not || slices.ContainsFunc(f.Kids, negates)
}

func (s *sketch) truth(f *language.Form) language.Truth {
	var yes, no int
	for _, kid := range f.Kids {
		switch s.truth(kid) {
		case language.True:
			yes++
		case language.False:
			no++
		}
	}
	n := len(f.Kids)
	switch f.Op {
	case language.Not:
		return decided(no > 0, yes > 0)
	case language.And:
		return decided(yes == n, no > 0)
	case language.Or:
		return decided(yes > 0, no == n)
	case language.AtLeast:
		return decided(yes >= f.N, n-no < f.N)
	}
	before := len(s.open)
	t := s.atom(f)
	if len(s.open) > before && (f.Calls[0].Word.Answer != language.TruthAnswer || saysLatest(f.Calls[0].Word)) {
		return s.guess // a number of which a part is not known may be any
	}
	return t
}

// saysLatest reports whether a word asks what the latest result says.
func saysLatest(w *language.Word) bool { return w.Says != language.Unknown && !w.Event }

// says is the outcome that a worded result gives.
func (f *fact) says() language.Truth {
	switch f.words {
	case "positive":
		return language.True
	case "negative":
		return language.False
	}
	return language.Unknown
}

func decided(yes, no bool) language.Truth {
	switch {
	case yes:
		return language.True
	case no:
		return language.False
	}
	return language.Unknown
}

func (s *sketch) cannotTell(why string) language.Truth {
	s.open = append(s.open, why)
	return s.guess
}

func (s *sketch) atom(f *language.Form) language.Truth {
	call := f.Calls[0]
	if call.Word.Answer != language.TruthAnswer {
		return s.comparison(f)
	}
	if call.Concept != nil && s.absent[call.Concept.Kind.Domain()] {
		return language.Unknown
	}
	switch word := call.Word; {
	case call.Question != nil:
		reply := s.answers[call.Question.ID]
		return decided(reply == patient.Yes, reply == patient.No)
	case saysLatest(word):
		f := s.latest(call)
		if f == nil {
			return language.Unknown
		}
		return decided(f.says() == word.Says, f.says() != word.Says)
	case word.NoneIsUnknown:
		return max(s.any(call, nil), language.Unknown)
	case word.Says != language.Unknown:
		return s.any(call, func(f *fact) bool { return f.says() == word.Says })
	case word.Present && call.Concept.Kind != terminology.MedicationKind:
		return s.any(call, func(f *fact) bool { return f.ongoing })
	case word.Event || word.Present:
		return s.any(call, nil)
	}
	return s.cannotTell("the word " + call.Word.Name)
}

// any is the strongest of the concept's facts that a word takes.
func (s *sketch) any(call *language.Call, takes func(*fact) bool) language.Truth {
	t := language.False
	if call.Concept.HoldsStub() {
		t = language.Unknown
	}
	for i := range s.facts {
		f := &s.facts[i]
		if f.concept.Kind != call.Concept.Kind || takes != nil && !takes(f) {
			continue
		}
		if in := s.inWindow(f, call); in != language.False {
			t = max(t, min(in, s.isOf(f, call.Concept)))
		}
	}
	return t
}

// inWindow says whether a fact has a day in the window of a word.
func (s *sketch) inWindow(f *fact, call *language.Call) language.Truth {
	first, last := s.window(call.Window)
	if call.Word.Present {
		first, last = s.on, s.on
	}
	end := f.end
	switch {
	case f.not || f.start.First() > s.on:
		return language.False
	case f.ongoing:
		end = patient.Between(patient.MaxDay-1, patient.MaxDay)
	case end.IsZero():
		end = f.start
	}
	t := decided(f.start.Last() <= last && end.First() >= first, f.start.First() > last || end.Last() < first)
	if f.start.Last() > s.on || f.unsure {
		t = min(t, language.Unknown)
	}
	return t
}

// latest is the one result of a word's concept that its window holds for sure;
// nil where there is none. Several of one day, or on days that are not sure,
// are beyond this generator.
func (s *sketch) latest(call *language.Call) *fact {
	var best *fact
	for i := range s.facts {
		f := &s.facts[i]
		if f.concept.Kind != call.Concept.Kind || s.isOf(f, call.Concept) == language.False {
			continue
		}
		switch s.inWindow(f, call) {
		case language.False:
			continue
		case language.Unknown:
			return nil
		}
		if best != nil && (!f.start.IsDay() || !best.start.IsDay() || f.start == best.start) {
			s.cannotTell("which of several results is the latest")
			return nil
		}
		if best == nil || f.start.First() > best.start.First() {
			best = f
		}
	}
	if best != nil && s.isOf(best, call.Concept) == language.Unknown {
		return nil
	}
	return best
}

// isOf says whether a fact is an instance of a concept: by a code that is
// listed, by a name, or because the concept holds its own.
func (s *sketch) isOf(f *fact, c *terminology.Concept) language.Truth {
	leaves := leavesOf(c, nil)
	if slices.Contains(leaves, f.concept) {
		return language.True
	}
	t := language.False
	for _, leaf := range leaves {
		codes := leaf.Codes[f.code.System]
		switch {
		case f.code.Code != "" && listed(codes, f.code.Code), slices.ContainsFunc(leaf.Names, func(n string) bool { return sameWords(n, f.text) }):
			if !leaf.Except.IsZero() {
				return s.cannotTell(leaf.Name + " has exceptions")
			}
			t = language.True
		case f.concept.Kind == terminology.ObservationKind && f.code.Code != "" && len(codes) > 0:
			// Of a result with a code the code decides: texts of tests are too much alike.
		case slices.ContainsFunc(leaf.Names, func(n string) bool { return wordsWithin(n, f.text) }):
			if f.concept.Kind == terminology.MedicationKind {
				t = language.True
			} else {
				return s.cannotTell("a name of " + leaf.Name + " within " + f.text)
			}
		case near(codes, f.code.Code):
			return s.cannotTell(f.code.Code + " is near to a code of " + leaf.Name)
		case len(codes) == 0 && (len(leaf.Names) == 0 || f.text == ""):
			t = max(t, language.Unknown) // the concept could not have known it
		}
	}
	return t
}

// listed reports whether a code is on a list, whose codes that end in * are
// prefixes. Dots and case do not count.
func listed(codes []string, code string) bool {
	code = bareCode(code)
	return slices.ContainsFunc(codes, func(c string) bool {
		prefix, isPrefix := strings.CutSuffix(c, "*")
		return bareCode(c) == code || isPrefix && strings.HasPrefix(code, bareCode(prefix))
	})
}

// near reports whether a code is more or less specific than one on a list.
func near(codes []string, code string) bool {
	code = bareCode(code)
	return code != "" && slices.ContainsFunc(codes, func(c string) bool {
		c = bareCode(strings.TrimSuffix(c, "*"))
		return c != code && (strings.HasPrefix(c, code) || strings.HasPrefix(code, c)) && strings.ContainsFunc(code, isLetter)
	})
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' }

func bareCode(code string) string { return strings.ToUpper(strings.ReplaceAll(code, ".", "")) }

func sameWords(a, b string) bool { return b != "" && strings.EqualFold(a, b) }

// wordsWithin reports whether a name stands as whole words in a text.
func wordsWithin(name, text string) bool {
	plain := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
		}), " ") + " "
	}
	return text != "" && strings.Contains(plain(text), plain(name))
}
