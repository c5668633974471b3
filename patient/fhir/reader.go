// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
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
	local   map[string]string // Options.Systems
	systems map[string]string // the names of the systems met so far
	element []byte            // the element of the resource that is being read
	faults  []string          // what makes the resource unreadable
	notes   []string          // what leaves it readable
}

func (r *reader) fault(reason string) { r.faults = append(r.faults, r.place()+" "+reason) }

func (r *reader) note(reason string) { r.notes = append(r.notes, r.place()+" "+reason) }

// place gives the element as an issue calls it.
func (r *reader) place() string {
	const longest = 64
	if len(r.element) > longest {
		return "an element"
	}
	return clean(string(r.element))
}

// in names the element that what follows is about.
func (r *reader) in(element string) *reader {
	r.element = []byte(element)
	return r
}

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
	if r.next() != '"' {
		if !r.absent() {
			r.wrong()
		}
		return patient.Date{}
	}
	s := r.str()
	if len(s) == 0 {
		return patient.Date{}
	}
	if plainDateTime(s) {
		s = s[:len("2006-01-02")]
	}
	d, err := patient.ParseDate(string(s))
	if err != nil || bytes.IndexByte(s, '/') >= 0 {
		r.fault("is not a date")
		return patient.Date{}
	}
	return d
}

// plainDateTime reports whether s is a date and a time of day with a zone, so
// that only the date is left to be read. What is left out here is not wrong: it
// is read in full.
func plainDateTime(s []byte) bool {
	const shape = "0000-00-00T00:00:00"
	if len(s) < len(shape)+1 {
		return false
	}
	for i := range len(shape) {
		switch c := s[i]; shape[i] {
		case '0':
			if c < '0' || c > '9' {
				return false
			}
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	hour, minute, second := s[11:13], s[14:16], s[17:19]
	if string(hour) > "23" || string(minute) > "59" || string(second) > "59" {
		return false
	}
	zone := s[len(shape):]
	if zone[0] == '.' {
		zone = bytes.TrimLeft(zone[1:], "0123456789")
	}
	switch {
	case string(zone) == "Z":
		return true
	case len(zone) == len("+00:00") && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':':
		return string(zone[1:3]) <= "14" && zone[1] >= '0' && zone[2] >= '0' && zone[2] <= '9' &&
			zone[4] >= '0' && zone[4] <= '5' && zone[5] >= '0' && zone[5] <= '9'
	}
	return false
}

// system reads the URL of a code system and gives its name.
func (r *reader) system() string {
	if r.next() != '"' {
		return r.word() // a fault, or nothing
	}
	url := r.str()
	if name, known := r.systems[string(url)]; known {
		return name
	}
	written := clean(string(url))
	name, local := r.local[written]
	if !local {
		name = patient.SystemName(written)
	}
	if r.systems != nil {
		r.systems[string(url)] = name
	}
	return name
}
