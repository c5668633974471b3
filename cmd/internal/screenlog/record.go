// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Schema names the form of the records.
const Schema = "eligo.log/1"

// genesis stands for the hash before the first entry.
var genesis = strings.Repeat("0", 64)

// timeLayout is RFC 3339 in UTC with microseconds, so that times sort as texts.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// record is an entry in its place in the chain, as it is hashed.
type record struct {
	Schema   string `json:"schema"`
	Seq      int64  `json:"seq"`
	Time     string `json:"time"`
	Previous string `json:"previous"`
	Entry
}

// maxSeq is the largest number that RFC 8785 writes exactly.
const maxSeq = 1<<53 - 1

// encode gives the canonical bytes of a record. Two records that differ never
// have the same bytes (nothing and an empty list or map are the same): what
// cannot be written so that it is read back is an error.
func (r *record) encode() ([]byte, error) {
	b, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		return nil, jsonCause(err)
	}
	v := jsontext.Value(b)
	if err := v.Canonicalize(); err != nil {
		return nil, jsonCause(err)
	}
	if len(v) > MaxRecord {
		return nil, fmt.Errorf("the entry is longer than %d KiB", MaxRecord>>10)
	}
	if _, err := decode(v); err != nil {
		return nil, err
	}
	return v, nil
}

// jsonCause keeps the cause of a JSON error, which names the place and not the
// value.
func jsonCause(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.Err != nil {
		return fmt.Errorf("%s: %w", semantic.JSONPointer, semantic.Err)
	}
	return err
}

// decode reads the bytes of a record strictly: members that are not known, or
// another form than the canonical one, are errors.
func decode(b []byte) (*record, error) {
	var r record
	if err := json.Unmarshal(b, &r, json.RejectUnknownMembers(true)); err != nil {
		return nil, jsonCause(err)
	}
	again, err := json.Marshal(&r, json.Deterministic(true))
	if err != nil {
		return nil, jsonCause(err)
	}
	v := jsontext.Value(again)
	if err := v.Canonicalize(); err != nil {
		return nil, jsonCause(err)
	}
	switch {
	case string(v) != string(b):
		return nil, errors.New("it is not in the canonical form")
	case r.Schema != Schema:
		return nil, fmt.Errorf("it has the form %q, not %q", r.Schema, Schema)
	case r.Seq < 1 || r.Seq > maxSeq:
		return nil, errors.New("it has no number")
	case r.Kind() == "":
		return nil, errors.New("it is not exactly one of decision, disposition and feedback")
	}
	if _, err := time.Parse(timeLayout, r.Time); err != nil {
		return nil, errors.New("its time is not in UTC with microseconds")
	}
	return &r, nil
}

// row is a record as the tables hold it.
type row struct {
	seq                                                  int64
	at, kind, patient, study, status, card, record, hash string
}

// columns are the columns of a row, in the order of [row.fields].
const columns = "seq, at, kind, patient, study, status, card, record, hash"

func (w *row) fields() []any {
	return []any{&w.seq, &w.at, &w.kind, &w.patient, &w.study, &w.status, &w.card, &w.record, &w.hash}
}

// toRow gives the row of a record and its bytes.
func (r *record) toRow(b []byte) row {
	patient, study, status, card := r.indexColumns()
	return row{r.Seq, r.Time, string(r.Kind()), patient, study, status, card, string(b), digest(b)}
}

// indexColumns gives what an entry is found by, "" where it has none.
func (e Entry) indexColumns() (patient, study, status, card string) {
	switch e.Kind() {
	case KindDecision:
		return e.Decision.Patient, e.Decision.Study.ID, "", e.Decision.Card
	case KindDisposition:
		return e.Disposition.Patient, e.Disposition.Study, string(e.Disposition.Status), ""
	case KindFeedback:
		return e.Feedback.Patient, e.Feedback.Study, "", e.Feedback.Card
	}
	return "", "", "", ""
}

// Stored is an entry of a log.
type Stored struct {
	Seq      int64 // counts from 1
	Time     time.Time
	Previous string // hash of the entry before it
	Hash     string
	Entry
	Record []byte // the canonical bytes, whose SHA-256 is Hash
}

// About gives the patient and the id of the study that an entry is about; ""
// where that is not known.
func (e Entry) About() (patient, study string) {
	patient, study, _, _ = e.indexColumns()
	return patient, study
}

// toStored reads a row, and trusts it. Verify does not.
func (w *row) toStored() (Stored, error) {
	r, err := decode([]byte(w.record))
	if err != nil {
		return Stored{}, fmt.Errorf("entry %d cannot be read: %w; see what eligo log verify says", w.seq, err)
	}
	at, err := time.Parse(timeLayout, r.Time)
	return Stored{r.Seq, at, r.Previous, w.hash, r.Entry, []byte(w.record)}, err
}
