// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

type headline struct {
	side      rules.Side // "" if it names both sides
	sideKnown bool       // "Eligibility criteria" tells no side
	// cohort is the heading where it limits its criteria to some participants,
	// such as "Inclusion criteria for controls"; "" otherwise.
	cohort     string
	introduces bool // it is a sentence such as "Patients are excluded if:"
}

var (
	words = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}'’-]*`)

	outWords = regexp.MustCompile(`(?i)\b(?:non[- ]?inclusions?|exclusion\w*|exclud(?:e[sd]?|ing)|ineligib\w*|preclud\w*|` +
		`not (?:be )?(?:considered )?(?:eligible|included|enrolled|enrollable|allowed|able to (?:join|participate|take part))|(?:cannot|can not|may not|must not|should not) (?:participate|join|take part|enter|be (?:eligible|included|enrolled)))\b`)
	inWords = regexp.MustCompile(`(?i)\b(?:inclusion\w*|include[sd]?|eligib\w*|(?:may|can|could) (?:participate|join|take part|enter|be enrolled)|enrolled)\b`)
	// inNoun matches a noun that, beside a word for exclusion, makes a heading
	// of both sides. "Exclusion criteria include" names one side.
	inNoun = regexp.MustCompile(`(?i)\binclusions?\b|\binclusionary\b`)
	// notLimited matches words that say that a list is open.
	notLimited = regexp.MustCompile(`(?i),? ?\b(?:but|and)(?: (?:is|are))? not (?:necessarily )?limited to\b`)
	// verbs match a heading that is a sentence. It sets the side if it says
	// that people may or may not take part: "Prohibited drugs include:" does
	// not.
	verbs    = regexp.MustCompile(`(?i)\b(?:meets?|meeting|must|have|has|who|if|fulfill?s?|satisf(?:y|ies)|violat\w+|per|see|according|applies|apply)\b`)
	ofPeople = regexp.MustCompile(`(?i)\b(?:patients?|subjects?|participants?|individuals?|people|persons?|candidates?|volunteers?|anyone|those|they|enrollment|enrolment|participation)\b`)
	letsIn   = regexp.MustCompile(`(?i)\b(?:eligible|be (?:included|enrolled)|(?:may|can|could) (?:participate|join|take part|enter))\b`)
	numeral  = regexp.MustCompile(`^(?:\d{1,2}|[IVX]{1,4})$`)
	sideNoun = regexp.MustCompile(`(?i)\b(?:non[- ]?inclusions?|exclusions?|inclusions?|eligibility|inclusionary|exclusionary|excl|incl)\b`)

	// formal words make up a heading and name no participants.
	formal = prose.WordSet("key main major general primary principal basic additional other inclusion inclusions exclusion exclusions non inclusionary exclusionary " +
		"incl excl non-inclusion eligibility criteria criterion criterium criterias criterions for the this study trial of to be and or abbreviated summary summarized " + //nolint:misspell // so are records
		"specific selection entry overall list as follows following are is were include includes included all both patient patients subject subjects participant " +
		"participants clinical requirements research project protocol at screening enrollment enrolment randomization in a")

	// sentenceHead matches a sentence whose beginning, up to its verb, is a
	// heading.
	sentenceHead = regexp.MustCompile(`(?i)^(?:the )?(?:key |main |major )?(?:non[- ]?inclusion|inclusion|exclusion) criteri(?:a|on)(?: (?:for|of) (?:this|the) (?:study|trial))? (?:were|was|are|is|included|includes?|consist(?:s|ed)? of|comprised?)\b(?: as follows| the following|,? (?:but|and)(?: (?:is|are))? not (?:necessarily )?limited to(?: the following)?)?\s*:?\s*`)
	// bareHead matches a heading without a colon before its criterion.
	bareHead = regexp.MustCompile(`^(?:(?:Key|Main|Major|KEY|MAIN) )?(?:(?:Non-)?(?:Inclusion|inclusion)|Exclusion|INCLUSION|EXCLUSION|NON-INCLUSION) (?:Criteria|criteria|CRITERIA)\s+([\p{Lu}\d*•●\-(≥])`)
	// inlineHead matches a heading in the middle of a line.
	inlineHead = regexp.MustCompile(`(?i)([.;:)–—-]\s+|^)((?:key |main |major |principal )?(?:non[- ]?inclusion|inclusion|exclusion)s?(?: criteri(?:a|on))?\s*:)|` +
		`(\s)((?-i:(?:Key |Main |Major )?(?:Inclusion|Exclusion|INCLUSION|EXCLUSION) (?:[Cc]riteria|CRITERIA)\s*:))`)
	beforeHead = regexp.MustCompile(`(?i)\b(?:per|see|the|of|meet|meets|all|in|to|and|or|any|other|following|both|under|from|with)$`)
)

// Limits of a heading.
const (
	longestHead = 200 // bytes
	mostWords   = 16
	wordLength  = 16 // bytes; more than any word of beforeHead
)

// cutHeading cuts a heading off the start of a text. marked says that the text
// is a list item: a sentence there introduces that item only.
func cutHeading(text string, marked bool) (head, rest string, h headline, ok bool) {
	if m := sentenceHead.FindString(text); m != "" && !strings.Contains(strings.ToLower(m), "inclusion and exclusion") {
		return strings.TrimSpace(m), text[len(m):], headline{side: namedSide(m), sideKnown: true}, true
	}
	if m := bareHead.FindStringSubmatchIndex(text); m != nil {
		return strings.TrimSpace(text[:m[2]]), text[m[2]:], headline{side: namedSide(text[:m[2]]), sideKnown: true}, true
	}
	end := strings.IndexAny(text, ":：")
	switch {
	case end >= 0 && end < longestHead:
		head = text[:end+len(text[end:])-len(strings.TrimLeft(text[end:], ":："))]
	case end < 0 && len(text) < longestHead:
		head = text
	default:
		return "", "", h, false
	}
	if i := strings.Index(head, ". "); i > 0 && end >= 0 && len(head) < len(text) {
		return "", "", h, false // the colon belongs to a later sentence
	}
	list := words.FindAllString(notLimited.ReplaceAllString(head, ""), -1)
	if len(list) == 0 || len(list) > mostWords {
		return "", "", h, false
	}
	rest = strings.TrimSpace(text[len(head):])
	all := true
	for _, w := range list {
		all = all && (formal[strings.ToLower(w)] || numeral.MatchString(w))
	}
	colon := end >= 0
	switch {
	case all && sideNoun.MatchString(head) && (colon || !endsSentence(head)):
	case colon && sideNoun.MatchString(head) && strings.Contains(strings.ToLower(head), "criteri") && !(marked && rest == "") && !verbs.MatchString(head):
		h.cohort = cohortHeading(head)
	case colon && rest == "" && !marked && ofPeople.MatchString(head) && (outWords.MatchString(head) || letsIn.MatchString(head)) && !exceptWords.MatchString(head):
		h.introduces = true
	default:
		return "", "", h, false
	}
	h.side, h.sideKnown = namedSide(head), outWords.MatchString(head) || inWords.MatchString(head) && !onlyEligibility(head)
	if h.side == "" && h.sideKnown { // both
		h.sideKnown = false
	}
	return head, rest, h, true
}

var harmless = regexp.MustCompile(`(?i)^[\s:：(]*(?:abbreviated|summary|in brief|partial list|phases|cohorts|parts|arms)[\s):：]*$`)

// cohortHeading gives the heading if it is about some participants only, or "".
func cohortHeading(head string) string {
	left := words.ReplaceAllStringFunc(notLimited.ReplaceAllString(head, ""), func(w string) string {
		if formal[strings.ToLower(w)] || numeral.MatchString(w) {
			return ""
		}
		return w
	})
	if strings.Trim(left, " :：()-–—/&,.'") == "" || harmless.MatchString(left) {
		return ""
	}
	return head
}

// sideWords match words that name the inclusion side; "eligibility" alone does
// not.
var sideWords = regexp.MustCompile(`(?i)inclu|eligible|participate|join|enroll`)

func onlyEligibility(head string) bool { return !sideWords.MatchString(head) }

// namedSide gives the side that a heading names: "" for both, or neither.
func namedSide(head string) rules.Side {
	out := outWords.MatchString(head)
	in := inWords.MatchString(outWords.ReplaceAllString(head, ""))
	switch {
	case out && inNoun.MatchString(outWords.ReplaceAllString(head, "")):
		return ""
	case out:
		return rules.Exclusion
	case in && !onlyEligibility(head):
		return rules.Inclusion
	}
	return ""
}

// cutInline cuts a text before each heading inside it.
func cutInline(text string) []string {
	var parts []string
	start := 0
	for _, m := range inlineHead.FindAllStringSubmatchIndex(text, -1) {
		at := m[4]
		if at < 0 {
			at = m[8]
		}
		if at <= start || beforeHead.MatchString(strings.TrimSpace(text[max(start, at-wordLength):at])) {
			continue
		}
		parts = append(parts, strings.TrimSpace(text[start:at]))
		start = at
	}
	return append(parts, strings.TrimSpace(text[start:]))
}

// quantity is the number of items below a line that must hold.
type quantity int

const (
	unclear quantity = iota
	allOf
	anyOf
)

var (
	exceptWords = regexp.MustCompile(`(?i)\b(?:except\w*|unless|other than|excluding|apart from|but not|without)\b`)
	anyWords    = regexp.MustCompile(`(?i)\b(?:any|either|one|or|at least|1|more)\b`)
	allWords    = regexp.MustCompile(`(?i)\b(?:all|both|each|every)\b`)
	countWords  = regexp.MustCompile(`(?i)\b(?:two|three|four|five|[2-9]|combination|not|no|none|never|neither|most|fewer|less)\b`)

	// plainLead words introduce a list and restrict nobody.
	plainLead = prose.WordSet("participants participant patients patient subjects subject individuals people persons person volunteers must will should shall may can " +
		"have has had having be are is was were meet meets meeting satisfy satisfies fulfil fulfill fulfils fulfills all any each both every one or more either at least of the these following criteria criterion " +
		"conditions condition requirements to for in order eligible ineligible enrolled included excluded exclude excludes inclusion exclusion this study trial entry " +
		"enrollment enrolment participation participate if they he she who with presence from apply applies a an screening baseline listed below as defined described " +
		"follows follow by adequate acceptable organ bone marrow function functions hematologic haematologic hematological haematological hematopoietic renal hepatic liver kidney " +
		"cardiac coagulation pulmonary laboratory lab values value parameters parameter results tests reserve includes include including included normal sufficient " +
		"evidenced evidence indicated shown demonstrated determined and that on their clinical key main general characteristics entering considered when meeting " +
		"potential prospective candidate candidates show shows make makes enter enrolling research fulfilling fulfilled met data documented only into")
	// organizing words make up headings inside a side that are no subject of
	// the items below: "Age:" and "Life expectancy:" are subjects.
	organizing = prose.WordSet("general medical disease characteristics patient laboratory lab values organ hematologic haematologic hematopoietic hematological " +
		"renal hepatic cardiovascular cardiac pulmonary neurologic neurological gastrointestinal metabolic endocrine infectious psychiatric other others " +
		"conditions related diagnostic criteria and or specific administrative dis disease-related laboratory-related key main additional")
)

// quantifier gives the number of items below a line that must hold, and reports
// whether the line says nothing else. Without words for it the side decides:
// one exclusion is enough, and all inclusions that the line requires must hold.
func quantifier(lead string, side rules.Side) (q quantity, plain bool) {
	rest := outWords.ReplaceAllString(lead, "")
	turned := side == rules.Inclusion && rest != lead || side == rules.Exclusion && requires.MatchString(rest)
	if turned || countWords.MatchString(rest) {
		return unclear, false
	}
	plain = !exceptWords.MatchString(lead)
	for _, w := range words.FindAllString(rest, -1) {
		plain = plain && (w == "1" || plainLead[strings.ToLower(w)])
	}
	switch {
	case anyWords.MatchString(lead): // "any or all of"
		return anyOf, plain
	case allWords.MatchString(lead):
		return allOf, plain
	case side == rules.Exclusion:
		return anyOf, plain
	case lead != "" && !states.MatchString(lead):
		return unclear, plain // "Patients with:" may list alternatives
	}
	return allOf, plain
}

// states matches lines above inclusions that require each item below.
var states = regexp.MustCompile(`(?i)\b(?:must|should|shall|criteria|criterion|requirements?|required|adequate|acceptable|sufficient|normal|eligible|if they|who|functions?|values|parameters|laboratory)\b`)

// requires matches lines that state a requirement. Above exclusions they negate
// the items below.
var requires = regexp.MustCompile(`(?i)\b(?:must|should|shall|eligible|eligibility|adequate|acceptable|sufficient|normal|required|requirements?|inclusion|included)\b`)

var (
	// pureList matches a line that says only that each item below is one case.
	pureList = regexp.MustCompile(`(?i)^\W*(?:(?:presence|history|diagnosis|have|has|had|having|received|receipt|receiving|meets?|meeting|patients?|subjects?|participants?|with|who|known|` +
		`current|treatment|use|taking|of|the|a) )*(?:any|one or more|one|either|at least one) of the following(?: [\w-]+){0,4}\s*:?$`)

	participantWords = regexp.MustCompile(`(?i)^(?:for|in|among)\b|\b(?:cohorts?|arms?|groups?|parts?|phases?|stages?|stratum|strata|sub-?stud(?:y|ies)|extension)\b|\b(?:only|specific)\s*:?$|` +
		`\b(?:participants|patients|subjects|volunteers|controls|individuals|adolescents|children|adults|women|men|males|females|parents|caregivers|donors)\s*(?:\([^)]*\))?\s*:?$`)
	choice    = regexp.MustCompile(`(?i)\b(?:any|either|one of|at least|or)\b`)
	partWords = regexp.MustCompile(`(?i)\b(?:cohorts?|arms?|groups?|parts?|phases?|stages?|stratum|strata|sub-?stud(?:y|ies)|extension|only|specific)\b`)
	sorting   = prose.WordSet("prior concurrent concomitant current previous therapy therapies chemotherapy radiotherapy surgery biologic endocrine medication medications " +
		"treatment treatments age sex performance status life expectancy demographics demographic registration randomization screening study experience clinical history " +
		"exclusions exclusion medical conditions criteria therapeutic characteristics disease other patient pregnancy consent informed and")
)

// namesParticipants reports whether a line names the participants, or the part
// of the study, that the items below are about.
func namesParticipants(line string) bool {
	const most = 10 // words
	return participantWords.MatchString(line) && !choice.MatchString(line) && len(words.FindAllString(line, -1)) <= most
}

// mayBeCriterion reports whether a line that names participants may also be a
// criterion: "Healthy volunteers", without a colon.
func mayBeCriterion(line string) bool {
	return namesParticipants(line) && !strings.HasSuffix(line, ":") && !partWords.MatchString(line)
}

// isSortingHeading reports whether a heading only sorts the items below, but may
// be their subject, as "Life expectancy" is of "at least 3 months".
func isSortingHeading(head string) bool { return consistsOf(head, sorting) }

func isOrganizingHeading(head string) bool { return consistsOf(head, organizing) }

func consistsOf(text string, set map[string]bool) bool {
	return !slices.ContainsFunc(words.FindAllString(text, -1), func(w string) bool { return !set[strings.ToLower(w)] })
}

func (q quantity) separatesItems(side rules.Side) bool {
	return q == allOf && side == rules.Inclusion || q == anyOf && side == rules.Exclusion
}
