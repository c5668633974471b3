// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// member is one JSON member of an object: how it is read, written and checked.
// The tables of members (tables.go) say the same as the struct tags, which a
// test holds. Reading by them finds every problem at once, tells null and
// missing from zero, and is faster than reflection.
type member[T any] struct {
	name     string
	required bool
	read     func(*reader, *T)
	write    func(*writer, *T)
	check    func(*checker, *T)
}

// shape is the members of an object in the order in which they are written.
type shape[T any] []member[T]

// read reads an object into v.
func (s shape[T]) read(r *reader, v *T) {
	if !r.enter('{') {
		return
	}
	var seen uint32
	next := 0
	for r.more() {
		name, ok := r.name()
		if !ok {
			continue
		}
		i := s.find(name, next)
		if i < 0 {
			s.unknown(r, string(name))
			continue
		}
		next = i + 1
		m := &s[i]
		r.path = append(r.path, step{m.name, -1})
		if seen&(1<<i) != 0 {
			r.problem("is here twice; only one can be meant")
			r.skip()
		} else {
			seen |= 1 << i
			m.read(r, v)
		}
		r.path = r.path[:len(r.path)-1]
	}
	for i := range s {
		if s[i].required && seen&(1<<i) == 0 && !r.stopped {
			r.path = append(r.path, step{s[i].name, -1})
			r.problem("is missing")
			r.path = r.path[:len(r.path)-1]
		}
	}
}

// find gives the index of a member, or -1. It looks first at next: members
// mostly come in order.
func (s shape[T]) find(name []byte, next int) int {
	for i := next; i < len(s); i++ {
		if s[i].name == string(name) {
			return i
		}
	}
	for i := range min(next, len(s)) {
		if s[i].name == string(name) {
			return i
		}
	}
	return -1
}

func (s shape[T]) unknown(r *reader, name string) {
	known := make([]string, len(s))
	for i := range s {
		known[i] = s[i].name
	}
	r.path = append(r.path, step{name, -1})
	switch hint := nearest(name, known); {
	case hint != "":
		r.problem("unknown field %q; did you mean %q?", shortened(name, maxPathName), hint)
	case name == "resourceType":
		r.problem("unknown field %q; this looks like FHIR: read it as FHIR, not as a profile", name)
	default:
		r.problem("unknown field %q; known here: %s", shortened(name, maxPathName), strings.Join(known, ", "))
	}
	r.path = r.path[:len(r.path)-1]
	r.skip()
}

// write writes v as an object.
func (s shape[T]) write(w *writer, v *T) {
	w.b = append(w.b, '{')
	for i := range s {
		s[i].write(w, v)
	}
	w.b = append(w.b, '}')
}

func (s shape[T]) check(c *checker, v *T) {
	for i := range s {
		s[i].check(c, v)
	}
}

// text is a member that is a string. What the validator will say of it is
// known beforehand from its tag, as far as it is a length or a list of values.
func text[T any, S ~string](name string, at func(*T) *S) member[T] {
	l := limitsOf[T](name)
	return member[T]{
		name, l.required,
		func(r *reader, v *T) {
			s, ok := r.text()
			if ok && len(s) == 0 && l.allowed != nil {
				r.problem("is empty; leave it out where nothing is known")
				return
			}
			*at(v) = S(l.string(r, s))
		},
		func(w *writer, v *T) {
			if s := string(*at(v)); s != "" || l.required {
				w.name(name)
				w.text(s)
			}
		},
		func(c *checker, v *T) {
			s := string(*at(v))
			if !l.allow(s) {
				c.doubt = true
			}
			switch {
			case !utf8.ValidString(s):
				c.problem(name, notUTF8)
			case l.required && s != "" && strings.TrimSpace(s) == "":
				c.problem(name, "is blank")
			}
		},
	}
}

// date is a member that is a [Date].
func date[T any](name string, at func(*T) *Date) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			s, ok := r.text()
			if !ok {
				return
			}
			d, given := parseCalendar(string(s))
			if !given || !d.given {
				var err error
				if d, err = ParseDate(string(s)); err != nil {
					r.problem("%s", err)
					return
				}
			}
			*at(v) = d
		},
		func(w *writer, v *T) {
			if d := at(v); d.given {
				w.name(name)
				w.b = append(d.appendTo(append(w.b, '"')), '"')
			}
		},
		func(c *checker, v *T) {
			if d := at(v); d.given && !d.writable() {
				c.problem(name, "is a date outside the years 0001 to 9999, or has no bound at all")
			}
		},
	}
}

// number is a member that is a [Decimal]. It must be there: 0 is a number.
func number[T any](name string, at func(*T) *Decimal) member[T] {
	return member[T]{
		name, true,
		func(r *reader, v *T) {
			s, ok := r.scalar('0')
			if !ok {
				return
			}
			d, err := ParseDecimal(string(s))
			if err != nil {
				r.problem("%s", err)
				return
			}
			*at(v) = d
		},
		func(w *writer, v *T) {
			w.name(name)
			w.b = at(v).appendTo(w.b)
		},
		func(c *checker, v *T) {
			if err := at(v).inLimits(); err != nil {
				c.problem(name, err.Error())
			}
		},
	}
}

// truth is a member that is true, false or left out.
func truth[T any](name string, at func(*T) **bool) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			if s, ok := r.scalar('t'); ok {
				b := s[0] == 't'
				*at(v) = &b
			}
		},
		func(w *writer, v *T) {
			if b := *at(v); b != nil {
				w.name(name)
				w.b = strconv.AppendBool(w.b, *b)
			}
		},
		func(*checker, *T) {},
	}
}

// object is a member that is an object of a type of its own.
func object[T, E any](name string, at func(*T) *E, isZero func(*E) bool, s shape[E]) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) { s.read(r, at(v)) },
		func(w *writer, v *T) {
			if e := at(v); !isZero(e) {
				w.name(name)
				s.write(w, e)
			}
		},
		func(c *checker, v *T) {
			c.path = append(c.path, step{name, -1})
			s.check(c, at(v))
			c.path = c.path[:len(c.path)-1]
		},
	}
}

// quantity is a member that is a [Quantity] or left out.
func quantity[T any](name string, at func(*T) **Quantity) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			if r.expect('{') {
				*at(v) = new(Quantity)
				quantityShape.read(r, *at(v))
			}
		},
		func(w *writer, v *T) {
			if q := *at(v); q != nil {
				w.name(name)
				quantityShape.write(w, q)
			}
		},
		func(c *checker, v *T) {
			if q := *at(v); q != nil {
				c.path = append(c.path, step{name, -1})
				quantityShape.check(c, q)
				c.path = c.path[:len(c.path)-1]
			}
		},
	}
}
