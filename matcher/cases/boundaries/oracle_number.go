// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"regexp"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// values is the range of a number: from lo to hi, each of which may be absent
// or excluded.
type values struct {
	lo, hi         patient.Decimal
	noLo, noHi     bool
	loOpen, hiOpen bool
}

func (s *sketch) comparisonTruth(f *language.Form) language.Truth {
	call := f.Calls[0]
	for i := range f.Calls {
		if c := f.Calls[i].Concept; c != nil && s.absent[c.Kind.Domain()] {
			return language.Unknown
		}
	}
	if f.Compare == nil {
		return s.limitMultipleTruth(f)
	}
	if call.Word.Answer == language.TextAnswer {
		in := slices.Contains(f.Compare.Values, string(s.sex))
		if f.Compare.Op == "!=" {
			in = !in
		}
		return truthFrom(s.sex != "" && in, s.sex != "" && !in)
	}
	v, known := s.callValues(call)
	if !known {
		return language.Unknown
	}
	if f.Compare.Op == "in" {
		t := language.False
		for _, text := range f.Compare.Values {
			t = max(t, v.compareLimit("==", patient.MustDecimal(text)))
		}
		return t
	}
	return v.compareLimit(f.Compare.Op, patient.MustDecimal(f.Compare.Values[0]))
}

func (v values) compareLimit(op string, limit patient.Decimal) language.Truth {
	// Whether a value is below the limit, at it, and above it.
	below := v.noLo || v.lo.Cmp(limit) < 0
	above := v.noHi || v.hi.Cmp(limit) > 0
	at := (v.noLo || v.lo.Cmp(limit) < 0 || v.lo.Cmp(limit) == 0 && !v.loOpen) &&
		(v.noHi || v.hi.Cmp(limit) > 0 || v.hi.Cmp(limit) == 0 && !v.hiOpen)
	var yes, no bool // whether a value satisfies the comparison, or does not
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
	return truthFrom(yes && !no, no && !yes)
}

func (s *sketch) callValues(call *language.Call) (v values, known bool) {
	switch word := call.Word; {
	case word.AgeIn != "":
		on := s.on
		if call.Anchor != "" {
			on = s.dateNamed(call.Anchor)
		}
		if s.birth.IsZero() || s.birth.Last() > on {
			return v, false
		}
		age := func(d patient.Day) patient.Decimal { return patient.NewDecimal(int64(completedAge(word.AgeIn, d, on))) }
		return values{lo: age(s.birth.Last()), hi: age(s.birth.First())}, true
	case word.Counts:
		sure, maybe := 0, 0
		for i := range s.facts {
			if s.facts[i].concept.Kind != call.Concept.Kind {
				continue
			}
			switch min(s.inWindow(&s.facts[i], call), s.isInstance(&s.facts[i], call.Concept)) {
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
		f := s.latestResult(call)
		if f == nil || f.quantity == nil || f.noUnit {
			return v, false
		}
		if word.Extreme != 0 && s.countResults(call) > 1 {
			s.cannotTell(word.Name + " of several results")
		}
		return f.resultValues(call.Concept), true
	}
	s.cannotTell("the word " + call.Word.Name)
	return v, false
}

func (s *sketch) countResults(call *language.Call) (n int) {
	for i := range s.facts {
		if s.facts[i].concept.Kind == call.Concept.Kind && s.isInstance(&s.facts[i], call.Concept) != language.False {
			n++
		}
	}
	return n
}

// resultValues are the possible values of a result: <20 is from 0 up to 20, or
// anything below if the concept has negative values.
func (f *fact) resultValues(c *terminology.Concept) values {
	v := values{lo: f.value, hi: f.value}
	switch f.quantity.Comparator {
	case "<", "<=":
		v.lo, v.noLo, v.hiOpen = patient.Decimal{}, c.Signed || f.value.Sign() <= 0, f.quantity.Comparator == "<"
	case ">", ">=":
		v.noHi, v.loOpen = true, f.quantity.Comparator == ">"
	}
	return v
}

// limitForm matches a comparison of a result with its upper limit of normal.
var limitForm = regexp.MustCompile(`^latest\(.*\) (<|<=|>|>=) (?:([0-9.]+) \* )?uln\([^<>=*]*$`)

// limitMultiple gives the operator and the factor of latest(x) > 3 * uln(x).
func limitMultiple(f *language.Form) (op string, factor patient.Decimal, ok bool) {
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

// limitMultipleTruth is the truth of latest(x) > 3 * uln(x). Other comparisons
// of several words are unknown without a result, and the generator cannot tell
// them otherwise.
func (s *sketch) limitMultipleTruth(f *language.Form) language.Truth {
	op, factor, ok := limitMultiple(f)
	for i := range f.Calls {
		if c := f.Calls[i]; c.Concept != nil && c.Concept.Kind == terminology.ObservationKind && s.latestResult(c) == nil {
			return language.Unknown
		}
	}
	if !ok {
		return s.cannotTell("the comparison " + f.Source)
	}
	r, other := s.latestResult(f.Calls[0]), s.latestResult(f.Calls[1])
	if r != other || r.quantity == nil || r.high == nil {
		return language.Unknown
	}
	return r.resultValues(f.Calls[0].Concept).compareLimit(op, factor.Mul(r.high.Value))
}
