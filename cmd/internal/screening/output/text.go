// SPDX-License-Identifier: Apache-2.0

package output

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
)

// textWidth is the width of the line between two reports, in characters.
const textWidth = 100

// writeText writes the issues, the ranking and the reports.
func writeText(b *bytes.Buffer, p *Page) error {
	for _, issue := range p.Issues {
		fmt.Fprintf(b, "Note: %s.\n\n", report.Plain(issue))
	}
	results := p.Results
	if p.Ranking != nil {
		if err := report.RankingText(b, p.Ranking, p.Text); err != nil {
			return err
		}
		results = slices.DeleteFunc(slices.Clone(results), func(r matcher.Result) bool { return !p.InFull(r.Study.ID) })
	}
	for i := range results {
		if i > 0 || p.Ranking != nil {
			b.WriteString("\n" + strings.Repeat("=", textWidth) + "\n\n")
		}
		if err := report.Text(b, &results[i], p.Text); err != nil {
			return err
		}
	}
	return nil
}
