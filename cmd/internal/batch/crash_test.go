// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A run that is killed at any moment, again and again, and resumed ends with
// the files of one that was left alone.
func TestKilledAndResumed(t *testing.T) {
	times := 20
	if testing.Short() {
		times = 3
	}
	dir := t.TempDir()
	study := put(t, washout, dir, "study.yaml")
	from := put(t, packed(t, people(6000)), dir, "registry.ndjson.gz")
	alone := child{Study: study, From: from, Out: filepath.Join(dir, "alone")}
	begun := time.Now()
	if out, err := alone.command(t).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole := time.Since(begun)
	want := written(t, alone.Out)
	killed, went := 0, 0
	for n := range times {
		c := child{Study: study, From: from, Out: filepath.Join(dir, "killed"), Resume: true, Every: time.Millisecond}
		for {
			cmd := c.command(t)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(rand.N(whole*3/2), func() { _ = cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if err == nil {
				break
			}
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("run %d: %v", n, err)
			}
			killed++
			s, err := inspectFolder(c.Out)
			if err != nil {
				t.Fatal(err)
			}
			if s.checkpoint != nil && s.checkpoint.Records > 0 {
				went++
			}
			if s.present != "" && (s.checkpoint == nil || !s.checkpoint.Complete) && !s.complete {
				t.Fatalf("%s is there, and the run is not complete", s.present)
			}
		}
		sameFiles(t, written(t, c.Out), want)
		if err := os.RemoveAll(c.Out); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d runs were killed %d times, %d of them after a checkpoint", times, killed, went)
	if killed == 0 || went == 0 && !testing.Short() {
		t.Error("no run was killed under way")
	}
}

// A file that cannot grow ends the run with the name of the file, and the run
// can go on when there is room.
func TestFileThatCannotGrow(t *testing.T) {
	dir := t.TempDir()
	study := put(t, washout, dir, "study.yaml")
	from := put(t, people(2000), dir, "registry.ndjson")
	c := child{Study: study, From: from, Out: filepath.Join(dir, "out"), Every: time.Millisecond, Largest: 1 << 20}
	out, err := c.command(t).CombinedOutput()
	if err == nil || !strings.Contains(string(out), filepath.Join(c.Out, partialDir, ResultsFile)+" cannot be written: file too large") {
		t.Errorf("%v: %s", err, out)
	}
	if got := names(c.Out); len(got) != 1 || got[0] != partialDir {
		t.Errorf("the files are %v", got)
	}
	c.Largest, c.Resume = 0, true
	if out, err := c.command(t).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	alone := child{Study: study, From: from, Out: filepath.Join(dir, "alone")}
	if out, err := alone.command(t).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sameFiles(t, written(t, c.Out), written(t, alone.Out))
}
