// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"regexp"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// values is what a number can be: from lo to hi, each of which may be left out
// or excluded.
type values struct {
	lo, hi         patient.Decimal
	noLo, noHi     bool
	loOpen, hiOpen bool
}

func only(v patient.Decimal) values { return values{lo: v, hi: v} }

// comparison is the truth of a number, or of sex, against constants.
func (s *sketch) comparison(f *language.Form) language.Truth {
	call := f.Calls[0]
	for i := range f.Calls {
		if c := f.Calls[i].Concept; c != nil && s.absent[c.Kind.Domain()] {
			return language.Unknown
		}
	}
	if f.Compare == nil {
		return s.timesLimit(f)
	}
	if call.Word.Answer == language.TextAnswer {
		in := slices.Contains(f.Compare.Values, string(s.sex))
		if f.Compare.Op == "!=" {
			in = !in
		}
		return decided(s.sex != "" && in, s.sex != "" && !in)
	}
	v, known := s.number(call)
	if !known {
		return language.Unknown
	}
	if f.Compare.Op == "in" {
		t := language.False
		for _, text := range f.Compare.Values {
			t = max(t, v.against("==", patient.MustDecimal(text)))
		}
		return t
	}
	return v.against(f.Compare.Op, patient.MustDecimal(f.Compare.Values[0]))
}

// against compares every value that is possible with a limit.
func (v values) against(op string, limit patient.Decimal) language.Truth {
	// Whether some value lies below the limit, at it, and above it.
	below := v.noLo || v.lo.Cmp(limit) < 0
	above := v.noHi || v.hi.Cmp(limit) > 0
	at := (v.noLo || v.lo.Cmp(limit) < 0 || v.lo.Cmp(limit) == 0 && !v.loOpen) &&
		(v.noHi || v.hi.Cmp(limit) > 0 || v.hi.Cmp(limit) == 0 && !v.hiOpen)
	var yes, no bool // whether some value says so
	switch op {
	case "<":
		yes, no = below, at || above
	case "<=":
		yes, no = below || at, above
	case ">":
		yes, no = above, at || below
	case ">=":
		yes, no = above || at, below
	case "==":
		yes, no = at, below || above
	case "!=":
		yes, no = below || above, at
	}
	return decided(yes && !no, no && !yes)
}

// number is what a number word finds.
func (s *sketch) number(call *language.Call) (v values, known bool) {
	switch word := call.Word; {
	case word.AgeIn != "":
		on := s.on
		if call.Anchor != "" {
			on = s.day(call.Anchor)
		}
		if s.birth.IsZero() || s.birth.Last() > on {
			return v, false
		}
		age := func(d patient.Day) patient.Decimal { return patient.NewDecimal(int64(ageOn(word.AgeIn, d, on))) }
		return values{lo: age(s.birth.Last()), hi: age(s.birth.First())}, true
	case word.Counts:
		sure, maybe := 0, 0
		for i := range s.facts {
			if s.facts[i].concept.Kind != call.Concept.Kind {
				continue
			}
			switch min(s.inWindow(&s.facts[i], call), s.isOf(&s.facts[i], call.Concept)) {
			case language.True:
				sure++
			case language.Unknown:
				maybe++
			}
		}
		return values{
			lo: patient.NewDecimal(int64(sure)), hi: patient.NewDecimal(int64(sure + maybe)),
			noHi: call.Concept.Kind == terminology.ObservationKind || call.Concept.HoldsStub(),
		}, true
	case word.Measured && word.Limit == "":
		f := s.latest(call)
		if f == nil || f.quantity == nil || f.noUnit {
			return v, false
		}
		if word.Extreme != 0 && s.results(call) > 1 {
			s.cannotTell(word.Name + " of several results")
		}
		return f.values(call.Concept), true
	}
	s.cannotTell("the word " + call.Word.Name)
	return v, false
}

func (s *sketch) results(call *language.Call) (n int) {
	for i := range s.facts {
		if s.facts[i].concept.Kind == call.Concept.Kind && s.isOf(&s.facts[i], call.Concept) != language.False {
			n++
		}
	}
	return n
}

// values are those that a result can stand for: <20 is anything from 0 up to
// 20, or anything below where the concept has values below zero.
func (f *fact) values(c *terminology.Concept) values {
	v := only(f.value)
	switch f.quantity.Comparator {
	case "<", "<=":
		v.lo, v.noLo, v.hiOpen = patient.Decimal{}, c.Signed || f.value.Sign() <= 0, f.quantity.Comparator == "<"
	case ">", ">=":
		v.noHi, v.loOpen = true, f.quantity.Comparator == ">"
	}
	return v
}

// limitForm is a comparison of a result with its own upper limit of normal.
var limitForm = regexp.MustCompile(`^latest\(.*\) (<|<=|>|>=) (?:([0-9.]+) \* )?uln\([^<>=*]*$`)

// multiple gives the operator and the factor of latest(x) > 3 * uln(x).
func multiple(f *language.Form) (op string, factor patient.Decimal, ok bool) {
	m := limitForm.FindStringSubmatch(f.Source)
	if m == nil || len(f.Calls) != 2 || f.Calls[0].Concept != f.Calls[1].Concept {
		return "", factor, false
	}
	factor = patient.NewDecimal(1)
	if m[2] != "" {
		var err error
		if factor, err = patient.ParseDecimal(m[2]); err != nil {
			return "", factor, false
		}
	}
	return m[1], factor, true
}

// timesLimit is the truth of latest(x) > 3 * uln(x). Other comparisons of
// several words are unknown where a result is not there, and beyond this
// generator elsewhere.
func (s *sketch) timesLimit(f *language.Form) language.Truth {
	op, factor, ok := multiple(f)
	for i := range f.Calls {
		if c := f.Calls[i]; c.Concept != nil && c.Concept.Kind == terminology.ObservationKind && s.latest(c) == nil {
			return language.Unknown
		}
	}
	if !ok {
		return s.cannotTell("the comparison " + f.Source)
	}
	r, other := s.latest(f.Calls[0]), s.latest(f.Calls[1])
	if r != other || r.quantity == nil || r.high == nil {
		return language.Unknown
	}
	return r.values(f.Calls[0].Concept).against(op, factor.Mul(r.high.Value))
}
