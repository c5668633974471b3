// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// quantity says how many of the items below a line must hold.
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

	// plain words introduce a list and restrict nobody.
	plainLead = wordSet("participants participant patients patient subjects subject individuals people persons person volunteers must will should shall may can " +
		"have has had having be are is was were meet meets meeting satisfy satisfies fulfil fulfill fulfils fulfills all any each both every one or more either at least of the these following criteria criterion " +
		"conditions condition requirements to for in order eligible ineligible enrolled included excluded exclude excludes inclusion exclusion this study trial entry " +
		"enrollment enrolment participation participate if they he she who with presence from apply applies a an screening baseline listed below as defined described " +
		"follows follow by adequate acceptable organ bone marrow function functions hematologic haematologic hematological haematological hematopoietic renal hepatic liver kidney " +
		"cardiac coagulation pulmonary laboratory lab values value parameters parameter results tests reserve includes include including included normal sufficient " +
		"evidenced evidence indicated shown demonstrated determined and that on their clinical key main general characteristics entering considered when meeting")
	// organizing words make up headings inside a side that name no subject of
	// what is below them: "Age:" and "Life expectancy:" do.
	organizing = wordSet("general medical disease characteristics patient laboratory lab values organ hematologic haematologic hematopoietic hematological " +
		"renal hepatic cardiovascular cardiac pulmonary neurologic neurological gastrointestinal metabolic endocrine infectious psychiatric other others " +
		"conditions related diagnostic criteria and or specific administrative dis disease-related laboratory-related key main additional")
)

// quantifier tells how many of the items below a line must hold, and whether
// the line says nothing else. What it leaves open follows from the side: of an
// inclusion all must hold, of an exclusion one is enough.
func quantifier(lead string, side rules.Side) (q quantity, plain bool) {
	plain = !exceptWords.MatchString(lead) && !countWords.MatchString(outWords.ReplaceAllString(lead, ""))
	for _, w := range words.FindAllString(outWords.ReplaceAllString(lead, ""), -1) {
		if w != "1" && !plainLead[strings.ToLower(w)] {
			plain = false
		}
	}
	switch one, every := anyWords.MatchString(lead), allWords.MatchString(lead); {
	case countWords.MatchString(outWords.ReplaceAllString(lead, "")):
		q = unclear
	case one: // "any or all of"
		q = anyOf
	case every:
		q = allOf
	case side == rules.Exclusion:
		q = anyOf
	default:
		q = allOf
	}
	return q, plain
}

// alone reports whether each item is a criterion of its own.
func (q quantity) alone(side rules.Side) bool {
	return q == allOf && side == rules.Inclusion || q == anyOf && side == rules.Exclusion
}

// organizes reports whether a heading only sorts what is below it.
func organizes(head string) bool {
	for _, w := range words.FindAllString(head, -1) {
		if !organizing[strings.ToLower(w)] {
			return false
		}
	}
	return true
}
