// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// RankingSchema names the JSON form of [Ranking]. It changes when the form does.
const RankingSchema = "eligo.ranking/1"

// Ranking is several studies for one person, in the order in which they are
// worth pursuing (see [matcher.Rank]).
type Ranking struct {
	Schema    string           `json:"schema"`
	Patient   string           `json:"patient"`
	Screening patient.Day      `json:"screening"`
	Ranking   []matcher.Ranked `json:"ranking"`
	Results   []matcher.Result `json:"results"` // in the same order
	// NotUsed lists study files that were to be ranked and could not be read.
	NotUsed []string `json:"not_used"`
}

// NewRanking ranks the results of one person. NotUsed names study files that
// are not among them because they could not be read.
func NewRanking(results []matcher.Result, notUsed []string) *Ranking {
	k := &Ranking{Schema: RankingSchema, Ranking: matcher.Rank(results), Results: []matcher.Result{}, NotUsed: append([]string{}, notUsed...)}
	for i := range k.Ranking {
		at := slices.IndexFunc(results, func(r matcher.Result) bool { return r.Study.ID == k.Ranking[i].Study })
		k.Results = append(k.Results, results[at])
	}
	if len(results) > 0 {
		k.Patient, k.Screening = results[0].Patient, results[0].Dates["screening"]
	}
	return k
}

// JSON writes the ranking with all results, in the way of the function [JSON].
func (k *Ranking) JSON(w io.Writer) error { return writeJSON(w, k) }

// Text writes the ranking as a table. It holds patient data.
func (k *Ranking) Text(w io.Writer, o TextOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	p := &page{width: o.Width, paint: o.Paint}
	p.paragraph(0, "", "Studies for patient "+k.Patient+", the nearest first", Heading)
	p.text(0, "Screening day "+k.Screening.String())
	p.blank()
	rows := k.rows()
	table := [][]string{{"", "Study", "Standing", "Eligible", "To find out"}}
	for _, r := range rows {
		table = append(table, []string{fmt.Sprintf("%2d.", r.Place), Plain(shortened(r.Study)), string(r.Standing), r.When, r.ToFindOut})
	}
	leads := columns(table)
	p.paragraph(0, leads[0], "Blocks", Heading)
	for i, r := range rows {
		p.paragraph(0, leads[i+1], r.Blocks, Normal)
		if r.Title != "" {
			p.text(5, r.Title)
		}
		if r.Note != "" {
			p.text(5, r.Note)
		}
	}
	if missing := k.missing(); missing != "" {
		p.blank()
		p.paragraph(0, "", missing+":", Adverse)
		for _, file := range k.NotUsed {
			p.item(file)
		}
	}
	p.blank()
	p.text(0, "This is a prescreen by a program, from the record that it was given and nothing else. It does not decide who joins: an investigator does.")
	_, err := w.Write(p.Bytes())
	return err
}

// rankRow is a row of the table.
type rankRow struct {
	*matcher.Ranked
	Class, When, ToFindOut, Blocks, Note string
	Key                                  string // of its prescreen in a page
}

func (k *Ranking) rows() []rankRow {
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

// missing says which studies are not in the ranking.
func (k *Ranking) missing() string {
	if len(k.NotUsed) == 0 {
		return ""
	}
	return "NOT COMPLETE: " + count(len(k.NotUsed), "study file", "study files") + " could not be used"
}

// columns puts the cells of each row into columns.
func columns(table [][]string) []string {
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
