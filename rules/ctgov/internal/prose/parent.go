// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules"
)

// readParentFrame reads a line that introduces a list of exclusions and applies
// to each item: "History of any of the following:", "Treatment with any of the
// following agents within 28 days of screening:".
func (p *parser) readParentFrame(c Context) bool {
	if c.Side != rules.Exclusion {
		return false
	}
	text := normalizeText(c.Parent)
	q := &parser{r: p.r, text: text, toks: tokenize(text), exclusion: true, budget: maxSteps}
	q.trimStart()
	for len(q.toks) > 0 && (q.toks[len(q.toks)-1].text == ":" || q.toks[len(q.toks)-1].text == ".") {
		q.toks = q.toks[:len(q.toks)-1]
	}
	q.cutVerdict()
	q.readPreamble()
	s, ok := q.readSubject()
	if !ok || s.negated || s.sex != "" {
		return false
	}
	f, ok := q.readFrame()
	if !ok || f.active {
		return false
	}
	q.takePhrase("the use of")
	if q.takeLongest("of the following", "any of the following", "any one of the following", "one of the following", "one or more of the following", "at least one of the following", "the following", "any one or more of the following", "following", "either of the following", "any of these") == "" {
		return false
	}
	q.takeLongest("condition", "disease", "drug", "medication", "treatment", "therapy", "agent", "disorder", "diagnosis", "procedure", "prior therapy", "medical condition", "concomitant medication", "medicine", "prohibited medication")
	w, ok := q.readWindow()
	if !ok {
		return false
	}
	q.takeLongest(",", "will be excluded")
	if !q.atEnd() {
		return false
	}
	p.under, p.underIn = f, w
	return true
}
