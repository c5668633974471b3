// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

func TestWindowsThatCountFromAnotherDay(t *testing.T) {
	for quote, want := range map[string]string{
		"Onemab within 8 weeks of the first treatment dose":        "first treatment dose",
		"Onemab within 30 days prior to randomization":             "randomization",
		"Onemab within 30 days of randomisation":                   "randomisation",
		"Onemab in the 8 weeks before Baseline":                    "Baseline",
		"Onemab within 4 weeks prior to start of study drug":       "start of study drug",
		"Onemab within 4 weeks before surgery":                     "surgery",
		"Onemab within 14 days of Day 1":                           "Day 1",
		"Onemab within 8 weeks of initial study drug infusion":     "initial study drug infusion",
		"History of drug abuse within 2 years":                     "",
		"Onemab within 6 months of a history of surgery":           "",
		"Onemab within 8 weeks of the screening visit or baseline": "",
		"Onemab within the past month":                             "",
		"Treatment of disease with infliximab within 3 months":     "",
	} {
		src := fmt.Sprintf("study: S\ndefine: {infliximab: {kind: medication, names: [infliximab]}}\nexclusion:\n  - {id: a, rule: 'took(infliximab, within(weeks(8)))', quote: %s}\n", strconv.Quote(quote))
		s, err := rules.Parse("s", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range review.CheckStudy(s, nil) {
			if f.Code == "window-without-date" {
				_, got, _ = strings.Cut(f.Message, `"`)
				got, _, _ = strings.Cut(got, `"`)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", quote, got, want)
		}
	}
}
