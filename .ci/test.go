// SPDX-License-Identifier: Apache-2.0

//go:build ignore

// This program runs "go test" with its arguments and prints at the end which
// tests were skipped, and why:
//
//	go run .ci/test.go ./...
//
// Its exit code is that of go test.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// event is a line of "go test -json" (see "go doc test2json").
type event struct {
	Action, Package, Test, Output, ImportPath string
}

// reason matches the message of a skipped test.
var reason = regexp.MustCompile(`^\s+\S+\.go:\d+: (.*)`)

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	lines, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	skips := map[string][]string{} // the tests by reason
	output := map[string]string{}  // of tests that have not ended
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var e event
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			fmt.Println(scanner.Text())
			continue
		}
		readEvent(e, output, skips)
	}
	printSkips(skips)
	err = errors.Join(scanner.Err(), cmd.Wait())
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// readEvent prints the output of go test without -v, and collects the skips.
func readEvent(e event, output map[string]string, skips map[string][]string) {
	name := e.Package + "." + e.Test
	switch {
	case e.Action == "build-output" || e.Action == "output" && e.Test == "" && e.Output != "PASS\n":
		fmt.Print(e.Output)
	case e.Test == "" && e.Action == "fail":
		for test, said := range output { // tests that a panic or a deadline ended
			if strings.HasPrefix(test, name) {
				fmt.Print(said)
				delete(output, test)
			}
		}
	case e.Test == "":
	case e.Action == "output" && !strings.HasPrefix(e.Output, "=== "):
		output[name] += e.Output
	case e.Action == "fail":
		fmt.Print(output[name])
		delete(output, name)
	case e.Action == "pass":
		delete(output, name)
	case e.Action == "skip":
		why := "no reason given"
		for line := range strings.SplitSeq(output[name], "\n") {
			if part := reason.FindStringSubmatch(line); part != nil {
				why = part[1]
			}
		}
		skips[why] = append(skips[why], name)
		delete(output, name)
	}
}

func printSkips(skips map[string][]string) {
	var reasons []string
	for why := range skips {
		reasons = append(reasons, why)
	}
	slices.Sort(reasons)
	for _, why := range reasons {
		slices.Sort(skips[why])
		tests := "tests"
		if len(skips[why]) == 1 {
			tests = "test"
		}
		fmt.Printf("skipped: %d %s: %s\n", len(skips[why]), tests, why)
		for _, name := range skips[why] {
			fmt.Printf("    %s\n", name)
		}
	}
	if len(skips) == 0 {
		fmt.Println("skipped: no test")
	}
}
