// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Head is the last entry of a log: its number and its hash. Written down
// elsewhere, it proves later that everything up to it is still there.
type Head struct {
	Seq  int64 // 0 where the log is empty
	Hash string
}

// String gives SEQ:HASH.
func (h Head) String() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.Hash }

// ParseHead reads SEQ:HASH.
func ParseHead(text string) (Head, error) {
	number, hash, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 0 || !hexDigest.MatchString(hash) {
		return Head{}, fmt.Errorf("%q is no head of a log; it is a number, a colon and 64 hex digits", text)
	}
	return Head{seq, hash}, nil
}

// Head gives the number and the hash of the last entry.
func (l *Log) Head(ctx context.Context) (Head, error) {
	h, err := queryHead(ctx, l.db)
	if err != nil {
		return h, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
	}
	return h, nil
}

func queryHead(ctx context.Context, q querier) (Head, error) {
	rows, err := q.QueryContext(ctx, "SELECT seq, hash FROM screening_entries ORDER BY seq DESC LIMIT 1")
	if err != nil {
		return Head{}, err
	}
	defer rows.Close()
	h := Head{0, genesis}
	for rows.Next() {
		if err := rows.Scan(&h.Seq, &h.Hash); err != nil {
			return Head{}, err
		}
	}
	return h, rows.Err()
}

// Report is what Verify found.
type Report struct {
	Entries int64   // that hold
	Head    Head    // the last of them
	Broken  *Broken // the first entry that does not hold; nil is none
}

// Broken is an entry at which the chain does not hold.
type Broken struct {
	Seq int64
	Why string // of the patient it says nothing
}

func (b *Broken) String() string { return fmt.Sprintf("entry %d: %s", b.Seq, b.Why) }

// Verify reads the whole log and checks that its entries are numbered from 1
// without a gap, that each has the hash that is written beside it and names
// that of the one before, that the columns say what the record says, and that
// what was kept is what was decided on. A head that was written down must be in
// the log. The error is one of reading; a log that does not hold is
// Report.Broken.
func (l *Log) Verify(ctx context.Context, written ...Head) (Report, error) {
	report := Report{Head: Head{0, genesis}}
	heads := map[int64]string{}
	for after := int64(math.MinInt64); ; {
		rows, err := readRows(ctx, l.db, fmt.Sprintf("SELECT %s FROM screening_entries WHERE seq > $1 ORDER BY seq LIMIT %d", columns, pageSize), after)
		unreadable := errors.As(err, new(rowError))
		if err != nil && !unreadable {
			return report, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
		}
		for i := range rows {
			why, err := l.checkRow(ctx, &rows[i], report.Head)
			if err != nil {
				return report, err
			}
			if why != "" {
				report.Broken = brokenAt(rows[i].seq, report.Head.Seq+1, why)
				return report, nil
			}
			report.Entries++
			report.Head = Head{rows[i].seq, rows[i].hash}
			for _, h := range written {
				if h.Seq == report.Head.Seq {
					heads[h.Seq] = report.Head.Hash
				}
			}
		}
		switch {
		case unreadable:
			report.Broken = &Broken{report.Head.Seq + 1, "its row cannot be read"}
			return report, nil
		case len(rows) < pageSize:
			report.Broken = missingHead(written, heads, report.Head)
			return report, nil
		}
		after = report.Head.Seq
	}
}

// brokenAt names the entry that is meant: of a gap, the one that is not there.
func brokenAt(seq, want int64, why string) *Broken {
	if seq > want {
		return &Broken{want, fmt.Sprintf("it is missing; the next one is %d", seq)}
	}
	return &Broken{seq, why}
}

// missingHead finds a head that was written down and is not in the log.
func missingHead(written []Head, found map[int64]string, last Head) *Broken {
	for _, h := range written {
		hash, there := found[h.Seq]
		switch {
		case h.Seq == 0 && h.Hash == genesis: // of a log that was empty
		case !there:
			return &Broken{last.Seq + 1, fmt.Sprintf("it is missing; the log had reached %d when its head was written down", h.Seq)}
		case hash != h.Hash:
			return &Broken{h.Seq, "its hash is not the one that was written down: the log was written anew"}
		}
	}
	return nil
}

// checkRow says why a row does not hold behind the head; "" is that it does.
func (l *Log) checkRow(ctx context.Context, w *row, head Head) (why string, err error) {
	if w.seq != head.Seq+1 {
		return "it does not belong here", nil
	}
	if digest([]byte(w.record)) != w.hash {
		return "its record or its hash was changed", nil
	}
	r, err := decode([]byte(w.record))
	if err != nil {
		return "its record cannot be read", nil //nolint:nilerr // that is the finding
	}
	switch {
	case r.Previous != head.Hash:
		return fmt.Sprintf("it was not written behind entry %d as that is now", head.Seq), nil
	case r.toRow([]byte(w.record)) != *w:
		return "a column does not say what its record says", nil
	case r.Disposition != nil && r.Disposition.Decision >= r.Seq || r.Feedback != nil && r.Feedback.Decision >= r.Seq:
		return "it refers to an entry that is not before it", nil
	case r.Decision == nil || !r.Decision.Kept:
		return "", nil
	}
	_, _, err = l.Kept(ctx, r.Decision)
	var d damageError
	if errors.As(err, &d) {
		return d.why, nil
	}
	return "", err
}
