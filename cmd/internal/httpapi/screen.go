// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/patient"
)

func (s *Server) screen(w http.ResponseWriter, r *http.Request) {
	answer, p := s.screenOne(w, r)
	if p != nil {
		p.writeTo(w)
		return
	}
	answer()
}

// screenOne screens the patient of the body. It gives the function that writes the
// answer.
func (s *Server) screenOne(w http.ResponseWriter, r *http.Request) (func(), *problem) {
	types := output.MediaTypes()
	mediaType := accepted(r, types...)
	if mediaType == "" {
		return nil, newProblem("not-acceptable", "The answer is one of "+strings.Join(types, ", ")+".")
	}
	if p := unsupported(w, r, oneTypes); p != nil {
		return nil, p
	}
	o, p := s.readRequest(r)
	if p != nil {
		return nil, p
	}
	doc, release, err := s.readBody(w, r)
	defer release()
	if err != nil {
		return nil, bodyProblem(err)
	}
	done, err := s.service.Screen(r.Context(), func() (*patient.Profile, error) { return document.Decode(doc, o.document) }, &o.request)
	if err != nil {
		return nil, s.screeningProblem(r.Context(), doc, err)
	}
	s.metrics.countVerdicts(done.Results)
	page := &output.Page{Results: done.Results, Issues: o.issues}
	format := output.FormatOfType(mediaType)
	var b bytes.Buffer
	if err := format.Write(&b, page); err != nil {
		return nil, s.internal(r.Context(), err)
	}
	return func() {
		if !format.HoldsIssues && len(page.Issues) > 0 {
			w.Header().Set("Eligo-Issues", strconv.QuoteToASCII(strings.Join(page.Issues, "; ")))
		}
		if mediaType == "text/html" {
			w.Header().Set("Content-Security-Policy", reportPolicy)
		}
		if strings.HasPrefix(mediaType, "text/") {
			mediaType += "; charset=utf-8"
		}
		writeBody(w, http.StatusOK, mediaType, b.Bytes())
	}, nil
}

// reportPolicy is that of the page of one patient. The page has its style in
// itself, and names it by its digest in a policy of its own, which holds as
// well.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// readRequest reads the query of a screening by the studies that are in use now.
func (s *Server) readRequest(r *http.Request) (*screenQuery, *problem) {
	o, p := readQuery(r.URL.RawQuery, patient.DayOf(s.Clock()))
	if p != nil {
		return nil, p
	}
	now := s.Studies.Current()
	if p := o.checkAgainst(now); p != nil {
		return nil, p
	}
	m, err := now.Matcher(o.studies...)
	if err != nil {
		return nil, s.internal(r.Context(), err)
	}
	o.request = screening.Request{Matcher: m, Dates: o.dates, When: o.when, By: User(r.Context()), Channel: screenlog.API}
	o.issues = issues(now, o.studies)
	return o, nil
}

func (s *Server) screeningProblem(ctx context.Context, doc []byte, err error) *problem {
	var unread *screening.PatientError
	var unlogged *screening.LogError
	switch {
	case errors.As(err, &unread):
		s.metrics.rejected.Inc()
		return patientProblem(doc, unread.Err)
	case errors.As(err, &unlogged) && errors.Is(err, screenlog.ErrRefused):
		return newProblem("invalid-patient", err.Error())
	case errors.As(err, &unlogged):
		s.Messages.Error("the screening log cannot be written", "id", RequestID(ctx), "type", fmt.Sprintf("%T", unlogged.Err))
		return newProblem("log-not-available", "")
	case ctx.Err() != nil:
		return newProblem("busy", "")
	}
	return s.internal(ctx, err)
}

// internal writes a message about an error of the program. The error may quote a
// record, so the message has its type alone.
func (s *Server) internal(ctx context.Context, err error) *problem {
	s.Messages.Error("internal error", "id", RequestID(ctx), "type", fmt.Sprintf("%T", errors.Unwrap(err)))
	return newProblem("internal", "")
}

func issues(now *studydir.Snapshot, ids []string) []string {
	all := []string{}
	if now.Problem != "" {
		all = append(all, "the folder of the studies cannot be read; they are those that were read before")
	}
	for i := range now.Studies {
		s := &now.Studies[i]
		fault := "does not load"
		if s.Duplicate {
			fault = "holds a study that another file holds as well"
		}
		switch {
		case len(s.Errors) == 0:
		case s.Study == nil && len(ids) == 0:
			all = append(all, s.File+" "+fault+", and was not screened for")
		case s.Study != nil && (len(ids) == 0 || slices.Contains(ids, s.Study.ID)):
			all = append(all, "study "+s.Study.ID+": the newest version of "+s.File+" "+fault+"; the version before it was used")
		}
	}
	return all
}
