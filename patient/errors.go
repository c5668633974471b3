// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxProblems is how many problems of one profile are listed. All after
// them is cut off, and the last entry says so.
const maxProblems = 1000

// FieldError is one thing that is wrong with a profile.
//
// Path is the place, such as "$.conditions[2].abatement". Message is the problem,
// with a hint where one helps. It may quote a short value (a date, a
// unit, a status), so it is for the person who works with the profile, not for
// a log.
type FieldError struct{ Path, Message string }

// Error gives the path and the message.
func (e FieldError) Error() string { return e.Path + ": " + e.Message }

// Errors is everything that is wrong with a profile, in the order of the
// document.
type Errors []FieldError

// Error gives one line for each problem.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each problem as an error of its own.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i := range e {
		all[i] = e[i]
	}
	return all
}

// located is a problem and where its value begins in the text; negative where
// that is still to be found. A problem between several fields of one entry
// names the entry: it says nothing where one of them could not be read.
type located struct {
	FieldError
	at    int64
	entry string
}

// inOrder sorts the problems as their places follow each other in the JSON
// text doc. A field that is missing stands where its parent stands.
func inOrder(all []located, doc []byte) Errors {
	places := make(map[string]int64)
	for i := range all {
		for path := all[i].Path; all[i].at < 0 && path != "$"; path = parentPath(path) {
			places[pointer(path)] = -1
		}
	}
	locateValues(doc, places)
	for i := range all {
		for path := all[i].Path; all[i].at < 0 && path != "$"; path = parentPath(path) {
			all[i].at = places[pointer(path)]
		}
	}
	slices.SortStableFunc(all, func(a, b located) int { return cmp.Compare(a.at, b.at) })
	e := make(Errors, 0, min(len(all), maxProblems+1))
	for i := range all {
		if i == maxProblems {
			return append(e, FieldError{"$", fmt.Sprintf("has more than %d problems; the others are not listed", maxProblems)})
		}
		e = append(e, all[i].FieldError)
	}
	return e
}

// locateValues fills in where the values of the JSON pointers begin in doc, as far
// as doc can be read.
func locateValues(doc []byte, places map[string]int64) {
	if len(places) == 0 {
		return
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(doc), tolerant...)
	for {
		if _, err := dec.ReadToken(); err != nil {
			return
		}
		p := string(dec.StackPointer())
		if at, wanted := places[p]; wanted && at < 0 {
			places[p] = dec.InputOffset()
		}
	}
}

// step is one member on the way to a value, and the place in its list where
// index is not negative.
type step struct {
	name  string
	index int
}

// trail is the way from the profile to a value.
type trail []step

const maxPathName = 64

// String gives a JSON path: "$.conditions[2].abatement".
func (t trail) String() string {
	b := []byte("$")
	for _, s := range t {
		if plainName(s.name) {
			b = append(append(b, '.'), s.name...)
		} else {
			b = append(strconv.AppendQuote(append(b, '['), shortened(s.name, maxPathName)), ']')
		}
		if s.index >= 0 {
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
		}
	}
	return string(b)
}

func plainName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && s[i] != '_' && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != "" && len(s) <= maxPathName
}

// parentPath cuts the last member or index off a path of known fields.
func parentPath(path string) string {
	if i := strings.LastIndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return "$"
}

// pointer turns a path of known fields into a JSON pointer (RFC 6901).
func pointer(path string) string { return pathToPointer.Replace(path) }

var pathToPointer = strings.NewReplacer("$", "", ".", "/", "[", "/", "]", "")

// isWithin reports whether path is the place outer or lies inside it.
func isWithin(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// shortened cuts a text for a message.
func shortened(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
