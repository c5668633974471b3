// SPDX-License-Identifier: Apache-2.0

package worklist

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

var columns = []string{rules.TermsIs, "suggestions", rules.TermsDomain, rules.TermsSystem, rules.TermsCode, rules.TermsWording, "reason", "people", "open", "entries", "criteria", rules.TermsConcepts}

// AppendCSV appends the rows as a site's list whose column "is" is empty, with a byte order
// mark, by which spreadsheets know UTF-8. Cells are made safe as [report.AppendCSV] says.
func AppendCSV(b []byte, rows []*Row, s *terminology.Suggester) []byte {
	b = report.AppendRow(append(b, "\ufeff"...), columns...)
	for _, r := range rows {
		var suggestions []string
		for _, c := range s.Suggest(r.Kind, r.Wording) {
			if c.System == r.System && terminology.NormalCode(c.System, c.Code) == terminology.NormalCode(r.System, r.Code) {
				continue
			}
			suggestions = append(suggestions, c.String())
		}
		b = report.AppendRow(b, "", strings.Join(suggestions, "; "), string(r.Domain), r.System, protectedCode(r.Code), safeWording(r.Wording), r.Reason.String(),
			strconv.Itoa(r.People), strconv.Itoa(r.Open), strconv.Itoa(r.Entries), strings.Join(r.Criteria, " "), strings.Join(r.Concepts, " "))
	}
	return b
}

// rewritable matches what a spreadsheet takes for a number or a date and may write in another
// way.
var rewritable = regexp.MustCompile(`^(0[0-9]+|[0-9]{12,}|[0-9]+[-./,:eE][-./,:0-9]*)$`)

// protectedCode puts an apostrophe before a code that a spreadsheet may rewrite.
func protectedCode(code string) string {
	if rewritable.MatchString(code) {
		return "'" + code
	}
	return code
}

// safeWording is the wording, or the folded form of one that cannot be written as it is.
func safeWording(text string) string {
	if terminology.FoldWording(report.Plain(text)) != terminology.FoldWording(text) {
		return terminology.FoldWording(text)
	}
	return text
}
