// SPDX-License-Identifier: Apache-2.0

package output

import (
	"bytes"
	"html"
	"strings"

	"github.com/eligo-trials/eligo/matcher/report"
)

// writeHTML writes a page to print, with the issues at its end.
func writeHTML(b *bytes.Buffer, p *Page) error {
	if err := report.PatientPage(b, p.Results, report.PageOptions{Ranking: p.Ranking}); err != nil || len(p.Issues) == 0 {
		return err
	}
	notes := "<p>Note: " + html.EscapeString(report.Plain(strings.Join(p.Issues, "; "))) + ".</p>\n</body>"
	page := bytes.Replace(b.Bytes(), []byte("</body>"), []byte(notes), 1)
	b.Reset()
	_, err := b.Write(page)
	return err
}
