// SPDX-License-Identifier: Apache-2.0

package lexicon_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := filepath.Join(dir, "site.terms")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b := lexicon.NewBuilder(nil)
	heart(b)
	if _, err := b.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	f.Close()
	l, err := lexicon.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := l.Find("icd10cm", "I50"); !ok || e.Label() != "heart failure" {
		t.Error("the file does not hold its codes")
	}
	if len(l.SHA256()) != 64 {
		t.Errorf("the digest is %q", l.SHA256())
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"empty": write("empty", nil), "short": write("short", []byte("eligo")), "other": write("other", []byte("some text that is long enough")),
		"cut": write("cut", whole[:len(whole)-1]), "folder": dir,
	} {
		if _, err := lexicon.OpenFile(path); !errors.Is(err, lexicon.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := lexicon.OpenFile(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// writeLarge writes a terminology of n invented concepts with two names and two
// parents each.
func writeLarge(t testing.TB, n int) string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string { return fmt.Sprintf("w%dx", int(60_000*r.Float64()*r.Float64())) }
	b := lexicon.NewBuilder(nil)
	for i := range n {
		code := fmt.Sprint(1_000_000 + i)
		b.AddName("snomed", code, lexicon.Diagnosis, lexicon.Label, 0, true, fmt.Sprintf("%s %s %s %s %s", word(), word(), word(), word(), word()))
		b.AddName("snomed", code, lexicon.Diagnosis, lexicon.Exact, 0, true, fmt.Sprintf("%s %s %s", word(), word(), word()))
		for range min(i, 2) {
			b.Relate("snomed", code, lexicon.Parent, "snomed", fmt.Sprint(1_000_000+i/2-r.IntN(1+min(i/2, 50))))
		}
	}
	path := filepath.Join(t.TempDir(), "large.terms")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestOpeningALargeFileTakesLittleMemory opens 2 million concepts if the environment
// variable ELIGO_LARGE_TEST is set, which takes a minute to write, and else fewer.
func TestOpeningALargeFileTakesLittleMemory(t *testing.T) {
	n, most := 200_000, int64(2<<20)
	if os.Getenv("ELIGO_LARGE_TEST") != "" {
		n, most = 2_000_000, 20<<20
	}
	path := writeLarge(t, n)
	before := heap()
	l, err := lexicon.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		e, ok := l.Find("snomed", fmt.Sprint(1_000_000+i*(n/1000)))
		if !ok || e.Label() == "" {
			t.Fatal("a code is not there")
		}
	}
	if used := int64(heap()) - int64(before); used > most {
		t.Errorf("it takes %d bytes of memory", used)
	}
	runtime.KeepAlive(l)
}

func BenchmarkOpenLargeFile(b *testing.B) {
	path := writeLarge(b, 2_000_000)
	b.ReportAllocs()
	for b.Loop() {
		l, err := lexicon.OpenFile(path)
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := l.Find("snomed", "1999999"); !ok {
			b.Fatal("not there")
		}
		l.Close()
	}
}
