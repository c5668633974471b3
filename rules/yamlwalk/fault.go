// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// syntaxFaults says the parser's errors in the terms of a study file. Each row
// applies to messages that contain the parser's text; the first row that fits
// is used. A %d takes the line on which the list or mapping began. The place of
// an unfinished key or text is its start, if the parser gives it.
var syntaxFaults = []struct{ parser, message string }{
	{"did not find expected ',' or ']'", "the list that starts with [ on line %d is not closed here; add a comma or ], or put a text that holds [ in quotation marks"},
	{"did not find expected ',' or '}'", "the mapping that starts with { on line %d is not closed here; add a comma or }, or put a text that holds { in quotation marks"},
	{"mapping values are not allowed", "a second colon on this line, or a line that is indented too far; put a text that holds a colon in quotation marks"},
	{"did not find expected '-' indicator", "this line is not indented like the entries of the list that starts on line %d; indent the keys of one entry alike"},
	{"did not find expected key", "this line does not fit the mapping that starts on line %d; indent its keys alike, and put a whole text in quotation marks, not a part of it"},
	{"block sequence entries are not allowed", "an entry of a list (-) cannot stand here; write it on a line of its own"},
	{"could not find expected ':'", "a key without a colon; write key: value, and indent a text that goes on under its key"},
	{"found unexpected end of stream", "this quotation mark is not closed"},
	{"found unexpected document indicator", "this quotation mark is not closed"},
	{"found unknown escape character", `a backslash in a text with double quotation marks; write \\, or use single quotation marks`},
	{"hexadecimal", `an escape (\x, \u) without its hexadecimal digits; write \\ for a backslash, or use single quotation marks`},
	{"Unicode", `an escape (\x, \u) that is no character; write \\ for a backslash, or use single quotation marks`},
	{"found character that cannot start any token", "a text cannot start with this character; put it in quotation marks"},
	{"while scanning an alias", "a text cannot start with *; put it in quotation marks"},
	{"while scanning an anchor", "a text cannot start with &; put it in quotation marks"},
	{"unknown anchor", "a text cannot start with *; put it in quotation marks"},
	{"tag", "a text cannot start with !; put it in quotation marks"},
	{"found a tab character", "a tab; indent with spaces"},
	{"while scanning a block scalar", "after | or > the text starts on the next line, indented"},
	{"while parsing a flow node", "a value is missing here"},
	{"while parsing a block node", "a value is missing here, or a text that must be in quotation marks"},
	{"while parsing a node", "a value is missing here, or a text that must be in quotation marks"},
	{"did not find expected <document start>", "this line does not belong to the lines above; a file is one mapping of key: value"},
}

// yamlFault gives an error of the YAML parser its place and says it in the
// terms of a study file.
func yamlFault(src *sourceFile, err error) fault {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return fault{src.positionAt(0), "this is not YAML: " + err.Error()}
	}
	said := strings.TrimSpace(e.Message + " " + e.ContextMsg)
	f := fault{src.positionAt(0), "this is not YAML: " + said}
	mark, began := e.Mark, e.ContextMark
	unfinished := strings.Contains(said, "quoted scalar") && strings.Contains(said, "unexpected") || strings.Contains(said, "simple key")
	if mark.Line < 1 || unfinished && began.Line >= 1 {
		mark = began
	}
	if mark.Line >= 1 {
		f.pos = Position{src.name, min(mark.Line, len(src.line)), max(mark.Column, 1)}
	}
	for _, row := range syntaxFaults {
		if !strings.Contains(said, row.parser) {
			continue
		}
		f.message = row.message
		if strings.Contains(row.message, "%d") {
			f.message = fmt.Sprintf(row.message, max(began.Line, 1))
		}
		break
	}
	return f
}
