// SPDX-License-Identifier: Apache-2.0

// Package pipeline runs ordered parallel workers over a source of records. It may
// import patient.
package pipeline

import (
	"context"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"

	"github.com/eligo-trials/eligo/patient"
)

// Limits of the records in flight.
const (
	batchRecords     = 64        // records handed to a worker at once
	batchBytes       = 256 << 10 // of their text; one record may be more
	maxBytes         = 64 << 20  // of text in all batches together; one batch may be more
	batchesPerWorker = 3         // one at work, one waiting before and one after
)

// pipeline connects one goroutine that reads the source into batches, the workers,
// and the caller, who takes the batches in the order in which they were read.
// Batches are reused: the caller returns them to be filled again.
type pipeline[T any] struct {
	callerCtx context.Context
	ctx       context.Context // a child of callerCtx that also ends if the caller breaks off
	cancel    context.CancelCauseFunc
	source    patient.Lazy
	work      func(number int, r patient.Record) T
	workers   int
	running   sync.WaitGroup

	ordered      chan *batch[T] // to the caller; has room for all batches
	full         chan *batch[T] // to the workers
	partialReady chan struct{}  // signals that partial is not nil
	returned     chan *batch[T] // from the caller; has room for all batches

	// Of the reading goroutine only.
	spare []*batch[T] // taken from returned
	held  int         // bytes in the batches that are neither spare nor returned

	mu      sync.Mutex
	partial *batch[T] // being filled; an idle worker takes it before it is full
}

// batch is consecutive records and their results.
type batch[T any] struct {
	first    int // number of its first record
	records  []patient.Record
	size     int
	results  []T
	done     chan struct{} // has room for one
	panicked *panicked
}

// panicked is a panic to be raised again in the caller's goroutine.
type panicked struct {
	value any
	stack []byte
}

// Run calls work for each record of a source, in several goroutines, and yields
// the results in the order of the source. Number counts the records from 1.
//
// If ctx ends, its cause is the last element, and it comes at once. If the caller
// breaks off, or after that error, Run waits until work and the source have
// returned. A panic in work or in the source is raised again in the caller's
// goroutine, after the results that precede it.
func Run[T any](ctx context.Context, source patient.Lazy, workers int, work func(number int, r patient.Record) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		newPipeline(ctx, source, workers, work).run(yield)
	}
}

func newPipeline[T any](ctx context.Context, source patient.Lazy, workers int, work func(int, patient.Record) T) *pipeline[T] {
	batches := workers*batchesPerWorker + 1
	p := &pipeline[T]{
		callerCtx: ctx, source: source, work: work, workers: workers,
		ordered: make(chan *batch[T], batches+1), returned: make(chan *batch[T], batches),
		full: make(chan *batch[T]), partialReady: make(chan struct{}, 1),
	}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	for range batches {
		p.returned <- &batch[T]{done: make(chan struct{}, 1)}
	}
	return p
}

func (p *pipeline[T]) run(yield func(T, error) bool) {
	defer p.running.Wait()
	defer p.cancel(nil)
	for range p.workers {
		p.running.Go(p.runWorker)
	}
	p.running.Go(p.readSource)
	var none T
	for {
		b, ok := p.nextBatch()
		switch {
		case p.callerCtx.Err() != nil:
			yield(none, context.Cause(p.callerCtx))
			return
		case !ok:
			return
		}
		for i := range b.results {
			// Nothing is yielded after the caller's context has ended.
			if p.callerCtx.Err() != nil {
				yield(none, context.Cause(p.callerCtx))
				return
			}
			if !yield(b.results[i], nil) {
				return
			}
		}
		if b.panicked != nil {
			panic(fmt.Sprintf("screening: %v\n\n%s", b.panicked.value, b.panicked.stack))
		}
		clear(b.results)
		p.returned <- b
	}
}

// nextBatch waits for the next batch of the source to be done. It returns false at
// the end.
func (p *pipeline[T]) nextBatch() (b *batch[T], ok bool) {
	select {
	case b, ok = <-p.ordered:
	case <-p.callerCtx.Done():
		return nil, false
	}
	if !ok {
		return nil, false
	}
	select {
	case <-b.done:
		return b, true
	case <-p.callerCtx.Done():
		return nil, false
	}
}

// runWorker processes batches until there are no more.
func (p *pipeline[T]) runWorker() {
	for {
		select {
		case b, ok := <-p.full:
			if !ok {
				return
			}
			p.processBatch(b)
		case <-p.partialReady:
			if b := p.takePartial(); b != nil {
				p.processBatch(b)
			}
		}
	}
}

func (p *pipeline[T]) processBatch(b *batch[T]) {
	finished := false
	defer func() {
		if v := recover(); !finished {
			b.panicked = &panicked{v, debug.Stack()}
		}
		b.done <- struct{}{}
	}()
	for i := range b.records {
		if p.ctx.Err() != nil {
			break
		}
		b.results = append(b.results, p.work(b.first+i, b.records[i]))
		b.records[i] = patient.Record{}
	}
	finished = true
}

// readSource reads the source into batches.
func (p *pipeline[T]) readSource() {
	defer close(p.ordered)
	defer close(p.full)
	finished := false
	defer func() {
		v := recover()
		if b := p.takePartial(); b != nil {
			p.sendFull(b)
		}
		if !finished {
			last := &batch[T]{done: make(chan struct{}, 1), panicked: &panicked{v, debug.Stack()}}
			last.done <- struct{}{}
			p.ordered <- last
		}
	}()
	number := 0
	for r := range p.source {
		number++
		p.addRecord(number, r)
		if p.ctx.Err() != nil {
			break
		}
	}
	finished = true
}

// addRecord puts a record into the partial batch, and a full batch on its way.
func (p *pipeline[T]) addRecord(number int, r patient.Record) {
	p.mu.Lock()
	b := p.partial
	if b == nil {
		p.mu.Unlock()
		if b = p.emptyBatch(number); b == nil {
			return
		}
		p.ordered <- b
		p.mu.Lock()
		p.partial = b
	}
	b.records = append(b.records, r)
	b.size += r.Size
	p.held += r.Size
	full := len(b.records) == batchRecords || b.size >= batchBytes
	if full {
		p.partial = nil
	}
	p.mu.Unlock()
	if full {
		p.sendFull(b)
		return
	}
	select {
	case p.partialReady <- struct{}{}:
	default:
	}
}

// sendFull hands a batch to the next idle worker.
func (p *pipeline[T]) sendFull(b *batch[T]) {
	select {
	case p.full <- b:
	case <-p.ctx.Done(): // its results are not wanted
	}
}

func (p *pipeline[T]) takePartial() *batch[T] {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.partial
	p.partial = nil
	return b
}

// emptyBatch waits for a spare batch and until the batches in flight are below
// maxBytes. It returns nil if the context ends.
func (p *pipeline[T]) emptyBatch(first int) *batch[T] {
	for len(p.spare) == 0 || p.held > maxBytes {
		select {
		case b := <-p.returned:
			p.held -= b.size
			b.records, b.results, b.size = b.records[:0], b.results[:0], 0
			p.spare = append(p.spare, b)
		case <-p.ctx.Done():
			return nil
		}
	}
	b := p.spare[len(p.spare)-1]
	p.spare = p.spare[:len(p.spare)-1]
	b.first = first
	return b
}
