// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"
	"unicode"
)

// mostFlowLines is how many lines a text of the diagram may have.
const mostFlowLines = 3

// fitted cuts a text into lines that fit into a box, at spaces where it can.
// What is too long for its lines ends in an ellipsis.
func fitted(text string, room int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(Plain(text)) {
		if line != "" && textWidth(line+" "+word) <= room {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for textWidth(word) > room {
			cut := fittingPart(word, room)
			lines = append(lines, word[:cut])
			word = word[cut:]
		}
		line = word
		if len(lines) > mostFlowLines {
			break
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	if len(lines) <= mostFlowLines {
		return lines
	}
	last := lines[mostFlowLines-1]
	if textWidth(last+"…") > room {
		last = last[:fittingPart(last, room-textWidth("…"))]
	}
	return append(lines[:mostFlowLines-1], last+"…")
}

// fittingPart is the length of the start of a word that fits, at least of one
// character; behind a hyphen if there is one.
func fittingPart(word string, room int) int {
	end, hyphen := 0, 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && textWidth(word[:next]) > room {
			break
		}
		end = next
		if r == '-' || r == '_' || r == '.' {
			hyphen = next
		}
	}
	if hyphen > 0 {
		return hyphen
	}
	return end
}

// textWidth estimates how wide a text is at most, in the bold of an ordinary
// typeface 14 high.
func textWidth(s string) int {
	var tenths int
	for _, r := range s {
		switch {
		case r > 0x2fff:
			tenths += 145 // as wide as high
		case strings.ContainsRune("iljtfrI.,:;'|!()[] -", r):
			tenths += 58
		case strings.ContainsRune("mwMW@%…—", r):
			tenths += 140
		case unicode.IsUpper(r) || r > 0x7f:
			tenths += 110
		default:
			tenths += 86
		}
	}
	return tenths / 10
}
