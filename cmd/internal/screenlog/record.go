// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/matcher/report"
)

// Schema names the form of the records.
const Schema = "eligo.log/1"

var genesis = strings.Repeat("0", 64) // previous in the first entry

// timeLayout is RFC 3339 in UTC with microseconds. Such times sort as texts.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// record is an entry in its place in the chain, as it is hashed.
type record struct {
	Schema   string `json:"schema"`
	Seq      int64  `json:"seq"`
	Time     string `json:"time"`
	Previous string `json:"previous"`
	Entry
}

const maxSeq = 1<<53 - 1 // the largest number that RFC 8785 writes exactly

// encode returns the canonical bytes of a record. Different records have different
// bytes (nil and an empty list or map are the same): a record that is not decoded
// to the same record is an error.
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

// jsonCause removes the value from a JSON error and keeps the place and the cause.
func jsonCause(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.Err != nil {
		return fmt.Errorf("%s: %w", semantic.JSONPointer, semantic.Err)
	}
	return err
}

// decode reads the bytes of a record strictly: unknown members and any form but
// the canonical one are errors.
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

type row struct {
	seq                                                  int64
	at, kind, patient, study, status, card, record, hash string
}

// columns are the columns of a row, in the order of [row.fields].
const columns = "seq, at, kind, patient, study, status, card, record, hash"

func (w *row) fields() []any {
	return []any{&w.seq, &w.at, &w.kind, &w.patient, &w.study, &w.status, &w.card, &w.record, &w.hash}
}

func (r *record) databaseRow(b []byte) row {
	patient, study, status, card := r.indexColumns()
	return row{r.Seq, r.Time, string(r.Kind()), patient, study, status, card, string(b), digest(b)}
}

// indexColumns returns the columns by which an entry is found; "" if it has none.
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

// About returns the patient and the id of the study of an entry; "" if they are
// not known.
func (e Entry) About() (patient, study string) {
	patient, study, _, _ = e.indexColumns()
	return patient, study
}

// toStored decodes a row without verifying it.
func (w *row) toStored() (Stored, error) {
	r, err := decode([]byte(w.record))
	if err != nil {
		return Stored{}, fmt.Errorf("entry %d cannot be read: %w; see what eligo log verify says", w.seq, err)
	}
	at, err := time.Parse(timeLayout, r.Time)
	return Stored{r.Seq, at, r.Previous, w.hash, r.Entry, []byte(w.record)}, err
}

// csvColumns are the columns of an export, the same for every kind of entry.
var csvColumns = []string{
	"seq", "time", "kind", "patient", "study", "version", "screening", "verdict", "awaits", "answers",
	"disposition", "note", "decision", "outcome", "reasons", "comment", "by", "channel", "card",
	"engine", "study_sha256", "profile_sha256", "result_sha256", "kept", "hash",
}

// WriteCSV writes entries as comma-separated values, with a header row: RFC 4180 in
// UTF-8, one line for each entry whatever it holds, safe to open in a
// spreadsheet (see [report.AppendRow]). It stops at the first error.
func WriteCSV(w io.Writer, entries iter.Seq2[Stored, error]) error {
	if err := writeRow(w, csvColumns); err != nil {
		return err
	}
	for s, err := range entries {
		if err != nil {
			return err
		}
		if err := writeRow(w, s.csvCells()); err != nil {
			return err
		}
	}
	return nil
}

func writeRow(w io.Writer, cells []string) error {
	_, err := w.Write(report.AppendRow(nil, cells...))
	return err
}

func (s Stored) csvCells() []string {
	patient, study, status, card := s.indexColumns()
	c := map[string]string{
		"seq": strconv.FormatInt(s.Seq, 10), "time": s.Time.UTC().Format(timeLayout), "kind": string(s.Kind()),
		"patient": patient, "study": study, "disposition": status, "card": card, "hash": s.Hash,
	}
	switch s.Kind() {
	case KindDecision:
		d := s.Decision
		c["version"], c["screening"], c["verdict"], c["awaits"] = d.Study.Version, d.Screening.String(), string(d.Verdict), string(d.Awaits)
		c["by"], c["channel"], c["engine"], c["kept"] = d.By, string(d.Channel), d.Engine, yesOrNo(d.Kept)
		c["study_sha256"], c["profile_sha256"], c["result_sha256"] = d.Study.SHA256, d.ProfileSHA256, d.ResultSHA256
		var answers []string
		for _, a := range d.Answers {
			answers = append(answers, a.Question+"="+string(a.Reply))
		}
		c["answers"] = strings.Join(answers, " ")
	case KindDisposition:
		c["note"], c["by"], c["decision"] = s.Disposition.Note, s.Disposition.By, strconv.FormatInt(s.Disposition.Decision, 10)
	case KindFeedback:
		f := s.Feedback
		c["outcome"], c["comment"], c["by"] = string(f.Outcome), f.Comment, f.By
		if f.Decision > 0 {
			c["decision"] = strconv.FormatInt(f.Decision, 10)
		}
		var reasons []string
		for _, r := range f.Reasons {
			reasons = append(reasons, strings.TrimSpace(r.Code+" "+r.Display))
		}
		c["reasons"] = strings.Join(reasons, ", ")
	}
	cells := make([]string, len(csvColumns))
	for i, name := range csvColumns {
		cells[i] = c[name]
	}
	return cells
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
