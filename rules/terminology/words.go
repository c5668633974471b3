// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"embed"
	"strings"
	"sync"
)

// wordFiles are lists of words. words/README.md says how they are written.
//
//go:embed words/*.txt
var wordFiles embed.FS

// readWords reads a list of the program.
func readWords(name string) string {
	data, err := wordFiles.ReadFile("words/" + name + ".txt")
	if err != nil {
		panic(err) // the file is part of the program
	}
	return string(data)
}

// wordList gives a function that reads a list of words, one a line, when it is first
// needed.
func wordList(name string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		words := map[string]bool{}
		for line := range strings.Lines(readWords(name)) {
			if word := strings.TrimSpace(line); word != "" && word[0] != '#' {
				words[word] = true
			}
		}
		return words
	})
}
