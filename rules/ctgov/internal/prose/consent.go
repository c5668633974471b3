// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// Words of statements of consent, which become one question with the words of
// the sentence.
var (
	abilities  = wordTables.wordSet("abilities")
	consenting = wordTables.wordSet("consenting")
)

func (p *parser) readWholeQuestion() (node, bool) {
	if len(p.toks) == 0 || len(p.toks) > 90 || p.toks[len(p.toks)-1].text == ":" {
		return node{}, false
	}
	first, last := p.toks[0].start, p.toks[len(p.toks)-1].end
	said := p.text[first:last]
	form := p.statementForm(p.toks)
	if form == "" || form == "consent" && p.exclusion && !isDenial(said) {
		return node{}, false
	}
	return p.r.quotedQuestion(form, said), true
}

// statementForm gives the form of a statement that only a person can answer, or
// "".
func (p *parser) statementForm(toks []token) string {
	lower := " " + strings.ToLower(p.text[toks[0].start:toks[len(toks)-1].end]) + " "
	has := func(list ...string) bool { return containsAny(lower, list...) }
	if has("recruit", "excluded", "eligib", "allowed", "permitted", "may be included", "can be included", "will be included", "are included", "may be enrolled", "can be enrolled", "acceptable", " note:", "note that", "not intended to", "above information", "not specified", "exclusion criteria", "inclusion criteria") {
		return "" // it is about the study, or an exception
	}
	switch {
	case has("opinion of the investigator", "investigator's opinion", "investigator's judg", "judgment of the investigator", "judgement of the investigator", "investigator considers", "investigators' opinion", "opinion of the principal investigator", "opinion of investigator", "judged by the investigator", "discretion of the investigator", "investigator's discretion", "investigator believes", "deemed by the investigator", "opinion of the treating", "determined by the investigator", "considered by the investigator", "opinion of the study", "judgment of investigator", "investigator judges", "opinion of the physician"):
		return "judgement"
	case has("life expectancy", "life-expectancy", "expected survival", "predicted survival", "survival expectation", "anticipated survival", "estimated survival", "expected lifetime", "survival time"):
		if len(toks) > 25 || has(";", " hemoglobin", "ecog", "karnofsky") {
			return ""
		}
		return "assessment"
	case has("measurable disease", "measurable lesion", "measurable tumor", "evaluable disease", "target lesion", "evaluable lesion", "measurable tumour") && !has("not measurable"):
		if len(toks) > 40 {
			return ""
		}
		return "assessment"
	case has("contraindication to ", "contraindications to ", "contraindication for ", "contraindications for ", "contraindicated for ", "contraindication against", "contraindications against", "intercurrent illness", "unfit for", "not fit for", "fit for surgery", "fit for chemotherapy", "suitable for surgery", "in good general health", "good general condition", "in good health", "generally healthy") && len(toks) <= 60:
		return "judgement"
	case len(toks) <= 16 && (strings.HasPrefix(lower, " adequate ") || strings.HasPrefix(lower, " acceptable ") || strings.HasPrefix(lower, " sufficient ") || has(" adequate organ", " adequate bone marrow", " adequate renal", " adequate hepatic", " adequate liver", " adequate hematolog")) && has("function", "reserve") && !hasNumber(toks):
		return "assessment"
	case len(toks) <= 20 && has("recovered from", "recovery from", "resolution of", "not recovered") && has("toxic", "effects", "surgery", "adverse", "treatment", "therapy") && !hasNumber(toks):
		return "assessment"
	case has("prisoner", "incarcerat", "imprison", "social security", "health insurance", "guardianship", "tutorship", "curatorship", "legal protection", "deprived of liberty", "deprived of their liberty", "deprived of freedom", "protected adult", "court protection", "trusteeship") && len(toks) <= 40,
		has("fluent", "fluency", "literate", "proficient", "english-speaking", "english speaking", "speak and", "speaks ", "speak english", "read and write", "understand english", "speak or", "to read ", "command of the") && len(toks) <= 30,
		has("smartphone", "smart phone", "internet access", "access to the internet", "access to a ", "email address", "text messag", "access to text") && !has("infus", "venous", "vascular") && len(toks) <= 30:
		return "consent"
	case has("contracepti", "birth control") && has(" use", " using", " agree", " practice", " practise", " willing", " employ"):
		return "consent"
	case has(" trial", " study", " studies", " research") && has("participation", "participating", "participate", "participant in", "enrolled", "enrollment", "enrolment", "involve") && has("another", "other ", "investigational", "interventional", "concurrent", "simultaneous", "any clinical", "a clinical", "different", "any study", "any other", "previous"):
		return "participation"
	}
	q := &parser{r: p.r, text: p.text, toks: toks, budget: maxSteps}
	if s, ok := q.readSubject(); !ok && !s.named || q.atEnd() {
		q.i = 0
	}
	start := q.textAt(0)
	for _, t := range toks {
		if t.kind == compareToken {
			return ""
		}
	}
	consents := has("informed consent", "written consent", "consent form", "assent", "sign the consent", "signed consent", "give consent", "provide consent", "to consent", "informed written consent", "informed, written consent")
	if consents && !has("within", "prior treatment", "history of") || abilities[start] && q.i < 8 && q.holdsAny(consenting) && (strings.HasPrefix(start, "a") || strings.HasPrefix(start, "un") || strings.HasPrefix(start, "in") || strings.HasPrefix(start, "will") || strings.HasPrefix(start, "cap") || strings.HasPrefix(start, "comp") || strings.HasPrefix(start, "coop") || strings.HasPrefix(start, "non") || strings.HasPrefix(start, "refus") || strings.HasPrefix(start, "lack") || strings.HasPrefix(start, "agree") || strings.HasPrefix(start, "under") || strings.HasPrefix(start, "can") || strings.HasPrefix(start, "speak")) {
		return "consent"
	}
	return ""
}

// readAskedRest reads the last item of a list if only a person can answer it:
// "... or unable to give consent".
func (p *parser) readAskedRest() (*item, bool) {
	if p.atEnd() {
		return nil, false
	}
	rest := p.toks[p.i:]
	for _, t := range rest {
		if t.text == ";" || t.text == "." || t.kind == compareToken {
			return nil, false
		}
	}
	form := p.statementForm(rest)
	if form == "" && p.exclusion && len(rest) <= 30 && p.isNext("other condition that", "any other condition that", "other conditions that", "any other conditions that", "any condition that", "other disease that", "any other disease that", "other diseases that", "any other medical condition that", "other medical condition that", "any medical condition that", "other illness that", "any disease that", "other disorder that", "any other condition which", "other condition which", "any other illness that", "any other disorder that", "other conditions which") {
		form = "assessment"
	}
	if form == "" || form == "judgement" || len(rest) > 40 {
		return nil, false
	}
	said := p.textBetween(p.i, len(p.toks))
	p.i = len(p.toks)
	return fixedItem(p.r.quotedQuestion(form, said)), true
}

// isDenial reports whether a statement denies an ability or a will. Among
// exclusions a bare "informed consent" is a mistake, or a heading.
func isDenial(said string) bool {
	for _, w := range tokenize(strings.ToLower(said)) {
		t := w.text
		switch {
		case strings.HasPrefix(t, "un") || strings.HasPrefix(t, "inab") || strings.HasPrefix(t, "incap") || strings.HasPrefix(t, "refus") || strings.HasPrefix(t, "insuff") || strings.HasPrefix(t, "withdr") || strings.HasPrefix(t, "incarc") || strings.HasPrefix(t, "prison") || strings.HasPrefix(t, "imprison") || strings.HasPrefix(t, "decl"):
			return true
		case lackingWords[t]:
			return true
		}
	}
	return false
}

var lackingWords = wordTables.wordSet("lacking words")

func hasNumber(toks []token) bool {
	return slices.ContainsFunc(toks, func(t token) bool { return t.kind == numberToken || t.kind == compareToken })
}

func (p *parser) holdsAny(set map[string]bool) bool {
	return slices.ContainsFunc(p.toks, func(t token) bool { return set[t.text] || set[t.stem] })
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// neutralWords are the words of a line that only introduces a list.
var neutralWords = wordTables.wordSet("neutral words")

// beforeStudy matches a time that all results have.
var beforeStudy = regexp.MustCompile(`(?i) (prior to|before|at) (the )?(randomization|enrollment|enrolment|registration|screening|study entry|baseline)( visit)?`)

// parentIsPlain reports whether the parent line leaves the meaning of an item
// unchanged.
func (r *Reader) parentIsPlain(c Context) bool {
	if strings.TrimSpace(c.Parent) == "" {
		return true
	}
	text := normalizeText(c.Parent)
	if len(text) > 400 {
		return false
	}
	text = beforeStudy.ReplaceAllString(text, "")
	joined := " " + strings.ToLower(text) + " "
	for _, t := range tokenize(text) {
		if t.kind == wordToken && !neutralWords[t.stem] && !neutralWords[t.text] || t.kind == numberToken || t.kind == compareToken {
			return false
		}
	}
	contains := func(list ...string) bool { return containsAny(joined, list...) }
	some := contains(" any ", " one ", " least ", " either ", " more ")
	if c.Side == rules.Exclusion {
		return !contains(" all of", " not have", " both ", " no ", " adequate ", " each ", " all the ") && (!contains(" not ") || contains("not be ", "not eligible", "are not "))
	}
	return !some && !contains(" not ", " exclu", " ineligible", " cannot ", " no ")
}
