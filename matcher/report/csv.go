// SPDX-License-Identifier: Apache-2.0

package report

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
)

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
func AppendCSVHeader(b []byte) []byte { return appendHeader(b, csvColumns) }

func appendHeader(b []byte, columns []string) []byte {
	for i, name := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, name...)
	}
	return append(b, "\r\n"...)
}

// AppendCSV appends the row of a result: RFC 4180 with CRLF, in UTF-8 without
// a byte order mark, one line for each row whatever it holds.
//
// A row is made to be opened in a spreadsheet. A cell that one could take for a
// formula gets an apostrophe before it, and characters that do something
// rather than show something are written by their numbers (see [Plain]). The
// exact texts are in the JSON form.
func AppendCSV(b []byte, r *matcher.Result) []byte {
	b = append(AppendCell(b, r.Patient), ',')
	b = append(AppendCell(b, r.Study.ID), ',')
	b = append(AppendCell(b, r.Study.Version), ',')
	b = append(AppendCell(b, r.Dates["screening"].String()), ',')
	b = append(AppendCell(b, string(r.Verdict)), ',')
	b = append(AppendCell(b, string(r.Awaits)), ',')
	b = append(appendIDs(b, r.Blocking), ',')
	b = append(appendIDs(b, r.Unknown), ',')
	b = AppendCell(b, r.Summary)
	return append(b, "\r\n"...)
}

func appendIDs(b []byte, ids []string) []byte {
	if len(ids) == 0 {
		return b
	}
	if len(ids) == 1 {
		return AppendCell(b, ids[0])
	}
	return AppendCell(b, strings.Join(ids, " "))
}

// AppendCell appends one cell, made safe as [AppendCSV] says, quoted where it must be or where a program that
// is set to another separator could split it.
func AppendCell(b []byte, s string) []byte {
	s = disarmed(Plain(s))
	if !strings.ContainsAny(s, ",;\"") && strings.TrimSpace(s) == s {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		head, tail, quote := strings.Cut(s, `"`)
		b = append(b, head...)
		if !quote {
			return append(b, '"')
		}
		b, s = append(b, `""`...), tail
	}
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
