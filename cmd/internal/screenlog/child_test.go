// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// child appends to a log in a process of its own, which can be killed. It
// prints the head that each append gave.
type child struct {
	URL      string
	Name     string // of its patients
	Appends  int    // of each goroutine; 0 is without end
	Parallel int
	Keep     bool
}

const childVariable = "ELIGO_SCREENLOG_CHILD"

// command starts the test binary as the child.
func (c child) command(t *testing.T) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

func runChild(text string) error {
	var c child
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	ctx := context.Background()
	l, err := Open(ctx, c.URL, Options{Now: clock(), KeepProfiles: c.Keep})
	if err != nil {
		return err
	}
	defer l.Close()
	var wg sync.WaitGroup
	failed := make(chan error, c.Parallel)
	for g := range c.Parallel {
		wg.Go(func() {
			for n := 0; c.Appends == 0 || n < c.Appends; n++ {
				d := Entry{Decision: plain(fmt.Sprintf("%s-%d-%d", c.Name, g, n))}
				if c.Keep {
					d.Decision = decided(new(testing.T), d.Decision.Patient, Asked{})
				}
				receipts, err := l.Append(ctx, d, d)
				if err != nil {
					failed <- err
					return
				}
				for _, r := range receipts {
					fmt.Fprintln(os.Stdout, Head{r.Seq, r.Hash}) // one write, when it is acknowledged
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// acknowledged reads the heads that a child printed. What a kill cut off is no
// line.
func acknowledged(t *testing.T, out string) (heads []Head) {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(out[:strings.LastIndexByte(out, '\n')+1]))
	for lines.Scan() {
		h, err := ParseHead(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, h)
	}
	return heads
}
