// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

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
