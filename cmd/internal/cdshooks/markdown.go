// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/rivo/uniseg"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

const maxLines = 6 // of a list in a card

func (h *handler) detailText(r *matcher.Result, rec *prefetched) string {
	m := &markdown{}
	m.addParagraph(r.Summary)
	if r.Outlook != "" {
		m.addParagraph(r.Outlook)
	}
	m.addBlocking(r)
	m.addNeeded(r)
	if line := report.UnrecognizedLine(r); line != "" {
		m.addParagraph(line)
	}
	m.addBasis(r, rec)
	return m.String()
}

func (m *markdown) addBlocking(r *matcher.Result) {
	var items []string
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == matcher.Fail {
			items = append(items, describeFailure(c))
		}
	}
	m.addList("What blocks", items)
}

func describeFailure(c *matcher.Criterion) string {
	return fmt.Sprintf("“%s” %s (%s criterion %s)", truncate(c.Quote, maxText/2), c.Reason, c.Kind, c.ID)
}

func (m *markdown) addNeeded(r *matcher.Result) {
	title := "To find out"
	if r.NeededFor != 0 {
		title += ", for " + r.NeededFor.String()
	}
	var items []string
	for _, n := range r.Needed {
		item := n.Ask
		for _, o := range n.Or {
			item += " Or: " + o.Ask
		}
		criteria := slices.Concat(n.Settles, n.Ends)
		slices.Sort(criteria)
		items = append(items, item+" ("+n.Who+"; for "+strings.Join(slices.Compact(criteria), ", ")+")")
	}
	m.addList(title, items)
}

func (m *markdown) addBasis(r *matcher.Result, rec *prefetched) {
	var items []string
	for _, d := range rec.asked {
		if why := rec.missing[d]; len(why) > 0 {
			items = append(items, string(d)+": "+strings.Join(why, "; "))
		}
	}
	m.addList("Not supplied by the EHR", items)
	m.addList("Notes on the record", slices.DeleteFunc(slices.Clone(r.Data.Issues), func(note string) bool {
		return slices.ContainsFunc(rec.asked, func(d patient.Domain) bool { return strings.HasPrefix(note, notSupplied(d)) })
	}))
	days := "Screening day " + r.Dates[language.Screening].String()
	for _, name := range slices.Sorted(maps.Keys(r.Dates)) {
		if name != language.Screening {
			days += ", " + strings.ReplaceAll(name, "_", " ") + " " + r.Dates[name].String()
			if r.AssumesDate(name) {
				days += " (assumed)"
			}
		}
	}
	version := r.Study.ID
	if r.Study.Version != "" {
		version += ", version " + r.Study.Version
	}
	m.addParagraph(days + ". Study " + version + ". This is a prescreen by a program (" + r.Engine + ") from the record that it was given. An investigator decides.")
}

// markdown builds a text in GitHub Flavored Markdown. Strings that are added are
// escaped.
type markdown struct{ strings.Builder }

func (m *markdown) addParagraph(text string) {
	if m.Len() > 0 {
		m.WriteString("\n\n")
	}
	m.WriteString(escape(text))
}

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

const maxText = 600 // UTF-16 units of a text from a record or a study

// links matches texts that renderers of GitHub Flavored Markdown turn into links
// without any markup. Renderers look for them after they undo escapes.
var links = regexp.MustCompile(`(?i)(:)(//)|(www)(\.)|(@)`)

// escape makes a text safe in Markdown, in which the public sandbox and possibly
// other clients render HTML. Line breaks become spaces, hidden characters are
// shown (see [report.Plain]), marks of Markdown and HTML are escaped, and
// addresses are broken by a word joiner (U+2060), which is not visible.
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

// onlyDigits reports whether a dot after this text would make a list, as in "1. one".
func onlyDigits(text string) bool {
	return text != "" && len(text) < 10 && strings.Trim(text, "0123456789") == ""
}

func plainLine(text string) string { return strings.TrimSpace(report.Plain(text)) }

// maxSummary is the longest summary, in UTF-16 units: CDS Hooks allows fewer than
// 140 characters, and clients in JavaScript count these units.
const maxSummary = 139

func summaryLine(text string) string { return labelText(text, maxSummary) }

// labelText makes a line of plain text without angle brackets, so that a client
// that renders it as HTML finds no tag.
func labelText(text string, most int) string {
	return truncate(strings.NewReplacer("<", "‹", ">", "›").Replace(plainLine(text)), most)
}

// truncate shortens a text to at most so many UTF-16 units, and splits no grapheme
// cluster.
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
