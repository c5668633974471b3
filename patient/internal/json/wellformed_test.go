// SPDX-License-Identifier: Apache-2.0

package json

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

var jsonTexts = []string{
	`{"a":1,"b":[true,false,null,{}],"c":{"a":-1.5e+3}}`, `[]`, `""`, `0`, `-0`, `"é\n"`, `"\u00e9\/"`, " [ 1 , 2 ] ",
	`{"entry":[{"resource":{"resourceType":"Patient","id":"x"}}]}`,
	`01`, `1.`, `.5`, `+1`, `1e`, `1e+`, `-`, `--1`, `1 2`, `tru`, `nul`, `[1,]`, `[,1]`, `[1 2]`, `{"a" 1}`, `{"a":1,}`, `{,}`, `{1:2}`, `{"a":}`,
	`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"ab":1,"ba":2,"ab":3}`, `{"a":{"b":1},"b":{"b":1,"b":2}}`, `"`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`,
	`"\ud800"`, `"\ud83d\ude00"`, `"\ude00"`, "\"\x01\"", "\"\xff\"", "\"abcdefgh\xff\"", "\"abcdefg\x1f\"", "\"\u00e9abcdefgh\\\"\"", "\"\xed\xa0\x80\"", "\"12345678\x00\"",
	`[[[[`, `]`, `}`, "", " ", "[1]x", "\u00a0[]", "\f[]",
}

// TestWellFormed compares the scanner with the tokenizer: where the scanner
// accepts, the tokenizer must.
func TestWellFormed(t *testing.T) {
	many := `{"n0":0`
	for i := range 200 {
		many += `,"n` + strings.Repeat("x", i) + `":0`
	}
	texts := append(jsonTexts, many+"}", many+`,"n0":1}`, strings.Repeat("[", 9000)+strings.Repeat("]", 9000))
	for _, text := range texts {
		_, err := WellFormed([]byte(text))
		if valid := jsontext.Value(text).IsValid(); valid != (err == nil) {
			t.Errorf("%.60q: %v, but valid is %v", text, err, valid)
		}
	}
}

func FuzzWellFormed(f *testing.F) {
	for _, text := range jsonTexts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := scanner{text: text}
		accepted := s.scanValue(0) && s.skipBlanks() == 0 && s.at == len(text)
		if accepted && !jsontext.Value(text).IsValid() {
			t.Errorf("%q is not JSON", text)
		}
		if accepted { // and what walks over it ends where it ends
			c := Cursor{Text: text}
			c.SkipValue()
			if c.PeekToken() != 0 {
				t.Errorf("%q is left at %d", text, c.At)
			}
		}
	})
}
