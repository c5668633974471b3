// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

// mostPeople is how many people the log shows at a time.
const mostPeople = 200

// logPage is the page of the screening log.
type logPage struct {
	People   []screenlog.Person
	Statuses []screenlog.Status
	Study    string
	Status   screenlog.Status
	More     int64 // where the next page begins; 0: this is the last
	Saved    bool
}

// showLog lists the people who were screened, with their dispositions.
func (p *pages) showLog(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l := logPage{Statuses: screenlog.Statuses(), Study: q.Get("study"), Status: screenlog.Status(q.Get("status")), Saved: q.Has("saved")}
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	people, err := p.Log.People(r.Context(), screenlog.Query{Study: l.Study, Disposition: l.Status, After: after, Limit: mostPeople + 1})
	if err != nil {
		p.writeError(w, http.StatusServiceUnavailable, "The screening log cannot be read", "Please tell whoever runs this server.")
		return
	}
	if len(people) > mostPeople {
		people = people[:mostPeople]
		l.More = people[mostPeople-1].Seq
	}
	l.People = people
	p.writePage(w, http.StatusOK, "log", view{Title: "Screening log", At: "log", Data: l})
}

func (p *pages) addDisposition(w http.ResponseWriter, r *http.Request) {
	f, err := p.readForm(w, r)
	if err != nil {
		p.refuseForm(w, err)
		return
	}
	decision, err := strconv.ParseInt(f.Get("decision"), 10, 64)
	status := screenlog.Status(f.Get("status"))
	if err != nil || !slices.Contains(screenlog.Statuses(), status) {
		p.writeError(w, http.StatusUnprocessableEntity, "Not saved", "Choose what became of the person.")
		return
	}
	by := p.User(r)
	if by == "" {
		by = strings.TrimSpace(f.Get("by"))
	}
	_, err = p.Log.Append(r.Context(), screenlog.Entry{Disposition: &screenlog.Disposition{
		Decision: decision, Status: status, Note: strings.TrimSpace(f.Get("note")), By: by,
	}})
	switch {
	case errors.Is(err, screenlog.ErrRefused):
		p.writeError(w, http.StatusUnprocessableEntity, "Not saved", "The screening log did not take it. Is the decision still the one that you saw?")
		return
	case err != nil:
		p.writeError(w, http.StatusServiceUnavailable, "Not saved", "The screening log cannot be written. Please tell whoever runs this server.")
		return
	}
	http.Redirect(w, r, "/log?saved=1", http.StatusSeeOther)
}
