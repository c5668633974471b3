// SPDX-License-Identifier: Apache-2.0

package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// today is the day on which the scripts run.
var today = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"eligo": func() {
			os.Exit(run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr, func() time.Time { return today }))
		},
	})
}

// TestScripts runs the command as a user would. What it reads and prints is in
// testdata/script; -update writes what is compared as a whole anew.
func TestScripts(t *testing.T) {
	studies, err := filepath.Abs("../../testdata/studies")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("STUDIES", studies)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"gzip":     gzipFile,
			"mode":     fileMode,
			"registry": registry,
			"wrong":    wrong,
		},
	})
}

// gzipFile packs a file: gzip from to.
func gzipFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	z := gzip.NewWriter(f)
	_, err = z.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(z.Close())
	ts.Check(f.Close())
}

// fileMode checks the permissions of a file: mode 600 file.
func fileMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, not %s", args[1], got, args[0])
	}
}

// wrong runs eligo and checks its exit code, and that nothing is on standard
// output but for the problems that check prints: wrong code args...
func wrong(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("eligo", args[1:]...)
	if err == nil {
		ts.Fatalf("eligo %q exits with 0, not %s", args[1:], args[0])
	}
	if got, want := err.Error(), "exit status "+args[0]; got != want {
		ts.Fatalf("eligo %q: %s, not %s", args[1:], got, want)
	}
	if out := ts.ReadFile("stdout"); out != "" && args[1] != "check" {
		ts.Fatalf("eligo %q failed and printed to standard output:\n%s", args[1:], out)
	}
}

// registry writes profiles, a line each, some of which are none: registry lines
// file.
func registry(ts *testscript.TestScript, _ bool, args []string) {
	lines, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	for n := range lines {
		fmt.Fprintf(&b, "{\"id\":\"p%d\",\"birth_date\":\"%d-%02d\"}\n", n/2*2, 1950+n%80, 1+n%14)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}
