// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// How tightly a part of a rule holds together.
const (
	orBinds = iota
	andBinds
	compareBinds
	atomBinds
)

// node is a part of a criterion that was understood: the rule for it, and the
// same in plain words.
type node struct {
	rule  string
	said  string
	form  string
	binds int

	stubs     []Stub
	anchors   []string
	questions []Question
}

func atom(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: atomBinds}
}

func comparison(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: compareBinds}
}

// names takes over what the parts name.
func (n *node) names(parts ...node) {
	for _, p := range parts {
		for _, s := range p.stubs {
			n.stubs = appendNew(n.stubs, s)
		}
		for _, a := range p.anchors {
			n.anchors = appendNew(n.anchors, a)
		}
		for _, q := range p.questions {
			n.questions = appendNew(n.questions, q)
		}
	}
}

func appendNew[T comparable](list []T, x T) []T {
	for _, y := range list {
		if x == y {
			return list
		}
	}
	return append(list, x)
}

// join writes the parts with "and" or "or" between them.
func join(word string, binds int, parts []node) node {
	if len(parts) == 1 {
		return parts[0]
	}
	n := node{form: parts[0].form, binds: binds}
	var texts, said []string
	for _, p := range parts {
		text, words := p.rule, p.said
		if p.binds <= binds && p.binds != binds || p.binds == orBinds && binds == andBinds {
			text, words = "("+text+")", "("+words+")"
		} else if p.binds < atomBinds && p.binds != binds && p.binds != compareBinds {
			words = "(" + words + ")"
		}
		texts, said = append(texts, text), append(said, words)
	}
	n.rule, n.said = strings.Join(texts, " "+word+" "), strings.Join(said, " "+word+" ")
	n.names(parts...)
	return n
}

func allOf(parts ...node) node { return join("and", andBinds, parts) }

func anyOf(parts ...node) node { return join("or", orBinds, parts) }

func negation(p node) node {
	n := p
	if p.binds == atomBinds && !strings.HasPrefix(p.rule, "not ") {
		n.rule, n.said = "not "+p.rule, "not "+p.said
	} else {
		n.rule, n.said = "not ("+p.rule+")", "not ("+p.said+")"
	}
	n.binds = atomBinds
	return n
}

// slug makes an identifier of words.
func slug(words string, most int) string {
	var b strings.Builder
	for _, c := range strings.ReplaceAll(strings.ToLower(words), "'s", "") {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	s := strings.Trim(b.String(), "_")
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		s = "x_" + s
	}
	if len(s) > most {
		h := fnv.New32a()
		h.Write([]byte(words))
		cut := s[:most]
		if i := strings.LastIndexByte(cut, '_'); i > most/2 {
			cut = cut[:i]
		}
		s = fmt.Sprintf("%s_%04x", cut, h.Sum32()&0xffff)
	}
	return strings.TrimSuffix(s, "_")
}

// question is a part of a criterion that only a person can answer.
func (r *Reader) question(form, id, ask string) node {
	id = slug(id, 48)
	if r.taken(id) {
		id += "_asked"
	}
	n := atom(form, "answer("+id+")", "a person answers yes to \""+ask+"\"")
	n.questions = []Question{{ID: id, Ask: ask, Who: "investigator"}}
	return n
}

// stub is a concept that the library lacks.
func (r *Reader) stub(k terminology.Kind, label string) Stub {
	name := slug(label, 48)
	if r.taken(name) {
		name += "_stated"
	}
	return Stub{Name: name, Kind: string(k), Label: label}
}
