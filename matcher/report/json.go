// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
)

// JSON writes results as one JSON document: an object for one result, an array
// for several or none. The same results give the same bytes. Characters that control
// a terminal are written as \u escapes, which is the same text.
func JSON(w io.Writer, results ...matcher.Result) error {
	var doc any = results
	switch len(results) {
	case 0:
		doc = []matcher.Result{}
	case 1:
		doc = &results[0]
	}
	return writeJSON(w, doc)
}

// RankingJSON writes a ranking in the way of [JSON].
func RankingJSON(w io.Writer, k *matcher.Ranking) error { return writeJSON(w, k) }

// SummaryJSON writes a summary in the way of [JSON]; [funnel.ReadSummary] reads it.
func SummaryJSON(w io.Writer, s *funnel.Summary) error { return writeJSON(w, s) }

func writeJSON(w io.Writer, doc any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := w.Write(escapeHidden(b.Bytes()))
	return err
}

// escapeHidden replaces the hidden characters in JSON. Beyond ASCII, they are in
// strings only.
func escapeHidden(doc []byte) []byte {
	out := make([]byte, 0, len(doc))
	for i := 0; i < len(doc); {
		r, width := utf8.DecodeRune(doc[i:])
		switch {
		case r < 0x7f || !hidden(r):
			out = append(out, doc[i:i+width]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += width
	}
	return out
}
