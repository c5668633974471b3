// SPDX-License-Identifier: Apache-2.0

package yamlwalk

import (
	"strings"
	"testing"
)

// TestSyntaxFaults holds that the parser's errors are said in the terms of the
// file, at the place that must be mended.
func TestSyntaxFaults(t *testing.T) {
	const head = "study: X\ntitle: x\ninclusion:\n  - id: a\n"
	for _, c := range []struct{ name, src, want string }{
		{"open list", "study: [A study\ninclusion:\n  - id: hb\n", "2:10: the list that starts with [ on line 1 is not closed here"},
		{"open mapping", "study: X\ninclusion:\n  - {id: a, quote: b\n  - {id: c}\n", "4:5: the mapping that starts with { on line 3 is not closed here"},
		{"open quotation mark", head + "    quote: \"abc\n    rule: age > 3\n", "5:12: this quotation mark is not closed"},
		{"colon in a text", head + "    quote: said: so\n", "5:16: a second colon on this line"},
		{"key too far left", head + "   quote: b\n", "5:4: this line is not indented like the entries of the list that starts on line 4"},
		{"key too far right", "study: X\ntitle: x\n inclusion:\n", "3:11: a second colon on this line, a line that is indented too far"},
		{"half a text in quotation marks", head + "    quote: \"a\" b\n", "5:16: this line does not fit the mapping that starts on line 4"},
		{"apostrophe", "study: X\ntitle: 'it's here'\n", "2:12: this line does not fit the mapping that starts on line 1"},
		{"key without colon", "study: X\ntitle\ninclusion:\n", "2:1: a key without a colon and a blank"},
		{"list beside a key", "study: X\ninclusion: - id: a\n", "2:12: an entry of a list (-) cannot stand here"},
		{"backslash", head + "    quote: \"a\\d\"\n", "5:14: a backslash in a text with double quotation marks"},
		{"at sign", head + "    quote: @abc\n", "5:12: a text cannot start with this character"},
		{"percent sign", head + "    quote: %abc\n", "5:12: a text cannot start with this character"},
		{"asterisk", head + "    quote: *foo\n", "5:12: a text cannot start with *"},
		{"text after |", head + "    rule: |age > 3\n", "5:12: after | or > the text starts on the next line"},
	} {
		_, faults := NewFile("s.yaml", 0, []byte(c.src), 1<<18).Parse(Options{MaxDepth: 16})
		if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), "s.yaml:"+c.want) {
			t.Errorf("%s: got %v, want %s", c.name, faults, c.want)
		}
	}
}

// FuzzSyntaxFaults looks for parser's errors that no row says in the terms of
// the file, by the words that only the parser uses.
func FuzzSyntaxFaults(f *testing.F) {
	f.Add([]byte("study: [a\nb: {c"))
	f.Add([]byte("a: \"b\n- c: |x\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, faults := NewFile("s.yaml", 0, src, 1<<18).Parse(Options{MaxDepth: 16})
		if err := Errors(faults); len(err) > 0 {
			for _, word := range []string{"flow sequence", "flow mapping", "block collection", "block mapping", "simple key"} {
				if strings.Contains(err.Error(), word) && !strings.Contains(string(src), word) {
					t.Fatalf("%q: %v", src, err)
				}
			}
		}
	})
}

// TestAliases holds that aliases and merge keys are replaced by their values,
// and that those that cannot be are refused.
func TestAliases(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"alias", "a: &x [1, 2]\nb: *x\n", "{a: [1, 2], b: [1, 2]}"},
		{"alias of an alias", "a: &x 1\nb: &y [*x]\nc: *y\n", "{a: 1, b: [1], c: [1]}"},
		{"merge", "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n", "{a: {k: 1, l: 2}, b: {k: 3, l: 2}}"},
		{"merge of a merge", "a: &x {k: 1}\nb: &y {<<: *x, l: 2}\nc: {<<: *y}\n", "{a: {k: 1}, b: {l: 2, k: 1}, c: {l: 2, k: 1}}"},
		{"merge of a list", "a: &x [1]\nb: {<<: *x}\n", "s.yaml:2:9: a merge key (<<) takes a mapping (key: value), not a list"},
		{"alias of itself", "a: &x [*x]\n", "nested deeper than 8 levels"},
		{"merge of itself", "a: &x {<<: *x}\n", "nested deeper than 8 levels"},
		{"tag", "a: !x 1\n", "s.yaml:1:4: a tag (!x): leave it out"},
	} {
		root, faults := NewFile("s.yaml", 0, []byte(c.src), 1<<18).Parse(Options{Aliases: true, MaxDepth: 8})
		got := Errors(faults).Error()
		if root != nil {
			got = flow(root)
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// flow writes a node on one line.
func flow(n *Node) string {
	var parts []string
	for i := 0; i < len(n.Content); i++ {
		part := flow(n.Content[i])
		if n.Kind == Mapping {
			i++
			part += ": " + flow(n.Content[i])
		}
		parts = append(parts, part)
	}
	switch n.Kind {
	case Mapping:
		return "{" + strings.Join(parts, ", ") + "}"
	case Sequence:
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return n.Value
}
