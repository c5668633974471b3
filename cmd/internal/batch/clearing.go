// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher/report"
)

// The rows of clearing.csv are written in the order of the source while a run
// goes on, and sorted by day at its end in two passes: the first counts the
// bytes of each day, the second writes each row to the range of its day. A
// horizon of ten years is 3,653 days, so the memory does not grow with the rows.

const clearingRaw = "clearing.unsorted" // the rows in the order of the source

// forEachRow visits the rows of r, each with its line end, up to the end of r.
func forEachRow(r *bufio.Reader, visit func(row []byte) error) error {
	for {
		row, err := r.ReadBytes('\n')
		if err == io.EOF && len(row) == 0 {
			return nil
		}
		if err == nil && len(row) < dayLength+1 {
			err = errors.New("a row is damaged")
		}
		if err == nil {
			err = visit(row)
		}
		if err != nil {
			return err
		}
	}
}

const dayLength = len("2006-01-02")

const dayBuffer = 8 << 10 // bytes of a day that are gathered before they are written

// sortClearing writes clearing.csv, sorted by day. Rows of one day keep their
// order.
func sortClearing(dir string) error {
	path := filepath.Join(dir, partialDir, ClearingFile)
	in, err := os.Open(filepath.Join(dir, partialDir, clearingRaw))
	if err != nil {
		return fileError(path, "cannot be written", err)
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fileError(path, "cannot be written", err)
	}
	if err := fileio.SyncAndClose(out, sortRows(in, out)); err != nil {
		return fileError(path, "cannot be written", err)
	}
	return nil
}

// daySlot is the range of a file for the rows of one day.
type daySlot struct {
	size int64 // bytes of all rows
	at   int64 // offset of the next row
	rows []byte
}

func sortRows(in io.ReadSeeker, out io.WriterAt) error {
	days := map[string]*daySlot{}
	err := forEachRow(bufio.NewReaderSize(in, outputBuffer), func(row []byte) error {
		day := days[string(row[:dayLength])]
		if day == nil {
			day = &daySlot{}
			days[string(row[:dayLength])] = day
		}
		day.size += int64(len(row))
		return nil
	})
	if err != nil {
		return err
	}
	header := report.AppendClearingHeader(nil)
	if _, err := out.WriteAt(header, 0); err != nil {
		return err
	}
	at := int64(len(header))
	for _, day := range slices.Sorted(maps.Keys(days)) {
		days[day].at = at
		at += days[day].size
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	err = forEachRow(bufio.NewReaderSize(in, outputBuffer), func(row []byte) error {
		day := days[string(row[:dayLength])]
		day.rows = append(day.rows, row...)
		if len(day.rows) < dayBuffer {
			return nil
		}
		return day.writeRows(out)
	})
	for _, day := range days {
		if err == nil {
			err = day.writeRows(out)
		}
	}
	return err
}

func (d *daySlot) writeRows(out io.WriterAt) error {
	n, err := out.WriteAt(d.rows, d.at)
	d.at += int64(n)
	d.rows = d.rows[:0]
	return err
}

// mergeClearing merges the clearing.csv of all shards. Each is sorted by the day
// and then the record.
func mergeClearing(dirs []string, dir string) error {
	path := filepath.Join(dir, partialDir, ClearingFile)
	out, err := openOutput(path, 0)
	if err != nil {
		return fileError(path, "cannot be written", err)
	}
	w := bufio.NewWriterSize(out, outputBuffer)
	err = mergeRows(dirs, w)
	if err == nil {
		err = w.Flush()
	}
	if err := fileio.SyncAndClose(out, err); err != nil {
		return fileError(path, "cannot be written", err)
	}
	return nil
}

func mergeRows(dirs []string, w *bufio.Writer) error {
	if _, err := w.Write(report.AppendClearingHeader(nil)); err != nil {
		return err
	}
	var all rowHeap
	for _, dir := range dirs {
		f, err := os.Open(filepath.Join(dir, ClearingFile))
		if err != nil {
			return err
		}
		defer f.Close()
		s := &sortedRows{in: bufio.NewReaderSize(f, 4<<10)}
		more, err := s.readRow() // the header
		if err == nil && more {
			more, err = s.readRow()
		}
		if err != nil {
			return fileError(f.Name(), "cannot be used", err)
		}
		if more {
			all = append(all, s)
		}
	}
	heap.Init(&all)
	for len(all) > 0 {
		if _, err := w.Write(all[0].row); err != nil {
			return err
		}
		more, err := all[0].readRow()
		if err != nil {
			return err
		}
		if !more {
			heap.Pop(&all)
		} else {
			heap.Fix(&all, 0)
		}
	}
	return nil
}

type sortedRows struct {
	in     *bufio.Reader
	row    []byte
	record int64
}

// readRow reads the next row. It returns false at the end of the file.
func (s *sortedRows) readRow() (more bool, err error) {
	s.row, err = s.in.ReadBytes('\n')
	if err == io.EOF && len(s.row) == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	cells := bytes.SplitN(s.row, []byte(","), 3)
	if len(cells) < 3 {
		return false, errors.New("a row is damaged")
	}
	if string(cells[0]) != "day" {
		s.record, err = strconv.ParseInt(string(cells[1]), 10, 64)
	}
	return true, err
}

// rowHeap is a heap of shards by their next row. All rows of a record are in one
// shard.
type rowHeap []*sortedRows

func (h rowHeap) Len() int      { return len(h) }
func (h rowHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *rowHeap) Push(x any)   { *h = append(*h, x.(*sortedRows)) }

func (h rowHeap) Less(i, j int) bool {
	if c := bytes.Compare(h[i].row[:dayLength], h[j].row[:dayLength]); c != 0 {
		return c < 0
	}
	return h[i].record < h[j].record
}

func (h *rowHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
