// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// TestLoad measures a server that runs elsewhere; it is told where, and is
// skipped otherwise:
//
//	eligo serve --studies testdata/studies --listen 127.0.0.1:18080 &
//	ELIGO_LOAD=http://127.0.0.1:18080 go test ./cmd/internal/server -run TestLoad -v
//
// For ELIGO_LOAD_SECONDS (60 at most) it sends ELIGO_LOAD_RATE requests a
// second (200), each with a Bundle of 1 MB, whether or not those before are
// answered: a time is counted from when the request was to be sent.
func TestLoad(t *testing.T) {
	at := os.Getenv("ELIGO_LOAD")
	if at == "" {
		t.Skip("ELIGO_LOAD does not name a server to put under load")
	}
	seconds := min(numberFrom("ELIGO_LOAD_SECONDS", 60), 60)
	rate := numberFrom("ELIGO_LOAD_RATE", 200)
	body := megabyte(t)
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	defer client.CloseIdleConnections()
	before := gauges(t, client, at)
	var mu sync.Mutex
	var took []time.Duration
	status := map[int]int{}
	var all sync.WaitGroup
	start := time.Now()
	for n := range rate * seconds {
		due := start.Add(time.Duration(n) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		all.Go(func() {
			code := one(client, at, body)
			late := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, late)
			status[code]++
		})
	}
	all.Wait()
	whole := time.Since(start)
	after := gauges(t, client, at)
	slices.Sort(took)
	part := func(of float64) time.Duration {
		return took[min(int(of*float64(len(took))), len(took)-1)].Round(time.Microsecond)
	}
	t.Logf("%d requests of %d bytes in %v: %.1f a second, answered %v", len(took), len(body), whole.Round(time.Millisecond), float64(len(took))/whole.Seconds(), status)
	t.Logf("p50 %v, p90 %v, p99 %v, longest %v", part(.5), part(.9), part(.99), part(1))
	t.Logf("of the server: %.2f ms of a core for a request; resident %.1f MiB before, %.1f after; heap %.1f MiB before, %.1f after; goroutines %.0f before, %.0f after",
		1000*(after["process_cpu_seconds_total"]-before["process_cpu_seconds_total"])/float64(len(took)),
		before["process_resident_memory_bytes"]/(1<<20), after["process_resident_memory_bytes"]/(1<<20),
		before["go_memstats_heap_alloc_bytes"]/(1<<20), after["go_memstats_heap_alloc_bytes"]/(1<<20), before["go_goroutines"], after["go_goroutines"])
	if status[http.StatusOK] != len(took) {
		t.Error("not every request was answered")
	}
}

func one(client *http.Client, at string, body []byte) int {
	got, err := client.Post(at+"/api/v1/screen?study=NCT00506831", "application/fhir+json", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	defer got.Body.Close()
	if _, err := io.Copy(io.Discard, got.Body); err != nil {
		return 0
	}
	return got.StatusCode
}

func numberFrom(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// gauges reads the server's metrics that have no labels.
func gauges(t *testing.T, client *http.Client, at string) map[string]float64 {
	t.Helper()
	got, err := client.Get(at + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]float64{}
	for _, line := range regexp.MustCompile(`(?m)^(\w+) (\S+)$`).FindAllStringSubmatch(string(text), -1) {
		all[line[1]], _ = strconv.ParseFloat(line[2], 64)
	}
	return all
}

// megabyte gives the largest Bundle of the shared test data, which is just
// below 1 MB, filled up to it with blanks.
func megabyte(t *testing.T) []byte {
	t.Helper()
	const size = 1_000_000
	var largest []byte
	for dir := "."; largest == nil; dir = filepath.Join(dir, "..") {
		files, _ := filepath.Glob(filepath.Join(dir, "shared/data/fhir/bundles/*.json.gz"))
		for _, file := range files {
			if doc := unpackedFile(t, file); len(doc) > len(largest) && len(doc) <= size {
				largest = doc
			}
		}
		if abs, err := filepath.Abs(dir); err != nil || abs == filepath.Dir(abs) {
			t.Skip("no ../shared/data (real public data)")
		}
	}
	return append(largest, bytes.Repeat([]byte(" "), size-len(largest))...)
}

func unpackedFile(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", file, err))
	}
	return doc
}
