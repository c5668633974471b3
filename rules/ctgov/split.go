// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/rules"
)

// Criterion is a part of the eligibility text that restricts who may join.
type Criterion struct {
	// Side is "" if the text does not tell it.
	Side rules.Side
	// Quote is in [Text.Official] verbatim, except for line ends and
	// indentation.
	Quote string
	// Parent is the line that introduces the list of the criterion, or "".
	Parent string
	// Cohort is the heading that limits, or may limit, the criterion to some
	// participants; "" if it holds for all.
	Cohort string
	// Parts are the sentences of the quote that together state the criterion. A
	// person must read a criterion without parts.
	Parts []string
	// Any says that one part is enough; otherwise all must hold.
	Any bool
}

// Text is an eligibility text with its criteria.
type Text struct {
	// Official is the text in one form, whatever the form of its source: one
	// line for each paragraph and list item.
	Official string
	Criteria []Criterion
	// NotCriteria are headings and lines that introduce criteria.
	NotCriteria []rules.NotCriterion
}

// Reasons of a [rules.NotCriterion].
const (
	heading   = "A heading."
	introduce = "It introduces the criteria below it."
	connects  = "It joins the criteria before and after it."
)

// SplitText divides an eligibility text into criteria. Each word, except marks
// of lists, is in the quote of a criterion or of a [rules.NotCriterion].
func SplitText(text string) *Text {
	blocks := parseBlocks(legible(text))
	var b strings.Builder
	writeBlocks(&b, blocks, 0)
	s := &splitter{Text: &Text{Official: b.String()}}
	s.oneLine = strings.Join(strings.Fields(s.Official), " ")
	blocks = cutInlineMarks(blocks)
	s.surveyHeadings(blocks)
	s.splitList(blocks, place{side: s.firstSide})
	return s.Text
}

type splitter struct {
	*Text
	oneLine      string     // the official text on one line
	cited        int        // bytes of oneLine that were cited
	firstSide    rules.Side // of the text before the first heading
	hasExclusion bool       // a heading names the exclusion side
	cohort       string     // the title above the headings, which limits their criteria
}

// place is the context of blocks.
type place struct {
	side   rules.Side
	parent string // the line that introduces the blocks, or ""
	cohort string // the heading that limits them to some participants, or ""
}

// surveyHeadings finds the sides that headings name: the text above a lone
// heading "Exclusion criteria" is of the inclusion side.
func (s *splitter) surveyHeadings(blocks []*block) {
	inclusion := false
	for _, b := range blocks {
		if _, _, h, ok := cutHeading(b.text, b.marker != ""); ok {
			s.hasExclusion = s.hasExclusion || h.side == rules.Exclusion
			inclusion = inclusion || h.side == rules.Inclusion
		}
	}
	// The abstracts of the PDQ registry name no side: all their criteria are
	// inclusions.
	if !inclusion && (s.hasExclusion || len(abstractHeads.FindAllString(s.Official, -1)) > 1) {
		s.firstSide = rules.Inclusion
	}
}

var abstractHeads = regexp.MustCompile(`(?m)^(?:DISEASE CHARACTERISTICS|PATIENT CHARACTERISTICS|PRIOR CONCURRENT THERAPY)\b`)

// cutInlineMarks cuts blocks at the headings, numbers and bullets inside their
// text.
func cutInlineMarks(blocks []*block) []*block {
	var out []*block
	for _, b := range blocks {
		b.kids = cutInlineMarks(b.kids)
		at := len(out)
		for i, part := range cutInline(b.text) {
			if part == "" {
				continue
			}
			marker := ""
			if i == 0 {
				marker = b.marker
			}
			head, rest, h, ok := cutHeading(part, marker != "" || len(b.kids) > 0)
			if ok && !h.introduces && rest != "" {
				out = append(out, &block{marker: marker, text: head})
				part, marker = rest, ""
			}
			out = append(out, cutList(&block{marker: marker, text: part})...)
		}
		if len(out) > at {
			out[len(out)-1].kids = b.kids
		} else {
			out = append(out, b.kids...)
		}
	}
	return out
}

var (
	inlineBullet = regexp.MustCompile(`(?:^|\s)[•●▪■◦‣➢►✓]\s*`)
	// numbered matches words before a number that marks no list.
	numbered     = regexp.MustCompile(`(?i)(?:\b(?:grades?|stages?|class|types?|phases?|scores?|levels?|groups?|parts?|cohorts?|days?|weeks?|cycles?|of|or|and|to|than|version|least|most|is|was|number|no)|[\d<>≥≤=+–-])\W?$`)
	inlineNumber = regexp.MustCompile(`(^|[.;:,)\]]\s+|\s)\(?(\d{1,2})[.)]\s+`)
)

// cutList cuts a text that holds a list on one line: "1. A 2. B", "• A • B".
func cutList(b *block) []*block {
	if at := inlineBullet.FindAllStringIndex(b.text, -1); len(at) > 0 {
		return cutBlock(b, at)
	}
	next := 1
	if n, err := strconv.Atoi(strings.Trim(b.marker, "().")); err == nil {
		next = n + 1
	}
	var at [][]int
	for _, m := range inlineNumber.FindAllStringSubmatchIndex(b.text, -1) {
		n, _ := strconv.Atoi(b.text[m[4]:m[5]])
		opens := m[0] == 0 || m[2] < m[3] && strings.TrimSpace(b.text[m[2]:m[3]]) != "" ||
			next > 1 && beginsSentence(b.text[m[1]:]) && !numbered.MatchString(b.text[:m[0]])
		if n != next || !opens || m[1] >= len(b.text) || len(at) == 0 && n == 1 && m[0] > 0 && b.text[m[2]] != ':' {
			continue
		}
		// The cut removes the number and keeps the sign before it.
		cut := []int{m[3], m[1]}
		if m[0] == 0 {
			cut[0] = 0
		}
		at = append(at, cut)
		next++
	}
	return cutBlock(b, at)
}

func cutBlock(b *block, at [][]int) []*block {
	if len(at) == 0 {
		return []*block{b}
	}
	var out []*block
	start, marker := 0, b.marker
	add := func(end int) {
		if text := strings.TrimSpace(b.text[start:end]); text != "" {
			out = append(out, &block{marker: marker, text: text})
			marker = "•"
		}
	}
	for _, cut := range at {
		add(cut[0])
		start, marker = cut[1], "•"
	}
	add(len(b.text))
	return out
}

// citePieces gives the official text from the first of some pieces to the last.
// Pieces are cited in the order of the text.
func (s *splitter) citePieces(pieces ...string) string {
	first, end := -1, s.cited
	for _, piece := range pieces {
		at := strings.Index(s.oneLine[end:], piece)
		if at < 0 {
			continue // impossible: the pieces are parts of the text
		}
		if first < 0 {
			first = end + at
		}
		end += at + len(piece)
	}
	if first < 0 {
		return strings.Join(pieces, " ")
	}
	s.cited = end
	return s.oneLine[first:end]
}

func (s *splitter) splitList(blocks []*block, at place) {
	within := at // the place of the next block: a heading or an introducing line changes it
	for i := 0; i < len(blocks); i++ {
		b, under := blocks[i], at
		if head, rest, h, ok := cutHeading(b.text, b.marker != ""); ok && rest == "" {
			if !h.introduces || len(b.kids) > 0 {
				within = s.addHeading(head, h, within)
				at = within
				s.splitList(b.kids, within)
				continue
			}
			under = place{side: h.side, cohort: at.cohort}
			if within = under; at.side != "" && at.side != h.side {
				at.side = "" // the blocks after the list may be of either side
			} else {
				at = under
			}
		}
		switch {
		case s.cohortTitle(b, blocks[i+1:]):
			s.cohort, at, within = b.text, place{}, place{}
			if namesParticipants(b.text) {
				s.addNotCriterion(b.text, heading)
			} else {
				s.addCriterion(s.citePieces(b.text), Criterion{})
			}
		case len(b.kids) == 0 && introduces(b, blocks[i+1:]):
			end := i + countIntroduced(blocks[i+1:])
			within = s.addIntroduction(b, blocks[i+1:end+1], under)
			if within.parent == readTogether {
				within = at
				i = end
			}
			if end == i { // another introducing line follows and inherits the cohort
				at.cohort = within.cohort
			}
		default:
			if b.marker == "" && i > 0 && blocks[i-1].marker != "" {
				within = at // a paragraph ends the list of an introducing line
			}
			if n := s.countJoined(blocks[i:], within); n > 1 {
				quote := s.citePieces(blockTexts(blocks[i : i+n])...)
				s.addCriterion(quote, Criterion{Side: within.side, Parent: within.parent, Cohort: within.cohort})
				i += n - 1
				continue
			}
			s.splitBlock(b, within)
		}
	}
}

// addHeading adds a heading to the parts that are no criteria, and gives the
// place below it.
func (s *splitter) addHeading(head string, h headline, at place) place {
	s.addNotCriterion(head, heading)
	p := place{side: h.side, cohort: h.cohort}
	if !h.sideKnown && h.side == "" && s.hasExclusion && onlyEligibility(head) && at.side != rules.Exclusion {
		p.side = rules.Inclusion // "Eligibility criteria", and "Exclusion criteria" below
	}
	if h.introduces { // with items of its own
		p.cohort = head
	}
	return p
}

func (s *splitter) addNotCriterion(quote, reason string) {
	quote = s.citePieces(quote)
	known := slices.ContainsFunc(s.NotCriteria, func(n rules.NotCriterion) bool { return n.Quote == quote })
	if !known && strings.ContainsFunc(quote, isLetterOrNumber) {
		s.NotCriteria = append(s.NotCriteria, rules.NotCriterion{Quote: quote, Reason: reason})
	}
}

func isLetterOrNumber(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }
