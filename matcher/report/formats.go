// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
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

// csvColumns are the columns of results.csv, the same for every study.
var csvColumns = []string{"patient", "study", "version", "screening", "verdict", "awaits", "blocking", "unknown", "summary"}

// CSV writes results as comma-separated values: a header row, then a row for
// each patient and study, with the ids of the criteria that fail (blocking)
// and of those that are not known joined by spaces. See [AppendCSV].
func CSV(w io.Writer, results ...matcher.Result) error {
	b := AppendCSVHeader(nil)
	for i := range results {
		b = AppendCSV(b, &results[i])
	}
	_, err := w.Write(b)
	return err
}

// AppendCSVHeader appends the header row.
func AppendCSVHeader(b []byte) []byte { return AppendRow(b, csvColumns...) }

// AppendCSV appends the row of a result: RFC 4180 with CRLF, in UTF-8 without
// a byte order mark, one line for each row whatever it holds.
//
// A row is made to be opened in a spreadsheet. A cell that one could take for a
// formula gets an apostrophe before it, and characters that do something
// rather than show something are written by their numbers (see [Plain]). The
// exact texts are in the JSON form.
func AppendCSV(b []byte, r *matcher.Result) []byte {
	return AppendRow(b, r.Patient, r.Study.ID, r.Study.Version, r.Screening().String(), string(r.Verdict), string(r.Awaits),
		strings.Join(r.Blocking, " "), strings.Join(r.Unknown, " "), r.Summary)
}

var clearingColumns = []string{"day", "record", "patient", "study", "version", "certainty", "until", "clears", "to_find_out"}

// AppendClearingHeader appends the header row of clearing.csv.
func AppendClearingHeader(b []byte) []byte { return AppendRow(b, clearingColumns...) }

// AppendClearing appends a row, of the kind that [AppendCSV] makes, for each
// [matcher.Opening] of a result, and returns the number of rows. Record is the
// number of the person's record in its source, from 1. The column certainty is
// "sure" or "best case"; clears holds the criteria that fail or, if none does, are
// unknown on the screening day; to_find_out is the number of facts that the best
// case takes for granted.
func AppendClearing(b []byte, record int64, r *matcher.Result) (text []byte, rows int) {
	openings := r.Openings()
	for _, o := range openings {
		certainty, facts, until, ids := "sure", 0, "", r.Blocking
		if o.BestCase {
			certainty, facts = "best case", len(r.Needed)
		}
		if o.Until != 0 {
			until = o.Until.String()
		}
		if len(ids) == 0 {
			ids = r.Unknown
		}
		b = AppendRow(b, o.Day.String(), strconv.FormatInt(record, 10), r.Patient, r.Study.ID, r.Study.Version, certainty, until,
			strings.Join(ids, " "), strconv.Itoa(facts))
	}
	return b, len(openings)
}

// AppendRow appends a row of cells, each made safe as [AppendCSV] says, and quoted if
// it must be or if a program that is set to another separator could split it.
func AppendRow(b []byte, cells ...string) []byte {
	for i, cell := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		cell = disarmed(Plain(cell))
		if !strings.ContainsAny(cell, ",;\"") && strings.TrimSpace(cell) == cell {
			b = append(b, cell...)
			continue
		}
		b = append(append(append(b, '"'), strings.ReplaceAll(cell, `"`, `""`)...), '"')
	}
	return append(b, "\r\n"...)
}

// disarmed puts an apostrophe before text that a spreadsheet could run: a formula at
// the start of a cell, behind spaces or quotes too, and one behind a semicolon,
// where a spreadsheet that separates by semicolons starts a cell.
func disarmed(s string) string {
	start, from := 0, 0 // of the cell, of the text that is not copied yet
	begins := true
	var out strings.Builder
	for i := 0; i < len(s); {
		c, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == ';':
			begins, start = true, i+width
		case begins && strings.ContainsRune("=+-@＝＋－＠", c):
			out.WriteString(s[from:start])
			out.WriteByte('\'')
			from, begins = start, false
		case c != ' ' && c != '"':
			begins = false
		}
		i += width
	}
	if from == 0 && out.Len() == 0 {
		return s
	}
	out.WriteString(s[from:])
	return out.String()
}

// Plain makes a text from a record or a study safe to show on one line: a line
// break becomes a space, and characters that control a terminal or an editor
// (escape sequences, marks that turn the direction of the text, invisible
// characters, bytes that are not UTF-8) are shown by their numbers, as in <U+001B>.
func Plain(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, "<0x%02X>", s[i])
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case hidden(r):
			fmt.Fprintf(&b, "<%U>", r)
		default:
			b.WriteRune(r)
		}
		i += width
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// hidden reports whether a character does something rather than show
// something: control and format characters, and characters not assigned.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || !unicode.IsPrint(r) && !unicode.Is(unicode.M, r)
}
