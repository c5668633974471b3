// SPDX-License-Identifier: Apache-2.0

package yamlwalk

import (
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// TestPositions writes a text in every style that YAML has and looks every
// character up again.
func TestPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOf(rapid.RuneFrom([]rune("ab(\"'\\>|#:é𝔘 \n"))).Draw(t, "value")
		style := rapid.SampledFrom([]yaml.Style{
			0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle,
		}).Draw(t, "style")
		width := rapid.SampledFrom([]int{5, 20, 80}).Draw(t, "width")
		tree := yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Value: "a"},
			{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: style}}},
		}}
		data, err := yaml.Dump(&tree, yaml.WithLineWidth(width), yaml.WithUnicode(rapid.Bool().Draw(t, "unicode")))
		if err != nil {
			t.Fatal(err)
		}
		src := NewFile("x", 0, data, 1<<18)
		root, faults := src.Parse(Options{MaxDepth: 16})
		if len(faults) > 0 {
			t.Fatalf("%v in\n%s", faults, data)
		}
		n := root.Content[1].Content[0]
		for i, r := range n.Value {
			if at := src.Within(n, i); !isYAMLSpace(r) && !stands(src, at, r) {
				t.Fatalf("%q at %v is not in\n%s", r, at, data)
			}
		}
	})
}

// stands reports whether r, or an escape sequence, is at the position.
func stands(src *File, at Position, r rune) bool {
	if at.Line < 1 || at.Line > len(src.line) {
		return false
	}
	i := src.line[at.Line-1]
	for range at.Column - 1 {
		_, width := utf8.DecodeRune(src.Data[i:])
		i += width
	}
	got, _ := utf8.DecodeRune(src.Data[i:])
	return got == r || got == '\\'
}

func TestPositionAtTheEnds(t *testing.T) {
	src := NewFile("x", 0, []byte("é: a b"), 1<<18)
	root, _ := src.Parse(Options{MaxDepth: 16})
	n := root.Content[1]
	for offset, column := range map[int]int{-1: 4, 0: 4, 1: 5, 2: 6, 3: 7, 99: 7} {
		if got := src.Within(n, offset); got != (Position{"x", 1, column}) {
			t.Errorf("offset %d is at %v, not at column %d", offset, got, column)
		}
	}
	if got := src.PositionAt(1000); got != (Position{"x", 1, 7}) {
		t.Errorf("behind the end: %v", got)
	}
}
