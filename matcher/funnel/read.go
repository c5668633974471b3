// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ReadSummary reads the JSON form of a summary. It refuses one with unknown
// members and one whose numbers do not add up.
func ReadSummary(r io.Reader) (*Summary, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	s := &Summary{}
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("not a summary: %w", unfinished(err))
	}
	if s.Schema != SummarySchema {
		return nil, fmt.Errorf("not a summary: schema is %q, not %q", s.Schema, SummarySchema)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not a summary: more follows after the end of the document")
	}
	seen := map[string]bool{}
	for i := range s.Studies {
		if err := s.Studies[i].Check(); err != nil {
			return nil, err
		}
		if id := s.Studies[i].Study.ID; seen[id] {
			return nil, fmt.Errorf("not a summary: study %s is there twice", id)
		}
		seen[s.Studies[i].Study.ID] = true
	}
	return s, nil
}

func unfinished(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the document ends too early")
	}
	return err
}

// MergeSummaries adds up the summaries of the shards of one batch. All must
// hold the same studies, which come in the order of the first.
func MergeSummaries(shards ...*Summary) (*Summary, error) {
	if len(shards) == 0 {
		return nil, errors.New("no summary to merge")
	}
	var tallies []*Tally
	at := map[string]*Tally{}
	for i := range shards[0].Studies {
		t, err := shards[0].Studies[i].Tally()
		if err != nil {
			return nil, err
		}
		tallies, at[t.counts.Study.ID] = append(tallies, t), t
	}
	for n, shard := range shards[1:] {
		if len(shard.Studies) != len(tallies) {
			return nil, fmt.Errorf("summary %d holds %s and the first %s", n+2, countStudies(len(shard.Studies)), countStudies(len(tallies)))
		}
		for i := range shard.Studies {
			add, err := shard.Studies[i].Tally()
			if err != nil {
				return nil, fmt.Errorf("summary %d: %w", n+2, err)
			}
			t := at[add.counts.Study.ID]
			if t == nil {
				return nil, fmt.Errorf("summary %d holds study %s and the first does not", n+2, add.counts.Study.ID)
			}
			if err := t.Merge(add); err != nil {
				return nil, fmt.Errorf("summary %d: %w", n+2, err)
			}
		}
	}
	return Summarize(tallies...), nil
}

func countStudies(n int) string {
	if n == 1 {
		return "1 study"
	}
	return fmt.Sprintf("%d studies", n)
}

// UnmarshalJSON reads the form of MarshalJSON; see [StudySummary.Tally].
func (t *Tally) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	s := StudySummary{}
	if err := dec.Decode(&s); err != nil {
		return err
	}
	read, err := s.Tally()
	if err != nil {
		return err
	}
	*t = *read
	return nil
}
