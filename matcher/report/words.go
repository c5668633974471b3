// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// count writes a number with the words that agree with it: "1 criterion",
// "1,234 criteria".
func count[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// thousands writes a number with separators: 1,234,567.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	out := make([]byte, 0, len(digits)+len(digits)/3)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			out = append(out, ',')
		}
		out = append(out, digits[i])
	}
	return string(out)
}

// share writes a part of a whole in percent. "0%" is exactly none and "100%"
// exactly all.
func share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	tenths := (part*1000 + whole/2) / whole
	switch {
	case part == 0:
		return "0%"
	case part == whole:
		return "100%"
	case tenths == 0:
		return "<0.1%"
	case tenths >= 1000:
		return ">99.9%"
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

func nameWords(name string) string { return strings.ReplaceAll(name, "_", " ") }

func sentenceCase(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// sentence begins with a capital and ends in one full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return sentenceCase(strings.TrimSuffix(s, ".")) + "."
}

// maxShown is the number of characters of a record's own words that are shown.
const maxShown = 160

func shortened(s string) string {
	if cut := prefixBytes(s, maxShown); cut < len(s) {
		return s[:cut] + "…"
	}
	return s
}

// maxListed is the number of questions or issues that are listed; the JSON has them
// all.
const maxListed = 25

// Quote gives the words over a criterion: the protocol's own or, for a built-in
// criterion, "Built in: ...".
func Quote(c *matcher.Criterion) string { return quoteWords(c.Quote, c.BuiltIn) }

func quoteWords(quote string, builtIn bool) string {
	if !builtIn {
		return quote
	}
	return "Built in: " + strings.ToLower(quote[:1]) + quote[1:]
}

func anchorWords(name string) string {
	if name == language.Screening {
		return "screening day"
	}
	return nameWords(name)
}

type datedName struct {
	Name, Day string
	Assumed   bool
}

// datedNames lists a study's dates, the screening day first.
func datedNames(dates map[string]patient.Day, assumed []matcher.Assumption) []datedName {
	rows := []datedName{{Name: anchorWords(language.Screening), Day: dates[language.Screening].String()}}
	for _, name := range slices.Sorted(maps.Keys(dates)) {
		if name != language.Screening {
			rows = append(rows, datedName{
				nameWords(name), dates[name].String(),
				slices.Contains(assumed, matcher.Assumption{Kind: matcher.AssumedDate, Date: name}),
			})
		}
	}
	return rows
}

// datesText writes dates in one line. Note follows a date that was not given.
func datesText(list []datedName, note string) string {
	parts := make([]string, len(list))
	for i, d := range list {
		parts[i] = d.Name + " " + d.Day
		if d.Assumed {
			parts[i] += " " + note
		}
	}
	return strings.Join(parts, ", ")
}

func resultDates(r *matcher.Result) string {
	return sentenceCase(datesText(datedNames(r.Dates, r.Data.Assumed), "(assumed)"))
}

func assumptionText(a matcher.Assumption) string {
	if a.Kind == matcher.AssumedDate {
		return nameWords(a.Date) + " falls on the screening day, as no date was given for it"
	}
	return "the " + string(a.Domain) + " are taken to be complete: none is listed, so there is none"
}

// dateText writes a date that can be known in part.
func dateText(d patient.Date) string {
	first, last, interval := strings.Cut(d.String(), "/")
	switch {
	case !interval:
		return first
	case first == "..":
		return last + " or earlier"
	case last == "..":
		return first + " or later"
	}
	return "some day from " + first + " to " + last
}

func spanText(start, end patient.Date) string {
	switch {
	case start.IsZero() && end.IsZero():
		return ""
	case end.IsZero():
		return dateText(start)
	case start.IsZero():
		return "until " + dateText(end)
	}
	return dateText(start) + " to " + dateText(end)
}

func clearingDays(c *matcher.Criterion) (parts []string) {
	if c.MayClearOn != 0 {
		parts = append(parts, "not known from "+c.MayClearOn.String()+" on")
	}
	if c.ClearsOn != 0 {
		parts = append(parts, "passes from "+c.ClearsOn.String()+" on")
	}
	return parts
}

func clearingText(r *matcher.Result, c *matcher.Clearing) string {
	switch c.Kind {
	case matcher.ClearsAfterStopping:
		return "ongoing: " + c.StopText()
	case matcher.ClearsUncertainly:
		return "not surely " + r.HorizonText()
	case matcher.ClearsNever:
		return "never, as long as the record is right"
	case matcher.ClearsByNewFact:
		return "not by waiting: only if something new is recorded"
	}
	return "not " + r.HorizonText()
}

// clearingReason adds the reason on the day on which the criterion may pass.
func clearingReason(c *matcher.Criterion) string {
	if c.MayClearOn == 0 {
		return ""
	}
	return "; on " + c.MayClearOn.String() + ": " + c.Clearing.Reason
}

func clearanceText(x *matcher.Exposure) string {
	switch {
	case x.Clear && x.ClearsOn != 0:
		return "clear since " + x.ClearsOn.String()
	case x.Clear:
		return "clear"
	case x.ClearsOn != 0:
		return "clear on " + x.ClearsOn.String()
	case x.LastDose.IsZero():
		return "clear " + x.Length + " after its last dose"
	}
	return "not clear on the day that is fixed"
}

func washoutRuleText(x *matcher.Exposure) string {
	rule := ", its own rule"
	if x.Class != "" {
		rule = ", the rule for " + x.Class
	}
	return x.Length + " before the " + anchorWords(x.Before) + rule + "; for criterion " + x.Criterion
}

func criteriaText(ids []string) string {
	if len(ids) == 1 {
		return "for criterion " + ids[0]
	}
	return "for criteria " + strings.Join(ids, ", ")
}

var whyTexts = map[matcher.Why]string{
	matcher.WhyNotSupplied:   "not supplied",
	matcher.WhyTooOld:        "results are too old",
	matcher.WhyPartialDate:   "the date is not exact enough",
	matcher.WhyUnconfirmed:   "not confirmed or not final",
	matcher.WhyMayBe:         "the record may or may not mean it",
	matcher.WhyUnreadable:    "the record does not say it in words that are known",
	matcher.WhyNotRecognized: "an entry was not recognised",
	matcher.WhyConflict:      "the record contradicts itself",
	matcher.WhyUnit:          "the unit cannot be converted",
	matcher.WhyRecordEnds:    "the record ends too early",
}

func whyText(w matcher.Why) string { return cmp.Or(whyTexts[w], string(w)) }

func whoText(who string) string {
	switch who {
	case matcher.WhoRecord:
		return "look in the record"
	case matcher.WhoLaboratory:
		return "a measurement"
	case "":
		return "ask a person"
	}
	return "ask the " + who
}

// versionText is "version 2", or "".
func versionText(s *matcher.StudyRef) string {
	if s.Version == "" {
		return ""
	}
	return "version " + s.Version
}

func isEmpty(s string) bool { return s == "" }
