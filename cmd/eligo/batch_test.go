// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
)

func TestProgressWords(t *testing.T) {
	begun := time.Unix(0, 0)
	before := reading{begun, 100, 1000}
	for size, want := range map[int64]string{
		10_000: "600 records, 50/s, 60 % read, 8s left",
		0:      "600 records, 50/s",
	} {
		if got := (reading{begun.Add(10 * time.Second), 600, 6000}).describe(before, size); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// A source that has much to say is cut short, and nothing of it can act on a
// terminal.
func TestProgressNotes(t *testing.T) {
	var out bytes.Buffer
	p := &program{stderr: &out}
	g := p.newProgress(&batchOptions{silent: true})
	g.startReports(&batch.Source{})
	for n := range mostNotes + 5 {
		g.printNote(fmt.Sprintf("file %d \x1b[2J", n))
	}
	g.stopReports()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != mostNotes+1 || lines[0] != "eligo: note: file 0 <U+001B>[2J" || lines[mostNotes] != "eligo: note: and 5 more notes of the kind" {
		t.Errorf("%q", lines)
	}
}
