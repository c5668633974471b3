// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is a paragraph or a list item of the eligibility text, with the items
// below it. Its text stands on one line, with single spaces.
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

// cutMarker takes the marker of a list item off a line. before is the marker
// of the item before: letters are markers only where they count on, since
// "E. coli" is a name.
func cutMarker(line, before string) (marker, rest string) {
	if m := bulletMarker.FindString(line); m != "" {
		rest = line[len(m):]
		if c := strings.TrimSpace(m); rest == "" || c == "-" || c == "+" || c == "–" || c == "—" || c == "#" {
			// A sign of a number or a dash within a sentence is no bullet.
			if rest == "" || len(m) == len(c) && !startsWithLetter(rest) {
				return "", line
			}
		}
		return strings.TrimSpace(m), rest
	}
	if m := numberMarker.FindString(line); m != "" {
		rest = line[len(m):]
		spaced := strings.TrimRight(m, " ") != m
		if rest != "" && (spaced && !strings.HasPrefix(rest, "%") || startsWithLetter(rest)) && countsOn(strings.TrimSpace(m)) {
			return strings.TrimSpace(m), rest
		}
		return "", line
	}
	if m := letterMarker.FindString(line); m != "" && follows(strings.TrimSpace(m), before) {
		return strings.TrimSpace(m), line[len(m):]
	}
	return "", line
}

// countsOn refuses "18a" and its like without a sign behind it.
func countsOn(marker string) bool {
	last := marker[len(marker)-1]
	return last == '.' || last == ')' || last == '-' || last == ':' || strings.HasSuffix(marker, "–") || marker[0] == '#' ||
		last >= 'a' && last <= 'd'
}

func startsWithLetter(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(c)
}

// follows reports whether a letter marker is the first of a list or comes
// after the letter before it.
func follows(marker, before string) bool {
	letter := strings.ToLower(strings.Trim(marker, "()."))
	switch letter {
	case "a", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix":
		return true
	}
	return len(letter) == 1 && len(before) == 1 && letter[0] == before[0]+1
}

// wrapWidth gives the column at which a text is wrapped, or 0 where every line
// is a paragraph or an item of its own. The registry's older forms wrap at 100, indentation included.
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

// continues reports whether a line goes on with the sentence of the line
// before it: it would not have fitted there, or it cannot stand alone.
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

// dangles reports whether a text breaks off in the middle of a sentence.
func dangles(s string) bool { return danglingEnd.MatchString(strings.TrimSpace(s)) }

// parseBlocks reads the paragraphs and lists of a text.
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
			t.item(indent, marker, strings.TrimPrefix(rest, ". "))
		case t.last != nil && t.last.marker != "" && indent > t.lastIndent, // a paragraph of the item
			t.last != nil && !blank && continues(before, line, width),
			t.last != nil && blank && t.last.marker == "" && dangles(t.last.text):
			t.last.text += " " + bare
		default:
			t.paragraph(bare)
		}
		blank, before = false, line
	}
	return t.top
}

// outline builds the tree of blocks by indentation and kind of marker.
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

// paragraphKind is the kind of level that is a paragraph, with a list below.
const paragraphKind = "paragraph"

func (t *outline) paragraph(text string) {
	t.last, t.lastIndent = &block{text: text}, 0
	t.open = nil
	t.top = append(t.top, t.last)
}

// kindOf gives what the markers of one list share: "1.", "a)", "i)", "*".
func (t *outline) kindOf(m string) string {
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

// lettered reports whether a kind of marker is that of a list within a
// criterion: letters and Roman numerals.
func lettered(kind string) bool { return kind != "" && (kind[0] == 'a' || kind[0] == 'i') }

// maxLevels is how deep lists are read; what is deeper is taken as of that level.
const maxLevels = 12

func (t *outline) item(indent int, marker, text string) {
	b := &block{marker: marker, text: text}
	kind := t.kindOf(marker)
	for len(t.open) > 0 && t.open[len(t.open)-1].indent > indent+1 {
		t.open = t.open[:len(t.open)-1]
	}
	switch {
	case len(t.open) == 0 && lettered(kind) && t.last != nil && t.last.marker == "":
		// Letters below a paragraph belong to it.
		t.open = []level{{indent, paragraphKind, t.last}}
	case len(t.open) > 0 && t.open[0].kind == paragraphKind && !lettered(kind) && indent <= t.open[0].indent+1:
		t.open = nil
	}
	if n := len(t.open); n > 0 && indent <= t.open[n-1].indent+1 && kind != t.open[n-1].kind {
		// A list of another kind at the same indentation: one that is open
		// already, or one below the line before.
		for i := n - 2; i >= 0 && t.open[i].indent+1 >= indent; i-- {
			if t.open[i].kind == kind {
				t.open = t.open[:i+1]
			}
		}
		if n == len(t.open) && n < maxLevels && (strings.HasSuffix(t.last.text, ":") || lettered(kind)) {
			t.push(level{indent, kind, b})
			return
		}
	}
	if n := len(t.open); n > 0 && (indent <= t.open[n-1].indent+1 || n >= maxLevels) {
		t.open[n-1].item = b
		t.attach(b, n-2)
		return
	}
	t.push(level{indent, kind, b})
}

func (t *outline) push(l level) {
	t.open = append(t.open, l)
	t.attach(l.item, len(t.open)-2)
}

// attach puts an item below the item of a level, or at the top.
func (t *outline) attach(b *block, parent int) {
	if parent >= 0 {
		p := t.open[parent].item
		p.kids = append(p.kids, b)
	} else {
		t.top = append(t.top, b)
	}
	t.last, t.lastIndent = b, t.open[len(t.open)-1].indent
}

// writeBlocks gives the text in one form, whatever form it was read from:
// a paragraph or an item a line, an empty line around paragraphs.
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
