// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"runtime/debug"

	"github.com/eligo-trials/eligo/patient"
)

// worker works off batches until there are no more.
func (l *line[T]) worker() {
	for {
		select {
		case b, ok := <-l.full:
			if !ok {
				return
			}
			l.workOff(b)
		case <-l.some:
			if b := l.takeFilling(); b != nil {
				l.workOff(b)
			}
		}
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

// read reads the source into batches.
func (l *line[T]) read() {
	defer close(l.queue)
	defer close(l.full)
	finished := false
	defer func() {
		v := recover()
		if b := l.takeFilling(); b != nil {
			l.pass(b)
		}
		if !finished {
			last := &batch[T]{done: make(chan struct{}, 1), panicked: &panicked{v, debug.Stack()}}
			last.done <- struct{}{}
			l.queue <- last
		}
	}()
	number := 0
	for r := range l.src {
		number++
		l.add(number, r)
		if l.ctx.Err() != nil {
			break
		}
	}
	finished = true
}

// add puts a record where a worker finds it.
func (l *line[T]) add(number int, r patient.Record) {
	l.mu.Lock()
	b := l.filling
	if b == nil {
		l.mu.Unlock()
		if b = l.blank(number); b == nil {
			return
		}
		l.queue <- b
		l.mu.Lock()
		l.filling = b
	}
	b.records = append(b.records, r)
	b.size += r.Size
	l.held += r.Size
	full := len(b.records) == batchRecords || b.size >= batchBytes
	if full {
		l.filling = nil
	}
	l.mu.Unlock()
	if full {
		l.pass(b)
		return
	}
	select {
	case l.some <- struct{}{}:
	default:
	}
}

// pass hands a batch to the worker that is ready next.
func (l *line[T]) pass(b *batch[T]) {
	select {
	case l.full <- b:
	case <-l.ctx.Done(): // nobody asks for it any more
	}
}

func (l *line[T]) takeFilling() *batch[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.filling
	l.filling = nil
	return b
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
