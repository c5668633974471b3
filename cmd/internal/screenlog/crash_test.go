// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// output is the standard output of a child.
type output struct {
	text  bytes.Buffer // not embedded: exec would call its ReadFrom instead of Write
	once  sync.Once
	begun chan struct{} // closed at the first byte
}

func newOutput() *output { return &output{begun: make(chan struct{})} }

func (o *output) Write(b []byte) (int, error) {
	o.once.Do(func() { close(o.begun) })
	return o.text.Write(b)
}

// waitForText waits until the child has printed something.
func (o *output) waitForText(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case <-o.begun:
	case err := <-ended:
		t.Fatalf("the child ended by itself: %v", err)
	}
}

// A process that is killed at any moment leaves no half entry, and nothing that
// it was told is in the log is missing.
func TestKilledWhileAppending(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 3
	}
	eachStore(t, func(t *testing.T, url string) {
		var heads []Head
		killed, before := 0, int64(0)
		for n := range times {
			out := newOutput()
			cmd := child{URL: url, Name: "killed", Parallel: 2, Keep: true}.command(t)
			cmd.Stdout = out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			if n%2 == 0 { // the others are killed at any moment, also before their first append
				out.waitForText(t, ended)
			}
			time.Sleep(rand.N(250 * time.Millisecond))
			_ = cmd.Process.Kill()
			err := <-ended
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Exited() {
				t.Fatalf("the child ended by itself: %v", err)
			}
			heads = append(heads, acknowledged(t, out.text.String())...)
			l := open(t, url, Options{})
			report, err := l.Verify(t.Context(), heads...)
			if err != nil || report.Broken != nil {
				t.Fatalf("%v; %v", err, report.Broken)
			}
			if report.Entries%2 != 0 {
				t.Fatalf("there are %d entries, and each append writes two", report.Entries)
			}
			if report.Entries > before {
				killed++
			}
			before = report.Entries
			l.Close()
		}
		t.Logf("killed %d times, %d of them under way; %d entries acknowledged, %d in the log", times, killed, len(heads), before)
		if killed == 0 || len(heads) == 0 || before < int64(len(heads)) {
			t.Error("no process was killed under way")
		}
	})
}

// Two processes with eight goroutines each, and this one, write one chain.
func TestConcurrentAppends(t *testing.T) {
	const appends, parallel = 20, 8
	eachStore(t, func(t *testing.T, url string) {
		var outs [2]bytes.Buffer
		var cmds []*exec.Cmd
		for i, name := range []string{"a", "b"} {
			cmd := child{URL: url, Name: name, Appends: appends, Parallel: parallel}.command(t)
			cmd.Stdout = &outs[i]
			if err := cmd.Start(); err != nil { // both make the tables
				t.Fatal(err)
			}
			cmds = append(cmds, cmd)
		}
		l := open(t, url, Options{})
		for range appends {
			mustAppend(t, l, Entry{Decision: plain("here")})
			if _, err := l.People(t.Context(), Query{Limit: 3}); err != nil {
				t.Error(err)
			}
		}
		for _, cmd := range cmds {
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
		}
		heads := append(acknowledged(t, outs[0].String()), acknowledged(t, outs[1].String())...)
		report, err := l.Verify(t.Context(), heads...)
		if err != nil || report.Broken != nil || report.Entries != 2*parallel*appends*2+appends || len(heads) != 2*parallel*appends*2 {
			t.Fatalf("%v; %v; %d entries, %d acknowledged", err, report.Broken, report.Entries, len(heads))
		}
	})
}
