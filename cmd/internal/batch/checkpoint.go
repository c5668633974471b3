// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

const (
	checkpointFile   = "checkpoint.json"
	checkpointSchema = "eligo.checkpoint/2"
)

// checkpoint is the progress of a run: the sizes up to which its files are valid
// and the counts at that point.
type checkpoint struct {
	Schema   string           `json:"schema"`
	Inputs   Inputs           `json:"inputs"`
	Records  int64            `json:"records"`           // of the shard, done
	Written  int64            `json:"written"`           // lines of results
	Cut      int64            `json:"cut"`               // rejects behind which records may be lost
	Clearing int64            `json:"clearing,omitzero"` // rows of clearing.csv
	Sizes    map[string]int64 `json:"sizes"`             // of the files that grow
	Tallies  []*funnel.Tally  `json:"tallies"`           // in the order of the studies
	Complete bool             `json:"complete"`          // all files are written and only have to get their names
}

func checkpointPath(dir string) string { return filepath.Join(dir, partialDir, checkpointFile) }

// readCheckpoint reads the checkpoint of a run that is not complete; nil if
// there is none.
func readCheckpoint(dir string) (*checkpoint, error) {
	path, c := checkpointPath(dir), &checkpoint{}
	err := readJSON(path, c, &c.Schema, checkpointSchema)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := c.validate(); err != nil {
		return nil, fileError(path, "cannot be used", err)
	}
	return c, nil
}

func (c *checkpoint) validate() error {
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

func (c *checkpoint) encode() ([]byte, error) {
	text, err := json.Marshal(c)
	return append(text, '\n'), err
}

// saver writes checkpoints while the run goes on, one at a time.
type saver struct {
	out  *outputs
	busy chan error // result of the checkpoint that is being written; nil if there is none
}

// isIdle reports whether no checkpoint is being written. Its error is that of
// the last one.
func (s *saver) isIdle() (bool, error) {
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

// startSaving starts to write a checkpoint, whose sizes must have been flushed.
func (s *saver) startSaving(c *checkpoint) error {
	text, err := c.encode()
	if err != nil {
		return err
	}
	s.busy = make(chan error, 1)
	go func(done chan<- error) { done <- s.syncAndWrite(text) }(s.busy)
	return nil
}

func (s *saver) syncAndWrite(text []byte) error {
	if err := s.out.syncAll(); err != nil {
		return err
	}
	return replaceFile(checkpointPath(s.out.dir), text, s.out.open)
}

func (s *saver) waitForSave() error {
	if s.busy == nil {
		return nil
	}
	err := <-s.busy
	s.busy = nil
	return err
}

// position is an entry of positions.bin, which has one for each record of a
// shard. Merging needs it because results may be left out, and to find ids that
// are in two shards.
type position struct {
	rejected bool
	lines    int    // of results.ndjson, and rows of results.csv
	id       string // of the patient; "" of a reject
}

const maxPosition = 1 << 24 // bytes of an id

var errPositions = errors.New("is damaged")

// appendTo appends the encoded position: 0 for a reject, otherwise the number of
// lines + 1, the length of the id and the id.
func (p position) appendTo(b []byte) []byte {
	if p.rejected {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(p.lines)+1)
	b = binary.AppendUvarint(b, uint64(len(p.id)))
	return append(b, p.id...)
}

// readPosition reads the next position; io.EOF at the end.
func readPosition(r *bufio.Reader) (p position, err error) {
	lines, err := binary.ReadUvarint(r)
	switch {
	case err == io.EOF:
		return p, io.EOF
	case err != nil:
		return p, truncated(err)
	case lines == 0:
		return position{rejected: true}, nil
	}
	size, err := binary.ReadUvarint(r)
	if err != nil {
		return p, truncated(err)
	}
	if size > maxPosition || lines > maxPosition {
		return p, errPositions
	}
	var id strings.Builder
	if _, err := io.CopyN(&id, r, int64(size)); err != nil {
		return p, truncated(err)
	}
	return position{lines: int(lines) - 1, id: id.String()}, nil
}

func truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends in the middle of an entry", errPositions)
	}
	return err
}
