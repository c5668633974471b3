// SPDX-License-Identifier: Apache-2.0

package lexicon

import "encoding/binary"

// longPart is a length that a half byte cannot hold: the rest follows.
const longPart = 15

// appendText appends a text as it differs from the one before it: one byte with how
// many bytes are those of the text before and how many follow, then these. A length
// of longPart or more is continued after that byte.
func appendText(dst []byte, before, text string) []byte {
	same := 0
	for same < len(before) && same < len(text) && before[same] == text[same] {
		same++
	}
	more := len(text) - same
	dst = append(dst, byte(min(same, longPart))<<4|byte(min(more, longPart)))
	if same >= longPart {
		dst = binary.AppendUvarint(dst, uint64(same-longPart))
	}
	if more >= longPart {
		dst = binary.AppendUvarint(dst, uint64(more-longPart))
	}
	return append(dst, text[same:]...)
}

// numbers decodes what a run holds. Damaged bytes read as empty.
type numbers struct{ rest []byte }

// next gives the next number, and 0 after the last.
func (d *numbers) next() uint64 {
	if len(d.rest) > 0 && d.rest[0] < 1<<7 {
		v := d.rest[0]
		d.rest = d.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.rest = nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// count gives the next number, which counts parts of at least a byte each.
func (d *numbers) count() uint64 {
	n := d.next()
	return min(n, uint64(len(d.rest)))
}

// bytes gives the next n bytes.
func (d *numbers) bytes(n uint64) []byte {
	n = min(n, uint64(len(d.rest)))
	part := d.rest[:n:n]
	d.rest = d.rest[n:]
	return part
}

// text gives how many bytes of the text before the next text begins with, and how it
// goes on.
func (d *numbers) text() (same int, more []byte) {
	if len(d.rest) == 0 {
		return 0, nil
	}
	head := d.rest[0]
	d.rest = d.rest[1:]
	before, after := uint64(head>>4), uint64(head&longPart)
	if before == longPart {
		before += d.next()
	}
	if after == longPart {
		after += d.next()
	}
	return int(before), d.bytes(after)
}

// appendNextText changes dst, which holds a text, to the next one.
func (d *numbers) appendNextText(dst []byte) []byte {
	same, more := d.text()
	return append(dst[:min(same, len(dst))], more...)
}

// run gives the bytes from the beginning of a run.
func run(bytes, begins []byte, i int) numbers {
	return numbers{bytes[min(int(number(begins, i)), len(bytes)):]}
}

// startOf gives the first 8 bytes of a text as a number, in the order of the texts.
func startOf(text string) uint64 {
	var start [8]byte
	copy(start[:], text)
	return binary.BigEndian.Uint64(start[:])
}

// number64 gives the number at a byte of a section, and 0 beyond its end.
func number64(section []byte, at int) uint64 {
	if at < 0 || at+8 > len(section) {
		return 0
	}
	return binary.BigEndian.Uint64(section[at:])
}

// number gives the number at a place of a section, and 0 beyond its end.
func number(section []byte, i int) uint32 {
	if i < 0 || 4*i+4 > len(section) {
		return 0
	}
	return binary.LittleEndian.Uint32(section[4*i:])
}

func number24(section []byte, i int) uint32 {
	if i < 0 || 3*i+3 > len(section) {
		return 0
	}
	part := section[3*i : 3*i+3]
	return uint32(part[0]) | uint32(part[1])<<8 | uint32(part[2])<<16
}

func appendNumber(dst []byte, n int) []byte { return binary.LittleEndian.AppendUint32(dst, uint32(n)) }

func appendNumber24(dst []byte, n uint32) []byte {
	return append(dst, byte(n), byte(n>>8), byte(n>>16))
}
