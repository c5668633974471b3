// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// reader takes a profile from a text that is known to be JSON (see
// [syntaxProblem]), so that it only has to find where values begin and end. It
// notes every problem and goes on.
type reader struct {
	doc      []byte
	at       int // offset of the next byte
	path     trail
	problems []located
	entries  int
	stopped  bool // there is too much of something: nothing more is read
	recent   [64]string
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func newReader(doc []byte) *reader {
	r := readers.Get().(*reader)
	*r = reader{doc: doc, path: r.path[:0], recent: r.recent}
	return r
}

// releaseReader gives the reader back. The values that it read stay valid.
func (r *reader) releaseReader() {
	r.doc, r.problems = nil, nil
	readers.Put(r)
}

// addProblem notes a problem of the value at the end of the path.
func (r *reader) addProblem(format string, args ...any) {
	if len(r.problems) > maxProblems {
		r.stopped = true
		return
	}
	r.problems = append(r.problems, located{
		FieldError: FieldError{r.path.String(), fmt.Sprintf(format, args...)},
		at:         int64(r.at),
	})
}

// peekByte gives the first byte of the next value, or the bracket that closes the list or
// object.
func (r *reader) peekByte() byte {
	for r.doc[r.at] <= ' ' {
		r.at++
	}
	return r.doc[r.at]
}

// enterValue steps into an object or a list. Where the value is something else, it
// is noted and skipped.
func (r *reader) enterValue(open jsontext.Kind) bool {
	if !r.expectKind(open) {
		return false
	}
	r.at++
	return true
}

// hasMore reports whether another member or element follows, and steps out of the
// object or list where none does.
func (r *reader) hasMore() bool {
	if r.stopped {
		return false
	}
	switch r.peekByte() {
	case '}', ']':
		r.at++
		return false
	case ',':
		r.at++
	}
	return true
}

// readName reads the name of a member.
func (r *reader) readName() (name []byte, ok bool) {
	r.peekByte()
	name, problem := r.readQuoted()
	r.peekByte()
	r.at++ // the colon
	if problem == "" {
		return name, true
	}
	r.path = append(r.path, step{string(name), -1})
	r.addProblem("the name of this field %s", problem)
	r.path = r.path[:len(r.path)-1]
	r.skipValue()
	return nil, false
}

// readText reads a string.
func (r *reader) readText() (s []byte, ok bool) {
	if !r.expectKind('"') {
		return nil, false
	}
	s, problem := r.readQuoted()
	if problem != "" {
		r.addProblem("%s", problem)
		return nil, false
	}
	return s, true
}

// readScalar reads a number, true or false.
func (r *reader) readScalar(want jsontext.Kind) (raw []byte, ok bool) {
	if !r.expectKind(want) {
		return nil, false
	}
	from := r.at
	r.skipValue()
	return r.doc[from:r.at], true
}

// readQuoted reads the string that begins here.
func (r *reader) readQuoted() (s []byte, problem string) {
	from := r.at
	escapes, ascii := r.skipString()
	raw := r.doc[from:r.at]
	s = raw[1 : len(raw)-1]
	switch {
	case escapes:
		var err error
		if s, err = jsontext.AppendUnquote(nil, raw); err != nil {
			return s, `holds text that is not valid: bytes that are not UTF-8, or half of a \u pair`
		}
	case !ascii && !utf8.Valid(s):
		return s, notUTF8
	}
	return s, ""
}

func (r *reader) skipString() (escapes, ascii bool) {
	ascii = true
	i := r.at + 1
	for ; r.doc[i] != '"'; i++ {
		switch c := r.doc[i]; {
		case c == '\\':
			escapes = true
			i++
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	r.at = i + 1
	return escapes, ascii
}

// skipValue steps over the value that begins here, whatever lies in it.
func (r *reader) skipValue() {
	depth := 0
	for {
		switch r.peekByte() {
		case '"':
			r.skipString()
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		case ',', ':':
			r.at++
			continue
		default:
			for r.at < len(r.doc) && isWordByte(r.doc[r.at]) {
				r.at++
			}
		}
		if depth == 0 {
			return
		}
	}
}

// isWordByte reports whether a byte belongs to a number, true, false or null.
func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '.' || c == '-' || c == '+' || c == 'E'
}

// expectKind notes and skips a value that is not of the kind wanted.
func (r *reader) expectKind(want jsontext.Kind) bool {
	got := jsontext.Kind(r.peekByte())
	switch {
	case got == 'f':
		got = 't'
	case got == '-' || got >= '0' && got <= '9':
		got = '0'
	}
	switch got {
	case want:
		return true
	case 'n':
		r.addProblem("is null; leave it out where nothing is known")
	default:
		r.addProblem("is %s; it must be %s", kindName(got), kindName(want))
	}
	r.skipValue()
	return false
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object {…}"
	case '[':
		return "a list […]"
	case '"':
		return `a text "…"`
	case '0':
		return "a number"
	}
	return "true or false"
}

// internString gives the string of b, without a copy where the same was read not
// long ago: for texts that many records share and that say nothing of a person.
func (r *reader) internString(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	s := &r.recent[(len(b)*7^int(b[0])*3^int(b[len(b)/2])*5^int(b[len(b)-1]))%len(r.recent)]
	if *s != string(b) {
		*s = string(b)
	}
	return *s
}
