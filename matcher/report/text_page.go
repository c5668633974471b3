// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf8"
)

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

// textPage is lines that are no wider than its width.
type textPage struct {
	bytes.Buffer
	width int
	paint func(Style, string) string
}

func newTextPage(o TextOptions) *textPage {
	return &textPage{width: cmp.Or(o.Width, 100), paint: o.Paint}
}

// paragraph writes a text with an indentation. Lead stands before its first line;
// the other lines are indented by its width.
func (p *textPage) paragraph(indent int, lead, text string, style Style) {
	margin := strings.Repeat(" ", indent)
	hang := strings.Repeat(" ", utf8.RuneCountInString(lead))
	for i, line := range wrapped(Plain(text), p.width-indent-len(hang)) {
		if i > 0 {
			lead = hang
		}
		if style != Normal && p.paint != nil {
			line = p.paint(style, line)
		}
		p.WriteString(strings.TrimRight(margin+lead+line, " ") + "\n")
	}
}

func (p *textPage) text(indent int, text string) { p.paragraph(indent, "", text, Normal) }
func (p *textPage) item(text string)             { p.paragraph(4, "- ", text, Normal) }
func (p *textPage) blankLine()                   { p.WriteByte('\n') }

func (p *textPage) heading(text string) {
	p.blankLine()
	p.paragraph(0, "", text, Heading)
}

// labelled writes a text with a word before it, in a column of its own.
func (p *textPage) labelled(indent int, label, text string) {
	if n := labelWidth - len(label); n > 0 {
		label += strings.Repeat(" ", n)
	}
	p.paragraph(indent, label, text, Normal)
}

// labelledList writes a paragraph for each text, the first with the label.
func (p *textPage) labelledList(indent int, label string, list []string) {
	for _, text := range list {
		p.labelled(indent, label, text)
		label = ""
	}
}

// labelWidth is the width of the column of labels.
const labelWidth = 14

// minWidth is the least width that a paragraph is wrapped to.
const minWidth = 20

// wrapped cuts a text into lines at its spaces, and a word that is longer than
// a line where the line ends. There is at least one line.
func wrapped(text string, width int) []string {
	width = max(width, minWidth)
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		for n > width {
			cut := prefixBytes(word, width)
			lines = append(lines, word[:cut])
			word, n = word[cut:], n-width
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
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
