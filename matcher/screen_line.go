// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"context"
	"fmt"
	"sync"

	"github.com/eligo-trials/eligo/patient"
)

// Limits of what is in flight.
const (
	batchRecords = 64        // records handed to a worker at once
	batchBytes   = 256 << 10 // of their text; one record may be more
	heldBytes    = 64 << 20  // of text in all batches together; one batch may be more
	batchesEach  = 3         // batches for each worker: at work, waiting before and after
)

// line is an assembly line: one goroutine reads the source into batches,
// workers work them off, and the caller takes them in the order in which they
// were read. Batches go round: the caller gives them back to be filled again.
type line[T any] struct {
	outer context.Context // the caller's
	ctx   context.Context // ends with it, or where the caller breaks off
	end   context.CancelCauseFunc
	src   patient.Lazy
	work  func(number int, r patient.Record) T
	count int // of workers
	all   sync.WaitGroup

	queue chan *batch[T] // to the caller, in order; has room for all
	full  chan *batch[T] // to the workers
	some  chan struct{}  // says that there is something in filling
	empty chan *batch[T] // from the caller; has room for all
	spare []*batch[T]    // taken from empty
	held  int            // bytes in the batches that are neither spare nor empty

	mu      sync.Mutex
	filling *batch[T] // a worker that has nothing to do takes it as it is
}

// batch is some records that follow each other, and what they come to.
type batch[T any] struct {
	first    int // number of its first record
	records  []patient.Record
	size     int
	made     []T
	done     chan struct{} // has room for one
	panicked *panicked
}

// panicked is a panic on its way to the caller's goroutine.
type panicked struct {
	value any
	stack []byte
}

func newLine[T any](ctx context.Context, src patient.Lazy, workers int, work func(int, patient.Record) T) *line[T] {
	most := workers*batchesEach + 1
	l := &line[T]{
		outer: ctx, src: src, work: work, count: workers,
		queue: make(chan *batch[T], most+1), empty: make(chan *batch[T], most),
		full: make(chan *batch[T]), some: make(chan struct{}, 1),
	}
	l.ctx, l.end = context.WithCancelCause(ctx)
	for range most {
		l.empty <- &batch[T]{done: make(chan struct{}, 1)}
	}
	return l
}

// run gives what is made of each record, in order.
func (l *line[T]) run(yield func(T, error) bool) {
	defer l.all.Wait()
	defer l.end(nil)
	for range l.count {
		l.all.Go(l.worker)
	}
	l.all.Go(l.read)
	var none T
	for {
		b, ok := l.next()
		switch {
		case l.outer.Err() != nil:
			yield(none, context.Cause(l.outer))
			return
		case !ok:
			return
		}
		for i := range b.made {
			// What is ready is not given any more where the caller has ended it.
			if l.outer.Err() != nil {
				yield(none, context.Cause(l.outer))
				return
			}
			if !yield(b.made[i], nil) {
				return
			}
		}
		if b.panicked != nil {
			panic(fmt.Sprintf("screening: %v\n\n%s", b.panicked.value, b.panicked.stack))
		}
		clear(b.made)
		l.empty <- b
	}
}

// next waits for the batch that comes next; false where there is none.
func (l *line[T]) next() (b *batch[T], ok bool) {
	select {
	case b, ok = <-l.queue:
	case <-l.outer.Done():
		return nil, false
	}
	if !ok {
		return nil, false
	}
	select {
	case <-b.done:
		return b, true
	case <-l.outer.Done():
		return nil, false
	}
}
