// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"
)

// health answers that the process lives.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	send(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

// ready answers whether requests can be served: some study is in use and the
// screening log, if one is kept, can be reached.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	switch {
	case s.draining.Load():
		newProblem("shutting-down", "").write(w)
	case s.Studies.Now().All == nil:
		newProblem("no-study", "").write(w)
	case s.Recorder != nil && s.Recorder.Ping(ctx) != nil:
		newProblem("log-not-available", "").write(w)
	default:
		send(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	}
}
