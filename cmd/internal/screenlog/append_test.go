// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Calls that wait for their turn are written together, and one that is refused
// or has gone harms no other.
func TestCallsAreWrittenTogether(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		mustAppend(t, l, Entry{Decision: plain("first")})
		gone, leave := context.WithCancel(t.Context())
		calls := []struct {
			ctx   context.Context
			entry Entry
			err   string
		}{
			{t.Context(), Entry{Decision: plain("a")}, ""},
			{t.Context(), Entry{Disposition: &Disposition{Decision: 99, Status: Candidate}}, "entry 99 of the log is no decision"},
			{gone, Entry{Decision: plain("gone")}, "canceled"},
			{t.Context(), Entry{Disposition: &Disposition{Decision: 1, Status: Candidate}}, ""},
			{t.Context(), Entry{Feedback: &Feedback{Card: "c", Outcome: Accepted, By: "\xff"}}, "UTF-8"},
			{t.Context(), Entry{Decision: plain("b")}, ""},
		}
		l.turn <- struct{}{} // somebody is writing
		var wg sync.WaitGroup
		receipts, errs := make([][]Receipt, len(calls)), make([]error, len(calls))
		for i, c := range calls {
			wg.Go(func() { receipts[i], errs[i] = l.Append(c.ctx, c.entry) })
			for waits := 0; waits <= i; runtime.Gosched() { // so that they wait in this order
				l.mu.Lock()
				waits = len(l.waiting)
				l.mu.Unlock()
			}
		}
		leave()
		for waits := len(calls); waits == len(calls); runtime.Gosched() {
			l.mu.Lock()
			waits = len(l.waiting)
			l.mu.Unlock()
		}
		<-l.turn
		wg.Wait()
		want := int64(2)
		for i, c := range calls {
			switch {
			case c.err != "":
				if errs[i] == nil || !strings.Contains(errs[i].Error(), c.err) || receipts[i] != nil {
					t.Errorf("call %d: %v, %v", i, errs[i], receipts[i])
				}
			case errs[i] != nil || receipts[i][0].Seq != want:
				t.Errorf("call %d: %v, %v", i, errs[i], receipts[i])
			default:
				want++
			}
		}
		if !errors.Is(errs[2], context.Canceled) {
			t.Errorf("%v", errs[2])
		}
		verified(t, l, 4)
	})
}

// A transaction that cannot be committed leaves nothing, and says so to all.
func TestAppendThatFails(t *testing.T) {
	eachStore(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		mustAppend(t, l, Entry{Decision: plain("first")})
		db := raw(t, url)
		run(t, db, "ALTER TABLE screening_entries RENAME TO away")
		if r, err := l.Append(t.Context(), Entry{Decision: plain("p")}); err == nil || errors.Is(err, ErrRefused) || r != nil || !strings.Contains(err.Error(), "was not written") {
			t.Errorf("%v, %v", r, err)
		}
		if err := l.Ping(t.Context()); err == nil {
			t.Error("a log without its table answers")
		}
		run(t, db, "ALTER TABLE away RENAME TO screening_entries")
		mustAppend(t, l, Entry{Decision: plain("p")})
		verified(t, l, 2)
	})
}

// BenchmarkAppend is appends by 1 and by 32 callers at once.
func BenchmarkAppend(b *testing.B) {
	for _, store := range []string{"sqlite", "postgres"} {
		for _, callers := range []int{1, 32} {
			b.Run(store+"/"+map[int]string{1: "alone", 32: "many"}[callers], func(b *testing.B) {
				url := b.TempDir() + "/log.db"
				if store == "postgres" {
					url = newDatabase(b)
				}
				l := open(b, url, Options{})
				b.SetParallelism(callers)
				if callers == 1 {
					for b.Loop() {
						mustAppend(b, l, Entry{Decision: plain("p")})
					}
					return
				}
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := l.Append(context.Background(), Entry{Decision: plain("p")}); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}
