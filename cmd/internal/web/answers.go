// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

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
