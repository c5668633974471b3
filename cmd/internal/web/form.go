// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// item is something that a study asks of a record, in the form by which a
// person without one is screened.
type item struct {
	Concept *terminology.Concept
	Number  bool // it is compared as a number
	Coded   bool // it is positive or negative
	// The values of the form.
	Is, From, To, Still, Value, Unit, Limit string
}

type studyForm struct {
	*request
	Study  *rules.Study
	ID     string
	Birth  string
	Sex    string
	Groups []group
	Wrong  []string
}

type group struct {
	Domain patient.Domain
	Items  []item
}

func newForm(s *rules.Study, q *request, f *fields) *studyForm {
	form := &studyForm{request: q, Study: s, ID: strings.TrimSpace(f.Get("id")), Birth: strings.TrimSpace(f.Get("birth")), Sex: f.Get("sex")}
	items := map[*terminology.Concept]*item{}
	var order []*item
	for i := range s.Criteria {
		for _, c := range s.Criteria[i].Form().AllCalls() {
			if c.Concept == nil {
				continue
			}
			one := items[c.Concept]
			if one == nil {
				one = newItem(c.Concept, f)
				items[c.Concept], order = one, append(order, one)
			}
			one.Number = one.Number || c.Word.Measured
			one.Coded = one.Coded || c.Word.Says != language.Unknown
		}
	}
	for _, d := range s.Reads() {
		g := group{Domain: d}
		for _, one := range order {
			if one.Concept.Kind.Domain() == d {
				g.Items = append(g.Items, *one)
			}
		}
		if len(g.Items) > 0 {
			form.Groups = append(form.Groups, g)
		}
	}
	return form
}

func newItem(c *terminology.Concept, f *fields) *item {
	get := func(what string) string { return strings.TrimSpace(f.Get(what + "." + c.Name)) }
	one := &item{
		Concept: c, Is: get("is"), From: get("from"), To: get("to"), Still: get("still"),
		Value: get("value"), Unit: get("unit"), Limit: get("limit"),
	}
	if one.Unit == "" {
		one.Unit = c.Unit
	}
	return one
}

func (p *pages) showForm(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	q := p.emptyRequest(id)
	studies := q.studies()
	if len(studies) == 0 {
		p.writeError(w, http.StatusNotFound, "No such study", "No study of this id is in use.")
		return
	}
	form := newForm(studies[0], q, &fields{})
	p.writePage(w, http.StatusOK, "form", view{Title: "Screen by hand", At: "screen", Data: form})
}

func (p *pages) screenForm(w http.ResponseWriter, r *http.Request) {
	f, err := p.readForm(w, r)
	if err != nil {
		p.refuseForm(w, err)
		return
	}
	f.Set("study", r.PathValue("id"))
	q, studies, wrong := p.parseRequest(f)
	if len(studies) == 0 {
		p.writeError(w, http.StatusNotFound, "No such study", "No study of this id is in use.")
		return
	}
	form := newForm(studies[0], q, f)
	profile, more := form.profile()
	wrong = append(wrong, more...)
	if len(wrong) == 0 {
		wrong = form.carryProfile(profile)
	}
	if len(wrong) > 0 {
		form.Wrong = wrong
		p.writePage(w, http.StatusUnprocessableEntity, "form", view{Title: "Screen by hand", At: "screen", Data: form})
		return
	}
	p.screenProfile(w, r, q, studies, profile, f)
}

func (s *studyForm) carryProfile(p *patient.Profile) (wrong []string) {
	if err := p.Validate(); err != nil {
		return errorLines(err)
	}
	doc, err := p.JSON()
	if err != nil {
		return []string{"The record cannot be written."}
	}
	s.Document = string(doc)
	return nil
}

// profile makes a record of the form. An item that the form leaves open is
// recorded as unconfirmed.
func (s *studyForm) profile() (*patient.Profile, []string) {
	var wrong []string
	date := func(what, text string) patient.Date {
		if text == "" {
			return patient.Date{}
		}
		d, err := patient.ParseDate(text)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %q is not a date; write it as 2026-11-22, 2026-11 or 2026.", what, text))
		}
		return d
	}
	p := &patient.Profile{ID: s.ID, BirthDate: date("Birth date", s.Birth), Sex: patient.Sex(s.Sex)}
	if p.ID == "" {
		p.ID = "screened by hand"
	}
	for _, g := range s.Groups {
		p.MarkSupplied(g.Domain)
		for i := range g.Items {
			one := &g.Items[i]
			label := one.Concept.Label
			from, to := date(label+", from", one.From), date(label+", to", one.To)
			if one.Is == "no" {
				continue
			}
			if why := one.addTo(p, from, to); why != "" {
				wrong = append(wrong, label+": "+why)
			}
		}
	}
	return p, wrong
}

// addTo adds the item to a profile; it gives the problem with it, or "".
func (one *item) addTo(p *patient.Profile, from, to patient.Date) string {
	known := one.Is == "yes"
	f := factOf(one.Concept)
	certainty := patient.Confirmed
	status := func(yes string) string {
		if known {
			return yes
		}
		return "unknown"
	}
	if !known {
		certainty = patient.Unconfirmed
	}
	course := patient.Course("")
	if known && one.Still == "yes" {
		course = patient.Active
	} else if known && (one.Still == "no" || !to.IsZero()) {
		course = patient.Resolved
	}
	switch one.Concept.Kind {
	case terminology.ConditionKind:
		p.Conditions = append(p.Conditions, patient.Condition{Fact: f, Certainty: certainty, Course: course, Onset: from, Abatement: to})
	case terminology.MedicationKind:
		taken := "completed"
		if one.Still == "yes" && to.IsZero() {
			taken = "active"
		}
		p.Medications = append(p.Medications, patient.Medication{Fact: f, Basis: patient.Statement, Status: status(taken), Start: from, End: to})
	case terminology.ProcedureKind:
		p.Procedures = append(p.Procedures, patient.Procedure{Fact: f, Status: status("completed"), Start: from, End: to})
	case terminology.AllergyKind:
		p.Allergies = append(p.Allergies, patient.Allergy{Fact: f, Certainty: certainty})
	case terminology.ImmunizationKind:
		if !known { // no status says so
			f = patient.Fact{Record: f.Record, Unreadable: "the form leaves it open"}
		}
		p.Immunizations = append(p.Immunizations, patient.Immunization{Fact: f, Status: "completed", Date: from})
	case terminology.ObservationKind:
		return one.addObservation(p, f, from)
	}
	return ""
}

func (one *item) addObservation(p *patient.Profile, f patient.Fact, on patient.Date) string {
	o := patient.Observation{Fact: f, Status: "final", Date: on}
	switch {
	case one.Value != "":
		q, why := quantity(one.Value, one.Unit)
		if why != "" {
			return why
		}
		o.Value.Quantity = q
	case one.Is == "positive" || one.Is == "negative":
		o.Value.Text = one.Is
	case one.Is == "yes":
		return "give the result, or leave it open"
	default:
		return ""
	}
	if on.IsZero() {
		return "give the day of the result"
	}
	if one.Limit != "" {
		q, why := quantity(one.Limit, one.Unit)
		if why != "" {
			return "upper limit of normal: " + why
		}
		o.High = q
	}
	p.Observations = append(p.Observations, o)
	return ""
}
