// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
)

// appendField appends a member that is left out where it is empty.
func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}

func appendDate(b []byte, name string, d patient.Date) []byte {
	if d.IsZero() {
		return b
	}
	return appendString(append(b, name...), d.String())
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

func appendStrings[S ~string](b []byte, list []S) []byte {
	return appendList(b, list, func(b []byte, s *S) []byte { return appendString(b, string(*s)) })
}

// plainByte says which bytes stand for themselves in a string.
var plainByte = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return plain
}()

// appendString appends a string as encoding/json writes it.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if plainByte[s[i]] {
			i++
			continue
		}
		c, width := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, width = utf8.DecodeRuneInString(s[i:])
			if c != '\u2028' && c != '\u2029' && (c != utf8.RuneError || width > 1) {
				i += width
				continue
			}
		}
		b = appendEscape(append(b, s[from:i]...), c)
		i += width
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

// appendEscape appends a character that cannot stand for itself.
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
