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

// tolerant leaves to the reader what does not hinder reading.
var tolerant = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// syntaxProblem gives where and why doc is not exactly one JSON value.
func syntaxProblem(doc []byte) (FieldError, bool) {
	if jsontext.Value(doc).IsValid(tolerant...) {
		return FieldError{}, false
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(doc), tolerant...)
	err := dec.SkipValue()
	if err == nil {
		more := len(doc) - len(bytes.TrimLeft(doc[dec.InputOffset():], " \t\r\n"))
		return FieldError{"$", "there is more text after the end of the profile, from " +
			position(doc, int64(more)) + " on; a profile is one JSON object"}, true
	}
	if len(bytes.TrimSpace(doc)) == 0 {
		return FieldError{"$", "there is nothing here; a profile is a JSON object, {…}"}, true
	}
	at, reason, path := dec.InputOffset(), err.Error(), "$"
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		at, reason, path = syntax.ByteOffset, syntax.Err.Error(), pathOf(syntax.JSONPointer)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return FieldError{path, "the text ends too early, at " + position(doc, int64(len(doc)))}, true
	}
	return FieldError{path, fmt.Sprintf("this is not JSON, at %s: %s", position(doc, at), shortened(reason, 100))}, true
}

// position gives line and column, both from 1; columns count characters.
func position(doc []byte, at int64) string {
	before := doc[:min(at, int64(len(doc)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// pathOf turns a JSON pointer into a path. A member whose name is a number
// reads like an index; no known field has such a name.
func pathOf(p jsontext.Pointer) string {
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
