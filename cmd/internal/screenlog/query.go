// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"
)

// Query selects entries or people. The zero Query selects all, the newest first.
type Query struct {
	Patient string
	Study   string // its id
	Kind    Kind   // Entries only
	Card    string // Entries only: uuid of a CDS Hooks card
	// Disposition is, for Entries, the status of a disposition, and for People the
	// present status.
	Disposition Status
	Since       time.Time // at or after; for People, the last change
	OldestFirst bool      // Entries only
	// After continues behind the entry of this number, in the order of the query:
	// the Seq of the last Stored or Person of the page before.
	After int64
	Limit int // largest number of results; 0 is no limit
}

type clauses struct {
	where []string
	args  []any
}

// addCondition adds a condition, in which ? is replaced by the argument.
func (c *clauses) addCondition(condition string, arg any) {
	if text, is := arg.(string); is && (strings.ContainsRune(text, 0) || !utf8.ValidString(text)) {
		c.where = append(c.where, "1 = 0") // no entry holds it, and PostgreSQL would not take it
		return
	}
	c.args = append(c.args, arg)
	c.where = append(c.where, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(c.args))))
}

func (c *clauses) whereClause() string {
	if len(c.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.where, " AND ")
}

func (c *clauses) addSubject(q Query) {
	if q.Patient != "" {
		c.addCondition("m.patient = ?", q.Patient)
	}
	if q.Study != "" {
		c.addCondition("m.study = ?", q.Study)
	}
}

const pageSize = 200 // rows read at once

// Entries returns the entries that a query selects. No transaction is open while
// the caller handles one; entries that are appended meanwhile may or may not be
// included. An error is the last value.
func (l *Log) Entries(ctx context.Context, q Query) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		q := q // each loop over the entries begins anew
		for given := 0; q.Limit == 0 || given < q.Limit; {
			want := pageSize
			if q.Limit > 0 {
				want = min(want, q.Limit-given)
			}
			rows, err := l.readPage(ctx, q, want)
			if err != nil {
				yield(Stored{}, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err)))
				return
			}
			for i := range rows {
				s, err := rows[i].toStored()
				if !yield(s, err) || err != nil {
					return
				}
			}
			if len(rows) < want {
				return
			}
			given += len(rows)
			q.After = rows[len(rows)-1].seq
		}
	}
}

func (l *Log) readPage(ctx context.Context, q Query, limit int) ([]row, error) {
	var c clauses
	c.addSubject(q)
	if q.Kind != "" {
		c.addCondition("kind = ?", string(q.Kind))
	}
	if q.Card != "" {
		c.addCondition("card = ?", q.Card)
	}
	if q.Disposition != "" {
		c.addCondition("status = ?", string(q.Disposition))
	}
	if !q.Since.IsZero() {
		c.addCondition("at >= ?", q.Since.UTC().Format(timeLayout))
	}
	order := "DESC"
	if q.OldestFirst {
		order = "ASC"
	}
	switch {
	case q.OldestFirst && q.After != 0:
		c.addCondition("seq > ?", q.After)
	case q.After != 0:
		c.addCondition("seq < ?", q.After)
	}
	return readRows(ctx, l.db, fmt.Sprintf("SELECT %s FROM screening_entries AS m%s ORDER BY seq %s LIMIT %d", columns, c.whereClause(), order, limit), c.args...)
}

func readRows(ctx context.Context, q querier, query string, args ...any) (all []row, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w row
		if err := rows.Scan(w.fields()...); err != nil {
			return all, rowError{err}
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

type rowError struct{ error }

// ErrNoEntry is the error for an entry that is not in the log.
var ErrNoEntry = errors.New("the screening log has no such entry")

// Entry returns the entry of a number, or [ErrNoEntry].
func (l *Log) Entry(ctx context.Context, seq int64) (Stored, error) {
	rows, err := readRows(ctx, l.db, "SELECT "+columns+" FROM screening_entries WHERE seq = $1", seq)
	if err != nil {
		return Stored{}, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
	}
	if len(rows) == 0 {
		return Stored{}, ErrNoEntry
	}
	return rows[0].toStored()
}

// Person is the state of one patient in one study.
type Person struct {
	Patient     string
	Study       string  // its id
	Decision    Stored  // the last decision
	Disposition *Stored // the last disposition, which may be of an earlier decision; nil is none
	Changed     time.Time
	Seq         int64 // number of the entry that changed it last
}

// People returns the state of all patients with a decision in the log, the last
// change first.
func (l *Log) People(ctx context.Context, q Query) ([]Person, error) {
	var c clauses
	c.addSubject(q)
	if q.Disposition != "" {
		status := string(q.Disposition)
		c.addCondition("s.status = ?", status)
		c.addCondition("(m.patient, m.study) IN (SELECT patient, study FROM screening_entries WHERE status = ?)", status) // few, to look at first
	}
	if !q.Since.IsZero() {
		c.addCondition("m.at >= ?", q.Since.UTC().Format(timeLayout))
	}
	if q.After != 0 {
		c.addCondition("m.seq < ?", q.After)
	}
	// m is the last change: neither the last decision nor the last disposition of
	// its patient and study is behind it. From the end, a page needs few rows.
	c.where = append(c.where, "m.kind <> 'feedback'", "m.seq >= d.seq", "(s.seq IS NULL OR m.seq >= s.seq)")
	const last = "(SELECT MAX(seq) FROM screening_entries AS x WHERE x.patient = m.patient AND x.study = m.study AND x.kind = "
	query := `SELECT d.record, d.hash, COALESCE(s.record, ''), COALESCE(s.hash, '') FROM screening_entries AS m
  JOIN screening_entries AS d ON d.seq = ` + last + `'decision')
  LEFT JOIN screening_entries AS s ON s.seq = ` + last + `'disposition')` + c.whereClause() + ` ORDER BY m.seq DESC`
	if q.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", q.Limit)
	}
	rows, err := l.db.QueryContext(ctx, query, c.args...)
	if err != nil {
		return nil, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
	}
	defer rows.Close()
	var all []Person
	for rows.Next() {
		p, err := readPerson(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
	}
	return all, nil
}

func readPerson(rows *sql.Rows) (p Person, err error) {
	var d, s row
	if err := rows.Scan(&d.record, &d.hash, &s.record, &s.hash); err != nil {
		return p, err
	}
	if p.Decision, err = d.toStored(); err != nil {
		return p, err
	}
	p.Patient, p.Study = p.Decision.About()
	p.Changed, p.Seq = p.Decision.Time, p.Decision.Seq
	if s.record == "" {
		return p, nil
	}
	stored, err := s.toStored()
	p.Disposition = &stored
	if stored.Seq > p.Seq {
		p.Changed, p.Seq = stored.Time, stored.Seq
	}
	return p, err
}

// ErrNotKept is the error for a decision whose profile is not in the log.
var ErrNotKept = errors.New("no profile was kept")

// Kept returns the profile and the result of a decision, as JSON, or
// [ErrNotKept].
func (l *Log) Kept(ctx context.Context, d *Decision) (profile, result []byte, err error) {
	if !d.Kept {
		return nil, nil, ErrNotKept
	}
	if profile, err = l.readContent(ctx, "profile", d.ProfileSHA256); err == nil {
		result, err = l.readContent(ctx, "result", d.ResultSHA256)
	}
	return profile, result, err
}

// damageError is the error of a kept text that is missing or changed.
type damageError struct{ why string }

func (d damageError) Error() string { return d.why }

func (l *Log) readContent(ctx context.Context, name, sha string) ([]byte, error) {
	var content string
	err := l.db.QueryRowContext(ctx, "SELECT content FROM screening_contents WHERE sha256 = $1", sha).Scan(&content)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, damageError{"the " + name + " that was kept with it is gone"}
	case err != nil:
		return nil, fmt.Errorf("the screening log cannot be read: %w", l.store.explain(err))
	case digest([]byte(content)) != sha:
		return nil, damageError{"the " + name + " that was kept with it was changed"}
	}
	return []byte(content), nil
}
