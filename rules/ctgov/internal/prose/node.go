// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// Precedence of the operators of a rule, from the lowest.
const (
	orBinds = iota
	andBinds
	compareBinds
	atomBinds
)

// node is the rule for a part of a criterion that was understood, and its
// meaning in plain words.
type node struct {
	rule  string
	said  string
	form  string
	binds int

	stubs     []Stub
	anchors   []string
	questions []Question
}

func atomNode(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: atomBinds}
}

func comparisonNode(form, rule, said string) node {
	return node{rule: rule, said: said, form: form, binds: compareBinds}
}

func (n *node) adoptNames(parts ...node) {
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
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

func joinNodes(word string, binds int, parts []node) node {
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
	n.adoptNames(parts...)
	return n
}

// buildNodes gives the nodes of the elements of a list, or false if one has none.
func buildNodes[T any](list []T, build func(T) (node, bool)) ([]node, bool) {
	parts, all := make([]node, len(list)), true
	for i, one := range list {
		var ok bool
		parts[i], ok = build(one)
		all = all && ok
	}
	return parts, all
}

func (n node) withForm(form string) node {
	n.form = form
	return n
}

func allOf(parts ...node) node { return joinNodes("and", andBinds, parts) }

func anyOf(parts ...node) node { return joinNodes("or", orBinds, parts) }

func negated(p node) node {
	n := p
	if p.binds == atomBinds && !strings.HasPrefix(p.rule, "not ") {
		n.rule, n.said = "not "+p.rule, "not "+p.said
	} else {
		n.rule, n.said = "not ("+p.rule+")", "not ("+p.said+")"
	}
	n.binds = atomBinds
	return n
}

func identifierSlug(words string, most int) string {
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

func (r *Reader) questionNode(form, id, ask string) node {
	id = identifierSlug(id, 48)
	if r.isNameTaken(id) {
		id += "_asked"
	}
	n := atomNode(form, "answer("+id+")", "a person answers yes to \""+ask+"\"")
	n.questions = []Question{{ID: id, Ask: ask, Who: "investigator"}}
	return n
}

func (r *Reader) quotedQuestion(form, said string) node {
	return r.questionNode(form, said, holdsText(said))
}

func holdsText(said string) string { return "Does this hold: \"" + said + "\"?" }

// askSentenceFrom takes the rest of the sentence and asks the sentence, from the
// token start, of the people for whom the node is true.
func (p *parser) askSentenceFrom(start int, n node) node {
	p.i = len(p.toks)
	return allOf(n, p.r.quotedQuestion(n.form, p.textBetween(start, p.i))).withForm(n.form)
}

// newStub makes a concept that the library lacks.
func (r *Reader) newStub(k terminology.Kind, label string) Stub {
	name := identifierSlug(label, 48)
	if r.isNameTaken(name) {
		name += "_stated"
	}
	return Stub{Name: name, Kind: string(k), Label: label}
}
