// SPDX-License-Identifier: Apache-2.0

// Package report renders results: [Text] for the person who screens, [PatientPage]
// for the screening file, [JSON] for programs, [FHIR] for clients of trial matching
// services, and for a cohort [CohortPage], [AppendCSV] and [AppendClearing].
//
// It decides nothing, counts nothing and opens nothing: it takes results and a writer.
// Of this module it may import matcher and matcher/funnel, and patient and rules for
// the types that a result holds; besides these, the standard library only.
package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
)

// TextOptions are the options of a text report. The zero value is plain text, 100
// characters wide.
type TextOptions struct {
	// Width of a line in characters; 0 is 100.
	Width int
	// Paint, if not nil, marks a piece of text with its style, for instance with
	// colours. Without it the report has the same words.
	Paint func(Style, string) string
	// Brief leaves out the list of every criterion and the basis of the result, and
	// shortens the rest.
	Brief bool
}

// Text writes one result for the person who screens: the verdict, the criteria that
// block, the days on which that changes, the washouts, the facts that are not known
// and how to find them out, every criterion with the protocol's words and the
// records, and the basis of all of it.
//
// It holds patient data. Quotations from the record are made safe to show (see
// [Plain]).
func Text(w io.Writer, r *matcher.Result, o TextOptions) error {
	p := newTextPage(o)
	err := textTemplate.Execute(io.Discard, &textReport{newResultView(r), p, o.Brief, Normal, Heading, Adverse, Open})
	if err != nil {
		return err
	}
	_, err = w.Write(p.Bytes())
	return err
}

//go:embed patient_text.gotxt
var textSource string

var textTemplate = template.Must(template.New("text").Funcs(template.FuncMap{"whom": whoText, "facts": factLines}).Parse(textSource))

// textReport is the content of the report and the page that it is written to.
type textReport struct {
	*resultView
	*textPage
	Brief                       bool
	Normal, Head, Adverse, Open Style
}

// StudyTitle is the title of the study and its version.
func (t *textReport) StudyTitle() string {
	if t.Study.Version == "" {
		return t.Study.Title
	}
	return strings.TrimSpace(t.Study.Title + " (" + versionText(&t.Study) + ")")
}

// DatesLine has the screening day and the study's other dates.
func (t *textReport) DatesLine() string { return resultDates(t.Result) }

// exposureGroup is an exposure with every washout that applies to it.
type exposureGroup struct {
	Line  string
	Rules []string
}

// Exposures lists each exposure once.
func (v *resultView) Exposures() (groups []exposureGroup) {
	for i := range v.Washouts {
		x := &v.Washouts[i]
		line := x.line()
		at := slices.IndexFunc(groups, func(g exposureGroup) bool { return g.Line == line })
		if at < 0 {
			at = len(groups)
			groups = append(groups, exposureGroup{Line: line})
		}
		groups[at].Rules = append(groups[at].Rules, x.Clearance+": "+x.Rule)
	}
	return groups
}

func (x *washoutView) line() string {
	text := shortened(x.Medication) + ", "
	if !x.Ongoing {
		text += "last dose "
	}
	text += x.Dose + " (" + x.Record + ")"
	if x.Unclassified {
		text += "; not classified, it may be what a rule names or not"
	}
	if x.Note != "" {
		text += "; " + x.Note
	}
	return text
}

// Style is that of the outcome.
func (c criterionView) Style() Style {
	switch c.Outcome {
	case matcher.Pass:
		return Favourable
	case matcher.Fail:
		return Adverse
	}
	return Open
}

// EmphasizedLabel is the label, in capitals if the criterion fails.
func (c criterionView) EmphasizedLabel() string {
	if c.Outcome == matcher.Fail {
		return strings.ToUpper(c.Label)
	}
	return c.Label
}

// Source tells whose words the quote is.
func (c criterionView) Source() string {
	if c.BuiltIn {
		return "Built in"
	}
	return "Protocol"
}

// Words is the quote, in quotation marks if it is the protocol's.
func (c criterionView) Words() string {
	if c.BuiltIn {
		return c.Quote
	}
	return "“" + c.Quote + "”"
}

func factLines(list []factView) []string {
	lines := make([]string, len(list))
	for i, f := range list {
		line := f.What
		if f.When != "" {
			line += ", " + f.When
		}
		if where := strings.Join(slices.DeleteFunc([]string{f.Record, f.Code}, isEmpty), ", "); where != "" {
			line += " (" + where + ")"
		}
		if f.Note != "" {
			line += "; " + f.Note
		}
		lines[i] = line
	}
	return lines
}

// Style is the meaning of a part of a text report, for colours.
type Style int

// The styles.
const (
	Normal     Style = iota
	Heading          // of a section
	Favourable       // for the person joining
	Adverse          // against it
	Open             // not known
)

// textPage is lines that are no wider than its width. Its methods add paragraphs, and
// return "" so that a template can call them.
type textPage struct {
	bytes.Buffer
	width int
	paint func(Style, string) string
}

func newTextPage(o TextOptions) *textPage {
	return &textPage{width: cmp.Or(o.Width, 100), paint: o.Paint}
}

// Paragraph writes a text with an indentation. Lead stands before its first line;
// the other lines are indented by its width.
func (p *textPage) Paragraph(indent int, lead, text string, style Style) string {
	margin := strings.Repeat(" ", indent)
	hang := strings.Repeat(" ", utf8.RuneCountInString(lead))
	for i, line := range wrapped(Plain(text), max(p.width-indent-len(hang), minWidth), utf8.RuneCountInString, prefixBytes) {
		if i > 0 {
			lead = hang
		}
		if style != Normal && p.paint != nil {
			line = p.paint(style, line)
		}
		p.WriteString(strings.TrimRight(margin+lead+line, " ") + "\n")
	}
	return ""
}

func (p *textPage) Text(indent int, text string) string { return p.Paragraph(indent, "", text, Normal) }

func (p *textPage) Item(text string) string { return p.Paragraph(4, "- ", text, Normal) }

func (p *textPage) Heading(text string) string {
	return p.BlankLine() + p.Paragraph(0, "", text, Heading)
}

func (p *textPage) BlankLine() string {
	p.WriteByte('\n')
	return ""
}

// Labelled writes a text with a word before it, in a column of its own.
func (p *textPage) Labelled(indent int, label, text string) string {
	return p.Paragraph(indent, fmt.Sprintf("%-*s", labelWidth, label), text, Normal)
}

// LabelledList writes a paragraph for each text, the first with the label.
func (p *textPage) LabelledList(indent int, label string, list []string) string {
	for _, text := range list {
		p.Labelled(indent, label, text)
		label = ""
	}
	return ""
}

// labelWidth is the width of the column of labels.
const labelWidth = 14

// minWidth is the least width that a paragraph is wrapped to.
const minWidth = 20

// wrapped cuts a text into lines at its spaces, and a word that is wider than a line at
// the byte that cut gives. There is at least one line.
func wrapped(text string, room int, widthOf func(string) int, cut func(word string, room int) int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
		case widthOf(line+" "+word) <= room:
			line += " " + word
			continue
		default:
			lines = append(lines, line)
		}
		for widthOf(word) > room {
			end := cut(word, room)
			lines = append(lines, word[:end])
			word = word[end:]
		}
		line = word
	}
	return append(lines, line)
}

// prefixBytes is the length in bytes of the first n characters.
func prefixBytes(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
