// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Limits of a study or concept file.
const (
	maxFileSize    = 256 << 10 // bytes
	maxLibrarySize = 2 << 20   // bytes of a file inside the program
	maxDepth       = 16        // levels of mappings and lists; a study needs 7
)

// fault is a problem of a file's text, before it means anything.
type fault struct {
	pos     Position
	message string
}

// parseYAML reads the one document of a file. The file's own faults, such as
// a tab in an indentation, come back instead of a document.
//
// Files are plain data: aliases, anchors, tags and merge keys are refused.
func parseYAML(src *sourceFile) (*yaml.Node, []fault) {
	if f, bad := checkText(src); bad {
		return nil, []fault{f}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src.data))
	if err != nil {
		return nil, []fault{yamlFault(src, err)}
	}
	var doc, next yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return nil, []fault{{src.positionAt(0), "the file is empty"}}
	case err != nil:
		return nil, []fault{yamlFault(src, err)}
	}
	switch err := loader.Load(&next); {
	case err == nil:
		return nil, []fault{{src.positionOf(&next), "a second document; a file holds one"}}
	case !errors.Is(err, io.EOF):
		return nil, []fault{yamlFault(src, err)}
	}
	root := doc.Content[0]
	if faults := plainData(src, root, 0, nil); len(faults) > 0 {
		return nil, faults
	}
	return root, nil
}

// checkText refuses data that is no text, or text whose lines a person and the YAML
// parser count differently.
func checkText(src *sourceFile) (fault, bool) {
	if len(src.data) > src.most {
		return fault{src.positionAt(0), fmt.Sprintf("the file is larger than %d KiB", src.most>>10)}, true
	}
	indent, start := true, true // of a line
	for i := 0; i < len(src.data); {
		r, width := utf8.DecodeRune(src.data[i:])
		message := ""
		switch {
		case r == utf8.RuneError && width == 1:
			message = "the file is not UTF-8 text"
		case r == '\t' && indent:
			message = "a tab; indent with spaces"
		case r == '%' && start:
			message = "a directive (%); leave it out, and indent a text that starts with %"
		case r == '\r' && !bytes.HasPrefix(src.data[i+1:], []byte("\n")):
			message = "a carriage return without a line feed; end lines with a line feed"
		case r == '\u2028' || r == '\u2029' || r == '\ufeff' || isControl(r):
			message = fmt.Sprintf("the character %U has no place in a text file", r)
		}
		if message != "" {
			return fault{src.positionAt(i), message}, true
		}
		start = r == '\n'
		indent = start || indent && r == ' '
		i += width
	}
	return fault{}, false
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff
}

// plainData appends a fault for each node that is more than data.
func plainData(src *sourceFile, n *yaml.Node, depth int, faults []fault) []fault {
	message := ""
	switch {
	case len(faults) >= maxErrors:
		return faults
	case depth > maxDepth:
		return append(faults, fault{src.positionOf(n), fmt.Sprintf("nested deeper than %d levels", maxDepth)})
	case n.Kind == yaml.AliasNode:
		message = "an alias (*" + n.Value + "): write the value again; a text that starts with * needs quotation marks"
	case n.Anchor != "":
		message = "an anchor (&" + n.Anchor + "): a file has no aliases; a text that starts with & needs quotation marks"
	case n.Style&yaml.TaggedStyle != 0:
		message = "a tag (" + n.Tag + "): leave it out; a text that starts with ! needs quotation marks"
	case n.Kind == yaml.ScalarNode && n.Tag == "!!merge":
		message = "a merge key (<<): write the keys out"
	}
	if message != "" {
		faults = append(faults, fault{src.positionOf(n), message})
	}
	for _, child := range n.Content {
		faults = plainData(src, child, depth+1, faults)
	}
	return faults
}

// nodeKind names the kind of a node, for messages.
func nodeKind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return "a text"
}

// isNull reports whether nothing, null or ~ is written for a value.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Tag == "!!null")
}

// quoteBriefly writes a value of the file for a message: bare where it is a plain word,
// shortened where it is long.
func quoteBriefly(s string) string {
	const most = 60
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		return fmt.Sprintf("%q", s[:cut]+"…")
	}
	plain := s != ""
	for _, r := range s {
		plain = plain && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.:/", r))
	}
	if plain {
		return s
	}
	return fmt.Sprintf("%q", s)
}
