// SPDX-License-Identifier: Apache-2.0

package prose

// tense is the time at which a named concept is or was present.
type tense uint8

const (
	bare     tense = iota // the sentence does not say
	present               // on the screening day
	past                  // ever, up to the screening day
	inWindow              // in a window that must follow: "treatment with"
	doubted               // "known or suspected"
)

// frame is a phrase before a name, such as "history of".
type frame struct {
	tense tense
	// taken says that a medicine or a procedure follows: "treatment with".
	taken bool
	// done says that a procedure follows: "undergone".
	done bool
	// active says "active": a carrier of an infection has it, and it may not be
	// active.
	active bool
	// adjective says "prior" and the like, which may belong to the next word
	// only.
	adjective bool
	// diagnosis says that a window dates the diagnosis.
	diagnosis bool
}

type frameRow struct {
	frame
	says []string
}

var frames = []frameRow{
	{frame{tense: present}, frameTables.phrases("present")},
	{frame{tense: present, diagnosis: true}, frameTables.phrases("present diagnosis")},
	{frame{tense: present, active: true}, frameTables.phrases("present active")},
	{frame{tense: past}, frameTables.phrases("past")},
	{frame{tense: past, adjective: true}, frameTables.phrases("past adjective")},
	{frame{tense: past, diagnosis: true}, frameTables.phrases("past diagnosis")},
	{frame{tense: doubted}, frameTables.phrases("doubted")},
	{frame{tense: present, taken: true}, frameTables.phrases("present taken")},
	{frame{tense: past, taken: true}, frameTables.phrases("past taken")},
	{frame{tense: inWindow, taken: true}, frameTables.phrases("in window taken")},
	{frame{tense: inWindow}, frameTables.phrases("in window")},
	{frame{tense: past, done: true}, frameTables.phrases("past done")},
}

func (p *parser) readFrame() (*frame, bool) {
	row := takeRow(p, frames, func(r *frameRow) []string { return r.says })
	if row == nil {
		return nil, false
	}
	return &row.frame, true
}

// Adjectives that narrow a name, and adverbs before them. Records do not tell
// how severe a disease is, so that an adjective becomes a question.
var (
	narrowing  = wordTables.wordSet("narrowing")
	adverbs    = wordTables.wordSet("adverbs")
	confirming = WordSet(`confirmed proven documented verified diagnosed advanced`)
)

func (p *parser) readAdjectives() string {
	start, end := p.i, p.i
	for !p.atEnd() {
		mark := p.i
		if end > start {
			if p.textAt(0) == "," && p.i+1 < len(p.toks) {
				p.i++
			}
			p.takeLongest("and / or", "and", "or", "to", "-", "/")
		}
		if !p.readAdjective() {
			p.i = mark
			break
		}
		end = p.i
	}
	p.i = end
	return p.textBetween(start, end)
}

func (p *parser) readAdjective() bool {
	w := p.textAt(0)
	switch {
	case w == "life" && p.takePhrase("life - threatening") || p.takePhrase("new onset") || p.takePhrase("difficult to control"):
		return true
	case adverbs[w] && (p.textAt(1) == "or" || p.textAt(1) == "and" || p.textAt(1) == "/" || p.textAt(1) == "and/or") && adverbs[p.textAt(2)] && confirming[p.textAt(3)]:
		p.i += 4
		return true
	case adverbs[w] && p.textAt(1) == "and" && p.textAt(2) == "/" && p.textAt(3) == "or" && adverbs[p.textAt(4)] && confirming[p.textAt(5)]:
		p.i += 6
		return true
	case adverbs[w]:
		next := 1
		if p.textAt(1) == "-" {
			next = 2
		}
		if narrowing[p.textAt(next)] || confirming[p.textAt(next)] {
			p.i += next + 1
			return true
		}
	case narrowing[w]:
		p.i++
		return true
	case w == "biopsy" || w == "histology":
		return p.takeLongest("biopsy proven", "biopsy confirmed", "biopsy - proven", "biopsy - confirmed", "histology proven") != ""
	}
	return false
}
