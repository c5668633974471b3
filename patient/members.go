// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// member is one JSON member of an object: how it is read, written and checked.
// The tables of members (domains.go) say the same as the struct tags, which a
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

func (s shape[T]) readObject(r *reader, v *T) {
	if !r.enterValue('{') {
		return
	}
	var seen uint32
	next := 0
	for r.hasMore() {
		name, ok := r.readName()
		if !ok {
			continue
		}
		i := s.findMember(name, next)
		if i < 0 {
			s.addUnknownField(r, string(name))
			continue
		}
		next = i + 1
		m := &s[i]
		r.path = append(r.path, step{m.name, -1})
		if seen&(1<<i) != 0 {
			r.addProblem("is here twice; only one can be meant")
			r.SkipValue()
		} else {
			seen |= 1 << i
			m.read(r, v)
		}
		r.path = r.path[:len(r.path)-1]
	}
	for i := range s {
		if s[i].required && seen&(1<<i) == 0 && !r.stopped {
			r.path = append(r.path, step{s[i].name, -1})
			r.addProblem("is missing")
			r.path = r.path[:len(r.path)-1]
		}
	}
}

// findMember gives the index of a member, or -1. It looks first at next: members
// mostly come in order.
func (s shape[T]) findMember(name []byte, next int) int {
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

func (s shape[T]) addUnknownField(r *reader, name string) {
	known := make([]string, len(s))
	for i := range s {
		known[i] = s[i].name
	}
	r.path = append(r.path, step{name, -1})
	switch hint := Nearest(name, known); {
	case hint != "":
		r.addProblem("unknown field %q; did you mean %q?", shortened(name, maxPathName), hint)
	case name == "resourceType":
		r.addProblem("unknown field %q; this looks like FHIR: read it as FHIR, not as a profile", name)
	default:
		r.addProblem("unknown field %q; known here: %s", shortened(name, maxPathName), strings.Join(known, ", "))
	}
	r.path = r.path[:len(r.path)-1]
	r.SkipValue()
}

func (s shape[T]) writeObject(w *writer, v *T) {
	w.b = append(w.b, '{')
	for i := range s {
		s[i].write(w, v)
	}
	w.b = append(w.b, '}')
}

func (s shape[T]) checkMembers(c *checker, v *T) {
	for i := range s {
		s[i].check(c, v)
	}
}

// stringMember maps a string field. The length and enum limits of its validate tag
// are checked while decoding.
func stringMember[T any, S ~string](name string, at func(*T) *S) member[T] {
	l := limitsOf[T](name)
	return member[T]{
		name, l.required,
		func(r *reader, v *T) {
			s, ok := r.readText()
			if ok && len(s) == 0 && l.allowed != nil {
				r.addProblem("is empty; leave it out where nothing is known")
				return
			}
			*at(v) = S(l.toString(r, s))
		},
		func(w *writer, v *T) {
			if s := string(*at(v)); s != "" || l.required {
				w.writeName(name)
				w.writeText(s)
			}
		},
		func(c *checker, v *T) {
			s := string(*at(v))
			if !l.surelyAllows(s) {
				c.doubt = true
			}
			switch {
			case !utf8.ValidString(s):
				c.addMemberProblem(name, notUTF8)
			case l.required && s != "" && strings.TrimSpace(s) == "":
				c.addMemberProblem(name, "is blank")
			}
		},
	}
}

func dateMember[T any](name string, at func(*T) *Date) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			s, ok := r.readText()
			if !ok {
				return
			}
			d, given := parseCalendar(string(s))
			if !given || !d.given {
				var err error
				if d, err = ParseDate(string(s)); err != nil {
					r.addProblem("%s", err)
					return
				}
			}
			*at(v) = d
		},
		func(w *writer, v *T) {
			if d := at(v); d.given {
				w.writeName(name)
				w.b = append(d.appendTo(append(w.b, '"')), '"')
			}
		},
		func(c *checker, v *T) {
			if d := at(v); d.given && !d.writable() {
				c.addMemberProblem(name, "is a date outside the years 0001 to 9999, or has no bound at all")
			}
		},
	}
}

// numberMember is a member that is a [Decimal]. It must be there: 0 is a number.
func numberMember[T any](name string, at func(*T) *Decimal) member[T] {
	return member[T]{
		name, true,
		func(r *reader, v *T) {
			s, ok := r.readScalar('0')
			if !ok {
				return
			}
			d, err := ParseDecimal(string(s))
			if err != nil {
				r.addProblem("%s", err)
				return
			}
			*at(v) = d
		},
		func(w *writer, v *T) {
			w.writeName(name)
			w.b = at(v).appendTo(w.b)
		},
		func(c *checker, v *T) {
			if err := at(v).inLimits(); err != nil {
				c.addMemberProblem(name, err.Error())
			}
		},
	}
}

func boolMember[T any](name string, at func(*T) **bool) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			if s, ok := r.readScalar('t'); ok {
				b := s[0] == 't'
				*at(v) = &b
			}
		},
		func(w *writer, v *T) {
			if b := *at(v); b != nil {
				w.writeName(name)
				w.b = strconv.AppendBool(w.b, *b)
			}
		},
		func(*checker, *T) {},
	}
}

func objectMember[T, E any](name string, at func(*T) *E, isZero func(*E) bool, s shape[E]) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) { s.readObject(r, at(v)) },
		func(w *writer, v *T) {
			if e := at(v); !isZero(e) {
				w.writeName(name)
				s.writeObject(w, e)
			}
		},
		func(c *checker, v *T) {
			c.path = append(c.path, step{name, -1})
			s.checkMembers(c, at(v))
			c.path = c.path[:len(c.path)-1]
		},
	}
}

func quantityMember[T any](name string, at func(*T) **Quantity) member[T] {
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			if r.expectKind('{') {
				*at(v) = new(Quantity)
				quantityShape.readObject(r, *at(v))
			}
		},
		func(w *writer, v *T) {
			if q := *at(v); q != nil {
				w.writeName(name)
				quantityShape.writeObject(w, q)
			}
		},
		func(c *checker, v *T) {
			if q := *at(v); q != nil {
				c.path = append(c.path, step{name, -1})
				quantityShape.checkMembers(c, q)
				c.path = c.path[:len(c.path)-1]
			}
		},
	}
}
