// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/edsrzf/mmap-go"
)

// OpenFile maps a file into memory and opens it: opening reads the header only. The
// file must not be changed in place while the lexicon is used; a new version is put
// in its place under the same name, as "eligo terms build" does. Where the system cannot
// map files the file is read. Errors name the file; one that is no terminology wraps
// [ErrFormat].
func OpenFile(path string) (*Lexicon, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrFormat)
	}
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(f, begin); err != nil || !bytes.Equal(begin, []byte(magic)) {
		return nil, fmt.Errorf("%s: %w", path, errors.Join(ErrFormat, ignoreEnd(err)))
	}
	var data []byte
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if data = mapped; err != nil {
		if data, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	l, err := Open(data)
	if err != nil {
		if mapped != nil {
			_ = mapped.Unmap()
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	l.mapped = mapped
	return l, nil
}

// ignoreEnd drops the error of a file that ends early: it is no terminology.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// Close gives the mapped memory of [OpenFile] back. The lexicon and its entries must not
// be used afterwards. A program that uses a terminology until it ends need not call it.
func (l *Lexicon) Close() error {
	if l.mapped == nil {
		return nil
	}
	mapped := mmap.MMap(l.mapped)
	l.mapped = nil
	return mapped.Unmap()
}

// SHA256 is the digest of the block in hexadecimal, which its builder wrote behind the
// sections; "" for a block without it. It is not computed again.
func (l *Lexicon) SHA256() string { return hex.EncodeToString(l.digest) }
