// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Receipt identifies an entry that was appended.
type Receipt struct {
	Seq  int64
	Time time.Time // UTC
	Hash string
}

// ErrRefused is in the error of an append whose entries are invalid. Other errors
// are errors of the log.
var ErrRefused = errors.New("cannot be logged")

const maxWrite = 30 * time.Second // for one transaction

type appendRequest struct {
	entries  []Entry
	kept     [][]string // for each entry, its profile and result to keep
	receipts []Receipt
	err      error
	done     chan struct{} // closed when receipts or err are set
}

// Append appends entries, all of them or none, and returns when they are on disk.
// A disposition must refer to a decision that is in the log already.
//
// Calls that come while another is being written are written together in one
// transaction. If the context ends before that, nothing is written; if it ends
// later, Append still waits for the result (up to half a minute). On any other
// error nothing is written either, unless the connection to a PostgreSQL server
// broke during the commit.
func (l *Log) Append(ctx context.Context, entries ...Entry) ([]Receipt, error) {
	r, err := l.newRequest(entries)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	l.mu.Lock()
	l.waiting = append(l.waiting, r)
	l.mu.Unlock()
	select {
	case <-r.done:
	case l.turn <- struct{}{}:
		l.writeWaiting(ctx)
		<-r.done
	case <-ctx.Done():
		if l.withdraw(r) {
			return nil, context.Cause(ctx)
		}
		<-r.done
	}
	return r.receipts, r.err
}

// newRequest validates entries and copies them. Append sets members of the copies
// only.
func (l *Log) newRequest(entries []Entry) (*appendRequest, error) {
	if l.options.ReadOnly {
		return nil, ErrReadOnly
	}
	r := &appendRequest{done: make(chan struct{})}
	for i, e := range entries {
		if err := e.validate(); err != nil {
			return nil, fmt.Errorf("entry %d %w: %w", i+1, ErrRefused, err)
		}
		var kept []string
		switch e.Kind() {
		case KindDecision:
			d := *e.Decision
			var err error
			if kept, err = l.keptTexts(&d); err != nil {
				return nil, fmt.Errorf("entry %d %w: %w", i+1, ErrRefused, err)
			}
			e.Decision = &d
		case KindDisposition:
			d := *e.Disposition
			e.Disposition = &d
		case KindFeedback:
			f := *e.Feedback
			e.Feedback = &f
		}
		r.entries, r.kept = append(r.entries, e), append(r.kept, kept)
	}
	return r, nil
}

func (l *Log) keptTexts(d *Decision) ([]string, error) {
	d.Kept = l.options.KeepProfiles
	if !d.Kept {
		return nil, nil
	}
	if d.profile == nil {
		return nil, errors.New("the decision has no profile to keep; make it with Decided")
	}
	profile, err := d.profile.JSON()
	if err != nil {
		return nil, err
	}
	if digest(profile) != d.ProfileSHA256 || digest(d.result) != d.ResultSHA256 {
		return nil, errors.New("the profile or the result was changed after the decision")
	}
	return []string{string(profile), string(d.result)}, nil
}

// withdraw removes a request that is not being written yet. It returns false if it
// is too late.
func (l *Log) withdraw(r *appendRequest) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.waiting, r)
	if i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	}
	return i >= 0
}

// writeWaiting writes all waiting requests in one transaction, and ends the turn.
func (l *Log) writeWaiting(ctx context.Context) {
	defer func() { <-l.turn }()
	l.mu.Lock()
	requests := l.waiting
	l.waiting = nil
	l.mu.Unlock()
	if len(requests) == 0 {
		return
	}
	// The requests of other callers must not end with the context of this one.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxWrite)
	defer cancel()
	err := errors.New("it was broken off") // by a panic
	defer func() {
		for _, r := range requests {
			if err != nil {
				r.receipts, r.err = nil, fmt.Errorf("the screening log was not written: %w", l.store.explain(err))
			}
			close(r.done)
		}
	}()
	err = l.writeRequests(ctx, requests)
}

// writeRequests appends the entries of all requests. A request that refers to a
// missing entry gets an error of its own.
func (l *Log) writeRequests(ctx context.Context, requests []*appendRequest) error {
	tx, err := l.store.beginWrite(ctx, l.db)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	head, err := queryHead(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range requests {
		if r.err = resolveReferences(ctx, tx, r.entries); r.err != nil {
			continue
		}
		rows, err := l.chainRows(head, r)
		if err != nil {
			r.err, r.receipts = err, nil
			continue
		}
		for i := range rows {
			if err := insertRow(ctx, tx, &rows[i], r.kept[i]); err != nil {
				return err
			}
		}
		head = Head{rows[len(rows)-1].seq, rows[len(rows)-1].hash}
	}
	return tx.Commit()
}

func (l *Log) chainRows(head Head, q *appendRequest) ([]row, error) {
	var rows []row
	for _, e := range q.entries {
		at := l.options.Now().UTC().Truncate(time.Microsecond)
		r := record{Schema, head.Seq + 1, at.Format(timeLayout), head.Hash, e}
		b, err := r.encode()
		if err != nil {
			return nil, fmt.Errorf("an entry %w: %w", ErrRefused, err)
		}
		w := r.databaseRow(b)
		head = Head{w.seq, w.hash}
		rows = append(rows, w)
		q.receipts = append(q.receipts, Receipt{w.seq, at, w.hash})
	}
	return rows, nil
}

func insertRow(ctx context.Context, tx *sql.Tx, w *row, kept []string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO screening_entries ("+columns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		w.seq, w.at, w.kind, w.patient, w.study, w.status, w.card, w.record, w.hash)
	for _, content := range kept {
		if err == nil {
			_, err = tx.ExecContext(ctx, "INSERT INTO screening_contents (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
				digest([]byte(content)), content)
		}
	}
	return err
}

// resolveReferences sets the patient and study of dispositions and feedback from
// their decisions.
func resolveReferences(ctx context.Context, q querier, entries []Entry) error {
	for i, e := range entries {
		switch e.Kind() {
		case KindDisposition:
			d := e.Disposition
			err := q.QueryRowContext(ctx, "SELECT patient, study FROM screening_entries WHERE seq = $1 AND kind = $2",
				d.Decision, KindDecision).Scan(&d.Patient, &d.Study)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("entry %d %w: entry %d of the log is no decision", i+1, ErrRefused, d.Decision)
			}
			if err != nil {
				return err
			}
		case KindFeedback:
			f := e.Feedback
			f.Decision, f.Patient, f.Study = 0, "", ""
			err := q.QueryRowContext(ctx, "SELECT seq, patient, study FROM screening_entries WHERE card = $1 AND kind = $2 ORDER BY seq DESC LIMIT 1",
				f.Card, KindDecision).Scan(&f.Decision, &f.Patient, &f.Study)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
	}
	return nil
}
