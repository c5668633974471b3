// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// The caller learns of the end while the source still waits for input, and can
// wake it.
func TestScreenCancelledWhileTheSourceWaits(t *testing.T) {
	m := matcherOf(t, "hemoglobin.yaml")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		woken, closed := make(chan struct{}), false
		src := func(yield func(patient.Record) bool) {
			defer func() { closed = true }()
			person := patient.Record{Decode: func() (*patient.Profile, error) { return &patient.Profile{ID: "a"}, nil }}
			if yield(person) {
				<-woken
			}
		}
		n := 0
		for _, err := range m.Screen(ctx, src, matcher.ScreenOptions{Dates: screeningDay}) {
			switch n++; {
			case n == 1 && err == nil: // given although no batch is full
			case n == 2 && errors.Is(err, context.DeadlineExceeded):
				close(woken)
			default:
				t.Errorf("%d: %v", n, err)
			}
		}
		if n != 2 || !closed {
			t.Errorf("%d results; the source has returned: %v", n, closed)
		}
	})
}

// What is in flight is bounded in bytes, however slow the caller is.
func TestScreenHoldsLittle(t *testing.T) {
	m := matcherOf(t, "hemoglobin.yaml")
	const size, most = 16 << 20, 64<<20 + 16<<20
	var held, highest atomic.Int64
	src := func(yield func(patient.Record) bool) {
		for range 60 {
			highest.Store(max(highest.Load(), held.Add(size)))
			if !yield(patient.Record{Size: size, Decode: func() (*patient.Profile, error) { return nil, errors.New("large") }}) {
				return
			}
		}
	}
	o := matcher.ScreenOptions{Dates: screeningDay, Workers: 16}
	n := 0
	for range matcher.ScreenAndRender(t.Context(), m, src, o, func(matcher.RecordResults) int { return 0 }) {
		time.Sleep(time.Millisecond)
		held.Add(-size)
		n++
	}
	if n != 60 || highest.Load() > most+size {
		t.Errorf("%d records, at most %d MiB held", n, highest.Load()>>20)
	}
}

// A panic, wherever it is, comes out where the caller can see it, after what
// came before it, and leaves no goroutine behind.
func TestScreenPanics(t *testing.T) {
	m := matcherOf(t, "hemoglobin.yaml")
	good := func() (*patient.Profile, error) { return &patient.Profile{ID: "a"}, nil }
	people := func(n int, last func() (*patient.Profile, error)) patient.Lazy {
		return func(yield func(patient.Record) bool) {
			for range n {
				if !yield(patient.Record{Decode: good}) {
					return
				}
			}
			if last == nil {
				panic("at the source")
			}
			_ = yield(patient.Record{Decode: last}) && yield(patient.Record{Decode: good})
		}
	}
	for name, c := range map[string]struct {
		src    patient.Lazy
		render func(matcher.RecordResults) bool
	}{
		"at the source": {people(100, nil), func(matcher.RecordResults) bool { return true }},
		"in decoding":   {people(100, func() (*patient.Profile, error) { panic("in decoding") }), func(matcher.RecordResults) bool { return true }},
		"in the renderer": {people(200, good), func(s matcher.RecordResults) bool {
			return s.Number <= 100 || strings.Repeat("in the renderer", -1) == ""
		}},
		"goexit": {people(100, func() (*patient.Profile, error) { runtime.Goexit(); return nil, nil }), func(matcher.RecordResults) bool { return true }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				defer func() {
					said, _ := recover().(string)
					if n != 100 || !strings.Contains(said, "screen_flow_test.go") {
						t.Errorf("%d results, then %q", n, said)
					}
				}()
				for range matcher.ScreenAndRender(t.Context(), m, c.src, matcher.ScreenOptions{Dates: screeningDay, Workers: 3}, c.render) {
					n++
				}
				t.Error("no panic")
			})
		})
	}
}
