// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/language"
)

// cqlDifferences are the cases of which this program deliberately makes
// something else, with the reason.
var cqlDifferences = map[string]string{
	"5 in Interval[null, null]":                                "CQL: an interval of nothing holds nothing. Here: what has neither start nor end on record may be at any time",
	"days between DateTime(2015, 2, 10) and DateTime(2015, 3)": "CQL: the times of day are not known either, so 18 whole days are possible. Here: days are counted by the calendar",
	"(days between DateTime(2014, 1, 15) and DateTime(2014, 2)) + (days between DateTime(2014, 1, 15) and DateTime(2014, 2))": "the same: 16 days in CQL, though its case of the difference alone says 17",
	"(days between DateTime(2014, 1, 15) and DateTime(2014, 2)) - (months between DateTime(2005) and DateTime(2006, 5))":      "the same",
	"(days between DateTime(2014, 1, 15) and DateTime(2014, 2)) * (days between DateTime(2014, 1, 15) and DateTime(2014, 2))": "the same",
}

// TestCQL runs the test cases of Clinical Quality Language, as far as this
// program has words for them: three-valued logic, ages and times between
// uncertain dates, comparing them, uncertain intervals, quantities. They are
// an outside truth for Truth, number, episode.overlaps, CompletedMonths, the
// windows' calendar and the conversion of units.
func TestCQL(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedData(t), "cql/cql-spec-tests/cql/*.xml"))
	if len(files) == 0 {
		t.Skip("no ../shared/data (real public data)")
	}
	run, same := map[string]int{}, 0
	left := map[string]int{}
	met := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".xml")
		for _, c := range readCQL(t, file) {
			expression := strings.Join(strings.Fields(c.Expression.Text), " ")
			got, err := cqlEvaluate(expression)
			if err == nil && got.saysNothing(expression) {
				err = cqlCannotError("a literal alone, or an interval: nothing is asked")
			}
			var cannot cqlCannotError
			if errors.As(err, &cannot) || c.Expression.Invalid != "" || len(c.Output) != 1 {
				left[cannot.reason()]++
				continue
			}
			if err != nil {
				t.Errorf("%s: %s: %v", name, expression, err)
				continue
			}
			run[name]++
			want := strings.TrimSpace(c.Output[0])
			_, differs := cqlDifferences[expression]
			if met[expression] = true; got.is(want) {
				same++
			}
			if got.is(want) == differs {
				t.Errorf("%s %s: %s is %s, in CQL %s; listed as a difference: %v", name, c.Name, expression, got, want, differs)
			}
		}
	}
	report(t, run, same, left)
	for expression := range cqlDifferences {
		if !met[expression] {
			t.Errorf("the difference %s is not among the cases that were run", expression)
		}
	}
}

func report(t *testing.T, run map[string]int, same int, left map[string]int) {
	total := 0
	for _, name := range slices.Sorted(maps.Keys(run)) {
		t.Logf("%4d run: %s", run[name], name)
		total += run[name]
	}
	t.Logf("%4d run in all, %d as in CQL, %d deliberately not", total, same, total-same)
	for _, reason := range slices.Sorted(maps.Keys(left)) {
		t.Logf("%4d cannot be expressed: %s", left[reason], reason)
	}
	if total < 200 {
		t.Errorf("only %d cases were run", total)
	}
}

type cqlCase struct {
	Name       string `xml:"name,attr"`
	Expression struct {
		Text    string `xml:",chardata"`
		Invalid string `xml:"invalid,attr"`
	} `xml:"expression"`
	Output []string `xml:"output"`
}

func readCQL(t *testing.T, file string) []cqlCase {
	t.Helper()
	var doc struct {
		Cases []cqlCase `xml:"group>test"`
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Cases
}

// sharedData finds shared/data in a folder above.
func sharedData(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "shared/data")); err == nil {
			return filepath.Join(dir, "shared/data")
		}
	}
	t.Skip("no ../shared/data (real public data)")
	return ""
}

// cqlCannotError says why a case cannot be expressed here.
type cqlCannotError string

func (c cqlCannotError) Error() string { return string(c) }

func (c cqlCannotError) reason() string {
	if c == "" {
		return "asks for an error of CQL's own, or has several results"
	}
	return string(c)
}

// saysNothing reports whether the expression only writes a value down. What
// dates are written as is read as records are, so it counts.
func (v cqlValue) saysNothing(expression string) bool {
	alone := !strings.Contains(expression, " ") && v.date.IsZero()
	return v.kind == cqlInterval || alone && strings.Count(expression, "-") <= 1
}

// is compares a value with the expected output of a case.
func (v cqlValue) is(want string) bool {
	w, err := cqlEvaluate(want)
	if err != nil {
		return false
	}
	switch {
	case w.kind == cqlNull:
		return v.truthValue() == language.Unknown && (v.kind == cqlNull || v.kind == cqlTruth) || v.kind == cqlPoint && !v.number.Known
	case v.kind == cqlTruth:
		return w.kind == cqlTruth && v.truth == w.truth
	case v.kind == cqlPoint && w.kind == cqlInterval: // an uncertain number
		return fmt.Sprint(v) == fmt.Sprint(cqlValue{kind: cqlPoint, number: &Number{true, w.low.number.Lo, w.high.number.Hi}})
	case v.kind == cqlPoint && w.kind == cqlPoint:
		return fmt.Sprint(v) == fmt.Sprint(w)
	}
	return false
}

func (v cqlValue) String() string {
	switch {
	case v.kind == cqlTruth:
		return v.truth.String()
	case v.kind == cqlPoint && !v.date.IsZero():
		return v.date.String()
	case v.kind == cqlPoint && v.number.Known:
		return v.number.Lo.Value.Rounded(8) + ".." + v.number.Hi.Value.Rounded(8) + v.unit
	case v.kind == cqlInterval:
		return fmt.Sprintf("Interval[%s, %s]", v.low, v.high)
	}
	return "null"
}
