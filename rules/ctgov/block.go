// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is a paragraph or a list item of the eligibility text, with the items
// below it. Its text is one line with single spaces.
type block struct {
	marker string // of a list item: "*", "1.", "a)"; "" for a paragraph
	text   string
	kids   []*block
}

var (
	bulletMarker = regexp.MustCompile(`^([*•·–—●○▪■◦‣∙►➢✓✔§+#-]|o )\s*`)
	numberMarker = regexp.MustCompile(`^(\(?\d{1,2}(?:\.\d{1,2}){0,2}[.)]|\(?\d{1,2}\s?[–-]\s|\d{1,2}[a-z][.)]?|#\d{1,2}[.):]?)\s*`)
	letterMarker = regexp.MustCompile(`^(\(?[a-zA-Z][.)]|\(?[ivxIVX]{1,5}[.)])\s+`)
)

// cutMarker cuts the marker of a list item off a line. before is the letter of
// the last lettered item: a letter is a marker only where it continues the
// list, because "E. coli" is a name.
func cutMarker(line, before string) (marker, rest string) {
	if m := bulletMarker.FindString(line); m != "" {
		rest = line[len(m):]
		if c := strings.TrimSpace(m); rest == "" || c == "-" || c == "+" || c == "–" || c == "—" || c == "#" {
			// The sign of a number and a dash inside a sentence are not bullets.
			if rest == "" || len(m) == len(c) && !startsWithLetter(rest) {
				return "", line
			}
		}
		return strings.TrimSpace(m), rest
	}
	if m := numberMarker.FindString(line); m != "" {
		rest = line[len(m):]
		spaced := strings.TrimRight(m, " ") != m
		if rest != "" && (spaced && !strings.HasPrefix(rest, "%") || startsWithLetter(rest)) && isNumberMarker(strings.TrimSpace(m)) {
			return strings.TrimSpace(m), rest
		}
		return "", line
	}
	if m := letterMarker.FindString(line); m != "" && continuesLetters(strings.TrimSpace(m), before) {
		return strings.TrimSpace(m), line[len(m):]
	}
	return "", line
}

// isNumberMarker reports whether a marker ends like one: "18a" and "12" without
// punctuation do not.
func isNumberMarker(marker string) bool {
	last := marker[len(marker)-1]
	return last == '.' || last == ')' || last == '-' || last == ':' || strings.HasSuffix(marker, "–") || marker[0] == '#' ||
		last >= 'a' && last <= 'd'
}

func startsWithLetter(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(c)
}

// continuesLetters reports whether a letter marker begins a list or follows the
// letter before it.
func continuesLetters(marker, before string) bool {
	letter := strings.ToLower(strings.Trim(marker, "()."))
	switch letter {
	case "a", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix":
		return true
	}
	return len(letter) == 1 && len(before) == 1 && letter[0] == before[0]+1
}

// wrapWidth gives the column at which the lines are wrapped, or 0 where each
// line is a paragraph or an item. The older forms of the registry wrap at 100,
// including indentation.
func wrapWidth(lines []string) int {
	longest := 0
	for _, line := range lines {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	if longest < 70 || longest > 101 {
		return 0
	}
	return longest
}

// continues reports whether a line continues the sentence of the line before
// it: its first word did not fit there, or it cannot begin a sentence.
func continues(before, line string, width int) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	if width > 0 && utf8.RuneCountInString(strings.TrimRight(before, " "))+1+utf8.RuneCountInString(word) > width {
		return true
	}
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLower(first) && !endsSentence(before) || dangles(before)
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \"”’)")
	return s != "" && strings.ContainsRune(".;:!?", rune(s[len(s)-1]))
}

var danglingEnd = regexp.MustCompile(`(?i)(,|\(|\b(?:of|with|the|in|for|to|by|than|a|an|from|at))$`)

// dangles reports whether a text ends in the middle of a sentence.
func dangles(s string) bool { return danglingEnd.MatchString(strings.TrimSpace(s)) }

func parseBlocks(text string) []*block {
	lines := strings.Split(strings.ReplaceAll(text, "\t", "    "), "\n")
	width := wrapWidth(lines)
	var t outline
	blank, before := true, ""
	for _, line := range lines {
		bare := strings.Join(strings.Fields(line), " ")
		if bare == "" {
			blank = true
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		marker, rest := cutMarker(bare, t.letter)
		switch {
		case marker != "":
			t.addItem(indent, marker, strings.TrimPrefix(rest, ". "))
		case t.last != nil && t.last.marker != "" && indent > t.lastIndent, // a second paragraph of the item
			t.last != nil && !blank && continues(before, line, width),
			t.last != nil && blank && t.last.marker == "" && dangles(t.last.text):
			t.last.text += " " + bare
		default:
			t.addParagraph(bare)
		}
		blank, before = false, line
	}
	return t.top
}

// outline builds the tree of blocks from the indentation and the kind of marker
// of each line.
type outline struct {
	top        []*block
	open       []level
	last       *block
	lastIndent int
	letter     string // of the last item marked with one, such as "b"
}

type level struct {
	indent int
	kind   string
	item   *block // the last of the list
}

// paragraphKind is the kind of a level that is a paragraph above a list.
const paragraphKind = "paragraph"

func (t *outline) addParagraph(text string) {
	t.last, t.lastIndent = &block{text: text}, 0
	t.open = nil
	t.top = append(t.top, t.last)
}

// markerKind gives the kind of a marker, which the items of one list share:
// "1.", "a)", "i)", "*".
func (t *outline) markerKind(m string) string {
	if strings.ContainsAny(m, "0123456789") {
		return "1" + strings.TrimLeft(m, "(0123456789")
	}
	if !letterMarker.MatchString(m + " ") {
		return m
	}
	letters := strings.ToLower(strings.Trim(m, "()."))
	form := strings.TrimLeftFunc(strings.TrimPrefix(m, "("), unicode.IsLetter)
	next := len(letters) == 1 && len(t.letter) == 1 && letters[0] == t.letter[0]+1
	if strings.Trim(letters, "ivx") == "" && !next {
		return "i" + form
	}
	t.letter = letters
	return "a" + form
}

// isLetterKind reports whether markers of a kind are letters or Roman numerals.
// Such a list is part of a criterion.
func isLetterKind(kind string) bool { return kind != "" && (kind[0] == 'a' || kind[0] == 'i') }

// maxLevels is the maximum depth of lists. Deeper items are added to the
// deepest level.
const maxLevels = 12

func (t *outline) addItem(indent int, marker, text string) {
	b := &block{marker: marker, text: text}
	kind := t.markerKind(marker)
	for len(t.open) > 0 && t.open[len(t.open)-1].indent > indent+1 {
		t.open = t.open[:len(t.open)-1]
	}
	switch {
	case len(t.open) == 0 && isLetterKind(kind) && t.last != nil && t.last.marker == "":
		// A lettered list below a paragraph belongs to the paragraph.
		t.open = []level{{indent, paragraphKind, t.last}}
	case len(t.open) > 0 && t.open[0].kind == paragraphKind && !isLetterKind(kind) && indent <= t.open[0].indent+1:
		t.open = nil
	}
	if n := len(t.open); n > 0 && indent <= t.open[n-1].indent+1 && kind != t.open[n-1].kind {
		// A list of another kind at the same indentation: an open list
		// continues, or a list begins below the line before.
		for i := n - 2; i >= 0 && t.open[i].indent+1 >= indent; i-- {
			if t.open[i].kind == kind {
				t.open = t.open[:i+1]
			}
		}
		if n == len(t.open) && n < maxLevels && (strings.HasSuffix(t.last.text, ":") || isLetterKind(kind)) {
			t.openLevel(level{indent, kind, b})
			return
		}
	}
	if n := len(t.open); n > 0 && (indent <= t.open[n-1].indent+1 || n >= maxLevels) {
		t.open[n-1].item = b
		t.attachBlock(b, n-2)
		return
	}
	t.openLevel(level{indent, kind, b})
}

func (t *outline) openLevel(l level) {
	t.open = append(t.open, l)
	t.attachBlock(l.item, len(t.open)-2)
}

func (t *outline) attachBlock(b *block, parent int) {
	if parent >= 0 {
		p := t.open[parent].item
		p.kids = append(p.kids, b)
	} else {
		t.top = append(t.top, b)
	}
	t.last, t.lastIndent = b, t.open[len(t.open)-1].indent
}

// writeBlocks writes the text in one form, whatever the form of its source: one
// line for each paragraph and item, an empty line around paragraphs.
func writeBlocks(b *strings.Builder, blocks []*block, depth int) {
	for i, one := range blocks {
		if depth == 0 && i > 0 && (one.marker == "" || blocks[i-1].marker == "") {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Repeat("   ", depth))
		if one.marker != "" {
			b.WriteString(one.marker + " ")
		}
		b.WriteString(one.text + "\n")
		writeBlocks(b, one.kids, depth+1)
	}
}
