// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

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
