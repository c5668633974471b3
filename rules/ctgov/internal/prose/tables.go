// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"embed"
	"strings"
)

//go:embed tables
var tableFiles embed.FS

// tables maps the section of a file of phrases to its lines.
type tables map[string][]string

var (
	wordTables       = readTables("words")
	phraseTables     = readTables("phrases")
	frameTables      = readTables("frames")
	dateTables       = readTables("dates")
	comparatorTables = readTables("comparators")
)

// readTables reads tables/NAME.txt: lines below the section that "[section]"
// begins. A line that begins with # is a comment.
func readTables(name string) tables {
	data, err := tableFiles.ReadFile("tables/" + name + ".txt")
	if err != nil {
		panic(err) // the files are part of the program
	}
	t, section := tables{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = strings.Trim(line, "[]")
		default:
			t[section] = append(t[section], line)
		}
	}
	return t
}

// phrases gives the lines of a section, which must exist.
func (t tables) phrases(section string) []string {
	if len(t[section]) == 0 {
		panic("prose: no table " + section)
	}
	return t[section]
}

// wordSet gives the words of a section, which must exist.
func (t tables) wordSet(section string) map[string]bool {
	return WordSet(strings.Join(t.phrases(section), " "))
}

// WordSet makes a set of the words of a list.
func WordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
