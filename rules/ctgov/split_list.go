// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// taken stands for the parent where the blocks below were taken together.
const taken = "\x00"

// run counts the blocks up to the next heading or introducing line: those that
// a line may introduce.
func run(blocks []*block) int {
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
	return b.marker == "" && behind[0].marker != "" && short(b.text)
}

// short reports whether a text may be a title.
func short(text string) bool {
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
	return ok && rest == "" && !h.lead && (strings.HasSuffix(b.text, ":") || short(b.text) && namesSome(b.text))
}

// introduce notes a line that introduces the blocks behind it, and gives their
// place. What must be read together becomes one criterion; then the parent is
// taken. A line that may restrict people by itself becomes a criterion too.
func (s *splitter) introduce(b *block, behind []*block, at place) place {
	q, plain := quantifier(b.text, at.side)
	p, side := place{side: at.side, some: at.some}, at.side
	own := false // whether the line may be a criterion itself
	switch {
	case organizes(b.text):
	case plain && q.alone(at.side), at.side == rules.Exclusion && pureList.MatchString(b.text):
		p.parent = b.text
	case namesSome(b.text) || sorts(b.text):
		p.some = b.text
		if own = mayRestrict(b.text); own {
			side = ""
		}
	case at.side == "" || len(behind) == 0 || at.side == rules.Exclusion && q == anyOf:
		p.some = b.text
		own = !plain
	default:
		s.criterion(s.cite(append([]string{b.text}, texts(behind)...)...), Criterion{Side: at.side, Some: at.some})
		p.parent = taken
		return p
	}
	if own {
		s.criterion(s.cite(b.text), Criterion{Side: side, Some: at.some})
	} else {
		s.not(b.text, introduce)
	}
	return p
}

var (
	onlyWord = regexp.MustCompile(`(?i)^\W*(and|or|and\s*/\s*or)\W*$`)
	endsOr   = regexp.MustCompile(`(?i)\b(?:or|and\s*/\s*or)\W*$`)
	endsAnd  = regexp.MustCompile(`(?i)\band\W*$`)
	startsOr = regexp.MustCompile(`^(?:or|OR|and|AND|and/or|AND/OR|Or|And)\b`)
)

// joined counts the blocks that "or" and "and" join to one criterion.
func (s *splitter) joined(blocks []*block, at place) int {
	n := 1
	if len(blocks[0].kids) > 0 && strings.HasSuffix(blocks[0].lastText(), ":") {
		n += run(blocks[1:]) // what the last line introduces stands outside of the list
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

// texts lists the texts of blocks and of what is below them, in order.
func texts(blocks []*block) []string {
	var list []string
	for _, b := range blocks {
		list = append(append(list, b.text), texts(b.kids)...)
	}
	return list
}

// together makes one criterion of several blocks, for a person to read.
func (s *splitter) together(blocks []*block, at place) {
	quote := s.cite(texts(blocks)...)
	s.criterion(quote, Criterion{Side: at.side, Parent: at.parent, Some: at.some})
}

// block makes criteria of one block and of what is below it.
func (s *splitter) block(b *block, at place) {
	if len(b.kids) == 0 {
		s.leaf(b, at)
		return
	}
	q, plain := quantifier(b.text, at.side)
	single := len(sentences(b.text)) == 1 && at.side != ""
	switch {
	case organizes(b.text):
		s.not(b.text, introduce)
		s.list(b.kids, place{side: at.side, some: at.some})
	case single && plain && q.alone(at.side), single && at.side == rules.Exclusion && pureList.MatchString(b.text):
		s.not(b.text, introduce)
		s.list(b.kids, place{side: at.side, parent: b.text, some: at.some})
	default:
		c := Criterion{Side: at.side, Parent: at.parent, Some: at.some, Any: q == anyOf}
		if single && plain && q != unclear {
			c.Parts = leaves(b.kids)
		}
		s.criterion(s.cite(texts([]*block{b})...), c)
	}
}

// leaves gives the items of a list as sentences: none if one is more than that.
func leaves(blocks []*block) []string {
	var parts []string
	for _, b := range blocks {
		if len(b.kids) > 0 || len(sentences(b.text)) != 1 || doubtful(b.text) {
			return nil
		}
		parts = append(parts, b.text)
	}
	return parts
}

// leaf makes criteria of a text: an item is one criterion, of a paragraph each
// sentence that stands for itself.
func (s *splitter) leaf(b *block, at place) {
	all := groups(b.text)
	if b.marker == "" {
		for _, g := range all {
			c := Criterion{Side: at.side, Parent: at.parent, Some: at.some}
			if len(g) == 1 {
				c.Parts = g
			}
			quote := strings.Join(g, " ")
			s.criterion(s.cite(quote), c)
		}
		return
	}
	c := Criterion{Side: at.side, Parent: at.parent, Some: at.some, Any: at.side == rules.Exclusion}
	for _, g := range all {
		if len(g) > 1 {
			c.Parts = nil
			break
		}
		c.Parts = append(c.Parts, g[0])
	}
	s.criterion(s.cite(b.text), c)
}

var (
	// saysOut and saysIn find sentences that speak of the other side.
	saysOut = regexp.MustCompile(`(?i)\bexclu(?:d|sion)|\bnot (?:be )?(?:eligible|enrolled|included|allowed|permitted)|\bineligible|\b(?:cannot|may not|can not) (?:participate|join|enter|take part)|\bnon-?inclusion`)
	saysIn  = regexp.MustCompile(`(?i)\b(?:must|should|shall|eligible|allowed|permitted|acceptable|required to|need to|not exclu\w*|be (?:included|enrolled)|may (?:participate|enroll?|enter)|inclusion)\b`)
	// negated finds exclusions that begin with what may be a requirement.
	negated = regexp.MustCompile(`(?i)^\W*(?:no|not|none|nor|without|absence|lack|never|able|willing|willingness|ability|capable|agree\w*|negative|adequate|acceptable|sufficient|free|normal|(?:patients?|subjects?|participants?) (?:\w+ )?(?:not|without|no|willing|able))\b`)
)

// doubtful reports whether a sentence cannot be read by itself.
func doubtful(text string) bool {
	return strings.HasSuffix(strings.TrimSpace(text), ":") || exceptionNote.MatchString(text)
}

var exceptionNote = regexp.MustCompile(`(?i)\b(?:see (?:below|above|section|appendix|table)|as (?:described|defined|listed) (?:below|above)|(?:listed|described|mentioned|stated|specified) (?:below|above)|protocol[- ](?:defined|specified))\b`)

// criterion adds a criterion. Where its words speak against its side, a person
// must read it.
func (s *splitter) criterion(quote string, c Criterion) {
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
	if c.Some == "" {
		c.Some = s.cohort
	}
	if c.Side == "" || c.Some != "" {
		c.Parts = nil
	}
	for _, part := range c.Parts {
		if doubtful(part) {
			c.Parts = nil
			break
		}
	}
	s.Criteria = append(s.Criteria, c)
}
