// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
			places[pathToPointer.Replace(path)] = -1
		}
	}
	locateValues(doc, places)
	for i := range all {
		for path := all[i].Path; all[i].at < 0 && path != "$"; path = parentPath(path) {
			all[i].at = places[pathToPointer.Replace(path)]
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

// pathToPointer turns a path of known fields into a JSON pointer (RFC 6901).
var pathToPointer = strings.NewReplacer("$", "", ".", "/", "[", "/", "]", "")

// isWithin reports whether path is the place outer or lies inside it.
func isWithin(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func shortened(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// tolerant accepts errors that the reader reports itself.
var tolerant = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// syntaxProblem gives where and why doc, which begins at start, is not exactly
// one JSON value.
func syntaxProblem(doc []byte, start origin) (FieldError, bool) {
	if jsontext.Value(doc).IsValid(tolerant...) {
		return FieldError{}, false
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(doc), tolerant...)
	err := dec.SkipValue()
	if err == nil {
		more := len(doc) - len(bytes.TrimLeft(doc[dec.InputOffset():], " \t\r\n"))
		return FieldError{"$", "there is more text after the end of the profile, from " +
			start.position(doc, int64(more)) + " on; a profile is one JSON object"}, true
	}
	if len(bytes.TrimSpace(doc)) == 0 {
		return FieldError{"$", "there is nothing here; a profile is a JSON object, {…}"}, true
	}
	at, reason, path := dec.InputOffset(), err.Error(), "$"
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at, reason, path = syntax.ByteOffset, syntax.Err.Error(), pathOfPointer(syntax.JSONPointer)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return FieldError{path, "the text ends too early, at " + start.position(doc, int64(len(doc)))}, true
	}
	return FieldError{path, fmt.Sprintf("this is not JSON, at %s: %s", start.position(doc, at), shortened(reason, 100))}, true
}

// origin is where a text begins in its source: line and column, both from 1.
// Columns count characters.
type origin struct{ line, column int }

// advanceOver gives where the text ends that begins at o.
func (o origin) advanceOver(text []byte) origin {
	if last := bytes.LastIndexByte(text, '\n'); last >= 0 {
		return origin{o.line + bytes.Count(text, []byte("\n")), 1 + utf8.RuneCount(text[last+1:])}
	}
	return origin{o.line, o.column + utf8.RuneCount(text)}
}

// position names a place in doc, which begins at o.
func (o origin) position(doc []byte, at int64) string {
	return o.advanceOver(doc[:min(at, int64(len(doc)))]).String()
}

func (o origin) String() string { return fmt.Sprintf("line %d, column %d", o.line, o.column) }

// pathOfPointer turns a JSON pointer into a path. A member whose name is a number
// reads like an index; no known field has such a name.
func pathOfPointer(p jsontext.Pointer) string {
	var t trail
	for token := range p.Tokens() {
		n, err := strconv.Atoi(token)
		if err == nil && n >= 0 && len(t) > 0 && t[len(t)-1].index < 0 {
			t[len(t)-1].index = n
			continue
		}
		t = append(t, step{strings.ToValidUTF8(token, "\uFFFD"), -1})
	}
	return t.String()
}

// maxSuggestable is the length from which no suggestion is made.
const maxSuggestable = 64

// Nearest gives the candidate that a misspelt word most likely means, or "" if
// none is near. Case does not count. Two letters may
// be wrong, one in a word of up to four letters, a third but at most four in a
// word of nine or more. Swapped neighbours are one wrong letter, and so is the
// missing end of a word of four letters or more. Of equally near candidates it
// gives the alphabetically first. Every "did you mean" uses it.
func Nearest(word string, candidates []string) string {
	if word == "" || len(word) > maxSuggestable {
		return ""
	}
	letters := strings.ToLower(word)
	wrong := 2
	switch n := len(letters); {
	case n <= 4:
		wrong = min(n-1, 1)
	case n >= 9:
		wrong = min(n/3, 4)
	}
	best, least := "", wrong+1
	for _, c := range candidates {
		if c == word || len(c) > maxSuggestable {
			continue
		}
		candidate := strings.ToLower(c)
		n := editDistance(letters, candidate)
		if len(letters) >= 4 && strings.HasPrefix(candidate, letters) {
			n = min(n, 1)
		}
		if n < least || n == least && best != "" && c < best {
			best, least = c, n
		}
	}
	return best
}

// DidYouMean ends a message about an unknown word: "; did you mean X?" with the
// [Nearest] of the candidates, or "".
func DidYouMean(word string, candidates []string) string {
	if meant := Nearest(word, candidates); meant != "" {
		return "; did you mean " + meant + "?"
	}
	return ""
}

// editDistance counts the letters to insert, delete, change or swap with the next
// to turn a into b (optimal string alignment distance).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
