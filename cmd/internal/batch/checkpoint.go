// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

const (
	checkpointFile   = "checkpoint.json"
	checkpointSchema = "eligo.checkpoint/1"
)

// checkpoint is how far a run has come: what of its files holds, and all that
// it needs to go on from there.
type checkpoint struct {
	Schema  string `json:"schema"`
	Inputs  Inputs `json:"inputs"`
	Records int64  `json:"records"` // done, of the shard
	Written int64  `json:"written"` // lines of results
	Cut     int64  `json:"cut"`     // records behind which something is lost
	// Clearing is how many rows of clearing.csv there are.
	Clearing int64            `json:"clearing,omitzero"`
	Sizes    map[string]int64 `json:"sizes"`   // of the files that grow
	Tallies  []*funnel.Tally  `json:"tallies"` // in the order of the studies
	// Complete says that all is written, and only names are to be given.
	Complete bool `json:"complete"`
}

func checkpointPath(dir string) string { return filepath.Join(dir, partialDir, checkpointFile) }

// readCheckpoint reads the checkpoint of a run that is not complete; nil where
// there is none.
func readCheckpoint(dir string) (*checkpoint, error) {
	path := checkpointPath(dir)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(path, "cannot be read", err)
	}
	c := &checkpoint{}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fileError(path, "cannot be used", err)
	}
	if c.Schema != checkpointSchema {
		return nil, fileError(path, "cannot be used", fmt.Errorf("schema is %q, not %q", c.Schema, checkpointSchema))
	}
	if err := c.check(); err != nil {
		return nil, fileError(path, "cannot be used", err)
	}
	return c, nil
}

// check asks that the numbers of a checkpoint belong together.
func (c *checkpoint) check() error {
	if len(c.Tallies) != len(c.Inputs.Studies) {
		return fmt.Errorf("it counts %d studies of %d", len(c.Tallies), len(c.Inputs.Studies))
	}
	for _, t := range c.Tallies {
		if n := t.Totals().Records; n != c.Records {
			return fmt.Errorf("it counts %d records and %d", n, c.Records)
		}
	}
	return nil
}

// encode gives the checkpoint as it is written.
func (c *checkpoint) encode() ([]byte, error) {
	text, err := json.Marshal(c)
	return append(text, '\n'), err
}

// saver writes checkpoints while the run goes on, one at a time.
type saver struct {
	out  *outputs
	busy chan error // of the checkpoint that is being written; nil if none is
}

// due reports whether no checkpoint is being written, and what went wrong with
// the last.
func (s *saver) due() (bool, error) {
	if s.busy == nil {
		return true, nil
	}
	select {
	case err := <-s.busy:
		s.busy = nil
		return err == nil, err
	default:
		return false, nil
	}
}

// begin starts to write a checkpoint of what was flushed.
func (s *saver) begin(c *checkpoint) error {
	text, err := c.encode()
	if err != nil {
		return err
	}
	s.busy = make(chan error, 1)
	go func(done chan<- error) { done <- s.save(text) }(s.busy)
	return nil
}

func (s *saver) save(text []byte) error {
	if err := s.out.sync(); err != nil {
		return err
	}
	return writeWhole(checkpointPath(s.out.dir), text, s.out.open)
}

// wait waits for the checkpoint that is being written.
func (s *saver) wait() error {
	if s.busy == nil {
		return nil
	}
	err := <-s.busy
	s.busy = nil
	return err
}
