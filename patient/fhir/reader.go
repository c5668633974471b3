// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
)

// Limits of what a profile takes, in characters.
const (
	maxCode = 256
	maxText = 4096
	maxURI  = 512
)

// reader reads FHIR elements. What it cannot read it passes over and notes as
// a fault of the element that it is in.
type reader struct {
	cursor
	systems map[string]string
	element string   // the element of the resource that is being read
	faults  []string // what makes the resource unreadable
	notes   []string // what leaves it readable
}

func (r *reader) fault(reason string) { r.faults = append(r.faults, r.element+" "+reason) }

func (r *reader) note(reason string) { r.notes = append(r.notes, r.element+" "+reason) }

const wrongType = "has the wrong JSON type"

// absent passes over null, which stands for no value.
func (r *reader) absent() bool {
	if r.next() == 'n' {
		r.skip()
		return true
	}
	return false
}

func (r *reader) wrong() {
	r.fault(wrongType)
	r.skip()
}

// object calls member for each member of an object; member must read or skip
// the value.
func (r *reader) object(member func(name []byte)) {
	if r.absent() {
		return
	}
	if !r.enter('{') {
		r.wrong()
		return
	}
	for name, ok := r.key(); ok; name, ok = r.key() {
		member(name)
	}
}

// list calls element for each element of an array.
func (r *reader) list(element func()) {
	if r.absent() {
		return
	}
	if !r.enter('[') {
		r.wrong()
		return
	}
	for r.cursor.element() {
		element()
	}
}

// only reads the text of the named member and skips every other.
func (r *reader) only(name []byte, want string, into *string) {
	if string(name) == want {
		*into = r.word()
		return
	}
	r.skip()
}

// word reads a string as it is written.
func (r *reader) word() string {
	if r.next() != '"' {
		if !r.absent() {
			r.wrong()
		}
		return ""
	}
	return string(r.str())
}

// code reads a string that must be one of the codes of R4.
func (r *reader) code(known ...string) string {
	if r.next() != '"' {
		if !r.absent() {
			r.wrong()
		}
		return ""
	}
	s := r.str()
	for _, k := range known {
		if string(s) == k {
			return k
		}
	}
	if len(s) > 0 {
		r.fault("is not a code that R4 has")
	}
	return ""
}

// prose reads a string that a person wrote: without blanks around it and
// without characters that nobody sees.
func (r *reader) prose(limit int) string {
	s := clean(r.word())
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		r.fault("is too long")
		return ""
	}
	return s
}

// clean takes out zero-width characters and turns every run of blanks into one
// space.
func clean(s string) string {
	plain := true
	for i := range len(s) {
		b := s[i]
		if b < ' ' || b >= 0x7f || b == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, c := range s {
		switch {
		case unicode.IsSpace(c):
			blank = b.Len() > 0
			continue
		case unicode.Is(unicode.Cf, c), unicode.IsControl(c):
			continue
		case blank:
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(c)
	}
	return b.String()
}

// flag reads a boolean.
func (r *reader) flag() bool {
	switch r.next() {
	case 't':
		r.skip()
		return true
	case 'f', 'n':
		r.skip()
	default:
		r.wrong()
	}
	return false
}

// filled passes over a value and reports whether it holds anything.
func (r *reader) filled() bool {
	switch v := r.value(); string(v) {
	case "null", "[]", "{}", `""`:
		return false
	}
	return true
}

// numeral reads a number as it is written, every digit kept.
func (r *reader) numeral() string {
	switch b := r.next(); {
	case b == '-' || b >= '0' && b <= '9':
		return string(r.number())
	case b != 'n':
		r.fault(wrongType)
	}
	r.skip()
	return ""
}

// date reads a date, dateTime or instant, of any precision.
// https://hl7.org/fhir/R4/datatypes.html#dateTime
func (r *reader) date() patient.Date {
	s := r.word()
	if s == "" {
		return patient.Date{}
	}
	d, err := patient.ParseDate(s)
	if err != nil || strings.IndexByte(s, '/') >= 0 {
		r.fault("is not a date")
		return patient.Date{}
	}
	return d
}

// system gives the name of a code system.
func (r *reader) system(url string) string {
	url = clean(url)
	if local, ok := r.systems[url]; ok {
		return local
	}
	return patient.SystemName(url)
}
