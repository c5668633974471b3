// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/matcher"
)

//go:embed patient_page.gohtml
var patientSource string

//go:embed patient_page.css
var patientStyle string

var patientPages = template.Must(template.New("patient").Funcs(template.FuncMap{
	"plain": Plain, "ending": endingTitle, "whom": whom,
	"neededWhom": func(n matcher.Needed) string { return neededWhom(&n) },
	"neededFor":  func(n matcher.Needed) string { return neededFor(&n) },
	"gapAsk":     func(g gap) string { return askWords(&g) },
	"gapWhy":     func(g gap) string { return whyNotKnown(&g) + "; " + leavesOpen(g.criteria) },
}).Parse(patientSource))

// PageOptions say what a page of one patient holds besides the results.
type PageOptions struct {
	// Key stands before the ids of the page's elements, so that several
	// fragments can stand in one page. It is "prescreen" unless given.
	Key string
	// Ranking, if not nil, begins the page with the table of the studies; the
	// results of [Page] must be its own.
	Ranking *matcher.Ranking
}

// patientPage is what the page shows.
type patientPage struct {
	Title      string
	Policy     string
	Style      template.CSS
	Ranking    *rankingView
	Prescreens []prescreen
}

// rankingView is the table of a ranking.
type rankingView struct {
	*matcher.Ranking
	Missing string
	Rows    []rankRow
}

// Page writes one patient's results as one page to print for the screening
// file, A4 or Letter: the verdict in words, what blocks and until when, what to
// find out, the washouts, every criterion with the protocol's words and the
// records, what all of it rests on, and where to sign. It stands by itself: it
// runs nothing, loads nothing and forbids the browser to. It holds patient
// data.
func Page(w io.Writer, results []matcher.Result, o PageOptions) error {
	sheet := patientStyle
	if len(results) > 0 {
		sheet += margins(&results[0], len(results) == 1)
	}
	page := patientPage{
		Policy: policyOf(sheet),
		Style:  template.CSS(sheet), // ours, with quoted strings, and named by the policy
	}
	for i := range results {
		page.Prescreens = append(page.Prescreens, newPrescreen(&results[i], o.key(i)))
	}
	if k := o.Ranking; k != nil {
		page.Ranking = &rankingView{k, notRanked(k), rankRows(k)}
		for i := range page.Ranking.Rows {
			page.Ranking.Rows[i].Key = o.key(i)
		}
	}
	page.Title = "Prescreen"
	if len(results) > 0 {
		page.Title += " of patient " + Plain(results[0].Patient)
	}
	if len(results) == 1 {
		page.Title += " for " + Plain(results[0].Study.ID)
	}
	return execute(w, "patient page", &page)
}

// Fragment writes the body of [Page] for one result: an article whose heading
// is an h2, for a page that brings its own shell and [PageStyle].
func Fragment(w io.Writer, r *matcher.Result, o PageOptions) error {
	p := newPrescreen(r, o.key(0))
	return execute(w, "prescreen", &p)
}

// PageStyle is the style sheet of [Fragment]. Everything in it begins with the
// class prescreen, so that it leaves the rest of a page alone.
func PageStyle() string { return patientStyle }

// margins puts on every printed page whom and what it is about, and its number.
func margins(r *matcher.Result, single bool) string {
	text := "Prescreen of patient " + shortened(r.Patient)
	if single {
		text += " for " + shortened(r.Study.ID)
	}
	text += ", screening day " + r.Dates["screening"].String()
	return "@page {\n  @bottom-left { font: 8pt sans-serif; content: " + cssString(Plain(text)) + "; }\n" +
		"  @bottom-right { font: 8pt sans-serif; content: \"page \" counter(page) \" of \" counter(pages); }\n}\n"
}

// cssString quotes a text for a style sheet: what is no letter, digit or
// space is written by its number.
func cssString(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		if c == ' ' || unicode.IsLetter(c) || unicode.IsDigit(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\%x `, c) // the space ends the number
		}
	}
	return b.String() + `"`
}

func execute(w io.Writer, name string, data any) error {
	var b bytes.Buffer
	if err := patientPages.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
