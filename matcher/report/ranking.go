// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
)

// RankingText writes a ranking as a table. It holds patient data.
func RankingText(w io.Writer, k *matcher.Ranking, o TextOptions) error {
	p := newTextPage(o)
	p.Paragraph(0, "", "Studies for patient "+k.Patient+", the nearest first", Heading)
	p.Text(0, "Screening day "+k.Screening.String())
	p.BlankLine()
	rows := rankRows(k)
	table := [][]string{{"", "Study", "Standing", "Eligible", "To find out"}}
	for _, r := range rows {
		table = append(table, []string{fmt.Sprintf("%2d.", r.Place), Plain(shortened(r.Study)), string(r.Standing), r.When, r.ToFindOut})
	}
	leads := alignColumns(table)
	p.Paragraph(0, leads[0], "Blocks", Heading)
	for i, r := range rows {
		p.Paragraph(0, leads[i+1], r.Blocks, Normal)
		if r.Title != "" {
			p.Text(5, r.Title)
		}
		if r.Note != "" {
			p.Text(5, r.Note)
		}
	}
	if missing := notRankedText(k); missing != "" {
		p.BlankLine()
		p.Paragraph(0, "", missing+":", Adverse)
		for _, file := range k.NotUsed {
			p.Item(file)
		}
	}
	p.BlankLine()
	p.Text(0, "This is a prescreen by a program, from the record that it was given and nothing else. It does not decide who joins: an investigator does.")
	_, err := w.Write(p.Bytes())
	return err
}

type rankRow struct {
	*matcher.Ranked
	Class                         string // good, open or bad
	When, ToFindOut, Blocks, Note string
	Key                           string // of its prescreen in a page
}

func rankRows(k *matcher.Ranking) []rankRow {
	rows := make([]rankRow, len(k.Ranking))
	for i := range k.Ranking {
		r := &k.Ranking[i]
		row := rankRow{Ranked: r, Class: "bad", When: "-", ToFindOut: "-", Blocks: "-"}
		switch r.Standing {
		case matcher.StandsEligible:
			row.Class, row.When = "good", "now"
		case matcher.StandsLater:
			row.Class, row.When = "open", "from "+r.On.String()
			if r.Facts > 0 {
				row.Note = r.Why
			}
		case matcher.StandsOpen:
			row.Class, row.When, row.Note = "open", "not known", r.Why
		case matcher.StandsNear:
			row.Note = r.Why
		}
		if r.Until != 0 {
			row.When += " until " + r.Until.String()
		}
		if r.BestCase {
			row.When += ", at best"
		}
		if r.Facts > 0 {
			row.ToFindOut = count(r.Facts, "fact", "facts")
		}
		if len(r.Blocking) > 0 {
			row.Blocks = strings.Join(r.Blocking, ", ")
		}
		rows[i] = row
	}
	return rows
}

func notRankedText(k *matcher.Ranking) string {
	if len(k.NotUsed) == 0 {
		return ""
	}
	return "NOT COMPLETE: " + count(len(k.NotUsed), "study file", "study files") + " could not be used"
}

func alignColumns(table [][]string) []string {
	lines := make([]string, len(table))
	for c := range table[0] {
		width := 0
		for _, row := range table {
			width = max(width, utf8.RuneCountInString(row[c]))
		}
		for i, row := range table {
			lines[i] += row[c] + strings.Repeat(" ", width-utf8.RuneCountInString(row[c])+2)
		}
	}
	return lines
}
