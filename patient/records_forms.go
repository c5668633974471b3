// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

func (t *recordText) readLines() {
	for seen, tooLong := 0, false; !t.stopped; {
		end := bytes.IndexByte(t.unread()[seen:], '\n')
		if end < 0 {
			seen = len(t.unread())
			if seen > MaxRecord {
				t.takeBytes(seen)
				seen, tooLong = 0, true
			}
			if t.readMore() {
				continue
			}
			if t.err == io.EOF {
				t.readLine(seen, tooLong)
			}
			return
		}
		t.readLine(seen+end+1, tooLong)
		seen, tooLong = 0, false
	}
}

// readLine gives the record of a line of which n bytes are still here.
func (t *recordText) readLine(n int, tooLong bool) {
	start := t.at
	text := t.takeBytes(n)
	switch {
	case tooLong, n > MaxRecord+2: // the end of the line is not the record's
		t.yieldError(Place{t.name, start.line, 0}, false, ErrRecordTooLong)
	case len(bytes.TrimSpace(text)) > 0:
		t.yieldText(text, start)
	}
}

// recordValue is the text of one JSON value. Of one that is broken it ends before the
// byte that cannot be; of one that is too long only the last piece is left.
type recordValue struct {
	text    []byte
	start   origin
	state   state
	tooLong bool
}

// readValue finds the end of the value that begins here, and steps over it unless
// it is broken.
func (t *recordText) readValue(s scanner) recordValue {
	v := recordValue{start: t.at}
	for seen := 0; ; {
		n, state := s.scanPiece(t.unread()[seen:])
		seen += n
		if state == unfinished && seen > MaxRecord {
			t.takeBytes(seen)
			seen, v.tooLong = 0, true
		}
		if state == unfinished && t.readMore() {
			continue
		}
		if state == unfinished && s.within == inBare && s.endValue() {
			state = complete // a number at the end of the text
		}
		v.text, v.state = t.unread()[:seen:seen], state
		if state != broken {
			t.takeBytes(seen)
		}
		v.tooLong = v.tooLong || seen > MaxRecord
		return v
	}
}

func (t *recordText) readSequence() {
	for !t.stopped {
		if _, ok := t.nextByte(); !ok {
			return
		}
		v := t.readValue(scanner{ofLines: true})
		switch v.state {
		case broken:
			v.text, v.tooLong = t.toNextLine(len(v.text), v.tooLong)
		case unfinished:
			if t.err != io.EOF {
				return // the error that ended it is yielded once
			}
		}
		t.yieldValue(v)
	}
}

func (t *recordText) yieldValue(v recordValue) {
	if v.tooLong {
		t.yieldError(Place{t.name, v.start.line, t.entry}, false, ErrRecordTooLong)
		return
	}
	t.yieldText(v.text, v.start)
}

// readArray yields each entry of a list. An error between the entries, or
// inside one so that its end cannot be told, is the end of the source.
func (t *recordText) readArray() {
	t.takeBytes(1)
	for !t.stopped {
		t.entry++
		c, ok := t.nextByte()
		if !ok || c == ']' && t.entry == 1 {
			break
		}
		if c == ',' || c == ']' {
			t.breakOff(fmt.Errorf("an entry is missing before this %q", c))
			return
		}
		v := t.readValue(scanner{})
		switch {
		case v.state == complete:
			t.yieldValue(v)
		case v.state == broken || t.err == io.EOF:
			t.brokenEntry(v)
			return
		default:
			return // the error that ended it is yielded once
		}
		c, ok = t.nextByte()
		if !ok || c == ']' {
			break
		}
		if c != ',' {
			t.breakOff(errors.New("a comma is missing"))
			return
		}
		t.takeBytes(1)
	}
	if !t.stopped {
		t.endOfArray()
	}
}

func (t *recordText) endOfArray() {
	if _, ok := t.nextByte(); !ok {
		if t.err == io.EOF {
			t.breakOff(errors.New("the text ends before the array does"))
		}
		return
	}
	t.takeBytes(1)
	if _, ok := t.nextByte(); ok {
		t.entry = 0
		t.breakOff(errors.New("there is more text after the end of the array"))
	}
}

func (t *recordText) breakOff(err error) {
	t.yieldError(t.currentPlace(), true, fmt.Errorf("%w, at %s; what follows cannot be read", err, t.at))
	t.err = io.EOF
}

func (t *recordText) brokenEntry(v recordValue) {
	text := v.text
	if v.state == broken {
		text = t.unread()[:len(text)+1] // with the byte that cannot be
	}
	var err error = FieldError{"$", fmt.Sprintf("this is not JSON, at %s", t.at.advanceOver(text))}
	if wrong, found := syntaxProblem(text, v.start); found && !v.tooLong {
		err = wrong
	}
	e := &RecordError{
		Place: Place{t.name, v.start.line, t.entry}, Patient: findID(text), Cut: true,
		Err: fmt.Errorf("%w; what follows in the array cannot be read", err),
	}
	t.yieldRecord(e.Record())
	t.err = io.EOF
}

// toNextLine gives a broken record of which n bytes were looked at, and all up
// to the next line that begins with a brace.
func (t *recordText) toNextLine(n int, tooLong bool) (text []byte, skipped bool) {
	for seen := max(n-1, 0); ; {
		if i := bytes.Index(t.unread()[seen:], []byte("\n{")); i >= 0 {
			return t.takeBytes(seen + i + 1), tooLong || seen+i+1 > MaxRecord
		}
		seen = max(len(t.unread())-1, 0)
		if seen > MaxRecord {
			t.takeBytes(seen)
			seen, tooLong = 0, true
		}
		if !t.readMore() {
			return t.takeBytes(len(t.unread())), tooLong
		}
	}
}
