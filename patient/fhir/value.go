// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// resultValue reads value[x]; known is false for a type that R4 does not have.
// What has no number is the result in words.
func (r *reader) resultValue(v *patient.Value, suffix string) (known bool) {
	switch suffix {
	case "Quantity":
		r.setQuantity(v, r.quantity())
	case "Integer":
		if n := r.numeral(); n != "" {
			r.setQuantity(v, quantity{number: n})
		}
	case "CodeableConcept":
		c := r.concept()
		v.Codes, v.Text = c.codes, c.text
	case "String":
		r.setText(v, clean(r.word()))
	case "Boolean":
		if !r.absent() {
			b := r.flag()
			v.Bool = &b
		}
	case "DateTime", "Time":
		v.Text = short(r.word())
	case "Period":
		p := r.period()
		v.Text = strings.Trim(p.start.String()+"/"+p.end.String(), "/")
	case "Range":
		r.setRange(v)
	case "Ratio":
		v.Text = r.ratio()
	case "SampledData":
		r.skip()
		v.Text = "(sampled data)"
	default:
		return false
	}
	return true
}

func (r *reader) setQuantity(v *patient.Value, q quantity) {
	if q.number == "" {
		return
	}
	exact, ok := q.exact()
	if !ok {
		r.note("is not a number that can be computed with: kept as words")
		v.Text = q.words()
		return
	}
	v.Quantity = exact
}

func (r *reader) setText(v *patient.Value, s string) {
	if q, ok := measured(s); ok {
		v.Quantity = q
		return
	}
	if len(s) > maxText {
		r.note("is too long: cut")
	}
	v.Text = short(s)
}

// setRange reads a Range: https://hl7.org/fhir/R4/datatypes.html#Range
func (r *reader) setRange(v *patient.Value) {
	var low, high quantity
	r.object(func(name []byte) {
		switch string(name) {
		case "low":
			low = r.quantity()
		case "high":
			high = r.quantity()
		default:
			r.skip()
		}
	})
	from, okFrom := low.exact()
	to, okTo := high.exact()
	switch {
	case low.number == "" && high.number == "":
	case low.number != "" && !okFrom, high.number != "" && !okTo, low.comparator+high.comparator != "":
		r.note("is not a range that can be computed with: kept as words")
		v.Text = low.words() + " - " + high.words()
	case okFrom && okTo && from.Unit == to.Unit && from.Value.Cmp(to.Value) > 0:
		r.fault("is upside down")
	default:
		if okFrom {
			v.From = from
		}
		if okTo {
			v.To = to
		}
	}
}

// ratio reads a Ratio in words, such as the titre "1:128".
func (r *reader) ratio() string {
	var over, under quantity
	r.object(func(name []byte) {
		switch string(name) {
		case "numerator":
			over = r.quantity()
		case "denominator":
			under = r.quantity()
		default:
			r.skip()
		}
	})
	switch {
	case over.number == "":
		return ""
	case under.number == "":
		return over.words()
	case over.unit == "" && under.unit == "":
		return short(over.words() + ":" + under.words())
	}
	return short(over.words() + " / " + under.words())
}
