// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// readTogether is the parent of a place whose blocks became one criterion.
const readTogether = "\x00"

// countIntroduced counts the blocks that a line before them may introduce:
// those up to the next heading or introducing line.
func countIntroduced(blocks []*block) int {
	for i, b := range blocks {
		if _, rest, _, ok := cutHeading(b.text, b.marker != ""); ok && rest == "" || i > 0 && b.marker == "" && blocks[i-1].marker != "" {
			return i
		}
		if len(b.kids) == 0 && introduces(b, blocks[i+1:]) {
			return i
		}
	}
	return len(blocks)
}

// leadsIn matches a line without a colon that introduces a list.
var leadsIn = regexp.MustCompile(`(?i)\b(?:(?:the|any|both|all|one|of) following(?: [\w-]+){0,3}|as follows|(?:described|listed|defined) below|either|including|such as|defined (?:as|by)|with|if|who)\s*[.;,–—-]?$`)

// introduces reports whether a block without items introduces the blocks behind
// it: it ends like an introducing line or is a short title above a list.
func introduces(b *block, behind []*block) bool {
	if len(behind) == 0 {
		return false
	}
	if strings.HasSuffix(b.text, ":") || leadsIn.MatchString(b.text) {
		return true
	}
	return b.marker == "" && behind[0].marker != "" && mayBeTitle(b.text)
}

func mayBeTitle(text string) bool {
	const most = 6 // words
	return len(words.FindAllString(text, -1)) <= most && !endsSentence(text)
}

// cohortTitle reports whether a paragraph names a part of the study that the
// headings behind it belong to.
func (s *splitter) cohortTitle(b *block, behind []*block) bool {
	if b.marker != "" || len(b.kids) > 0 || len(behind) == 0 {
		return false
	}
	_, rest, h, ok := cutHeading(behind[0].text, behind[0].marker != "")
	return ok && rest == "" && !h.introduces && (strings.HasSuffix(b.text, ":") || mayBeTitle(b.text) && namesParticipants(b.text))
}

// addIntroduction adds a line that introduces the blocks behind it, and gives
// their place. Blocks that must be read together become one criterion, and
// their parent is readTogether. A line that may itself restrict people becomes
// a criterion too.
func (s *splitter) addIntroduction(b *block, behind []*block, at place) place {
	q, plain := quantifier(b.text, at.side)
	p, side := place{side: at.side, cohort: at.cohort}, at.side
	own := false // the line may itself be a criterion
	switch {
	case isOrganizingHeading(b.text):
	case plain && q.separatesItems(at.side), at.side == rules.Exclusion && pureList.MatchString(b.text):
		p.parent = b.text
	case namesParticipants(b.text) || isSortingHeading(b.text):
		p.cohort = b.text
		if own = mayBeCriterion(b.text); own {
			side = ""
		}
	case at.side == "" || len(behind) == 0 || at.side == rules.Exclusion && q == anyOf:
		p.cohort = b.text
		own = !plain
	default:
		s.addCriterion(s.citePieces(append([]string{b.text}, blockTexts(behind)...)...), Criterion{Side: at.side, Cohort: at.cohort})
		p.parent = readTogether
		return p
	}
	if own {
		s.addCriterion(s.citePieces(b.text), Criterion{Side: side, Cohort: at.cohort})
	} else {
		s.addNotCriterion(b.text, introduce)
	}
	return p
}

var (
	onlyWord = regexp.MustCompile(`(?i)^\W*(and|or|and\s*/\s*or)\W*$`)
	endsOr   = regexp.MustCompile(`(?i)\b(?:or|and\s*/\s*or)\W*$`)
	endsAnd  = regexp.MustCompile(`(?i)\band\W*$`)
	startsOr = regexp.MustCompile(`^(?:or|OR|and|AND|and/or|AND/OR|Or|And)\b`)
)

// countJoined counts the first blocks that "or" and "and" join to one
// criterion.
func (s *splitter) countJoined(blocks []*block, at place) int {
	n := 1
	if len(blocks[0].kids) > 0 && strings.HasSuffix(blocks[0].lastText(), ":") {
		n += countIntroduced(blocks[1:]) // the last line introduces blocks outside the list
	}
	for n < len(blocks) {
		before, next := blocks[n-1].lastText(), blocks[n].text
		if _, rest, _, ok := cutHeading(next, blocks[n].marker != ""); ok && rest == "" {
			break
		}
		joins := onlyWord.MatchString(next) || onlyWord.MatchString(before) || endsOr.MatchString(before) || startsOr.MatchString(next) ||
			endsAnd.MatchString(before) && at.side != rules.Inclusion
		if n == 1 && !joins && at.side == rules.Inclusion {
			joins = s.alternatives(blocks)
		}
		if !joins && !(n > 1 && at.side == rules.Inclusion && s.alternatives(blocks[n-1:])) {
			break
		}
		n++
	}
	return n
}

// alternatives reports whether the blocks are a list such as "A; B; or C", of
// which all are alternatives.
func (s *splitter) alternatives(blocks []*block) bool {
	const most = 40
	for i, b := range blocks[:min(len(blocks), most)] {
		text := b.lastText()
		if endsOr.MatchString(text) {
			return i > 0 && i+1 < len(blocks)
		}
		if last := text[len(text)-1]; last != ';' && last != ',' {
			return false
		}
	}
	return false
}

func (b *block) lastText() string {
	for len(b.kids) > 0 {
		b = b.kids[len(b.kids)-1]
	}
	return b.text
}

func blockTexts(blocks []*block) []string {
	var list []string
	for _, b := range blocks {
		list = append(append(list, b.text), blockTexts(b.kids)...)
	}
	return list
}

func (s *splitter) splitBlock(b *block, at place) {
	if len(b.kids) == 0 {
		s.splitLeaf(b, at)
		return
	}
	q, plain := quantifier(b.text, at.side)
	single := len(sentences(b.text)) == 1 && at.side != ""
	switch {
	case isOrganizingHeading(b.text):
		s.addNotCriterion(b.text, introduce)
		s.splitList(b.kids, place{side: at.side, cohort: at.cohort})
	case single && plain && q.separatesItems(at.side), single && at.side == rules.Exclusion && pureList.MatchString(b.text):
		s.addNotCriterion(b.text, introduce)
		s.splitList(b.kids, place{side: at.side, parent: b.text, cohort: at.cohort})
	default:
		c := Criterion{Side: at.side, Parent: at.parent, Cohort: at.cohort, Any: q == anyOf}
		if single && plain && q != unclear {
			c.Parts = listParts(b.kids)
		}
		s.addCriterion(s.citePieces(blockTexts([]*block{b})...), c)
	}
}

// listParts gives the items of a list as the parts of a criterion, or nil if
// one of them is not one sentence.
func listParts(blocks []*block) []string {
	var parts []string
	for _, b := range blocks {
		if len(b.kids) > 0 || len(sentences(b.text)) != 1 || needsContext(b.text) {
			return nil
		}
		parts = append(parts, b.text)
	}
	return parts
}

// splitLeaf adds the criteria of a block without items: a list item is one
// criterion, and a paragraph is one for each group of sentences.
func (s *splitter) splitLeaf(b *block, at place) {
	all := groupSentences(b.text)
	if b.marker == "" {
		for _, g := range all {
			c := Criterion{Side: at.side, Parent: at.parent, Cohort: at.cohort}
			if len(g) == 1 {
				c.Parts = g
			}
			s.addCriterion(s.citePieces(strings.Join(g, " ")), c)
		}
		return
	}
	c := Criterion{Side: at.side, Parent: at.parent, Cohort: at.cohort, Any: at.side == rules.Exclusion}
	for _, g := range all {
		if len(g) > 1 {
			c.Parts = nil
			break
		}
		c.Parts = append(c.Parts, g[0])
	}
	s.addCriterion(s.citePieces(b.text), c)
}

var (
	// saysOut and saysIn match words of a sentence that name the other side.
	saysOut = regexp.MustCompile(`(?i)\bexclu(?:d|sion)|\bnot (?:be )?(?:eligible|enrolled|included|allowed|permitted)|\bineligible|\b(?:cannot|may not|can not) (?:participate|join|enter|take part)|\bnon-?inclusion`)
	saysIn  = regexp.MustCompile(`(?i)\b(?:must|should|shall|eligible|allowed|permitted|acceptable|required to|need to|not exclu\w*|be (?:included|enrolled)|may (?:participate|enroll?|enter)|inclusion)\b`)
	// negated matches an exclusion that begins like a requirement.
	negated = regexp.MustCompile(`(?i)^\W*(?:no|not|none|nor|without|absence|lack|never|able|willing|willingness|ability|capable|agree\w*|negative|adequate|acceptable|sufficient|free|normal|(?:patients?|subjects?|participants?) (?:\w+ )?(?:not|without|no|willing|able))\b`)
)

func needsContext(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), ":") || exceptionNote.MatchString(text)
}

var exceptionNote = regexp.MustCompile(`(?i)\b(?:see (?:below|above|section|appendix|table)|as (?:described|defined|listed) (?:below|above)|(?:listed|described|mentioned|stated|specified) (?:below|above)|protocol[- ](?:defined|specified))\b`)

// addCriterion adds a criterion. It removes the parts of a criterion whose
// words contradict its side, so that a person must read it.
func (s *splitter) addCriterion(quote string, c Criterion) {
	c.Quote = quote
	switch {
	case listMark.MatchString(quote):
		return
	case onlyWord.MatchString(quote):
		s.NotCriteria = append(s.NotCriteria, rules.NotCriterion{Quote: quote, Reason: connects})
		return
	case c.Side == rules.Inclusion && saysOut.MatchString(c.Quote), saysOut.MatchString(c.Quote) && inNoun.MatchString(c.Quote):
		c.Side, c.Parts = "", nil
	case c.Side == rules.Exclusion && (saysIn.MatchString(outWords.ReplaceAllString(c.Quote, "")) || negated.MatchString(c.Quote)):
		c.Parts = nil
	}
	if c.Cohort == "" {
		c.Cohort = s.cohort
	}
	if c.Side == "" || c.Cohort != "" || slices.ContainsFunc(c.Parts, needsContext) {
		c.Parts = nil
	}
	s.Criteria = append(s.Criteria, c)
}
