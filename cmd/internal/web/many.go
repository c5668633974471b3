// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

func (p *pages) showFolderForm(w http.ResponseWriter, r *http.Request) {
	q := p.emptyRequest(r.URL.Query().Get("study"))
	p.writePage(w, http.StatusOK, "ask many", view{Title: "Screen a folder", At: "people", Data: recordForm{q, q.now.Studies, nil, p.Keeps}})
}

// screenFolder answers a folder of records with the report of the batch. The
// people of it are not written to the screening log: it is a count, and nobody
// is given a decision.
func (p *pages) screenFolder(w http.ResponseWriter, r *http.Request) {
	f, err := p.readForm(w, r)
	if err != nil {
		p.refuseForm(w, err)
		return
	}
	q, studies, wrong := p.parseRequest(f)
	if len(f.files) == 0 {
		wrong = append(wrong, "There are no records; choose a folder or several files.")
	}
	if len(wrong) > 0 {
		p.writePage(w, http.StatusUnprocessableEntity, "ask many", view{
			Title: "Screen a folder", At: "people", Data: recordForm{q, q.now.Studies, wrong, p.Keeps},
		})
		return
	}
	tallies, rejects, err := tallyFiles(studies, q, f.files)
	if err != nil {
		p.writeError(w, http.StatusUnprocessableEntity, "The folder cannot be screened", errorLines(err)...)
		return
	}
	var b bytes.Buffer
	if err := report.CohortPage(&b, funnel.Summarize(tallies...)); err != nil {
		p.writeError(w, http.StatusInternalServerError, "The report could not be made")
		return
	}
	if len(rejects) > 0 {
		address := "data:text/html;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
		p.writePage(w, http.StatusOK, "rejected", view{Title: "Screen a folder", At: "people", Data: rejected{len(f.files), rejects, template.URL(address)}})
		return
	}
	// The report brings its own policy, which allows its one style sheet.
	w.Header().Del("Content-Security-Policy")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
}

type rejected struct {
	Files   int
	Rejects []reject
	Report  template.URL // the report itself
}

type reject struct{ File, Why string }

func tallyFiles(studies []*rules.Study, q *request, files []file) (tallies []*funnel.Tally, rejects []reject, err error) {
	m, err := q.now.Matcher(q.studyIDs()...)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range studies {
		tallies = append(tallies, funnel.NewTally(s, q.dates))
	}
	for _, one := range files {
		person, err := document.Read(bytes.NewReader(one.body), document.Options{Complete: q.complete})
		if err != nil {
			for _, t := range tallies {
				t.Reject()
			}
			rejects = append(rejects, reject{one.name, strings.Join(errorLines(err), "; ")})
			continue
		}
		results, err := m.Match(person, q.dates)
		if err != nil {
			return nil, nil, err
		}
		for i, t := range tallies {
			if err := t.Add(&results[i]); err != nil {
				return nil, nil, err
			}
		}
	}
	return tallies, rejects, nil
}
