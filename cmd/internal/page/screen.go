// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/cmd/internal/shelf"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// request is what a person is screened for, as a form says it.
type request struct {
	Study    string // its id; "" is every study
	On       string
	Anchors  []anchor
	Domains  []domain
	Document string // the person's record, as eligo writes it

	dates    matcher.Dates
	complete []patient.Domain
}

// anchor is a further date of the studies.
type anchor struct{ Name, Day string }

// domain is a part of the record that may be said to be complete.
type domain struct {
	Name     patient.Domain
	Complete bool
}

// empty is the request of a form that nobody has filled in.
func (p *pages) empty(study string) *request {
	q := &request{Study: study, On: p.Today().String()}
	q.offer(p.studies(study), fieldsOf(nil))
	return q
}

func fieldsOf(f *fields) *fields {
	if f == nil {
		return &fields{Values: map[string][]string{}}
	}
	return f
}

// offer sets the dates and domains that the form has.
func (q *request) offer(studies []*rules.Study, f *fields) {
	for _, s := range studies {
		for _, name := range s.Anchors {
			if !slices.ContainsFunc(q.Anchors, func(a anchor) bool { return a.Name == name }) {
				q.Anchors = append(q.Anchors, anchor{name, strings.TrimSpace(f.Get("date." + name))})
			}
		}
	}
	for _, d := range intake.Domains() {
		q.Domains = append(q.Domains, domain{d, slices.Contains(f.Values["complete"], string(d))})
	}
}

// studies gives the studies in use: one, or all.
func (p *pages) studies(id string) []*rules.Study {
	var all []*rules.Study
	for _, s := range p.Shelf.Now().Studies {
		if s.Study != nil && (id == "" || s.Study.ID == id) {
			all = append(all, s.Study)
		}
	}
	return all
}

// asked reads the request of a form, and says all that is wrong with it.
func (p *pages) asked(f *fields) (q *request, studies []*rules.Study, wrong []string) {
	q = &request{Study: f.Get("study"), On: strings.TrimSpace(f.Get("on"))}
	if studies = p.studies(q.Study); len(studies) == 0 {
		return q, nil, []string{"The study is not in use."}
	}
	q.offer(studies, f)
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

// person reads the record of a form: a file, what was pasted, or what the page
// itself carries.
func (q *request) person(f *fields) (*intake.Patient, []string) {
	doc := []byte(f.Get("record"))
	if len(f.files) > 0 {
		doc = f.files[0].body
	}
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, []string{"There is no record; choose a file or paste one."}
	}
	read, err := intake.Read(bytes.NewReader(doc), intake.Options{PatientID: strings.TrimSpace(f.Get("patient"))})
	if err != nil {
		return nil, lines(err)
	}
	carried, err := read.JSON()
	if err != nil {
		return nil, []string{"The record cannot be written again."}
	}
	q.Document = string(carried)
	one := *read.Profile
	assumed, err := intake.Native(&one, intake.Options{Complete: q.complete})
	if err != nil {
		return nil, lines(err)
	}
	return &intake.Patient{Profile: &one, Assumed: assumed}, nil
}

// lines gives each problem of an error by itself.
func lines(err error) []string {
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

// ask shows the form that takes a record.
func (p *pages) ask(w http.ResponseWriter, r *http.Request) {
	q := p.empty(r.URL.Query().Get("study"))
	p.show(w, http.StatusOK, "ask", view{Title: "Screen a person", At: "screen", Data: asking{q, p.Shelf.Now().Studies, nil, p.Keeps}})
}

// asking is the form that takes a record.
type asking struct {
	*request
	Studies []shelf.Study
	Wrong   []string
	Keeps   bool
}

// screen answers a record.
func (p *pages) screen(w http.ResponseWriter, r *http.Request) {
	f, err := p.read(w, r)
	if err != nil {
		p.unread(w, err)
		return
	}
	q, studies, wrong := p.asked(f)
	var who *intake.Patient
	if len(wrong) == 0 {
		who, wrong = q.person(f)
	}
	if len(wrong) > 0 {
		p.show(w, http.StatusUnprocessableEntity, "ask", view{
			Title: "Screen a person", At: "screen", Data: asking{q, p.Shelf.Now().Studies, wrong, p.Keeps},
		})
		return
	}
	p.answer(w, r, q, studies, who, f)
}

// answer screens, records and shows.
func (p *pages) answer(w http.ResponseWriter, r *http.Request, q *request, studies []*rules.Study, who *intake.Patient, f *fields) {
	given := answers(who.Profile, studies, f, q.dates.Screening)
	m, err := matcher.New(studies...)
	if err == nil {
		err = who.Validate() // with the answers
	}
	var results []matcher.Result
	if err == nil {
		results, err = m.Match(who.Profile, q.dates, matcher.LookAhead{})
	}
	if err != nil {
		p.trouble(w, http.StatusUnprocessableEntity, "This person cannot be screened", lines(err)...)
		return
	}
	receipts, err := p.record(r, who, q, results)
	if err != nil {
		p.trouble(w, http.StatusServiceUnavailable, "Not recorded",
			"The screening log cannot be written, so no answer is given. Please tell whoever runs this server.")
		return
	}
	p.result(w, r, &answered{request: q, Patient: who.ID, Results: results, Receipts: receipts}, studies, given)
}

// record writes the decisions to the screening log. Nobody is given a decision
// that is not in it.
func (p *pages) record(r *http.Request, who *intake.Patient, q *request, results []matcher.Result) ([]screenlog.Receipt, error) {
	if p.Log == nil {
		return nil, nil
	}
	entries := make([]screenlog.Entry, len(results))
	for i := range results {
		d, err := screenlog.Decided(who.Profile, &results[i], screenlog.Asked{
			Dates: q.dates, When: &matcher.LookAhead{}, Complete: who.Assumed, By: p.User(r), Channel: screenlog.Page,
		})
		if err != nil {
			return nil, err
		}
		entries[i].Decision = d
	}
	return p.Log.Append(r.Context(), entries...)
}

// answered is the page of a result.
type answered struct {
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

// result shows one study's answer, or the ranking of several.
func (p *pages) result(w http.ResponseWriter, r *http.Request, a *answered, studies []*rules.Study, given map[string]patient.Reply) {
	a.By = p.User(r)
	v := view{Title: "Patient " + report.Plain(a.Patient), At: "screen", Data: a}
	if a.Study == "" {
		a.Ranking = matcher.Rank(a.Results)
		p.show(w, http.StatusOK, "ranking", v)
		return
	}
	var b bytes.Buffer
	if err := report.PatientFragment(&b, &a.Results[0], report.PageOptions{}); err != nil {
		p.trouble(w, http.StatusInternalServerError, "The result could not be shown")
		return
	}
	a.Prescreen = template.HTML(b.String()) // escaped where it was made
	a.Questions = questions(studies[0], &a.Results[0], given)
	if len(a.Receipts) > 0 {
		a.Decision, a.Statuses = a.Receipts[0].Seq, screenlog.Statuses()
	}
	name := "result"
	if r.Header.Get("X-Part") == "result" { // the script puts it into the page that stands there
		name = "result part"
	}
	p.show(w, http.StatusOK, name, v)
}
