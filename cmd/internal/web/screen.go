// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

type request struct {
	Study    string // its id; "" is every study
	On       string
	Anchors  []anchor
	Domains  []domain
	Document string // the person's record, as eligo writes it

	now      *studydir.Snapshot
	dates    matcher.Dates
	complete []patient.Domain
}

type anchor struct{ Name, Day string }

type domain struct {
	Name     patient.Domain
	Complete bool
}

func (p *pages) emptyRequest(study string) *request {
	q := &request{Study: study, On: p.Today().String(), now: p.Studies.Current()}
	q.addFields(q.studies(), &fields{})
	return q
}

func (q *request) studies() []*rules.Study { return q.now.InUse(q.studyIDs()...) }

func (q *request) addFields(studies []*rules.Study, f *fields) {
	for _, s := range studies {
		for _, name := range s.Anchors {
			if !slices.ContainsFunc(q.Anchors, func(a anchor) bool { return a.Name == name }) {
				q.Anchors = append(q.Anchors, anchor{name, strings.TrimSpace(f.Get("date." + name))})
			}
		}
	}
	for _, d := range patient.FactDomains() {
		q.Domains = append(q.Domains, domain{d, slices.Contains(f.Values["complete"], string(d))})
	}
}

func (q *request) studyIDs() []string {
	if q.Study == "" {
		return nil
	}
	return []string{q.Study}
}

func (p *pages) parseRequest(f *fields) (q *request, studies []*rules.Study, wrong []string) {
	q = &request{Study: f.Get("study"), On: strings.TrimSpace(f.Get("on")), now: p.Studies.Current()}
	if studies = q.studies(); len(studies) == 0 {
		return q, nil, []string{"The study is not in use."}
	}
	q.addFields(studies, f)
	day := func(what, text string) patient.Day {
		d, err := patient.ParseDay(text)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("The %s is not a day; write it as 2026-11-22.", what))
		}
		return d
	}
	if q.On == "" {
		q.On = p.Today().String()
	}
	q.dates.Screening = day("screening day", q.On)
	for _, a := range q.Anchors {
		if a.Day != "" {
			if q.dates.Anchors == nil {
				q.dates.Anchors = map[string]patient.Day{}
			}
			q.dates.Anchors[a.Name] = day("day of "+strings.ReplaceAll(a.Name, "_", " "), a.Day)
		}
	}
	for _, d := range q.Domains {
		if d.Complete {
			q.complete = append(q.complete, d.Name)
		}
	}
	return q, studies, wrong
}

// person reads the record of a form: a file, pasted text, or the record that the
// page itself carries.
func (q *request) person(f *fields) (*patient.Profile, []string) {
	doc := []byte(f.Get("record"))
	if len(f.files) > 0 {
		doc = f.files[0].body
	}
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, []string{"There is no record; choose a file or paste one."}
	}
	read, err := document.Read(bytes.NewReader(doc), document.Options{PatientID: strings.TrimSpace(f.Get("patient"))})
	if err != nil {
		return nil, errorLines(err)
	}
	carried, err := read.JSON()
	if err != nil {
		return nil, []string{"The record cannot be written again."}
	}
	q.Document = string(carried)
	if err := document.ApplyOptions(read, document.Options{Complete: q.complete}); err != nil {
		return nil, errorLines(err)
	}
	return read, nil
}

func errorLines(err error) []string {
	var all patient.Errors
	if !errors.As(err, &all) {
		return strings.Split(err.Error(), "\n")
	}
	var text []string
	for _, e := range all {
		text = append(text, e.Error())
	}
	return text
}

func (p *pages) showRecordForm(w http.ResponseWriter, r *http.Request) {
	q := p.emptyRequest(r.URL.Query().Get("study"))
	p.writePage(w, http.StatusOK, "ask", view{Title: "Screen a person", At: "screen", Data: recordForm{q, q.now.Studies, nil, p.Keeps}})
}

type recordForm struct {
	*request
	Studies []studydir.Study
	Wrong   []string
	Keeps   bool
}

func (p *pages) screenRecord(w http.ResponseWriter, r *http.Request) {
	f, err := p.readForm(w, r)
	if err != nil {
		p.refuseForm(w, err)
		return
	}
	q, studies, wrong := p.parseRequest(f)
	var person *patient.Profile
	if len(wrong) == 0 {
		person, wrong = q.person(f)
	}
	if len(wrong) > 0 {
		p.writePage(w, http.StatusUnprocessableEntity, "ask", view{
			Title: "Screen a person", At: "screen", Data: recordForm{q, q.now.Studies, wrong, p.Keeps},
		})
		return
	}
	p.screenProfile(w, r, q, studies, person, f)
}

func (p *pages) screenProfile(w http.ResponseWriter, r *http.Request, q *request, studies []*rules.Study, person *patient.Profile, f *fields) {
	given := applyAnswers(person, studies, f, q.dates.Screening)
	m, err := q.now.Matcher(q.studyIDs()...)
	var done *screening.Screened
	if err == nil {
		validated := func() (*patient.Profile, error) { return person, person.Validate() } // with the answers
		done, err = p.service.Screen(r.Context(), validated, &screening.Request{
			Matcher: m, Dates: q.dates, When: &matcher.LookAhead{}, By: p.User(r), Channel: screenlog.Page,
		})
	}
	switch {
	case errors.As(err, new(*screening.LogError)):
		p.writeError(w, http.StatusServiceUnavailable, "Not recorded",
			"The screening log cannot be written, so no answer is given. Please tell whoever runs this server.")
	case err != nil:
		p.writeError(w, http.StatusUnprocessableEntity, "This person cannot be screened", errorLines(err)...)
	default:
		p.writeResult(w, r, &resultPage{request: q, Patient: person.ID, Results: done.Results, Receipts: done.Receipts}, studies, given)
	}
}

type resultPage struct {
	*request
	Patient   string
	Results   []matcher.Result
	Receipts  []screenlog.Receipt
	Ranking   []matcher.Ranked // of several studies
	Questions []question       // of one
	Prescreen template.HTML    // of one
	Decision  int64            // number of the decision in the log; 0: none
	Statuses  []screenlog.Status
	By        string
}

func (p *pages) writeResult(w http.ResponseWriter, r *http.Request, a *resultPage, studies []*rules.Study, given map[string]patient.Reply) {
	a.By = p.User(r)
	v := view{Title: "Patient " + report.Plain(a.Patient), At: "screen", Data: a}
	if a.Study == "" {
		a.Ranking = matcher.Rank(a.Results)
		p.writePage(w, http.StatusOK, "ranking", v)
		return
	}
	var b bytes.Buffer
	if err := report.PatientFragment(&b, &a.Results[0], report.PageOptions{}); err != nil {
		p.writeError(w, http.StatusInternalServerError, "The result could not be shown")
		return
	}
	a.Prescreen = template.HTML(b.String()) // escaped where it was made
	a.Questions = questions(studies[0], &a.Results[0], given)
	if len(a.Receipts) > 0 {
		a.Decision, a.Statuses = a.Receipts[0].Seq, screenlog.Statuses()
	}
	name := "result"
	if r.Header.Get("X-Part") == "result" { // the script puts it into the page that is shown
		name = "result part"
	}
	p.writePage(w, http.StatusOK, name, v)
}
