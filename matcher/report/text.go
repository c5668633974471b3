// SPDX-License-Identifier: Apache-2.0

package report

import (
	_ "embed"
	"io"
	"slices"
	"strings"
	"text/template"

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
	return strings.TrimSpace(t.Study.Title + " (version " + t.Study.Version + ")")
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
		if where := strings.Join(slices.DeleteFunc([]string{f.Record, f.Code}, func(s string) bool { return s == "" }), ", "); where != "" {
			line += " (" + where + ")"
		}
		if f.Note != "" {
			line += "; " + f.Note
		}
		lines[i] = line
	}
	return lines
}
