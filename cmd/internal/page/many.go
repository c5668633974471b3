// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

// askMany shows the form that takes a folder of records.
func (p *pages) askMany(w http.ResponseWriter, r *http.Request) {
	q := p.empty(r.URL.Query().Get("study"))
	p.show(w, http.StatusOK, "ask many", view{Title: "Screen a folder", At: "people", Data: asking{q, p.Shelf.Now().Studies, nil, p.Keeps}})
}

// screenMany answers a folder of records with the report of the batch. The
// people of it are not written to the screening log: it is a count, and nobody
// is given a decision.
func (p *pages) screenMany(w http.ResponseWriter, r *http.Request) {
	f, err := p.read(w, r)
	if err != nil {
		p.unread(w, err)
		return
	}
	q, studies, wrong := p.asked(f)
	if len(f.files) == 0 {
		wrong = append(wrong, "There are no records; choose a folder or several files.")
	}
	if len(wrong) > 0 {
		p.show(w, http.StatusUnprocessableEntity, "ask many", view{
			Title: "Screen a folder", At: "people", Data: asking{q, p.Shelf.Now().Studies, wrong, p.Keeps},
		})
		return
	}
	tallies, rejects, err := tally(studies, q, f.files)
	if err != nil {
		p.trouble(w, http.StatusUnprocessableEntity, "The folder cannot be screened", lines(err)...)
		return
	}
	var b bytes.Buffer
	if err := report.CohortPage(&b, funnel.Summarize(tallies...)); err != nil {
		p.trouble(w, http.StatusInternalServerError, "The report could not be made")
		return
	}
	if len(rejects) > 0 {
		address := "data:text/html;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
		p.show(w, http.StatusOK, "rejected", view{Title: "Screen a folder", At: "people", Data: rejected{len(f.files), rejects, template.URL(address)}})
		return
	}
	// The report brings its own policy, which allows its one style sheet.
	w.Header().Del("Content-Security-Policy")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
}

// rejected is the page of a folder of which some files could not be read.
type rejected struct {
	Files   int
	Rejects []reject
	Report  template.URL // the report itself
}

type reject struct{ File, Why string }

// tally screens each file, which holds one person.
func tally(studies []*rules.Study, q *request, files []file) (tallies []*funnel.Tally, rejects []reject, err error) {
	m, err := matcher.New(studies...)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range studies {
		tallies = append(tallies, funnel.NewTally(s, q.dates))
	}
	for _, one := range files {
		who, err := intake.Read(bytes.NewReader(one.body), intake.Options{Complete: q.complete})
		if err != nil {
			for _, t := range tallies {
				t.Reject()
			}
			rejects = append(rejects, reject{one.name, strings.Join(lines(err), "; ")})
			continue
		}
		results, err := m.Match(who.Profile, q.dates)
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
