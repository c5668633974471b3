// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// Words of statements that no record answers. They become one question, in the
// sentence's own words.
var (
	abilities = words(`able ability unable inability willing willingness unwilling unwillingness capable capability incapable agree agreement agreed consent consenting sign signed signing signature written informed provide provided provision
		give given giving voluntary voluntarily voluntari understand understanding comply compliance compliant noncompliance noncompliant refuse refusal refused legal legally cooperate cooperative cooperation accept acceptance commit obtained documented
		competent literate fluent speak speaking proficient fully lack lacking insufficient availability available likely unlikely inadequate cannot can ready obtain read has have having must with desire participant patient subject poor language english french verbally personally dated a parent parental guardian`)
	consenting = words(`consent assent comply compliance complied adhere adherence cooperate cooperation understand comprehend communicate communication contraception contraceptive willing willingness unwilling unwillingness unable inability able ability capable agree
		voluntarily language follow-up participate cooperative noncompliant`)
)

// wholeQuestion reads a statement of consent, ability or judgement.
func (p *parser) wholeQuestion() (node, bool) {
	if len(p.toks) == 0 || len(p.toks) > 90 {
		return node{}, false
	}
	if p.toks[len(p.toks)-1].text == ":" {
		return node{}, false
	}
	first, last := p.toks[0].start, p.toks[len(p.toks)-1].end
	said := p.text[first:last]
	form := p.conduct(p.toks)
	if form == "" || form == "consent" && p.exclusion && !denies(said) {
		return node{}, false
	}
	return p.r.question(form, said, "Does this hold: \""+said+"\"?"), true
}

// conduct says which kind of statement this is, or "".
func (p *parser) conduct(toks []token) string {
	lower := " " + strings.ToLower(p.text[toks[0].start:toks[len(toks)-1].end]) + " "
	has := func(list ...string) bool {
		for _, s := range list {
			if strings.Contains(lower, s) {
				return true
			}
		}
		return false
	}
	if has("recruit", "excluded", "eligib", "allowed", "permitted", "may be included", "can be included", "will be included", "are included", "may be enrolled", "can be enrolled", "acceptable", " note:", "note that", "not intended to", "above information", "not specified", "exclusion criteria", "inclusion criteria") {
		return "" // it speaks of the study, or of an exception to something else
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
	if s, ok := q.subject(); !ok && !s.named || q.done() {
		q.i = 0
	}
	start := q.word(0)
	for _, t := range toks {
		if t.kind == compareToken {
			return ""
		}
	}
	consents := has("informed consent", "written consent", "consent form", "assent", "sign the consent", "signed consent", "give consent", "provide consent", "to consent", "informed written consent", "informed, written consent")
	if consents && !has("within", "prior treatment", "history of") || abilities[start] && q.i < 8 && q.anyOf(consenting) && (strings.HasPrefix(start, "a") || strings.HasPrefix(start, "un") || strings.HasPrefix(start, "in") || strings.HasPrefix(start, "will") || strings.HasPrefix(start, "cap") || strings.HasPrefix(start, "comp") || strings.HasPrefix(start, "coop") || strings.HasPrefix(start, "non") || strings.HasPrefix(start, "refus") || strings.HasPrefix(start, "lack") || strings.HasPrefix(start, "agree") || strings.HasPrefix(start, "under") || strings.HasPrefix(start, "can") || strings.HasPrefix(start, "speak")) {
		return "consent"
	}
	return ""
}

// restAsked reads the last item of a list that only a person can answer: "... or
// unable to give consent".
func (p *parser) restAsked() (*item, bool) {
	if p.done() {
		return nil, false
	}
	rest := p.toks[p.i:]
	for _, t := range rest {
		if t.text == ";" || t.text == "." || t.kind == compareToken {
			return nil, false
		}
	}
	form := p.conduct(rest)
	if form == "" && p.exclusion && len(rest) <= 30 && p.is("other condition that", "any other condition that", "other conditions that", "any other conditions that", "any condition that", "other disease that", "any other disease that", "other diseases that", "any other medical condition that", "other medical condition that", "any medical condition that", "other illness that", "any disease that", "other disorder that", "any other condition which", "other condition which", "any other illness that", "any other disorder that", "other conditions which") {
		form = "assessment"
	}
	if form == "" || form == "judgement" || len(rest) > 40 {
		return nil, false
	}
	said := p.words(p.i, len(p.toks))
	p.i = len(p.toks)
	return fixed(p.r.question(form, said, "Does this hold: \""+said+"\"?")), true
}

// denies reports whether a statement says that somebody will not or cannot. In
// a list of exclusions "informed consent" is a slip, or a heading.
func denies(said string) bool {
	for _, w := range tokens(strings.ToLower(said)) {
		t := w.text
		switch {
		case strings.HasPrefix(t, "un") || strings.HasPrefix(t, "inab") || strings.HasPrefix(t, "incap") || strings.HasPrefix(t, "refus") || strings.HasPrefix(t, "insuff") || strings.HasPrefix(t, "withdr") || strings.HasPrefix(t, "incarc") || strings.HasPrefix(t, "prison") || strings.HasPrefix(t, "imprison") || strings.HasPrefix(t, "decl"):
			return true
		case lacking[t]:
			return true
		}
	}
	return false
}

var lacking = words(`no not non cannot can't lack lacking without never nor neither difficulty difficult poor limited impaired noncompliant noncompliance inadequate absence guardianship tutorship curatorship trusteeship protected deprived protection don't doesn't incompetent low conflict vulnerable fail failure`)

func hasNumber(toks []token) bool {
	for _, t := range toks {
		if t.kind == numberToken || t.kind == compareToken {
			return true
		}
	}
	return false
}

func (p *parser) anyOf(set map[string]bool) bool {
	for _, t := range p.toks {
		if set[t.text] || set[t.stem] {
			return true
		}
	}
	return false
}

// neutral are the words of a line that only leads in a list.
var neutral = words(`the of following any all patient subject participant individual person woman man who with have has having meet meeting meets must should be are is will excluded exclude excluding from this study trial if they he she or and in to
	criteria criterion exclusion inclusion condition eligible ineligible not for participation participate enrollment a an below listed defined as by follows including adequate organ function bone marrow hepatic renal liver kidney hematologic
	hematological laboratory lab value test result parameter normal end coagulation also apply applies general medical current currently each these those above at screening baseline presence present do does
	key main specific additional other disease fulfil fulfill fulfilling satisfy reserve evidenced evidence demonstrated based on their its shall can cannot may entry enter enrolled considered one more least which ie
	show shows clinical need reaching standard routine limit value following requirement main major function meets obtained confirmed abnormal diagnosis cardiovascular cardiac examination acceptable described randomization visit disorder category categories system acute chronic make patient's`)

// beforeStudy is a time that adds nothing to results at hand.
var beforeStudy = regexp.MustCompile(`(?i) (prior to|before|at) (the )?(randomization|enrollment|enrolment|registration|screening|study entry|baseline)( visit)?`)

// parentIsPlain reports whether the line above leaves an item's meaning alone.
func (r *Reader) parentIsPlain(c Context) bool {
	if strings.TrimSpace(c.Parent) == "" {
		return true
	}
	text := tidy(c.Parent)
	if len(text) > 400 {
		return false
	}
	text = beforeStudy.ReplaceAllString(text, "")
	joined := " " + strings.ToLower(text) + " "
	for _, t := range tokens(text) {
		if t.kind == wordToken && !neutral[t.stem] && !neutral[t.text] || t.kind == numberToken || t.kind == compareToken {
			return false
		}
	}
	contains := func(list ...string) bool {
		for _, s := range list {
			if strings.Contains(joined, s) {
				return true
			}
		}
		return false
	}
	some := contains(" any ", " one ", " least ", " either ", " more ")
	if c.Side == rules.Exclusion {
		return !contains(" all of", " not have", " both ", " no ", " adequate ", " each ", " all the ") && (!contains(" not ") || contains("not be ", "not eligible", "are not "))
	}
	return !some && !contains(" not ", " exclu", " ineligible", " cannot ", " no ")
}
