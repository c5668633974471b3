// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

//go:embed html_report.css
var styleSheet string

//go:embed html_report.gohtml
var pageSource string

//go:embed html_study.gohtml
var studySource string

// What the page lists; the summary has all of it.
const (
	mostFacts       = 25 // facts most often missing
	mostWhy         = 4  // reasons for which a criterion is not known
	mostNearNamed   = 40 // ids of near misses in a row
	mostFlowReasons = 8  // criteria in the diagram
)

var pages = template.Must(template.Must(template.New("report").Funcs(template.FuncMap{
	"n": thousands, "of": share, "plain": Plain, "words": words, "why": reasonWhy,
}).Parse(pageSource)).Parse(studySource))

// reportPage is what the page shows.
type reportPage struct {
	Title   string
	Policy  string
	Style   template.CSS
	Studies []studyPage
	Engine  string
}

// HTML writes a summary as one page that stands by itself: the totals in a
// sentence, a flow diagram, the tables, and what all of it rests on. It holds
// every number of the summary but those of the longest lists, runs nothing,
// loads nothing and forbids the browser to. It names nobody but by the ids of
// the near misses.
func HTML(w io.Writer, s *Summary) error {
	page := reportPage{
		Title:  "Prescreening report",
		Policy: policyOf(styleSheet),
		Style:  template.CSS(styleSheet), // ours, and named by the policy
	}
	var engines []string
	for i := range s.Studies {
		study := newStudyPage(&s.Studies[i], i)
		page.Studies = append(page.Studies, study)
		engines = appendNew(engines, study.Engine)
	}
	page.Engine = strings.Join(engines, ", ")
	if len(page.Studies) == 1 {
		page.Title += ": " + Plain(page.Studies[0].Study.ID)
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, &page); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// policyOf allows a page its own style sheet and nothing else.
func policyOf(sheet string) string {
	digest := sha256.Sum256([]byte(sheet))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
