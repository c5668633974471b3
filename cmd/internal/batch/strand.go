// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// strand reads the files of one shard, record by record.
type strand struct {
	dir   string
	files [4]*os.File
	in    [4]*bufio.Reader
}

func openStrand(dir string, among int) (*strand, error) {
	s := &strand{dir: dir}
	size := max(4<<10, min(256<<10, (64<<20)/(len(grown)*among))) // of all together, 64 MiB or little more
	for i, name := range grown {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			s.close()
			return nil, fileError(filepath.Join(dir, name), "cannot be read", err)
		}
		s.files[i], s.in[i] = f, bufio.NewReaderSize(f, size)
	}
	if err := s.copyLine(toTable, nil); err != nil { // the header
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *strand) close() {
	for _, f := range s.files {
		if f != nil {
			f.Close()
		}
	}
}

func (s *strand) fail(which int, err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("it is damaged: it ends too early")
	}
	return fileError(filepath.Join(s.dir, grown[which]), "cannot be used", err)
}

// next writes what the next record came to.
func (s *strand) next(out *outputs) (position, error) {
	at, err := readPosition(s.in[toPositions])
	if err != nil {
		return at, s.fail(toPositions, err)
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

// copyLine writes the next line of a file, or passes it over where out is nil.
func (s *strand) copyLine(which int, out *outputs) error {
	for {
		text, err := s.in[which].ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return s.fail(which, err)
		}
		if out != nil {
			if err := out.write(which, text); err != nil {
				return err
			}
		}
		if err == nil {
			return nil
		}
	}
}

// end asks that every file is at its end.
func (s *strand) end() error {
	for i, in := range s.in {
		if _, err := in.Peek(1); err == nil {
			return s.fail(i, errors.New("it is damaged: it holds more than its positions say"))
		}
	}
	return nil
}
