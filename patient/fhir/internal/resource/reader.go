// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/internal/json"
)

// Limits of the texts of a profile, in characters.
const (
	maxCode = 256
	maxText = 4096
	maxURI  = 512
)

// Reader reads FHIR elements. It skips a value that it cannot read and notes it as
// a fault of the element that it is in.
type Reader struct {
	json.Cursor
	localSystems map[string]string // Options.Systems
	systemNames  map[string]string // the names of the systems met so far
	Element      []byte            // the element of the resource that is being read
	Faults       []string          // reasons why the resource is unreadable
	notes        []string          // issues that leave it readable
	marks        []patient.Mark    // certainty marks of the resource's codes
	markUnclear  bool              // a certainty mark was not understood
}

// NewReader gives a Reader of well-formed JSON.
func NewReader(text []byte) *Reader { return &Reader{Cursor: json.Cursor{Text: text}} }

func (r *Reader) addFault(reason string) { r.Faults = append(r.Faults, r.elementName()+" "+reason) }

func (r *Reader) addNote(reason string) { r.notes = append(r.notes, r.elementName()+" "+reason) }

func (r *Reader) elementName() string {
	const longest = 64
	if len(r.Element) > longest {
		return "an element"
	}
	return normalizeText(string(r.Element))
}

// inElement sets the element that faults and notes name.
func (r *Reader) inElement(element string) *Reader {
	r.Element = []byte(element)
	return r
}

const wrongType = "has the wrong JSON type"

// skipNull passes over null, which stands for no value.
func (r *Reader) skipNull() bool {
	if r.PeekToken() == 'n' {
		r.SkipValue()
		return true
	}
	return false
}

func (r *Reader) skipWrongType() {
	r.addFault(wrongType)
	r.SkipValue()
}

// expect reports whether the next value begins with the byte. It skips any other value and
// notes it, unless it is null.
func (r *Reader) expect(first byte) bool {
	if r.PeekToken() == first {
		return true
	}
	if !r.skipNull() {
		r.skipWrongType()
	}
	return false
}

// ReadObject calls member for each member of an object; member reads the value, or leaves
// it alone and it is skipped.
func (r *Reader) ReadObject(member func(name []byte)) {
	if !r.expect('{') {
		return
	}
	r.At++
	for name, ok := r.NextKey(); ok; name, ok = r.NextKey() {
		at := r.At
		if member(name); r.At == at {
			r.SkipValue()
		}
	}
}

// ReadList calls element for each element of an array.
func (r *Reader) ReadList(element func()) {
	if !r.expect('[') {
		return
	}
	r.At++
	for r.Cursor.NextElement() {
		element()
	}
}

func readPair[T any](r *Reader, firstName, secondName string, read func(*Reader) T) (first, second T) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case firstName:
			first = read(r)
		case secondName:
			second = read(r)
		}
	})
	return first, second
}

// ReadMember reads the text of the named member.
func (r *Reader) ReadMember(name []byte, want string, into *string) {
	if string(name) == want {
		*into = r.ReadText()
	}
}

// ReadText reads a string as it is written.
func (r *Reader) ReadText() string {
	if !r.expect('"') {
		return ""
	}
	return string(r.ReadString())
}

// readCode reads a string that must be one of the codes of R4.
func (r *Reader) readCode(known ...string) string {
	if !r.expect('"') {
		return ""
	}
	s := r.ReadString()
	for _, k := range known {
		if string(s) == k {
			return k
		}
	}
	if len(s) > 0 {
		r.addFault("is not a code that R4 has")
	}
	return ""
}

// readProse reads a string that a person wrote: without blanks around it and
// without characters that nobody sees.
func (r *Reader) readProse(limit int) string {
	s := normalizeText(r.ReadText())
	if len(s) > limit && utf8.RuneCountInString(s) > limit {
		r.addFault("is too long")
		return ""
	}
	return s
}

// normalizeText takes out zero-width characters and turns every run of blanks into one
// space.
func normalizeText(s string) string {
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

func (r *Reader) readBool() bool {
	switch r.PeekToken() {
	case 't':
		r.SkipValue()
		return true
	case 'f', 'n':
		r.SkipValue()
	default:
		r.skipWrongType()
	}
	return false
}

// readFilled passes over a value and reports whether it holds anything.
func (r *Reader) readFilled() bool {
	switch v := r.ReadValue(); string(v) {
	case "null", "[]", "{}", `""`:
		return false
	}
	return true
}

// ReadNumeral reads a number as it is written, every digit kept.
func (r *Reader) ReadNumeral() string {
	switch b := r.PeekToken(); {
	case b == '-' || b >= '0' && b <= '9':
		return string(r.ReadNumber())
	case b != 'n':
		r.addFault(wrongType)
	}
	r.SkipValue()
	return ""
}

// ReadDate reads a date, dateTime or instant, of any precision.
// https://hl7.org/fhir/R4/datatypes.html#dateTime
func (r *Reader) ReadDate() patient.Date {
	if !r.expect('"') {
		return patient.Date{}
	}
	s := r.ReadString()
	if len(s) == 0 {
		return patient.Date{}
	}
	if plainDateTime(s) {
		s = s[:len("2006-01-02")]
	}
	d, err := patient.ParseDate(string(s))
	if err != nil || bytes.IndexByte(s, '/') >= 0 {
		r.addFault("is not a date")
		return patient.Date{}
	}
	return d
}

// plainDateTime reports whether s is a date and a time of day with a zone, so
// that only the date is left to be read. Any other form is not wrong: it
// is read in full.
func plainDateTime(s []byte) bool {
	const shape = "0000-00-00T00:00:00"
	if len(s) < len(shape)+1 {
		return false
	}
	for i := range len(shape) {
		c, isDigit := s[i], s[i] >= '0' && s[i] <= '9'
		if shape[i] == '0' && !isDigit || shape[i] != '0' && c != shape[i] {
			return false
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

// readSystem reads the URL of a code system and gives its name.
func (r *Reader) readSystem() string {
	if !r.expect('"') {
		return ""
	}
	url := r.ReadString()
	if name, known := r.systemNames[string(url)]; known {
		return name
	}
	written := normalizeText(string(url))
	name, local := r.localSystems[written]
	if !local {
		name = patient.SystemName(written)
	}
	if r.systemNames != nil {
		r.systemNames[string(url)] = name
	}
	return name
}
