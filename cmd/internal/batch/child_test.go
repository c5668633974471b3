// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// child is a run in a process of its own, which can be killed.
type child struct {
	Study, From, Out string
	Resume           bool
	Every            time.Duration
	Largest          uint64 // bytes that a file may have; 0 is any
}

const childVariable = "ELIGO_BATCH_CHILD"

func TestMain(m *testing.M) {
	text := os.Getenv(childVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var c child
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		panic(err)
	}
	if err := c.run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (c *child) run() error {
	if c.Largest > 0 {
		signal.Ignore(syscall.SIGXFSZ) // the write then fails
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: c.Largest, Max: c.Largest}); err != nil {
			return err
		}
	}
	study, err := rules.Load(c.Study)
	if err != nil {
		return err
	}
	source, err := Open(context.Background(), c.From, os.Stdin, document.Options{}, nil)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	_, err = Run(ctx, Job{
		Studies: []*rules.Study{study}, Dates: matcher.Dates{Screening: screeningDay}, Source: source,
		Out: c.Out, Resume: c.Resume, Every: c.Every,
	})
	return err
}

// command starts the test binary as the child.
func (c *child) command(t *testing.T) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	return cmd
}

var screeningDay = func() patient.Day {
	day, err := patient.ParseDay("2026-11-22")
	if err != nil {
		panic(err)
	}
	return day
}()
