// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"
)

// liveness answers that the process lives.
func (s *Server) liveness(w http.ResponseWriter, _ *http.Request) {
	writeBody(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// readiness answers whether requests can be served: some study is in use and the
// screening log, if one is kept, can be reached.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	switch {
	case s.draining.Load():
		newProblem("shutting-down", "").writeTo(w)
	case s.Studies.Current().All == nil:
		newProblem("no-study", "").writeTo(w)
	case s.Recorder != nil && s.Recorder.Ping(ctx) != nil:
		newProblem("log-not-available", "").writeTo(w)
	default:
		writeBody(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	}
}
