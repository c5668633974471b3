// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

func (l *lab) batch(query, body string) answer {
	l.t.Helper()
	return l.do("POST", "/api/v1/screen/batch"+query, body, "Content-Type", "application/x-ndjson")
}

// lines gives for each line of an answer its number, and patient=verdict or the
// problem.
func (a answer) lines(t *testing.T) []string {
	t.Helper()
	var all []string
	in := bufio.NewScanner(strings.NewReader(a.text))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var one answerLine
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			t.Fatalf("%v: %s", err, in.Bytes())
		}
		text := fmt.Sprint(one.Line)
		for i := range one.Results {
			text += " " + one.Results[i].Patient + "=" + string(one.Results[i].Verdict)
		}
		if one.Problem != nil {
			text += " " + strings.TrimPrefix(one.Problem.Type, problemType)
			for _, f := range one.Problem.Errors {
				text += " " + f.Path
			}
		}
		all = append(all, text)
	}
	if in.Err() != nil || a.err != nil {
		t.Fatal(in.Err(), a.err)
	}
	return all
}

// TestBatch: an answer for each line, in order; what is wrong with one line is
// said of that line and ends nothing.
func TestBatch(t *testing.T) {
	log := &book{}
	l := newLab(t, files(), func(o *Options) { o.MaxBody, o.Recorder = 1<<10, log })
	long := `{"id": "long", "x": "` + strings.Repeat("x", 5000) + `"}`
	a := l.batch("?study=NCT00000001&complete=conditions", "\xef\xbb\xbf"+person+"\r\n\n  \n{\n"+
		`{"id": "p2", "birth_date": "2020-01-01", "sex": 1}`+"\n"+long+"\n"+
		`{"resourceType": "Patient", "id": "f", "birthDate": "2020-01-01"}`+"\n[]\n"+strings.Replace(person, "p1", "p3", 1))
	want := []string{
		"1 p1=eligible", "4 not-json $", "5 invalid-patient $.sex", "6 too-large", "7 f=ineligible", "8 invalid-patient $", "9 p3=eligible",
	}
	got := a.lines(t)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(log.decisions) != 3 {
		t.Errorf("%d decisions in the log", len(log.decisions))
	}
	if !strings.Contains(a.text, `"assumed":[{"kind":"date","date":"first_dose"},{"kind":"complete","domain":"conditions"}]`) {
		t.Error("what was said to be complete is not named")
	}
	if got := l.batch("", person); strings.Count(got.text, `"issues":["broken.yaml does not load, and was not screened for"]`) != 1 {
		t.Error(got.text)
	}
	if got := l.batch("", ""); got.StatusCode != http.StatusOK || got.text != "" {
		t.Errorf("no line: %d %q", got.StatusCode, got.text)
	}
	if got := l.batch("?study=NCT00000001", long+"\n").lines(t); len(got) != 1 || got[0] != "1 too-large" {
		t.Error(got)
	}
	if got := l.batch("?study=NCT00000001", long).lines(t); len(got) != 1 || got[0] != "1 too-large" {
		t.Error(got)
	}
}

// TestBatchIsScreen: a line of a batch is answered as the same body alone.
func TestBatchIsScreen(t *testing.T) {
	l := newLab(t, files(), nil)
	const query = "?on=2026-11-20&date=first_dose=2026-12-01&horizon=4w"
	var alone oneAnswer
	if err := json.Unmarshal([]byte(l.screen(query, person).text), &alone); err != nil {
		t.Fatal(err)
	}
	var line answerLine
	if err := json.Unmarshal([]byte(l.batch(query, person).text), &line); err != nil {
		t.Fatal(err)
	}
	one, err := json.Marshal(alone.Results)
	if err != nil {
		t.Fatal(err)
	}
	if many, err := json.Marshal(line.Results); err != nil || string(one) != string(many) || len(line.Results) != 2 {
		t.Errorf("alone %s\nin a batch %s", one, many)
	}
}

func TestBatchRefuses(t *testing.T) {
	l := newLab(t, files(), nil)
	for _, c := range []struct{ query, contentType, want string }{
		{"", "application/json", "unsupported-media"},
		{"?study=x", "application/x-ndjson", "unknown-study study"},
		{"?x=y", "application/fhir+ndjson", "invalid-query x"},
	} {
		if a := l.do("POST", "/api/v1/screen/batch"+c.query, person, "Content-Type", c.contentType); a.problem(t) != c.want {
			t.Errorf("%v: %s", c, a.text)
		}
	}
	if a := l.do("POST", "/api/v1/screen/batch", person, "Content-Type", "application/x-ndjson", "Accept", "text/html"); a.problem(t) != "not-acceptable" {
		t.Error(a.text)
	}
	if a := l.do("POST", "/api/v1/screen/batch", person, "Content-Type", "application/x-ndjson", "Content-Encoding", "gzip"); a.problem(t) != "unsupported-media" {
		t.Error(a.text)
	}
	for range cap(l.server.batches) {
		l.server.batches <- struct{}{}
	}
	if a := l.batch("", person); a.problem(t) != "busy" {
		t.Error(a.text)
	}
}

// TestBatchLog: a decision that cannot be recorded is not given.
func TestBatchLog(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.Recorder = &book{err: errors.New("full")} })
	if got := l.batch("?study=NCT00000001", person).lines(t); len(got) != 1 || got[0] != "1 log-not-available" {
		t.Error(got)
	}
}

// talk begins a batch whose lines are written one by one.
func (l *lab) talk() (io.WriteCloser, *http.Response) {
	l.t.Helper()
	out, in := io.Pipe()
	r, err := http.NewRequest(http.MethodPost, l.URL+"/api/v1/screen/batch?study=NCT00000001", out)
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	go func() { _, _ = io.WriteString(in, person+"\n") }()
	got, err := l.Client().Transport.(contract).next.RoundTrip(r)
	if err != nil {
		l.t.Fatal(err)
	}
	return in, got
}

// TestBatchStreams: the answer to a line comes before the next line is sent.
func TestBatchStreams(t *testing.T) {
	l := newLab(t, files(), nil)
	in, got := l.talk()
	defer got.Body.Close()
	answers := bufio.NewReader(got.Body)
	for range 20 {
		if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, `"verdict":"eligible"`) {
			t.Fatal(line, err)
		}
		if _, err := io.WriteString(in, person+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	in.Close()
	if rest, err := io.ReadAll(answers); err != nil || strings.Count(string(rest), "\n") != 1 {
		t.Errorf("%s %v", rest, err)
	}
}

// TestBatchClientGone: whoever hangs up leaves nothing running (see TestMain).
func TestBatchClientGone(t *testing.T) {
	l := newLab(t, files(), nil)
	in, got := l.talk()
	got.Body.Close()
	in.Close()
	for len(l.server.batches) > 0 { // a batch that goes on ends the tests after their time
		time.Sleep(time.Millisecond)
	}
}

// TestBatchMemory: a long batch takes no more than a short one.
func TestBatchMemory(t *testing.T) {
	l := newLab(t, files(), nil)
	in, got := l.talk()
	defer got.Body.Close()
	const people = 10_000
	go func() {
		defer in.Close()
		for range people {
			if _, err := io.WriteString(in, person+"\n"); err != nil {
				return
			}
		}
	}()
	answers, most := bufio.NewReaderSize(got.Body, 64<<10), uint64(0)
	for n := 0; ; n++ {
		if _, err := answers.ReadSlice('\n'); err == io.EOF {
			if n != people+1 {
				t.Errorf("%d answers", n)
			}
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n%2500 == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if most > 48<<20 {
		t.Errorf("%d MiB in use", most>>20)
	}
}
