// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// shardReader reads the files of one shard, record by record.
type shardReader struct {
	dir   string
	files [4]*os.File
	in    [4]*bufio.Reader
}

func openShardReader(dir string, among int) (*shardReader, error) {
	s := &shardReader{dir: dir}
	size := max(4<<10, min(256<<10, (64<<20)/(len(growingFiles)*among))) // 64 MiB or little more for all shards together
	for i, name := range growingFiles {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			s.closeFiles()
			return nil, fileError(filepath.Join(dir, name), "cannot be read", err)
		}
		s.files[i], s.in[i] = f, bufio.NewReaderSize(f, size)
	}
	if err := s.copyLine(toTable, nil); err != nil { // the header
		s.closeFiles()
		return nil, err
	}
	return s, nil
}

func (s *shardReader) closeFiles() {
	for _, f := range s.files {
		if f != nil {
			f.Close()
		}
	}
}

func (s *shardReader) readError(which int, err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("it is damaged: it ends too early")
	}
	return fileError(filepath.Join(s.dir, growingFiles[which]), "cannot be used", err)
}

// copyRecord writes the lines of the next record to out.
func (s *shardReader) copyRecord(out *outputs) (position, error) {
	at, err := readPosition(s.in[toPositions])
	if err != nil {
		return at, s.readError(toPositions, err)
	}
	if at.rejected {
		return at, s.copyLine(toRejects, out)
	}
	for range at.lines {
		if err := s.copyLine(toResults, out); err != nil {
			return at, err
		}
		if err := s.copyLine(toTable, out); err != nil {
			return at, err
		}
	}
	return at, nil
}

// copyLine writes the next line of a file to out, or skips it if out is nil.
func (s *shardReader) copyLine(which int, out *outputs) error {
	for {
		text, err := s.in[which].ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return s.readError(which, err)
		}
		if out != nil {
			if err := out.appendTo(which, text); err != nil {
				return err
			}
		}
		if err == nil {
			return nil
		}
	}
}

// checkEnd reports a file that is not at its end.
func (s *shardReader) checkEnd() error {
	for i, in := range s.in {
		if _, err := in.Peek(1); err == nil {
			return s.readError(i, errors.New("it is damaged: it holds more than its positions say"))
		}
	}
	return nil
}
