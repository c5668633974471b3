// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
)

// TestHealth: ready only with a study, with a log that answers, and not while
// stopping.
func TestHealth(t *testing.T) {
	log := &book{}
	l := newLab(t, files(), func(o *Options) { o.Recorder = log })
	if a := l.get("/healthz"); a.StatusCode != http.StatusOK || a.text != "ok\n" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	log.err = errors.New("the disk of p1 is full")
	if a := l.get("/readyz"); a.problem(t) != "log-not-available" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.screen("?study=NCT00000001", person); a.problem(t) != "log-not-available" || strings.Contains(a.text, "p1") {
		t.Errorf("a decision was given that is not in the log: %s", a.text)
	}
	log.err = nil
	l.server.draining.Store(true)
	if a := l.get("/readyz"); a.problem(t) != "shutting-down" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	none := newLab(t, map[string]string{"broken.yaml": broken}, nil)
	if a := none.get("/readyz"); a.problem(t) != "no-study" || a.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := none.screen("", person); a.problem(t) != "no-study" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := none.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

// book is a screening log that remembers what it was given.
type book struct {
	mu        sync.Mutex
	decisions []*screenlog.Decision
	err       error
}

func (b *book) Append(_ context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return nil, b.err
	}
	for _, e := range entries {
		b.decisions = append(b.decisions, e.Decision)
	}
	return make([]screenlog.Receipt, len(entries)), nil
}

func (b *book) Ping(context.Context) error { return b.err }

func TestMetrics(t *testing.T) {
	l := newLab(t, files(), nil)
	l.screen("?study=NCT00000001", person)
	l.screen("?study=NCT00000001", `{"id": "p-secret", "conditions": 1}`)
	l.get("/nowhere/p-secret")
	a := l.do("GET", "/metrics", "")
	for _, want := range []string{
		`eligo_verdicts_total{study="NCT00000001",verdict="eligible"} 1`, `eligo_patients_rejected_total 1`,
		`eligo_http_requests_total{code="4xx",method="POST",route="/api/v1/screen"} 1`,
		`eligo_http_request_duration_seconds_count{method="POST",route="/api/v1/screen"} 2`,
		`eligo_studies 2`, `eligo_study_files_broken 1`, `go_goroutines`, `process_resident_memory_bytes`,
	} {
		if !strings.Contains(a.text, want) {
			t.Errorf("no %s in %s", want, a.text)
		}
	}
	if strings.Contains(a.text, "secret") || strings.Contains(a.text, "p1") {
		t.Error("a metric names a patient")
	}
}
