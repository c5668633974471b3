// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// Gzipped data cut anywhere gives the records before the cut and one error.
func TestRecordsOfGzipCutShort(t *testing.T) {
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "{\"id\":\"%d-%d\"}\n", i, rand.Uint64())
	}
	whole := gzipped(text.String())
	ids := records(t, strings.NewReader(text.String()))
	for n := 2; n < len(whole); n += 1 + n/40 {
		got := records(t, bytes.NewReader(whole[:n]))
		if len(got) == 0 {
			t.Fatalf("cut after %d bytes: nothing", n)
		}
		last := got[len(got)-1]
		want := fmt.Sprintf("*f:%d: %s", len(got), ErrGzipCut)
		if last != want {
			t.Fatalf("cut after %d bytes: %q, want %q", n, last, want)
		}
		for i, id := range got[:len(got)-1] {
			if id != ids[i] {
				t.Fatalf("cut after %d bytes: record %d is %q, not %q", n, i, id, ids[i])
			}
		}
	}
}

func TestRecordsOfDamagedGzip(t *testing.T) {
	whole := gzipped(strings.Repeat("{\"id\":\"a\"}\n", 9))
	whole[len(whole)-6] ^= 1 // in the checksum
	got := records(t, bytes.NewReader(whole))
	if want := "*f:10: " + ErrGzipDamaged.Error() + " (gzip: invalid checksum)"; len(got) != 10 || got[9] != want {
		t.Errorf("got %q, want %q at the end", got, want)
	}
	two := append(gzipped("{\"id\":\"a\"}\n"), gzipped("{\"id\":\"b\"}\n")...)
	if got := records(t, bytes.NewReader(two)); len(got) != 2 {
		t.Errorf("two members: %q", got)
	}
	if got := records(t, bytes.NewReader(append(two, "junk"...))); len(got) != 3 || !strings.HasPrefix(got[2], "*f:3: ") {
		t.Errorf("junk after the end: %q", got)
	}
}

// What the reader says is passed on, once, in every form.
func TestRecordsOfReaderThatFails(t *testing.T) {
	failure := errors.New("the disk is on fire")
	for _, text := range []string{"{\"id\":\"a\"}\n{\"id\"", "[{\"id\":\"a\"},{\"id\"", "{\n\"id\":\"a\"}\n{\"id\"", "[{\"id\":\"a\"}", "[{\"id\":\"a\"},"} {
		var last error
		n := 0
		for _, err := range Records(io.MultiReader(strings.NewReader(text), iotest.ErrReader(failure)), "f") {
			n, last = n+1, err
		}
		var e *RecordError
		if n != 2 || !errors.Is(last, failure) || !errors.As(last, &e) || !e.Cut {
			t.Errorf("%q: %d records, the last with %v", text, n, last)
		}
	}
}

func TestRecordsStopWhenAsked(t *testing.T) {
	for _, c := range sources {
		for most := 1; most <= len(c.want); most++ {
			n := 0
			for range Records(strings.NewReader(c.text), "f") {
				if n++; n == most { // the range panics if the source goes on
					break
				}
			}
		}
	}
}

// Records that are decoded late, and out of order, are what they were.
func TestLazyRecordsAreIndependent(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "{\"id\":\"%d\",\"conditions\":[{\"text\":%q}]}\n", i, strings.Repeat("y", i%700))
	}
	var all []Record
	for r := range LazyRecords(iotest.HalfReader(strings.NewReader(text.String())), "f") {
		all = append(all, r)
	}
	for _, i := range rand.Perm(len(all)) {
		p, err := all[i].Decode()
		if err != nil || p.ID != fmt.Sprint(i) || all[i].Place != (Place{"f", i + 1, 0}) {
			t.Fatalf("record %d at %v: %v, %v", i, all[i].Place, p, err)
		}
	}
}

func FuzzRecords(f *testing.F) {
	for _, c := range sources {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		at := records(t, bytes.NewReader(text))
		one := records(t, iotest.OneByteReader(bytes.NewReader(text)))
		if fmt.Sprint(at) != fmt.Sprint(one) {
			t.Errorf("at once\n%q\nbyte by byte\n%q", at, one)
		}
	})
}
