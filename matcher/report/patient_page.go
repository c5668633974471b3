// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/matcher"
)

//go:embed patient_page.gohtml
var patientSource string

//go:embed patient_page.css
var patientStyle string

var patientTemplates = template.Must(template.New("patient").Funcs(template.FuncMap{
	"plain": Plain, "whom": whoText, "quote": Quote, "date": dateText, "sentence": sentenceCase,
}).Parse(patientSource))

// PageOptions are the options of a patient page.
type PageOptions struct {
	// Key is the prefix of the ids of the page's elements, so that several fragments
	// can stand in one page. "" is "prescreen".
	Key string
	// Ranking, if not nil, begins the page with the table of the studies. The
	// results of [PatientPage] must be its own.
	Ranking *matcher.Ranking
}

// idPrefix is the prefix of the ids of the n-th result.
func (o PageOptions) idPrefix(n int) string {
	key := cmp.Or(o.Key, "prescreen")
	if n > 0 {
		key += "-" + strconv.Itoa(n+1)
	}
	return key
}

type patientPage struct {
	Title      string
	Policy     string
	Style      template.CSS
	Ranking    *rankingView
	Prescreens []prescreen
}

type rankingView struct {
	*matcher.Ranking
	Missing string
	Rows    []rankRow
}

type prescreen struct {
	*resultView
	Key    string
	Class  string // of the verdict: good, open or bad
	Groups []quoteGroup
}

// quoteGroup is consecutive criteria with the same words of the protocol.
type quoteGroup struct {
	Quote    string
	BuiltIn  bool
	Criteria []criterionView
}

func newPrescreen(r *matcher.Result, key string) prescreen {
	p := prescreen{resultView: newResultView(r), Key: key}
	p.Class = map[Style]string{Favourable: "good", Adverse: "bad", Open: "open"}[p.Verdict.Style]
	for _, c := range p.Criteria {
		if n := len(p.Groups); n > 0 && p.Groups[n-1].Quote == c.Quote {
			p.Groups[n-1].Criteria = append(p.Groups[n-1].Criteria, c)
			continue
		}
		p.Groups = append(p.Groups, quoteGroup{c.Quote, c.BuiltIn, []criterionView{c}})
	}
	return p
}

// Mark is a sign for the outcome.
func (c criterionView) Mark() string {
	return map[matcher.Outcome]string{matcher.Pass: "✓", matcher.Fail: "✗", matcher.Unclear: "?"}[c.Outcome]
}

// Details joins the note and the code of a fact.
func (f factView) Details() string {
	if f.Code == "" {
		return f.Note
	}
	return strings.TrimPrefix(f.Note+"; "+f.Code, "; ")
}

// Details is the note of an exposure, with a warning if it is not classified.
func (x washoutView) Details() string {
	if !x.Unclassified {
		return x.Note
	}
	return strings.TrimPrefix(x.Note+"; not classified, it may be what the rule names or not", "; ")
}

// Name is the medicine, shortened.
func (x washoutView) Name() string { return shortened(x.Medication) }

// PatientPage writes one patient's results as one HTML page to print for the
// screening file, A4 or Letter: the verdict in words, the criteria that block and
// until when, the facts to find out, the washouts, every criterion with the
// protocol's words and the records, the basis of all of it, and a place to sign. The
// page runs nothing and loads nothing, and forbids the browser to. It holds patient
// data.
func PatientPage(w io.Writer, results []matcher.Result, o PageOptions) error {
	sheet := patientStyle
	if len(results) > 0 {
		sheet += pageMargins(&results[0], len(results) == 1)
	}
	page := patientPage{
		Policy: policyOf(sheet),
		Style:  template.CSS(sheet), // ours, with quoted strings, and named by the policy
	}
	for i := range results {
		page.Prescreens = append(page.Prescreens, newPrescreen(&results[i], o.idPrefix(i)))
	}
	if k := o.Ranking; k != nil {
		page.Ranking = &rankingView{k, notRankedText(k), rankRows(k)}
		for i := range page.Ranking.Rows {
			page.Ranking.Rows[i].Key = o.idPrefix(i)
		}
	}
	page.Title = "Prescreen"
	if len(results) > 0 {
		page.Title += " of patient " + Plain(results[0].Patient)
	}
	if len(results) == 1 {
		page.Title += " for " + Plain(results[0].Study.ID)
	}
	return writeTemplate(w, patientTemplates, "patient page", &page)
}

// PatientFragment writes the body of [PatientPage] for one result: an article whose
// heading is an h2, for a page that includes [FragmentStyle].
func PatientFragment(w io.Writer, r *matcher.Result, o PageOptions) error {
	p := newPrescreen(r, o.idPrefix(0))
	return writeTemplate(w, patientTemplates, "prescreen", &p)
}

// FragmentStyle is the style sheet of [PatientFragment]. All its selectors begin
// with the class prescreen, so that it does not change the rest of a page.
func FragmentStyle() string { return patientStyle }

// pageMargins prints the patient, the study, the day and the number on every page.
func pageMargins(r *matcher.Result, single bool) string {
	text := "Prescreen of patient " + shortened(r.Patient)
	if single {
		text += " for " + shortened(r.Study.ID)
	}
	text += ", screening day " + r.Screening().String()
	return "@page {\n  @bottom-left { font: 8pt sans-serif; content: " + cssString(Plain(text)) + "; }\n" +
		"  @bottom-right { font: 8pt sans-serif; content: \"page \" counter(page) \" of \" counter(pages); }\n}\n"
}

// cssString quotes a text for a style sheet: characters other than letters, digits
// and spaces are written by their numbers.
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

func writeTemplate(w io.Writer, t *template.Template, name string, data any) error {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
