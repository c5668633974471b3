// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"cmp"
	"fmt"
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
func (p *textPage) Item(text string) string             { return p.Paragraph(4, "- ", text, Normal) }
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
