// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"context"
	"fmt"
	"runtime/debug"
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
	ctx  context.Context // ends with the caller's, or where the caller breaks off
	src  patient.Lazy
	work func(number int, r patient.Record) T

	jobs  chan *batch[T] // to the workers; without room, so that one that waits is seen
	queue chan *batch[T] // to the caller, in order
	empty chan *batch[T] // from the caller
	end   context.CancelCauseFunc
	outer context.Context
	all   sync.WaitGroup
	count int // of workers
	spare []*batch[T]
	held  int // bytes in the batches that are not empty
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
		jobs: make(chan *batch[T]), queue: make(chan *batch[T], most+1), empty: make(chan *batch[T], most),
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

// worker works off batches until there are no more.
func (l *line[T]) worker() {
	for b := range l.jobs {
		l.workOff(b)
	}
}

func (l *line[T]) workOff(b *batch[T]) {
	finished := false
	defer func() {
		if v := recover(); !finished {
			b.panicked = &panicked{v, debug.Stack()}
		}
		b.done <- struct{}{}
	}()
	for i := range b.records {
		if l.ctx.Err() != nil {
			break
		}
		b.made = append(b.made, l.work(b.first+i, b.records[i]))
		b.records[i] = patient.Record{}
	}
	finished = true
}

// read reads the source into batches. A worker that has nothing to do gets
// what there is.
func (l *line[T]) read() {
	defer close(l.queue)
	defer close(l.jobs)
	finished := false
	defer func() {
		if v := recover(); !finished {
			b := &batch[T]{done: make(chan struct{}, 1), panicked: &panicked{v, debug.Stack()}}
			b.done <- struct{}{}
			l.queue <- b // which has room for it
		}
	}()
	var b *batch[T]
	number := 0
	for r := range l.src {
		number++
		if b == nil {
			if b = l.blank(number); b == nil {
				break
			}
		}
		b.records = append(b.records, r)
		b.size += r.Size
		l.held += r.Size
		if l.pass(b, len(b.records) == batchRecords || b.size >= batchBytes) {
			b = nil
		}
		if l.ctx.Err() != nil {
			break
		}
	}
	if b != nil {
		l.pass(b, true)
	}
	finished = true
}

// pass hands a batch on, and reports whether it did: to a worker that waits, or,
// where it must, to the one that does so next.
func (l *line[T]) pass(b *batch[T], must bool) bool {
	if must {
		select {
		case l.jobs <- b:
		case <-l.ctx.Done():
			return true // nobody asks for it any more
		}
	} else {
		select {
		case l.jobs <- b:
		default:
			return false
		}
	}
	l.queue <- b // which has room for all
	return true
}

// blank gives a batch to be filled, once there is one and not too much is held.
// It gives nil where ctx ends.
func (l *line[T]) blank(first int) *batch[T] {
	for len(l.spare) == 0 || l.held > heldBytes {
		select {
		case b := <-l.empty:
			l.held -= b.size
			b.records, b.made, b.size = b.records[:0], b.made[:0], 0
			l.spare = append(l.spare, b)
		case <-l.ctx.Done():
			return nil
		}
	}
	b := l.spare[len(l.spare)-1]
	l.spare = l.spare[:len(l.spare)-1]
	b.first = first
	return b
}
