// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

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

const (
	caveat      = "It does not decide who joins: an investigator does."
	prescreenBy = "This is a prescreen by a program, from the record that it was given and nothing else. " + caveat
)

// Text writes one result for the person who screens: the verdict, the criteria that
// block, the days on which that changes, the washouts, the facts that are not known
// and how to find them out, every criterion with the protocol's words and the
// records, and the basis of all of it.
//
// It holds patient data. Quotations from the record are made safe to show (see
// [Plain]).
func Text(w io.Writer, r *matcher.Result, o TextOptions) error {
	v, p := newResultView(r), newTextPage(o)
	p.writeTitle(v)
	p.writeVerdict(v)
	p.writeBlocks(v)
	p.writeDays(v, o.Brief)
	p.writeWashouts(v)
	p.writeFindOut(&v.FindOut)
	if o.Brief {
		p.blankLine()
		p.text(0, "A prescreen by "+r.Engine+", from this record alone. An investigator decides.")
	} else {
		p.writeCriteria(v)
		p.writeBasis(v)
		p.blankLine()
		p.text(0, "This is a prescreen by a program ("+r.Engine+"), from the record that it was given and nothing else. "+caveat)
	}
	_, err := w.Write(p.Bytes())
	return err
}

func (p *textPage) writeTitle(v *resultView) {
	p.paragraph(0, "", "Prescreen of patient "+v.Patient+" for study "+v.Study.ID, Heading)
	title := v.Study.Title
	if v.Study.Version != "" {
		title = strings.TrimSpace(title + " (version " + v.Study.Version + ")")
	}
	if title != "" {
		p.text(0, title)
	}
	p.text(0, resultDates(v.Result))
}

func (p *textPage) writeVerdict(v *resultView) {
	p.blankLine()
	p.paragraph(0, "", v.Verdict.Text, v.Verdict.Style)
	p.text(0, v.Tally)
	for _, a := range v.Trusted {
		p.text(0, "Assumed: "+a+".")
	}
}

func (p *textPage) writeBlocks(v *resultView) {
	blocks := v.Blocks()
	if len(blocks) == 0 {
		return
	}
	p.heading("What blocks")
	for _, c := range blocks {
		p.blankLine()
		p.paragraph(2, "", fmt.Sprintf("%s (%s)", c.ID, c.Kind), Adverse)
		p.writeQuote(4, c.Criterion)
		p.labelled(4, "Finding", c.Reason)
	}
}

// writeDays writes the days on which the verdict changes, if the result has them.
func (p *textPage) writeDays(v *resultView, brief bool) {
	if v.Outlook == "" {
		return
	}
	p.heading("When")
	p.blankLine()
	p.text(2, v.Outlook)
	if v.Near != "" {
		p.text(2, v.Near)
	}
	for _, c := range v.Criteria {
		if c.Changes != "" {
			p.item(c.ID + ": " + c.Changes)
		}
	}
	p.blankLine()
	if brief {
		p.text(2, "Screening days, looked for up to "+v.LookedUntil.String()+".")
		return
	}
	p.text(2, v.WhenNote)
}

// writeWashouts lists each exposure once, with every washout that applies to it.
func (p *textPage) writeWashouts(v *resultView) {
	if len(v.Washouts) == 0 {
		return
	}
	p.heading("Washouts")
	p.blankLine()
	written := map[string]bool{}
	for i := range v.Washouts {
		text := v.Washouts[i].line()
		if written[text] {
			continue
		}
		written[text] = true
		p.item(text)
		for k := range v.Washouts[i:] {
			if x := &v.Washouts[i+k]; x.line() == text {
				p.text(6, x.Clearance+": "+x.Rule)
			}
		}
	}
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

// writeFindOut writes first the needed facts, then the others.
func (p *textPage) writeFindOut(f *findOut) {
	p.writeNeeded(f)
	if len(f.Rest)+len(f.Silent) == 0 {
		return
	}
	p.heading(f.RestTitle)
	p.writeGaps("Missing in the record", f.Rest, func(g *gap) bool { return !g.Question })
	for _, who := range answerers(f.Rest) {
		title := "Questions to the " + who
		if who == "" {
			title = "Questions to a person"
		}
		p.writeGaps(title, f.Rest, func(g *gap) bool { return g.Question && g.Who == who })
	}
	if len(f.Silent) > 0 {
		p.blankLine()
		p.paragraph(2, "", "Recorded, and not enough to decide", Open)
	}
	for _, c := range f.Silent {
		p.item(c.Reason)
		p.text(6, criteriaText([]string{c.ID}))
	}
}

func (p *textPage) writeNeeded(f *findOut) {
	if f.About == "" {
		return
	}
	p.heading("What to find out")
	p.blankLine()
	p.text(2, f.About)
	number := 0
	writeList := func(title string, needed []neededView) {
		if len(needed) == 0 {
			return
		}
		p.blankLine()
		p.paragraph(2, "", title, Open)
		for _, n := range needed {
			number++
			p.paragraph(4, fmt.Sprintf("%2d. ", number), n.Ask, Normal)
			p.text(8, n.From+"; "+n.For)
			for _, o := range n.Or {
				p.paragraph(8, "or ", o.Ask+" ("+whoText(o.Who)+")", Normal)
			}
		}
	}
	writeList(endingTitle(len(f.Ending)), f.Ending)
	writeList(othersTitle, f.Others)
}

// writeGaps lists some of the gaps under a title.
func (p *textPage) writeGaps(title string, list []gap, belongs func(*gap) bool) {
	for i := range list {
		g := &list[i]
		if !belongs(g) {
			continue
		}
		if title != "" {
			p.blankLine()
			p.paragraph(2, "", title, Open)
			title = ""
		}
		p.item(g.AskText())
		p.text(6, g.WhyText())
	}
}

// answerers lists the people who can answer the open questions, in the order of the
// study, and last "" if the study names nobody.
func answerers(list []gap) []string {
	var who []string
	unnamed := false
	for _, g := range list {
		switch {
		case !g.Question:
		case g.Who == "":
			unnamed = true
		case !slices.Contains(who, g.Who):
			who = append(who, g.Who)
		}
	}
	if unnamed {
		who = append(who, "")
	}
	return who
}

// writeCriteria lists every criterion with its quote, finding and records.
func (p *textPage) writeCriteria(v *resultView) {
	p.heading("Every criterion")
	for _, c := range v.Criteria {
		label, style := c.Label, Open
		switch c.Outcome {
		case matcher.Pass:
			style = Favourable
		case matcher.Fail:
			label, style = strings.ToUpper(label), Adverse
		}
		p.blankLine()
		p.paragraph(2, fmt.Sprintf("%2d. ", c.Number), fmt.Sprintf("%s (%s): %s", c.ID, c.Kind, label), style)
		p.writeQuote(6, c.Criterion)
		p.labelled(6, "Finding", c.Reason)
		p.labelledList(6, "Record", factLines(c.Evidence))
		p.labelledList(6, "To find out", c.Asks)
		p.labelledList(6, "To consider", factLines(c.Shown))
	}
}

func (p *textPage) writeQuote(indent int, c *matcher.Criterion) {
	if c.BuiltIn {
		p.labelled(indent, "Built in", c.Quote)
		return
	}
	p.labelled(indent, "Protocol", "“"+c.Quote+"”")
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

func (p *textPage) writeBasis(v *resultView) {
	p.heading("What this rests on")
	p.blankLine()
	for _, row := range v.Basis {
		p.labelled(2, row.Name, row.Text)
	}
}
