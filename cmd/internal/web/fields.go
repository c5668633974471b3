// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// fields are the fields and files of a form. They are never written to disk, as
// net/http does with large files.
type fields struct {
	url.Values
	files []file
}

// file is a file of the form that is not empty.
type file struct {
	name string // as the browser gives it
	body []byte
}

const mostFiles = 10_000 // files and fields of a form

func (p *pages) readForm(w http.ResponseWriter, r *http.Request) (*fields, error) {
	r.Body = http.MaxBytesReader(w, r.Body, p.MaxBody)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, errors.New("the form has no content type")
	}
	f := &fields{Values: url.Values{}}
	if kind == "application/x-www-form-urlencoded" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		f.Values, err = url.ParseQuery(string(body))
		return f, err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.New("the form is neither multipart/form-data nor application/x-www-form-urlencoded")
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return nil, err
		case n == mostFiles:
			return nil, errors.New("the form has too many files or fields")
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		if part.FileName() == "" {
			f.Add(part.FormName(), string(body))
		} else if len(bytes.TrimSpace(body)) > 0 {
			f.files = append(f.files, file{part.FileName(), body})
		}
	}
}

func (p *pages) refuseForm(w http.ResponseWriter, err error) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		p.writeError(w, http.StatusRequestEntityTooLarge, "Too large", "The record is larger than this server takes.")
		return
	}
	p.writeError(w, http.StatusBadRequest, "The form could not be read", "Please go back and send it again.")
}

// question is one that can be answered in the page.
type question struct {
	language.Question
	Reply patient.Reply // given so far, in this page or in the record
	Ends  bool          // a bad answer alone makes the person ineligible
}

// questions lists the questions that the result waits for, the most useful first,
// then other open ones and those that were answered before.
func questions(s *rules.Study, r *matcher.Result, given map[string]patient.Reply) []question {
	var order []string
	ends := map[string]bool{}
	add := func(id string) {
		if !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	for _, n := range r.Needed {
		if n.Question {
			add(n.What)
			ends[n.What] = len(n.Ends) > 0
		}
	}
	for _, q := range s.Questions {
		open := slices.ContainsFunc(r.Criteria, func(c matcher.Criterion) bool {
			return slices.ContainsFunc(c.Missing, func(m matcher.Missing) bool { return m.Question && m.What == q.ID })
		})
		if open || given[q.ID] != "" {
			add(q.ID)
		}
	}
	var list []question
	for _, id := range order {
		if i := slices.IndexFunc(s.Questions, func(q language.Question) bool { return q.ID == id }); i >= 0 {
			list = append(list, question{s.Questions[i], given[id], ends[id]})
		}
	}
	return list
}

// applyAnswers puts the answers of a form into a profile, in the place of those to
// the same questions, and gives all that the profile then holds for a single
// study. A question that the form leaves open keeps the record's answer.
func applyAnswers(p *patient.Profile, studies []*rules.Study, f *fields, on patient.Day) map[string]patient.Reply {
	given := map[string]patient.Reply{}
	if len(studies) != 1 {
		return given
	}
	s := studies[0]
	mine := func(a *patient.Answer, id string) bool { return a.Question == id && (a.Study == "" || a.Study == s.ID) }
	p.Answers = slices.Clone(p.Answers)
	for _, q := range s.Questions {
		reply := patient.Reply(f.Get("answer." + q.ID))
		if reply == patient.Yes || reply == patient.No || reply == patient.NotKnown {
			p.Answers = slices.DeleteFunc(p.Answers, func(a patient.Answer) bool { return mine(&a, q.ID) })
			p.Answers = append(p.Answers, patient.Answer{Question: q.ID, Reply: reply, Study: s.ID, By: f.Get("by"), On: patient.On(on)})
		}
		for i := range p.Answers {
			if mine(&p.Answers[i], q.ID) {
				given[q.ID] = p.Answers[i].Reply
			}
		}
	}
	return given
}

// quantity reads a number with the comparator that laboratories write before it.
func quantity(text, unit string) (*patient.Quantity, string) {
	number := strings.TrimLeft(text, "<>=")
	comparator := text[:len(text)-len(number)]
	if !slices.Contains([]string{"", "<", "<=", ">", ">="}, comparator) {
		return nil, fmt.Sprintf("%q is not a number", text)
	}
	value, err := patient.ParseDecimal(strings.TrimSpace(number))
	if err != nil {
		return nil, fmt.Sprintf("%q is not a number", text)
	}
	return &patient.Quantity{Comparator: comparator, Value: value, Unit: unit}, ""
}

// factOf gives an entry that is recognized as the concept, by a code or by a
// name.
func factOf(c *terminology.Concept) patient.Fact {
	f := patient.Fact{Text: c.Label, Record: "form: " + c.Label}
	for member := c; member != nil; {
		if code, ok := firstCode(member); ok {
			code.Display = c.Label
			f.Codes = []patient.Coding{code}
			return f
		}
		if len(member.Names) > 0 {
			f.Text = member.Names[0]
			return f
		}
		if len(member.Any) == 0 {
			return f
		}
		member = member.Any[0]
	}
	return f
}

func firstCode(c *terminology.Concept) (patient.Coding, bool) {
	for _, system := range []string{patient.SNOMED, patient.LOINC, patient.RxNorm, patient.ATC, patient.ICD10CM, patient.CVX} {
		for _, code := range c.Codes[system] {
			if !strings.HasSuffix(code, "*") {
				return patient.Coding{System: system, Code: code}, true
			}
		}
	}
	return patient.Coding{}, false
}
