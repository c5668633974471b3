// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// read gives the rows of a source list with the cells of the named columns, in their
// order. The list is a file of tab-separated values with a header line, plain or,
// with ".gz" added to its name, compressed by gzip.
func (b *builder) read(list string, columns ...string) ([][]string, error) {
	path := filepath.Join(b.sources, filepath.FromSlash(list))
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = os.Open(path + ".gz")
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var text io.Reader = file
	if strings.HasSuffix(file.Name(), ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
	rows, err := readTable(text, columns)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Name(), err)
	}
	return rows, nil
}

func readTable(text io.Reader, columns []string) ([][]string, error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	var at []int
	var rows [][]string
	for number := 1; lines.Scan(); number++ {
		cells := strings.Split(strings.TrimRight(lines.Text(), "\r"), "\t")
		if number == 1 {
			for _, name := range columns {
				i := slices.Index(cells, name)
				if i < 0 {
					return nil, fmt.Errorf("the column %q is missing", name)
				}
				at = append(at, i)
			}
			continue
		}
		row := make([]string, len(at))
		for i, from := range at {
			if from < len(cells) { // empty cells at the end may be left out
				row[i] = strings.TrimSpace(cells[from])
			}
		}
		rows = append(rows, row)
	}
	return rows, lines.Err()
}
