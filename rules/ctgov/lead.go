// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

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

// isOrganizingHeading reports whether a heading only sorts the items below.
func isOrganizingHeading(head string) bool { return consistsOf(head, organizing) }

func consistsOf(text string, set map[string]bool) bool {
	return !slices.ContainsFunc(words.FindAllString(text, -1), func(w string) bool { return !set[strings.ToLower(w)] })
}

// separatesItems reports whether each item is a separate criterion.
func (q quantity) separatesItems(side rules.Side) bool {
	return q == allOf && side == rules.Inclusion || q == anyOf && side == rules.Exclusion
}
