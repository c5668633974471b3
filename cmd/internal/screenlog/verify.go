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

// Head is the last entry of a log: its number and its hash. Stored elsewhere, it
// proves later that all entries up to it are still in the log.
type Head struct {
	Seq  int64 // 0 where the log is empty
	Hash string
}

// String returns SEQ:HASH.
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

// Head returns the number and the hash of the last entry.
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

// Report is the result of Verify.
type Report struct {
	Entries int64   // number of valid entries
	Head    Head    // the last valid entry
	Broken  *Broken // the first invalid entry; nil if there is none
}

// Broken is an entry at which the chain is broken.
type Broken struct {
	Seq int64
	Why string // without patient data
}

func (b *Broken) String() string { return fmt.Sprintf("entry %d: %s", b.Seq, b.Why) }

// Verify reads the whole log and checks that its entries are numbered from 1
// without a gap, that each has the hash of its record and holds the hash of the
// entry before, that the columns agree with the record, and that kept profiles
// and results have the digests of the decision. The given heads must be in the
// log. Its error is an error of reading; a broken chain is Report.Broken.
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

// brokenAt reports the entry at which the chain is broken: of a gap, the missing
// one.
func brokenAt(seq, want int64, why string) *Broken {
	if seq > want {
		return &Broken{want, fmt.Sprintf("it is missing; the next one is %d", seq)}
	}
	return &Broken{seq, why}
}

func missingHead(written []Head, found map[int64]string, last Head) *Broken {
	for _, h := range written {
		hash, there := found[h.Seq]
		switch {
		case h.Seq == 0 && h.Hash == genesis: // the head of an empty log
		case !there:
			return &Broken{last.Seq + 1, fmt.Sprintf("it is missing; the log had reached %d when its head was written down", h.Seq)}
		case hash != h.Hash:
			return &Broken{h.Seq, "its hash is not the one that was written down: the log was written anew"}
		}
	}
	return nil
}

// checkRow returns the reason why a row is no valid successor of the head; "" if it
// is one.
func (l *Log) checkRow(ctx context.Context, w *row, head Head) (why string, err error) {
	if w.seq != head.Seq+1 {
		return "it does not belong here", nil
	}
	if digest([]byte(w.record)) != w.hash {
		return "its record or its hash was changed", nil
	}
	r, err := decode([]byte(w.record))
	if err != nil {
		return "its record cannot be read", nil //nolint:nilerr // the error is the finding
	}
	switch {
	case r.Previous != head.Hash:
		return fmt.Sprintf("it was not written behind entry %d as that is now", head.Seq), nil
	case r.databaseRow([]byte(w.record)) != *w:
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
