// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// expectedTruth is the truth of a rule for the person, worked out from the
// words of the rule without the engine. sure is false if the generator cannot
// tell a part of it and the rest does not decide; undecided holds the reasons.
func (s *sketch) expectedTruth(f *language.Form) (t language.Truth, sure bool) {
	s.undecided = nil
	s.assumed = language.False
	t = s.formTruth(f)
	if len(s.undecided) == 0 {
		return t, true
	}
	// A rule without a not is monotonic in its parts.
	s.assumed = language.True
	return t, s.formTruth(f) == t && !negates(f)
}

func negates(f *language.Form) bool {
	return f.Op == language.Not || slices.ContainsFunc(f.Kids, negates)
}

func (s *sketch) formTruth(f *language.Form) language.Truth {
	var yes, no int
	for _, kid := range f.Kids {
		switch s.formTruth(kid) {
		case language.True:
			yes++
		case language.False:
			no++
		}
	}
	n := len(f.Kids)
	switch f.Op {
	case language.Not:
		return truthFrom(no > 0, yes > 0)
	case language.And:
		return truthFrom(yes == n, no > 0)
	case language.Or:
		return truthFrom(yes > 0, no == n)
	case language.AtLeast:
		return truthFrom(yes >= f.N, n-no < f.N)
	}
	before := len(s.undecided)
	t := s.atomTruth(f)
	if len(s.undecided) > before && (f.Calls[0].Word.Answer != language.TruthAnswer || saysLatest(f.Calls[0].Word)) {
		return s.assumed // a number with an unknown part can have any value
	}
	return t
}

func saysLatest(w *language.Word) bool { return w.Says != language.Unknown && !w.Event }

func (f *fact) says() language.Truth {
	switch f.words {
	case "positive":
		return language.True
	case "negative":
		return language.False
	}
	return language.Unknown
}

func truthFrom(yes, no bool) language.Truth {
	switch {
	case yes:
		return language.True
	case no:
		return language.False
	}
	return language.Unknown
}

func (s *sketch) cannotTell(why string) language.Truth {
	s.undecided = append(s.undecided, why)
	return s.assumed
}

func (s *sketch) atomTruth(f *language.Form) language.Truth {
	call := f.Calls[0]
	if call.Word.Answer != language.TruthAnswer {
		return s.comparisonTruth(f)
	}
	if call.Concept != nil && s.absent[call.Concept.Kind.Domain()] {
		return language.Unknown
	}
	switch word := call.Word; {
	case call.Question != nil:
		reply := s.answers[call.Question.ID]
		return truthFrom(reply == patient.Yes, reply == patient.No)
	case saysLatest(word):
		f := s.latestResult(call)
		if f == nil {
			return language.Unknown
		}
		return truthFrom(f.says() == word.Says, f.says() != word.Says)
	case word.NoneIsUnknown:
		return max(s.strongestFact(call, nil), language.Unknown)
	case word.Says != language.Unknown:
		return s.strongestFact(call, func(f *fact) bool { return f.says() == word.Says })
	case word.Present && call.Concept.Kind != terminology.MedicationKind:
		return s.strongestFact(call, func(f *fact) bool { return f.ongoing })
	case word.Event || word.Present:
		return s.strongestFact(call, nil)
	}
	return s.cannotTell("the word " + call.Word.Name)
}

// strongestFact is the strongest truth of the facts of the concept that takes
// accepts.
func (s *sketch) strongestFact(call *language.Call, takes func(*fact) bool) language.Truth {
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
			t = max(t, min(in, s.isInstance(f, call.Concept)))
		}
	}
	return t
}

func (s *sketch) inWindow(f *fact, call *language.Call) language.Truth {
	first, last := s.windowDays(call.Window)
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
	t := truthFrom(f.start.Last() <= last && end.First() >= first, f.start.First() > last || end.Last() < first)
	if f.start.Last() > s.on || f.unsure {
		t = min(t, language.Unknown)
	}
	return t
}

// latestResult is the one result of a word's concept that is certainly in its
// window; nil if there is none. The generator does not order several results of
// one day, or on uncertain days.
func (s *sketch) latestResult(call *language.Call) *fact {
	var best *fact
	for i := range s.facts {
		f := &s.facts[i]
		if f.concept.Kind != call.Concept.Kind || s.isInstance(f, call.Concept) == language.False {
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
	if best != nil && s.isInstance(best, call.Concept) == language.Unknown {
		return nil
	}
	return best
}

// isInstance tells whether a fact is an instance of a concept of the rule: because it
// was made of the concept, or as the terminology recognizes it. A result that only may
// be one has no truth here: whether it counts depends on its unit and its day.
func (s *sketch) isInstance(f *fact, c *terminology.Concept) language.Truth {
	if slices.Contains(leafConcepts(c), f.concept) {
		return language.True
	}
	t := s.recognition.recognizeFact(f, c)
	if t == language.Unknown && c.Kind == terminology.ObservationKind {
		return s.cannotTell("a result of " + f.concept.Name + " may be " + c.Name)
	}
	return t
}

// isListed reports whether a code is on a list, in which codes that end in *
// are prefixes. It ignores dots and case.
func isListed(codes []string, code string) bool {
	code = bareCode(code)
	return slices.ContainsFunc(codes, func(c string) bool {
		prefix, isPrefix := strings.CutSuffix(c, "*")
		return bareCode(c) == code || isPrefix && strings.HasPrefix(code, bareCode(prefix))
	})
}

// isNearCode reports whether a code is more or less specific than one on a
// list.
func isNearCode(codes []string, code string) bool {
	code = bareCode(code)
	return code != "" && slices.ContainsFunc(codes, func(c string) bool {
		c = bareCode(strings.TrimSuffix(c, "*"))
		return c != code && (strings.HasPrefix(c, code) || strings.HasPrefix(code, c)) && strings.ContainsFunc(code, isLetter)
	})
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' }

func bareCode(code string) string { return strings.ToUpper(strings.ReplaceAll(code, ".", "")) }
