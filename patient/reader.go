// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient/internal/json"
)

// Limits of one profile in JSON.
const (
	MaxBytes   = 64 << 20  // of text
	MaxEntries = 1_000_000 // in all its lists together, codes included
)

// Decode reads one profile as eligo's own JSON (see [Schema]) up to the end of
// r, and validates it.
//
// It is strict, because a field that is misread may decide a verdict: fields
// that are not known, names in the wrong case, fields given twice, values of
// the wrong type, null, text after the end, bytes that are not UTF-8 and texts
// beyond [MaxBytes] or [MaxEntries] are errors, and so is all that
// [Profile.Validate] finds. The error is then [Errors]: every problem with its
// JSON path, in the order of the text. A text that is not JSON is one problem,
// with line and column. Any other error is one of r.
//
// Certainty marks of diagnoses are applied, see [Condition.ApplyMarks].
func Decode(r io.Reader) (*Profile, error) {
	doc, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the profile: %w", err)
	}
	return DecodeBytes(doc)
}

// DecodeBytes is [Decode] for text in memory. It keeps nothing of doc.
func DecodeBytes(doc []byte) (*Profile, error) { return decodeAt(doc, origin{1, 1}) }

func decodeAt(doc []byte, start origin) (*Profile, error) {
	if len(doc) > MaxBytes {
		return nil, Errors{{"$", fmt.Sprintf("the text is longer than %d MiB", MaxBytes>>20)}}
	}
	if wrong, found := syntaxProblem(doc, start); found {
		return nil, Errors{wrong}
	}
	r := newReader(doc)
	defer r.releaseReader()
	p := new(Profile)
	profileShape.readObject(r, p)
	if len(r.problems) == 0 {
		p.ApplyMarks()
		c := p.findProblems()
		if len(c.problems) == 0 {
			p.sha256 = p.computeDigest()
			return p, nil
		}
		return nil, inOrder(c.problems, doc)
	}
	return nil, inOrder(append(r.problems, r.furtherProblems(p)...), doc)
}

// furtherProblems gives the problems of the values of a profile that could
// be read only in part, without those that follow from a problem already noted.
func (r *reader) furtherProblems(p *Profile) []located {
	if r.stopped {
		return nil // the rest was not read
	}
	var further []located
	for _, e := range p.findProblems().problems {
		follows := func(noted located) bool {
			return isWithin(e.Path, noted.Path) || e.entry != "" && isWithin(noted.Path, e.entry)
		}
		if !slices.ContainsFunc(r.problems, follows) {
			further = append(further, e)
		}
	}
	return further
}

// reader takes a profile from a text that is known to be JSON (see
// [syntaxProblem]). It notes every problem and goes on.
type reader struct {
	json.Cursor
	path     trail
	problems []located
	entries  int
	stopped  bool // there is too much of something: nothing more is read
	recent   [64]string
}

var readers = sync.Pool{New: func() any { return new(reader) }}

func newReader(doc []byte) *reader {
	r := readers.Get().(*reader)
	*r = reader{Cursor: json.Cursor{Text: doc}, path: r.path[:0], recent: r.recent}
	return r
}

// releaseReader gives the reader back. The values that it read stay valid.
func (r *reader) releaseReader() {
	r.Text, r.problems = nil, nil
	readers.Put(r)
}

func (r *reader) addProblem(format string, args ...any) {
	if len(r.problems) > maxProblems {
		r.stopped = true
		return
	}
	r.problems = append(r.problems, located{
		FieldError: FieldError{r.path.String(), fmt.Sprintf(format, args...)},
		at:         int64(r.At),
	})
}

// enterValue steps into an object or a list. Where the value is something else, it
// is noted and skipped.
func (r *reader) enterValue(open jsontext.Kind) bool {
	if !r.expectKind(open) {
		return false
	}
	r.At++
	return true
}

// hasMore reports whether another member or element follows, and steps out of the
// object or list where none does.
func (r *reader) hasMore() bool {
	if r.stopped {
		return false
	}
	switch r.PeekToken() {
	case '}', ']':
		r.At++
		return false
	}
	return true
}

func (r *reader) readName() (name []byte, ok bool) {
	name, problem := r.readQuoted()
	if problem == "" {
		return name, true
	}
	r.path = append(r.path, step{string(name), -1})
	r.addProblem("the name of this field %s", problem)
	r.path = r.path[:len(r.path)-1]
	r.SkipValue()
	return nil, false
}

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
	return r.ReadValue(), true
}

func (r *reader) readQuoted() (s []byte, problem string) {
	r.PeekToken()
	from := r.At
	escapes, ascii := r.skipString()
	raw := r.Text[from:r.At]
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

// skipString passes over a string. The strings of a profile are short: this loop takes
// them faster than a search for the closing quote.
func (r *reader) skipString() (escapes, ascii bool) {
	ascii = true
	i := r.At + 1
	for ; r.Text[i] != '"'; i++ {
		switch c := r.Text[i]; {
		case c == '\\':
			escapes = true
			i++
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	r.At = i + 1
	return escapes, ascii
}

// expectKind notes and skips a value that is not of the kind wanted.
func (r *reader) expectKind(want jsontext.Kind) bool {
	got := jsontext.Kind(r.PeekToken())
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
	r.SkipValue()
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
