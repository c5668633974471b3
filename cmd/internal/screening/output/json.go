// SPDX-License-Identifier: Apache-2.0

package output

import (
	"bytes"
	"encoding/json"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
)

// writeJSON writes the results with the issues for the API, and else the ranking
// or the results alone.
func writeJSON(b *bytes.Buffer, p *Page) error {
	switch {
	case p.Issues != nil:
		return json.NewEncoder(b).Encode(struct {
			Results []matcher.Result `json:"results"`
			Issues  []string         `json:"issues"`
		}{p.Results, p.Issues})
	case p.Ranking != nil:
		return report.RankingJSON(b, p.Ranking)
	}
	return report.JSON(b, p.Results...)
}
