// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
)

// What anybody can type or send comes out as text in its own cell.
func TestCSV(t *testing.T) {
	hostile := []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", `"=1"`, "a;=1", "a,b", "a\"b", "a\r\nb,=1", "\x00", "\u202e=1", "＝1",
		`=HYPERLINK("https://example.org","x")`,
	}
	l := open(t, t.TempDir()+"/log.db", Options{})
	for _, text := range hostile {
		d := plain(strings.ReplaceAll(text, "\x00", "-"))
		d.By, d.Study.Version = text[:len(text)-1]+"1", text
		d.By = strings.ReplaceAll(d.By, "\x00", "+")
		d.Card = d.Patient
		r := mustAppend(t, l, Entry{Decision: d})
		mustAppend(t, l, Entry{Disposition: &Disposition{Decision: r[0].Seq, Status: Declined, Note: text}},
			Entry{Feedback: &Feedback{Card: d.Card, Outcome: Overridden, Comment: text, Reasons: []Reason{{Code: text, Display: text}}}})
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, l.Entries(t.Context(), Query{OldestFirst: true})); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.String(), "\n"); lines != 1+3*len(hostile) || lines != strings.Count(b.String(), "\r\n") {
		t.Errorf("%d lines", lines)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || !slices.Equal(rows[0], csvColumns) || len(rows) != 1+3*len(hostile) {
		t.Fatalf("%v: %d rows, %q", err, len(rows), rows[0])
	}
	for _, row := range rows[1:] {
		for i, cell := range row {
			if bare := strings.TrimLeft(cell, " \""); bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r") || strings.HasPrefix(bare, "＝") {
				t.Errorf("the %s of entry %s begins a formula: %q", csvColumns[i], row[0], cell)
			}
		}
	}
	cell := func(row []string, name string) string { return row[slices.Index(csvColumns, name)] }
	if got := cell(rows[2], "note"); got != "'=1+1" || cell(rows[2], "decision") != "1" || cell(rows[2], "disposition") != "declined" {
		t.Errorf("the disposition is %q", rows[2])
	}
	if cell(rows[1], "time") != "2026-11-22T08:30:01.000000Z" || cell(rows[1], "verdict") != "undetermined" || cell(rows[1], "kept") != "no" {
		t.Errorf("the decision is %q", rows[1])
	}
	if cell(rows[3], "outcome") != "overridden" || cell(rows[3], "decision") != "1" {
		t.Errorf("the feedback is %q", rows[3])
	}
}

func TestCSVThatEndsEarly(t *testing.T) {
	broken := errors.New("the line is dead")
	err := WriteCSV(new(bytes.Buffer), func(yield func(Stored, error) bool) { yield(Stored{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
