// SPDX-License-Identifier: Apache-2.0

//go:build ignore

// This program prints three measures of the Go code that is no test, for each
// package and in all: lines, the share of functions whose name has five letters
// or fewer, and the words "what", "whoever" and "comes to" in 1,000 words of
// comments.
//
//	go run .ci/counters.go
package main

import (
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	function = regexp.MustCompile(`(?m)^func (?:\([^)]*\) )?(\w+)`)
	comment  = regexp.MustCompile(`(?m)(?:^|\s)//\s?(.*)$`)
	word     = regexp.MustCompile(`[A-Za-z']+`)
	riddle   = regexp.MustCompile(`(?i)\b(what|whoever|comes to)\b`)
)

type counters struct{ lines, functions, short, words, riddles int }

func (c *counters) addFile(text string) {
	c.lines += strings.Count(text, "\n")
	for _, name := range function.FindAllStringSubmatch(text, -1) {
		c.functions++
		if len(name[1]) <= 5 {
			c.short++
		}
	}
	var comments []string
	for _, line := range comment.FindAllStringSubmatch(text, -1) {
		comments = append(comments, line[1])
	}
	all := strings.Join(comments, " ")
	c.words += len(word.FindAllString(all, -1))
	c.riddles += len(riddle.FindAllString(all, -1))
}

func (c *counters) print(name string) {
	fmt.Printf("%-34s lines %6d  functions %5d  short names %5.1f %%  riddles %5.1f of 1,000 words\n", name, c.lines, c.functions,
		100*float64(c.short)/float64(max(1, c.functions)), 1000*float64(c.riddles)/float64(max(1, c.words)))
}

func main() {
	packages := map[string]*counters{}
	var total counters
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(filepath.Dir(path))
		if packages[name] == nil {
			packages[name] = &counters{}
		}
		packages[name].addFile(string(text))
		total.addFile(string(text))
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	var names []string
	for name := range packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		packages[name].print(name)
	}
	total.print("all")
}
