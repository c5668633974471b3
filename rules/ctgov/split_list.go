// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// readTogether stands for the parent where the blocks below were taken together.
const readTogether = "\x00"

// countIntroduced counts the blocks up to the next heading or introducing line: those that
// a line may introduce.
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

// leadsIn finds lines that introduce a list without a colon.
var leadsIn = regexp.MustCompile(`(?i)\b(?:(?:the|any|both|all|one|of) following(?: [\w-]+){0,3}|as follows|(?:described|listed|defined) below|either|including|such as|defined (?:as|by)|with|if|who)\s*[.;,–—-]?$`)

// introduces reports whether a block without items below it introduces those
// behind it: it ends in a colon or as such a line does,
// or is a short title above a list.
func introduces(b *block, behind []*block) bool {
	if len(behind) == 0 {
		return false
	}
	if strings.HasSuffix(b.text, ":") || leadsIn.MatchString(b.text) {
		return true
	}
	return b.marker == "" && behind[0].marker != "" && mayBeTitle(b.text)
}

// mayBeTitle reports whether a text may be a title.
func mayBeTitle(text string) bool {
	const most = 6 // words
	return len(words.FindAllString(text, -1)) <= most && !endsSentence(text)
}

// cohortTitle reports whether a paragraph names a part of the study for which
// the headings behind it hold.
func (s *splitter) cohortTitle(b *block, behind []*block) bool {
	if b.marker != "" || len(b.kids) > 0 || len(behind) == 0 {
		return false
	}
	_, rest, h, ok := cutHeading(behind[0].text, behind[0].marker != "")
	return ok && rest == "" && !h.introduces && (strings.HasSuffix(b.text, ":") || mayBeTitle(b.text) && namesParticipants(b.text))
}

// addIntroduction notes a line that introduces the blocks behind it, and gives their
// place. What must be read together becomes one criterion; then the parent is
// taken. A line that may restrict people by itself becomes a criterion too.
func (s *splitter) addIntroduction(b *block, behind []*block, at place) place {
	q, plain := quantifier(b.text, at.side)
	p, side := place{side: at.side, cohort: at.cohort}, at.side
	own := false // whether the line may be a criterion itself
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

// countJoined counts the blocks that "or" and "and" join to one criterion.
func (s *splitter) countJoined(blocks []*block, at place) int {
	n := 1
	if len(blocks[0].kids) > 0 && strings.HasSuffix(blocks[0].lastText(), ":") {
		n += countIntroduced(blocks[1:]) // what the last line introduces stands outside of the list
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

// alternatives reports whether the blocks are a list such as "A; B; or C": all
// of them stand for each other, wherever the "or" stands.
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

// lastText is the text at the end of the block and what is below it.
func (b *block) lastText() string {
	for len(b.kids) > 0 {
		b = b.kids[len(b.kids)-1]
	}
	return b.text
}

// blockTexts lists the texts of blocks and of what is below them, in order.
func blockTexts(blocks []*block) []string {
	var list []string
	for _, b := range blocks {
		list = append(append(list, b.text), blockTexts(b.kids)...)
	}
	return list
}

// addJoined makes one criterion of several blocks, for a person to read.
func (s *splitter) addJoined(blocks []*block, at place) {
	quote := s.citePieces(blockTexts(blocks)...)
	s.addCriterion(quote, Criterion{Side: at.side, Parent: at.parent, Cohort: at.cohort})
}

// splitBlock makes criteria of one block and of what is below it.
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

// listParts gives the items of a list as sentences: none if one is more than that.
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

// splitLeaf makes criteria of a text: an item is one criterion, of a paragraph each
// sentence that stands for itself.
func (s *splitter) splitLeaf(b *block, at place) {
	all := groupSentences(b.text)
	if b.marker == "" {
		for _, g := range all {
			c := Criterion{Side: at.side, Parent: at.parent, Cohort: at.cohort}
			if len(g) == 1 {
				c.Parts = g
			}
			quote := strings.Join(g, " ")
			s.addCriterion(s.citePieces(quote), c)
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
	// saysOut and saysIn find sentences that speak of the other side.
	saysOut = regexp.MustCompile(`(?i)\bexclu(?:d|sion)|\bnot (?:be )?(?:eligible|enrolled|included|allowed|permitted)|\bineligible|\b(?:cannot|may not|can not) (?:participate|join|enter|take part)|\bnon-?inclusion`)
	saysIn  = regexp.MustCompile(`(?i)\b(?:must|should|shall|eligible|allowed|permitted|acceptable|required to|need to|not exclu\w*|be (?:included|enrolled)|may (?:participate|enroll?|enter)|inclusion)\b`)
	// negated finds exclusions that begin with what may be a requirement.
	negated = regexp.MustCompile(`(?i)^\W*(?:no|not|none|nor|without|absence|lack|never|able|willing|willingness|ability|capable|agree\w*|negative|adequate|acceptable|sufficient|free|normal|(?:patients?|subjects?|participants?) (?:\w+ )?(?:not|without|no|willing|able))\b`)
)

// needsContext reports whether a sentence cannot be read by itself.
func needsContext(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), ":") || exceptionNote.MatchString(text)
}

var exceptionNote = regexp.MustCompile(`(?i)\b(?:see (?:below|above|section|appendix|table)|as (?:described|defined|listed) (?:below|above)|(?:listed|described|mentioned|stated|specified) (?:below|above)|protocol[- ](?:defined|specified))\b`)

// addCriterion adds a criterion. Where its words speak against its side, a person
// must read it.
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
	if c.Side == "" || c.Cohort != "" {
		c.Parts = nil
	}
	for _, part := range c.Parts {
		if needsContext(part) {
			c.Parts = nil
			break
		}
	}
	s.Criteria = append(s.Criteria, c)
}
