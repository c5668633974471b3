// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// cqlReader reads and computes an expression of CQL, in the part of CQL that
// the rule language has words for.
type cqlReader struct {
	tokens []string
	at     int
}

var (
	cqlToken  = regexp.MustCompile(`@[0-9T:.+Z-]*|[0-9]+(?:\.[0-9]+)?L?|'[^']*'|[A-Za-z_]+|<=|>=|!=|!~|[^\s]`)
	cqlNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
)

// cqlEvaluate computes an expression. What the language has no words for gives
// a cqlCannotError.
func cqlEvaluate(text string) (v cqlValue, err error) {
	r := &cqlReader{tokens: cqlToken.FindAllString(text, -1)}
	defer func() {
		if cannot, ok := recover().(cqlCannotError); ok {
			err = cannot
		}
	}()
	v = r.join(0)
	if r.at < len(r.tokens) {
		return v, r.cannot()
	}
	return v, nil
}

func (r *cqlReader) next() string {
	if r.at < len(r.tokens) {
		return r.tokens[r.at]
	}
	return ""
}

// take reads the words, if they come next.
func (r *cqlReader) take(words ...string) bool {
	if r.at+len(words) > len(r.tokens) || !slices.Equal(r.tokens[r.at:r.at+len(words)], words) {
		return false
	}
	r.at += len(words)
	return true
}

func (r *cqlReader) must(word string) {
	if !r.take(word) {
		panic(r.cannot())
	}
}

// cannot says what the next word is that the language lacks.
func (r *cqlReader) cannot() cqlCannotError {
	switch w := r.next(); {
	case strings.HasPrefix(w, "@T") || strings.Contains(w, ":") || slices.Contains([]string{"hour", "hours", "minute", "minutes", "second", "seconds", "millisecond", "milliseconds", "Now", "Time", "TimeOfDay"}, w):
		return "a time of day"
	case w == "{" || w == "Tuple" || strings.HasPrefix(w, "'") || strings.HasSuffix(w, "L") || w == "[" || w == "." || w == "List":
		return "texts, lists, tuples, ratios or long integers"
	case w == "Today" || w == "date":
		return "today"
	case w == "~" || w == "!":
		return "equivalence"
	case w == "difference" || w == "timezoneoffset" || w == "timezone":
		return "boundaries crossed, time zones"
	case slices.Contains([]string{"meets", "starts", "ends", "properly", "before", "after", "overlaps", "same", "on", "within", "start", "end"}, w):
		return "meets, starts, ends, properly, overlaps before: relations of two intervals that no word asks for"
	case slices.Contains([]string{"union", "intersect", "except", "collapse", "expand", "width", "point", "distinct", "flatten"}, w):
		return "the result is an interval or a list"
	}
	return "other functions and forms"
}

// join reads implies, or, xor, and, not.
func (r *cqlReader) join(level int) cqlValue {
	if level == 3 {
		if r.take("not") {
			return truly(r.join(3).logic().Not())
		}
		return r.relation()
	}
	words := [][]string{{"implies"}, {"or", "xor"}, {"and"}}[level]
	left := r.join(level + 1)
	for slices.Contains(words, r.next()) {
		word := r.next()
		r.at++
		left = truly(kleene(word, left.logic(), r.join(level+1).logic()))
	}
	return left
}

// kleene computes with the branches of a compiled rule.
func kleene(word string, a, b language.Truth) language.Truth {
	of := func(op language.Op, kids ...language.Truth) language.Truth {
		judged := make([]NodeResult, len(kids))
		for i, t := range kids {
			judged[i].Truth = t
		}
		return combined(&language.Form{Op: op}, judged)
	}
	switch word {
	case "implies":
		return of(language.Or, of(language.Not, a), b)
	case "xor":
		return of(language.Or, of(language.And, a, of(language.Not, b)), of(language.And, of(language.Not, a), b))
	case "and":
		return of(language.And, a, b)
	}
	return of(language.Or, a, b)
}

// sum reads + and -.
func (r *cqlReader) sum() cqlValue {
	left := r.product()
	for {
		switch {
		case r.take("+"):
			left = left.plus(r.product(), 1)
		case r.take("-"):
			left = left.plus(r.product(), -1)
		default:
			return left
		}
	}
}

func (r *cqlReader) product() cqlValue {
	left := r.operand()
	for {
		switch {
		case r.take("*"):
			left = numeric(multiply(left.plain(), r.operand().plain()))
		case r.take("/"):
			left = numeric(divide(left.plain(), r.operand().plain()))
		default:
			return left
		}
	}
}

// operand reads a value, with its type where that is said.
func (r *cqlReader) operand() cqlValue {
	v := r.value()
	for r.take("as") {
		for r.at++; r.take("<"); r.must(">") {
			r.at++
		}
	}
	return v
}

func (r *cqlReader) value() cqlValue {
	w := r.next()
	switch {
	case r.take("("):
		v := r.join(0)
		r.must(")")
		return v
	case r.take("-"):
		return numeric(negate(r.operand().plain()))
	case r.take("null"):
		return cqlValue{kind: cqlNull}
	case r.take("true"), r.take("false"):
		return truly(truthOf(w == "true", w == "false"))
	case r.take("DateTime", "("), r.take("Date", "("):
		return r.dateOf()
	case r.take("Interval"):
		return r.interval()
	case r.take("date", "from"):
		w := r.next()
		r.at++
		return dated(w[1:])
	case len(w) > 1 && w[0] == '@' && !strings.Contains(strings.TrimSuffix(w, "T"), "T"):
		r.at++
		return dated(strings.TrimSuffix(w[1:], "T"))
	case slices.Contains([]string{"years", "months", "weeks", "days"}, w) && r.at+1 < len(r.tokens) && r.tokens[r.at+1] == "between":
		r.at += 2
		from := r.sum()
		r.must("and")
		return between(w, from, r.sum())
	case cqlNumber.MatchString(w):
		r.at++
		v := numeric(exactly(patient.MustDecimal(w)))
		if unit := r.next(); strings.HasPrefix(unit, "'") {
			r.at++
			v.unit = strings.Trim(unit, "'")
			if r.next() == ":" {
				r.at--
				panic(r.cannot())
			}
		} else if slices.Contains([]string{"year", "years", "month", "months", "week", "weeks", "day", "days"}, unit) {
			r.at++
			v.unit = strings.TrimSuffix(unit, "s")
		}
		return v
	}
	panic(r.cannot())
}

// dateOf reads the numbers of DateTime(2014, 1).
func (r *cqlReader) dateOf() cqlValue {
	var parts []string
	for r.next() != ")" {
		part := r.next()
		if !cqlNumber.MatchString(part) {
			panic(r.cannot())
		}
		parts = append(parts, part)
		r.at++
		r.take(",")
	}
	r.at++
	switch {
	case len(parts) > 3:
		panic(cqlCannotError("a time of day"))
	case len(parts) == 1:
		return dated(fmt.Sprintf("%04s", parts[0]))
	case len(parts) == 2:
		return dated(fmt.Sprintf("%04s-%02s", parts[0], parts[1]))
	}
	return dated(fmt.Sprintf("%04s-%02s-%02s", parts[0], parts[1], parts[2]))
}
