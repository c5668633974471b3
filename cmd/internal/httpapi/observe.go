// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
)

type requestInfo struct {
	id   string
	user string
}

type requestInfoKey struct{}

func requestInfoOf(ctx context.Context) *requestInfo {
	if c, ok := ctx.Value(requestInfoKey{}).(*requestInfo); ok {
		return c
	}
	return &requestInfo{}
}

// User gives the name of the sender of the request of this context; "" where
// nobody is asked who they are.
func User(ctx context.Context) string { return requestInfoOf(ctx).user }

// RequestID gives the id of the request of this context, by which messages name
// it.
func RequestID(ctx context.Context) string { return requestInfoOf(ctx).id }

// withMetrics counts and times each request, writes a message for it, and answers
// where a handler panics. Nothing of the path or the query that a client chose
// gets into either.
func (s *Server) withMetrics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		c := &requestInfo{id: rand.Text()}
		r = r.WithContext(context.WithValue(r.Context(), requestInfoKey{}, c))
		w.Header().Set("X-Request-Id", c.id)
		out := &countingWriter{ResponseWriter: w}
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		broken := true
		defer func() {
			if broken {
				s.answerPanic(out, c, recover())
			}
			took := time.Since(started)
			route, method := routeOf(r), methodOf(r)
			s.metrics.answered(route, method, out.statusCode(), took)
			s.Messages.LogAttrs(context.WithoutCancel(r.Context()), levelOf(route, out.statusCode()), "request",
				slog.String("id", c.id), slog.String("method", method), slog.String("route", route),
				slog.Int("status", out.statusCode()), slog.Bool("aborted", out.aborts), slog.Duration("took", took),
				slog.Int64("bytes", out.bytes), slog.String("user", c.user))
			if out.aborts {
				panic(http.ErrAbortHandler) // the client sees that the answer is not whole
			}
		}()
		next.ServeHTTP(out, r)
		broken = false
	})
}

// levelOf keeps quiet about probes that find nothing.
func levelOf(route string, status int) slog.Level {
	if (route == "/healthz" || route == "/readyz" || route == "/metrics") && status == http.StatusOK {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// answerPanic answers for a handler that panicked. The value may hold anything, so
// the message has its type and the location, and no more.
func (s *Server) answerPanic(out *countingWriter, c *requestInfo, reason any) {
	out.aborts = out.wrote
	if reason == http.ErrAbortHandler {
		out.aborts = true
		return
	}
	s.Messages.Error("panic", "id", c.id, "type", fmt.Sprintf("%T", reason), "at", panicLocation())
	s.metrics.panics.Inc()
	if !out.wrote {
		newProblem("internal", "").writeTo(out)
	}
}

func panicLocation() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var b strings.Builder
	for more := true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); f.Function != "" {
			fmt.Fprintf(&b, "%s:%d ", f.Function, f.Line)
		}
	}
	return strings.TrimSpace(b.String())
}

func routeOf(r *http.Request) string {
	_, path, ok := strings.Cut(r.Pattern, " ")
	if !ok {
		path = r.Pattern
	}
	if path == "" {
		return "other"
	}
	return path
}

func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
	wrote  bool
	aborts bool
}

func (c *countingWriter) WriteHeader(status int) {
	if !c.wrote && status >= 200 {
		c.status, c.wrote = status, true
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(b []byte) (int, error) {
	if !c.wrote {
		c.status, c.wrote = http.StatusOK, true
	}
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *countingWriter) statusCode() int {
	if c.status == 0 {
		return http.StatusOK
	}
	return c.status
}

// metrics holds the counters. Their labels are routes, methods, classes of
// status, studies and verdicts: nothing that a client makes up, and nothing of
// a patient.
type metrics struct {
	http.Handler
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	inFlight  prometheus.Gauge
	panics    prometheus.Counter
	refused   prometheus.Counter
	verdicts  *prometheus.CounterVec
	rejected  prometheus.Counter
}

func newMetrics(s *studydir.Folder) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "eligo_http_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eligo_http_request_duration_seconds", Help: "How long answers took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "eligo_http_requests_in_flight", Help: "Requests that are being answered."}),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "eligo_panics_total", Help: "Requests that a fault of the program ended."}),
		refused:  prometheus.NewCounter(prometheus.CounterOpts{Name: "eligo_http_requests_refused_total", Help: "Requests refused because there were too many at one time."}),
		verdicts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "eligo_verdicts_total", Help: "Screenings by the API, by study and verdict.",
		}, []string{"study", "verdict"}),
		rejected: prometheus.NewCounter(prometheus.CounterOpts{Name: "eligo_patients_rejected_total", Help: "Patients that the API could not read."}),
	}
	studies := func(name, help string, count func(*studydir.Study) bool) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			n := 0
			for i, all := 0, s.Current().Studies; i < len(all); i++ {
				if count(&all[i]) {
					n++
				}
			}
			return float64(n)
		})
	}
	own := prometheus.NewRegistry()
	own.MustRegister(m.requests, m.durations, m.inFlight, m.panics, m.refused, m.verdicts, m.rejected,
		studies("eligo_studies", "Studies in use.", func(s *studydir.Study) bool { return s.Study != nil }),
		studies("eligo_study_files_broken", "Study files whose newest version does not load.", func(s *studydir.Study) bool { return len(s.Errors) > 0 }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Handler = promhttp.HandlerFor(own, promhttp.HandlerOpts{})
	return m
}

func (m *metrics) answered(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Inc()
	m.durations.WithLabelValues(route, method).Observe(took.Seconds())
}

func (m *metrics) countVerdicts(results []matcher.Result) {
	for i := range results {
		m.verdicts.WithLabelValues(results[i].Study.ID, string(results[i].Verdict)).Inc()
	}
}
