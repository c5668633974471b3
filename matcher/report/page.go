// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Style says what a part of a text report is, for whoever paints it.
type Style int

// The styles.
const (
	Normal     Style = iota
	Heading          // of a section
	Favourable       // speaks for the person joining
	Adverse          // speaks against it
	Open             // not known
)

// page gathers lines that are no wider than its width.
type page struct {
	bytes.Buffer
	width int
	paint func(Style, string) string
}

// paragraph writes a text from the column of its indentation on. Lead stands
// before its first line; the others are indented as far.
func (p *page) paragraph(indent int, lead, text string, style Style) {
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

func (p *page) text(indent int, text string) { p.paragraph(indent, "", text, Normal) }
func (p *page) item(text string)             { p.paragraph(4, "- ", text, Normal) }
func (p *page) blank()                       { p.WriteByte('\n') }

func (p *page) heading(text string) {
	p.blank()
	p.paragraph(0, "", text, Heading)
}

// labelled writes a text with a word before it, in a column of its own.
func (p *page) labelled(indent int, label, text string) {
	if n := labelWidth - len(label); n > 0 {
		label += strings.Repeat(" ", n)
	}
	p.paragraph(indent, label, text, Normal)
}

// labelWidth is the width of the column of labels.
const labelWidth = 14

// narrowest is the least width that a paragraph is wrapped to.
const narrowest = 20

// wrapped cuts a text into lines at its spaces, and a word that is longer than
// a line where the line ends. There is at least one line.
func wrapped(text string, width int) []string {
	width = max(width, narrowest)
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		for n > width {
			cut := runesLong(word, width)
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

// runesLong is the length in bytes of the first n characters.
func runesLong(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}
