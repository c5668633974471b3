// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strconv"

	"github.com/eligo-trials/eligo/matcher"
)

// clearingColumns are the columns of clearing.csv.
var clearingColumns = []string{"day", "record", "patient", "study", "version", "certainty", "until", "clears", "to_find_out"}

// AppendClearingHeader appends the header row of clearing.csv.
func AppendClearingHeader(b []byte) []byte { return appendHeader(b, clearingColumns) }

// AppendClearing appends a row, of the kind that [AppendCSV] makes, for each
// [matcher.Opening] of a result, and returns the number of rows. Record is the
// number of the person's record in its source, from 1. The column certainty is
// "sure" or "best case"; clears holds the criteria that fail or, if none does, are
// unknown on the screening day; to_find_out is the number of facts that the best
// case takes for granted.
func AppendClearing(b []byte, record int64, r *matcher.Result) (text []byte, rows int) {
	for _, o := range r.Openings() {
		certainty, facts := "sure", 0
		if o.BestCase {
			certainty, facts = "best case", len(r.Needed)
		}
		b = append(b, o.Day.String()...)
		b = append(strconv.AppendInt(append(b, ','), record, 10), ',')
		b = append(AppendCell(b, r.Patient), ',')
		b = append(AppendCell(b, r.Study.ID), ',')
		b = append(AppendCell(b, r.Study.Version), ',')
		b = append(append(b, certainty...), ',')
		if o.Until != 0 {
			b = append(b, o.Until.String()...)
		}
		ids := r.Blocking
		if len(ids) == 0 {
			ids = r.Unknown
		}
		b = append(appendIDs(append(b, ','), ids), ',')
		b = strconv.AppendInt(b, int64(facts), 10)
		b = append(b, "\r\n"...)
		rows++
	}
	return b, rows
}
