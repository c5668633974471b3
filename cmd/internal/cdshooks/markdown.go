// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/rivo/uniseg"

	"github.com/eligo-trials/eligo/matcher/report"
)

// markdown is a text in GitHub Flavored Markdown. Every string that goes into
// it is text and nothing else.
type markdown struct{ strings.Builder }

func (m *markdown) addParagraph(text string) {
	if m.Len() > 0 {
		m.WriteString("\n\n")
	}
	m.WriteString(escape(text))
}

// addList writes a title and a line for each item, up to [maxLines].
func (m *markdown) addList(title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(&m.Builder, "\n\n**%s**\n", escape(title))
	for i, item := range items {
		if i == maxLines {
			fmt.Fprintf(&m.Builder, "\n- and %d more", len(items)-maxLines)
			return
		}
		m.WriteString("\n- " + escape(item))
	}
}

// maxText is how long a text from a record or a study may be in a card, in
// UTF-16 units.
const maxText = 600

// links are what renderers of GitHub Flavored Markdown turn into links although
// nothing marks it as one. They look for it after escapes are undone.
var links = regexp.MustCompile(`(?i)(:)(//)|(www)(\.)|(@)`)

// escape makes a text safe in Markdown: the public sandbox, and who knows which
// EHR, renders the HTML in it. What would break a line is a space, what is
// hidden is shown (see [report.Plain]), every mark of Markdown and HTML is
// escaped, and what looks like an address is kept apart by a word joiner
// (U+2060), which does not show.
func escape(text string) string {
	text = truncate(plainLine(text), maxText)
	text = links.ReplaceAllString(text, "$1$3$5\u2060$2$4")
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]~|$", r), b.Len() == 0 && strings.ContainsRune("#+-=", r), strings.ContainsRune(".)", r) && onlyDigits(b.String()):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// onlyDigits reports whether a mark after this text makes a list, as in "1. one".
func onlyDigits(text string) bool {
	return text != "" && len(text) < 10 && strings.Trim(text, "0123456789") == ""
}

// plainLine is one line without what is hidden.
func plainLine(text string) string { return strings.TrimSpace(report.Plain(text)) }

// maxSummary is how long a summary may be: under 140 characters. Clients count
// UTF-16 units, bytes or what a reader sees; units are the most of these that
// matter to a client written in JavaScript.
const maxSummary = 139

// summaryLine makes the one line of a card.
func summaryLine(text string) string { return labelText(text, maxSummary) }

// labelText makes a line of plain text. A client that takes it for HTML finds no tag
// in it.
func labelText(text string, most int) string {
	return truncate(strings.NewReplacer("<", "‹", ">", "›").Replace(plainLine(text)), most)
}

// truncate shortens a text to so many UTF-16 units. It never takes a character as a
// reader sees it apart.
func truncate(text string, most int) string {
	if utf16Length(text) <= most {
		return text
	}
	end, used, state := 0, 1, -1 // one for the ellipsis
	for rest := text; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += utf16Length(cluster); used > most {
			break
		}
		end += len(cluster)
	}
	return strings.TrimRight(text[:end], " ,;:") + "…"
}

func utf16Length(text string) (n int) {
	for _, r := range text {
		n += utf16.RuneLen(r) // -1 for no character, of which plain text has none
	}
	return n
}
