// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

type answerLine struct {
	Line    int              `json:"line"` // of the body, from 1
	Results []matcher.Result `json:"results,omitempty"`
	Problem *problem         `json:"problem,omitempty"`
	Issues  []string         `json:"issues,omitempty"` // with the studies, as for one person
}

// screenBatch answers POST /api/v1/screen/batch: a patient a line in, an answer
// a line out, in the same order, while the body still comes. An answer that
// breaks off (the connection ends without the last chunk) is not whole.
func (s *Server) screenBatch(w http.ResponseWriter, r *http.Request) {
	b, p := s.newBatch(w, r)
	if p != nil {
		p.writeTo(w)
		return
	}
	select {
	case s.batches <- struct{}{}:
		defer func() { <-s.batches }()
	default:
		s.metrics.refused.Inc()
		newProblem("busy", "").writeTo(w)
		return
	}
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex() // HTTP/2 always is
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := &slowWriter{w: w, control: control, step: s.times.step}
	in := &slowReader{r: r.Body, control: control, step: s.times.step}
	screening := matcher.ScreenOptions{Dates: b.request.Dates, Ahead: b.request.When, Workers: max(1, cap(s.service.Slots)-1)}
	var failed error
	for line, err := range matcher.ScreenAndRender(r.Context(), b.request.Matcher, b.records(in, s.MaxBody), screening, b.render(r.Context())) {
		if err == nil {
			err = b.deliver(r.Context(), out, line)
		}
		if err != nil {
			failed = err
			in.stopReading() // the screening waits for it
			break
		}
	}
	if failed != nil || in.err != nil {
		panic(http.ErrAbortHandler) // the answer is not complete
	}
}

func (s *Server) newBatch(w http.ResponseWriter, r *http.Request) (*batch, *problem) {
	if accepted(r, manyTypes...) == "" {
		return nil, newProblem("not-acceptable", "The answer is application/x-ndjson.")
	}
	if p := unsupported(w, r, manyTypes); p != nil {
		return nil, p
	}
	if isPacked(r) {
		return nil, newProblem("unsupported-media", "A batch cannot be gzipped.")
	}
	o, p := s.readRequest(r)
	if p != nil {
		return nil, p
	}
	return &batch{server: s, screenQuery: o}, nil
}

type batch struct {
	*screenQuery
	server *Server
	people sync.Map // by record number, its *reading
}

type reading struct {
	line    int
	text    []byte
	profile *patient.Profile
	err     error
}

type rendered struct {
	text    []byte
	results []matcher.Result
	reading *reading
}

var errLongLine = errors.New("the line is too long")

// records gives each line of the body that is not empty as a record.
func (b *batch) records(body io.Reader, longest int64) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		in := bufio.NewReaderSize(body, 64<<10)
		number := 0
		for line := 1; ; line++ {
			text, err := readLine(in, longest)
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLongLine) {
				return // the reader keeps the error
			}
			if len(bytes.TrimSpace(text)) > 0 || errors.Is(err, errLongLine) {
				number++
				one := &reading{line: line, text: text}
				if errors.Is(err, errLongLine) {
					one.err = err
				}
				b.people.Store(number, one)
				if !yield(patient.Record{Size: len(text), Decode: func() (*patient.Profile, error) { return b.decode(one) }}) {
					return
				}
			}
			if errors.Is(err, io.EOF) {
				return
			}
		}
	}
}

// readLine reads a line without its end. One that is too long is read over.
func readLine(in *bufio.Reader, longest int64) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if int64(len(line)) > longest {
			line, long = nil, true
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case long && (err == nil || errors.Is(err, io.EOF)):
			return nil, errLongLine // at the end of the body, the next line is empty
		default:
			return line, err
		}
	}
}

func (b *batch) decode(one *reading) (*patient.Profile, error) {
	if one.err == nil {
		one.profile, one.err = document.Decode(one.text, b.document)
	}
	return one.profile, one.err
}

func (b *batch) render(ctx context.Context) func(matcher.RecordResults) *rendered {
	return func(done matcher.RecordResults) *rendered {
		kept, _ := b.people.LoadAndDelete(done.Number)
		one := kept.(*reading)
		answer := answerLine{Line: one.line, Results: done.Results, Issues: b.issues}
		switch {
		case errors.Is(one.err, errLongLine):
			answer.Problem = newProblem("too-large", "")
		case one.err != nil:
			answer.Problem = patientProblem(one.text, one.err)
		case done.Err != nil:
			answer.Problem = b.server.internal(ctx, done.Err)
		}
		return &rendered{b.encodeLine(ctx, &answer), answer.Results, one}
	}
}

func (b *batch) encodeLine(ctx context.Context, a *answerLine) []byte {
	text, err := json.Marshal(a)
	if err != nil {
		a.Results, a.Problem = nil, b.server.internal(ctx, err)
		text, _ = json.Marshal(a)
	}
	return append(text, '\n')
}

func (b *batch) deliver(ctx context.Context, out io.Writer, line *rendered) error {
	text := line.text
	if len(line.results) == 0 {
		b.server.metrics.rejected.Inc()
	} else if _, err := b.server.service.Record(ctx, line.reading.profile, line.results, &b.request); err != nil {
		text = b.encodeLine(ctx, &answerLine{Line: line.reading.line, Problem: b.server.screeningProblem(ctx, line.reading.text, err)})
	} else {
		b.server.metrics.countVerdicts(line.results)
	}
	_, err := out.Write(text)
	return err
}

// stepSize is how many bytes of a batch must have come in a step, or else a
// line: a batch may take long, but no step of it may.
const stepSize = 64 << 10

// slowReader reads a body as long as it comes.
type slowReader struct {
	r       io.Reader
	control *http.ResponseController
	step    time.Duration
	left    int
	err     error // that ended it, if not its end
	stopped atomic.Bool
}

func (s *slowReader) stopReading() {
	s.stopped.Store(true)
	_ = s.control.SetReadDeadline(time.Now())
}

func (s *slowReader) Read(b []byte) (int, error) {
	if s.left <= 0 {
		_ = s.control.SetReadDeadline(time.Now().Add(s.step))
		s.left = stepSize
	}
	if s.stopped.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := s.r.Read(b)
	s.left -= n
	if bytes.IndexByte(b[:n], '\n') >= 0 {
		s.left = 0
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// slowWriter writes an answer as long as it is taken.
type slowWriter struct {
	w       io.Writer
	control *http.ResponseController
	step    time.Duration
}

func (s *slowWriter) Write(b []byte) (int, error) {
	_ = s.control.SetWriteDeadline(time.Now().Add(s.step))
	n, err := s.w.Write(b)
	if err == nil {
		err = s.control.Flush() // the client may wait for it before it sends the next
	}
	return n, err
}
