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

// pipeline connects one goroutine that reads the source, one that collects the records
// in batches, the workers, and the caller, who takes the batches in the order in which
// they were read.
type pipeline[T any] struct {
	callerCtx context.Context
	ctx       context.Context // a child of callerCtx that also ends if the caller breaks off
	work      func(number int, r patient.Record) T
	batches   int // at most, in flight

	records  chan patient.Record // from the source
	ready    chan *batch[T]      // to the workers
	ordered  chan *batch[T]      // to the caller; has room for all batches
	returned chan int            // sizes of the batches that the caller is done with; has room for all

	sourcePanic *panicked // is set before records is closed
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
		batches := workers*batchesPerWorker + 1
		child, cancel := context.WithCancel(ctx)
		p := &pipeline[T]{
			callerCtx: ctx, ctx: child, work: work, batches: batches,
			records: make(chan patient.Record), ready: make(chan *batch[T]),
			ordered: make(chan *batch[T], batches+1), returned: make(chan int, batches),
		}
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() { p.readSource(source) })
		running.Go(p.collectBatches)
		for range workers {
			running.Go(func() {
				for b := range p.ready {
					p.processBatch(b)
				}
			})
		}
		p.yieldResults(yield)
	}
}

func (p *pipeline[T]) yieldResults(yield func(T, error) bool) {
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
		p.returned <- b.size
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

func (p *pipeline[T]) readSource(source patient.Lazy) {
	defer close(p.records)
	finished := false
	defer func() {
		if v := recover(); !finished {
			p.sourcePanic = &panicked{v, debug.Stack()}
		}
	}()
	source(func(r patient.Record) bool {
		select {
		case p.records <- r:
			return true
		case <-p.ctx.Done():
			return false
		}
	})
	finished = true
}

// collectBatches hands a batch to a worker once it is full, or before if a worker is
// idle. It begins a batch only if those in flight are few enough and below maxBytes.
func (p *pipeline[T]) collectBatches() {
	defer close(p.ordered)
	defer close(p.ready)
	var b *batch[T] // being filled
	number, inFlight, held := 0, 0, 0
	for records := p.records; records != nil || b != nil; {
		in, out := records, p.ready
		switch {
		case b == nil:
			out = nil
			if inFlight == p.batches || held > maxBytes {
				in = nil
			}
		case len(b.records) == batchRecords || b.size >= batchBytes:
			in = nil
		}
		select {
		case r, more := <-in:
			if !more {
				records = nil
				break
			}
			number++
			if b == nil {
				b = &batch[T]{first: number, done: make(chan struct{}, 1)}
				inFlight++
				p.ordered <- b
			}
			b.records = append(b.records, r)
			b.size += r.Size
			held += r.Size
		case out <- b:
			b = nil
		case size := <-p.returned:
			inFlight--
			held -= size
		case <-p.ctx.Done():
			return
		}
	}
	if p.sourcePanic != nil {
		last := &batch[T]{done: make(chan struct{}, 1), panicked: p.sourcePanic}
		last.done <- struct{}{}
		p.ordered <- last
	}
}
