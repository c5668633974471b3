// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"bytes"
	_ "embed"
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
)

// AppendJSON appends the JSON form of a result: the same bytes as encoding/json,
// several times faster. A test compares the two over results of every shape.
func (r *Result) AppendJSON(b []byte) []byte { return appendResult(b, reflect.ValueOf(r).Elem()) }

var appendResult = encoderOf(reflect.TypeFor[Result]())

// encoder appends the JSON form of an addressable value of one type.
type encoder func(b []byte, v reflect.Value) []byte

// encoderOf makes the encoder of a type that a result holds, and panics for any other.
func encoderOf(t reflect.Type) encoder {
	switch {
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()): // the text of all of them is that of String
		return func(b []byte, v reflect.Value) []byte {
			return appendString(b, v.Addr().Interface().(fmt.Stringer).String())
		}
	case t == reflect.TypeFor[map[string]patient.Day]():
		return appendDates
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) []byte { return appendString(b, v.String()) }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendBool(b, v.Bool()) }
	case reflect.Int:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case reflect.Struct:
		return structEncoder(t)
	case reflect.Pointer: // only of members that are left out if nil
		appendElem := encoderOf(t.Elem())
		return func(b []byte, v reflect.Value) []byte { return appendElem(b, v.Elem()) }
	case reflect.Slice:
		appendElem := encoderOf(t.Elem())
		return func(b []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(b, "null"...)
			}
			b = append(b, '[')
			for i := range v.Len() {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendElem(b, v.Index(i))
			}
			return append(b, ']')
		}
	}
	panic("a result cannot hold a " + t.String())
}

type member struct {
	field       int
	name        string // `,"name":`
	isText      bool   // a string: appended without appendValue, for speed
	omitZero    bool
	omitEmpty   bool // a list that is left out if it is empty
	appendValue encoder
}

func structEncoder(t reflect.Type) encoder {
	var members []member
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
			members = append(members, member{
				i, `,"` + name + `":`, f.Type.Kind() == reflect.String, option != "", option == "omitempty" && f.Type.Kind() == reflect.Slice, encoderOf(f.Type),
			})
		}
	}
	return func(b []byte, v reflect.Value) []byte {
		start := len(b)
		for i := range members {
			m := &members[i]
			field := v.Field(m.field)
			switch {
			case m.isText:
				if text := field.String(); text != "" || !m.omitZero {
					b = appendString(append(b, m.name...), text)
				}
			case !m.omitZero || !field.IsZero() && (!m.omitEmpty || field.Len() > 0):
				b = m.appendValue(append(b, m.name...), field)
			}
		}
		if len(b) == start {
			return append(b, "{}"...)
		}
		b[start] = '{' // for the comma before the first member
		return append(b, '}')
	}
}

func appendDates(b []byte, v reflect.Value) []byte {
	dates := v.Interface().(map[string]patient.Day)
	if dates == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(dates)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(appendString(b, name), ':'), dates[name].String())
	}
	return append(b, '}')
}

// plainByte is 1 for the bytes that need no escape in a string.
var plainByte = func() (plain [256]byte) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		if !strings.ContainsRune(`"\<>&`, c) {
			plain[c] = 1
		}
	}
	return plain
}()

// plainPrefix is the length of the start of a text that needs no escape.
func plainPrefix(s string) int {
	i := 0
	for i+4 <= len(s) && plainByte[s[i]]&plainByte[s[i+1]]&plainByte[s[i+2]]&plainByte[s[i+3]] == 1 {
		i += 4
	}
	for i < len(s) && plainByte[s[i]] == 1 {
		i++
	}
	return i
}

// appendString appends a string with the escapes of encoding/json.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := plainPrefix(s); i < len(s); i += plainPrefix(s[i:]) {
		c, width := utf8.DecodeRuneInString(s[i:])
		if c < utf8.RuneSelf || c == '\u2028' || c == '\u2029' || c == utf8.RuneError && width == 1 {
			b = appendEscape(append(b, s[from:i]...), c)
			from = i + width
		}
		i += width
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c rune) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', byte(c))
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', hex[c>>12&0xf], hex[c>>8&0xf], hex[c>>4&0xf], hex[c&0xf])
}

// resultSchema is made of the structs by a test, so that the program need not
// carry the generator: go test ./matcher -run TestResultSchemaFile -update
//
//go:embed result.schema.json
var resultSchema []byte

//go:embed ranking.schema.json
var rankingSchema []byte

// RankingSchema gives the JSON Schema (draft 2020-12) of a [Ranking].
func RankingSchema() []byte { return bytes.Clone(rankingSchema) }

// ResultSchema gives the JSON Schema (draft 2020-12) of a [Result], for
// programs that read results.
func ResultSchema() []byte { return bytes.Clone(resultSchema) }
