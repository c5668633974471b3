// SPDX-License-Identifier: Apache-2.0

//go:build unix

package screenlog

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A PostgreSQL server that is killed while it writes has, when it is back, all
// that it acknowledged.
func TestServerKilledWhileAppending(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	newDatabase(t) // or there is no server here
	s := postgresServer{}
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	defer func() { s.stop() }()
	var said bytes.Buffer
	out := newOutput()
	cmd := child{URL: s.url("postgres"), Name: "served", Parallel: 4}.command(t)
	cmd.Stdout, cmd.Stderr = out, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	out.waitForText(t, ended)
	pid, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	postmaster, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil { // it makes no more children
		t.Fatal(err)
	}
	all := append(childrenOf(t, postmaster), postmaster)
	for _, p := range all {
		if err := syscall.Kill(p, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	}
	waitForEnd(t, all)
	if err := <-ended; err == nil {
		t.Error("the child did not notice")
	}
	s.life.Close()
	<-s.done
	bin, err := postgresBin()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.serve(bin); err != nil {
		t.Fatal(err)
	}
	heads := acknowledged(t, out.text.String())
	report, err := open(t, s.url("postgres"), Options{ReadOnly: true}).Verify(t.Context(), heads...)
	if err != nil || report.Broken != nil || report.Entries < int64(len(heads)) || len(heads) == 0 {
		t.Fatalf("%v; %v; %d entries, %d acknowledged; %s", err, report.Broken, report.Entries, len(heads), said.String())
	}
	t.Logf("%d entries acknowledged, %d in the log", len(heads), report.Entries)
}

// waitForEnd waits until processes are gone, or dead and not yet collected:
// their memory would keep a server from starting.
func waitForEnd(t *testing.T, pids []int) {
	t.Helper()
	for range 100 {
		alive := false
		for _, p := range pids {
			b, err := os.ReadFile("/proc/" + strconv.Itoa(p) + "/stat")
			_, state, _ := strings.Cut(string(b), ") ")
			alive = alive || err == nil && !strings.HasPrefix(state, "Z")
		}
		if !alive {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the server's processes do not end")
}

// childrenOf lists the processes that a process started, from /proc.
func childrenOf(t *testing.T, parent int) (pids []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(files) == 0 {
		t.Skip("there is no /proc here")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pids = append(pids, pid)
		}
	}
	return pids
}
