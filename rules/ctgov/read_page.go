// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// page is the text of a study's page as copied from a browser.
type page struct{ lines []string }

// readPage reads either page of the registry: the older one has "Label: value"
// on one line, the current one has the value on the next line.
func readPage(text string) (*Record, error) {
	p := page{strings.Split(cleanText(text), "\n")}
	r := &Record{ID: p.findID(), Title: p.findTitle(), Version: p.labelValue("Last Update Posted")}
	if r.ID == "" {
		return nil, errors.New("this is neither JSON nor XML, and as the text of a page it names no NCT number")
	}
	var err error
	r.MinAge, r.MaxAge = parseAges(p.labelValue("Ages Eligible for Study"))
	if r.Sex, err = parseSex(p.labelValue("Sexes Eligible for Study", "Genders Eligible for Study", "Sex Eligible for Study")); err != nil {
		return nil, err
	}
	r.GenderBased = parseYesNo(p.labelValue("Gender Based", "Gender-Based Eligibility", "Gender Based Eligibility")) == "yes"
	r.HealthyVolunteers = parseYesNo(p.labelValue("Accepts Healthy Volunteers"))
	if r.Eligibility = p.eligibilityText(); r.Eligibility == "" {
		return nil, errors.New(r.ID + ": the page's text holds no eligibility criteria; copy the whole page")
	}
	return r, nil
}

var (
	anyID   = regexp.MustCompile(`\bNCT\d{8}\b`)
	idLabel = regexp.MustCompile(`^ClinicalTrials\.gov (Identifier|ID)\b`)
)

func (p page) findID() string {
	for i, line := range p.lines {
		if idLabel.MatchString(strings.TrimSpace(line)) {
			if id := anyID.FindString(strings.Join(p.lines[i:min(i+3, len(p.lines))], " ")); id != "" {
				return id
			}
		}
	}
	return anyID.FindString(strings.Join(p.lines, " "))
}

// findTitle gives the line above the disclaimer of the registry, or above the
// identifier.
func (p page) findTitle() string {
	at := slices.IndexFunc(p.lines, func(line string) bool {
		return strings.HasPrefix(strings.TrimSpace(line), "The safety and scientific validity of this study")
	})
	if at < 0 {
		at = slices.IndexFunc(p.lines, func(line string) bool { return idLabel.MatchString(strings.TrimSpace(line)) })
	}
	for i := at - 1; i >= 0; i-- {
		if line := strings.TrimSpace(p.lines[i]); line != "" {
			return line
		}
	}
	return ""
}

// cutLabel cuts one of the labels off a line. It reports whether the line
// begins with one.
func cutLabel(line string, labels ...string) (rest string, ok bool) {
	line = strings.TrimSpace(line)
	for _, l := range labels {
		if rest, ok := strings.CutPrefix(line, l); ok {
			if rest = strings.TrimSpace(rest); rest == "" || rest[0] == ':' {
				return strings.TrimSpace(strings.TrimPrefix(rest, ":")), true
			}
		}
	}
	return "", false
}

// labelValue gives the value of the first line with one of the labels, or "".
func (p page) labelValue(labels ...string) string {
	for i, line := range p.lines {
		rest, ok := cutLabel(line, labels...)
		if !ok {
			continue
		}
		for j := i + 1; rest == "" && j < min(i+4, len(p.lines)); j++ {
			rest = strings.TrimSpace(p.lines[j])
		}
		return rest
	}
	return ""
}

var (
	stdAges   = regexp.MustCompile(`\(\s*(?:(?:Child|Adult|Older Adult)\s*,?\s*)+\)\s*$`)
	fromTo    = regexp.MustCompile(`^(\d+ \w+) to (\d+ \w+)$`)
	andOlder  = regexp.MustCompile(`^(\d+ \w+) and (?:older|over)$`)
	upTo      = regexp.MustCompile(`^(?i:up to) (\d+ \w+)$`)
	ageGroups = regexp.MustCompile(`^(?:(?:Child|Adult|Older Adult|Senior)\s*,?\s*)*$`)
)

// parseAges reads "18 Years to 80 Years (Adult, Older Adult)" and its like.
func parseAges(text string) (least, most Age) {
	text = strings.Join(strings.Fields(stdAges.ReplaceAllString(text, "")), " ")
	if m := fromTo.FindStringSubmatch(text); m != nil {
		return parseAge(m[1]), parseAge(m[2])
	}
	if m := andOlder.FindStringSubmatch(text); m != nil {
		return parseAge(m[1]), Age{}
	}
	if m := upTo.FindStringSubmatch(text); m != nil {
		return Age{}, parseAge(m[1])
	}
	if ageGroups.MatchString(text) {
		return Age{}, Age{}
	}
	return Age{Text: text}, Age{}
}

// pageLabels are the labels between the structured fields and the criteria.
var pageLabels = []string{
	"Ages Eligible for Study", "Sexes Eligible for Study", "Genders Eligible for Study", "Sex Eligible for Study",
	"Gender Based", "Gender-Based Eligibility", "Gender Based Eligibility", "Gender Eligibility Description", "Accepts Healthy Volunteers", "Sampling Method",
}

// pageEnds are the headings after the criteria.
var pageEnds = []string{
	"Information from the National Library of Medicine", "Contacts and Locations", "Study Plan", "How is the study designed",
	"Layout table", "Go to", "Study Population", "Ages Eligible for Study", "Collaborators and Investigators",
}

// eligibilityText cuts the eligibility text out of the page. The current page
// has it before the ages, the older one after "Accepts Healthy Volunteers".
func (p page) eligibilityText() string {
	ages := slices.IndexFunc(p.lines, func(line string) bool { _, ok := cutLabel(line, "Ages Eligible for Study"); return ok })
	for i := range max(ages, 0) {
		if _, ok := cutLabel(p.lines[i], "Description"); ok && p.isUnderHeading(i, "Eligibility Criteria") {
			return p.textBeforeEnd(i + 1)
		}
	}
	start := ages
	for i, line := range p.lines {
		if _, ok := cutLabel(line, "Accepts Healthy Volunteers"); ok {
			start = i
		}
	}
	if start < 0 {
		return ""
	}
	rest, _ := cutLabel(p.lines[start], pageLabels...)
	if start++; rest == "" { // the value is on the next line
		for start < len(p.lines) && strings.TrimSpace(p.lines[start]) == "" {
			start++
		}
		start++
	}
	for i := start; i < min(start+60, len(p.lines)); i++ {
		if line := strings.TrimSpace(p.lines[i]); line == "Criteria" {
			return p.textBeforeEnd(i + 1)
		}
	}
	return p.textBeforeEnd(min(start, len(p.lines)))
}

// isUnderHeading reports whether one of the eight lines above is a heading.
func (p page) isUnderHeading(i int, heading string) bool {
	return slices.ContainsFunc(p.lines[max(0, i-8):i], func(line string) bool { return strings.TrimSpace(line) == heading })
}

// textBeforeEnd gives the text up to the heading after the criteria.
func (p page) textBeforeEnd(start int) string {
	end := start
	for end < len(p.lines) && !slices.ContainsFunc(pageEnds, func(h string) bool { return strings.HasPrefix(strings.TrimSpace(p.lines[end]), h) }) {
		end++
	}
	return strings.Trim(strings.Join(p.lines[start:end], "\n"), "\n ")
}
