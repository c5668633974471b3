// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
)

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

// answered counts a request.
func (m *metrics) answered(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Inc()
	m.durations.WithLabelValues(route, method).Observe(took.Seconds())
}

// countVerdicts counts the verdicts of one person.
func (m *metrics) countVerdicts(results []matcher.Result) {
	for i := range results {
		m.verdicts.WithLabelValues(results[i].Study.ID, string(results[i].Verdict)).Inc()
	}
}
