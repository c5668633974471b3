// SPDX-License-Identifier: Apache-2.0

package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

//go:embed cohort_page.css
var cohortStyle string

//go:embed cohort_page.gohtml
var cohortSource string

//go:embed cohort_study.gohtml
var studySource string

// Limits of the lists of the page; the summary has all of it.
const (
	maxFacts       = 25 // facts most often missing
	maxReasons     = 4  // reasons for which a criterion is not known
	maxNearNamed   = 40 // ids of near misses in a row
	maxFlowReasons = 8  // criteria in the diagram
	maxWeeks       = 26 // weeks of the calendar listed by themselves
)

var cohortTemplates = template.Must(template.Must(template.New("report").Funcs(template.FuncMap{
	"n": thousands, "count": count[int64], "of": share, "plain": Plain, "words": nameWords, "why": whyText,
}).Parse(cohortSource)).Parse(studySource))

// cohortPage is the content of the page.
type cohortPage struct {
	Title   string
	Policy  string
	Style   template.CSS
	Studies []studyView
	Engine  string
}

// CohortPage writes a summary as one HTML page: the totals in a sentence, a flow
// diagram, the tables, and the basis of all of it. It holds every number of the
// summary except those of the longest lists. The page runs nothing and loads nothing,
// and forbids the browser to. It names people only by the ids of the near misses.
func CohortPage(w io.Writer, s *funnel.Summary) error {
	page := cohortPage{
		Title:  "Prescreening report",
		Policy: policyOf(cohortStyle),
		Style:  template.CSS(cohortStyle), // ours, and named by the policy
	}
	var engines []string
	for i := range s.Studies {
		study := newStudyView(&s.Studies[i], i)
		page.Studies = append(page.Studies, study)
		if !slices.Contains(engines, study.Engine) {
			engines = append(engines, study.Engine)
		}
	}
	page.Engine = strings.Join(engines, ", ")
	if len(page.Studies) == 1 {
		page.Title += ": " + Plain(page.Studies[0].Study.ID)
	}
	return writeTemplate(w, cohortTemplates, "report", &page)
}

// policyOf is the content security policy that allows a page its own style sheet
// and nothing else.
func policyOf(sheet string) string {
	digest := sha256.Sum256([]byte(sheet))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
}
