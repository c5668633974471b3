// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

var reviewDay = patient.NewDay(2026, 11, 22)

// asWritten puts the study's own digest for DIGEST.
func asWritten(t *testing.T, src string) (*Study, string) {
	t.Helper()
	s, err := Parse("s.yaml", []byte(strings.ReplaceAll(src, "DIGEST", strings.Repeat("0", 64))))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return s, strings.ReplaceAll(src, "DIGEST", s.Digest)
}

func TestSign(t *testing.T) {
	const head = "study: S # one\ninclusion:\n  - {id: a, quote: Adults, rule: age >= 18}\n"
	for name, c := range map[string]struct{ before, after string }{
		"no review": {head, head + "\n" + `reviewed: {by: "A. \"B\" Cé", on: 2026-11-22, sha256: DIGEST}` + "\n"},
		"no line end": {
			strings.TrimSpace(head), head + "\n" + `reviewed: {by: "A. \"B\" Cé", on: 2026-11-22, sha256: DIGEST}` + "\n",
		},
		"carriage returns": {
			strings.ReplaceAll(head, "\n", "\r\n"),
			strings.ReplaceAll(head, "\n", "\r\n") + "\r\n" + `reviewed: {by: "A. \"B\" Cé", on: 2026-11-22, sha256: DIGEST}` + "\r\n",
		},
		"a byte order mark": {"\ufeff" + head, "\ufeff" + head + "\n" + `reviewed: {by: "A. \"B\" Cé", on: 2026-11-22, sha256: DIGEST}` + "\n"},
		"a block scalar at the end": {
			head + "not_criteria:\n  - reason: b\n    quote: |+\n      x\n\n",
			head + "not_criteria:\n  - reason: b\n    quote: |+\n      x\n\n\n" + `reviewed: {by: "A. \"B\" Cé", on: 2026-11-22, sha256: DIGEST}` + "\n",
		},
		"on one line": {
			"reviewed: {by: X, on: 2020-01-01, sha256: " + strings.Repeat("1", 64) + "} # signed\n" + head,
			"reviewed: {by: \"A. \\\"B\\\" Cé\", on: 2026-11-22, sha256: DIGEST} # signed\n" + head,
		},
		"on several lines": {
			head + "reviewed:\n  # the day\n  on: \"2020-01-01\" # then\n  by: 'X ''Y'' }'\n# end\n",
			head + "reviewed:\n  # the day\n  on: 2026-11-22\n  sha256: DIGEST # then\n  by: \"A. \\\"B\\\" Cé\"\n# end\n",
		},
		"without a sum": {
			"reviewed: {on: 2020-01-01, by: X}\n" + head,
			"reviewed: {on: 2026-11-22, sha256: DIGEST, by: \"A. \\\"B\\\" Cé\"}\n" + head,
		},
	} {
		s, before := asWritten(t, c.before)
		got, err := s.Sign([]byte(before), ` A. "B" Cé `, reviewDay)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := strings.ReplaceAll(c.after, "DIGEST", s.Digest); string(got) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		signed, err := Parse("s.yaml", got)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r := signed.Reviewed; r.By != `A. "B" Cé` || r.On != reviewDay || !r.Current || signed.Digest != s.Digest {
			t.Errorf("%s: %+v", name, r)
		}
		again, err := signed.Sign(got, `A. "B" Cé`, reviewDay)
		if err != nil || string(again) != string(got) {
			t.Errorf("%s: signed twice: %v\n%s", name, err, again)
		}
	}
}

func TestSignRefuses(t *testing.T) {
	const head = "study: S\ninclusion:\n  - {id: a, quote: Adults, rule: age >= 18}\n"
	s, _ := asWritten(t, head)
	for name, c := range map[string]struct{ by, src, want string }{
		"nobody":            {" ", head, "needs the name"},
		"two lines":         {"a\nb", head, "on one line"},
		"another file":      {"A", strings.Replace(head, "18", "19", 1), "changed since"},
		"a file in a brace": {"A", "{study: S, inclusion: [{id: a, quote: Adults, rule: age >= 18}]}", "by hand: reviewed: {by: \"A\""},
		"a folded name":     {"A", head + "reviewed: {by: >\n on: 2020-01-01}", "changed since"},
	} {
		if got, err := s.Sign([]byte(c.src), c.by, reviewDay); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
	folded := head + "reviewed:\n  by: >-\n    X\n    Y\n  on: 2020-01-01\n"
	s, _ = asWritten(t, folded)
	if got, err := s.Sign([]byte(folded), "A", reviewDay); err == nil || !strings.Contains(err.Error(), "by hand") {
		t.Errorf("%v\n%s", err, got)
	}
}

// What a reviewer would have to look at again changes the digest, and nothing
// else does.
func TestDigest(t *testing.T) {
	const study = "study: S\nconcepts: [site.yaml]\nquestions: {q: {ask: Is it?}}\ninclusion:\n  - id: a\n    quote: Adults with elbow\n    rule: age >= 18 and has(class)\n    show: [shown]\nreviewed: {by: A, on: 2020-01-01}\n"
	const site = "class: {kind: condition, any: [elbow]}\nelbow: {kind: condition, names: [elbow]}\nshown: {kind: observation, unit: g/L}\nother: {kind: condition}\n"
	digest := func(study, site string) string {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "s.yaml"), study)
		writeFile(t, filepath.Join(dir, "site.yaml"), site)
		s, err := Load(filepath.Join(dir, "s.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return s.Digest
	}
	want := digest(study, site)
	for name, c := range map[string]struct {
		old, new string
		changes  bool
	}{
		"comment":               {"study: S", "# here\nstudy: S # there", false},
		"style":                 {"quote: Adults with elbow", "quote: >-\n      'Adults\n      with  elbow", true},
		"white space":           {"quote: Adults with elbow", "quote: >-\n      Adults\n      with elbow", false},
		"quotation marks":       {"ask: Is it?", `ask: "Is it?"`, false},
		"order of keys":         {"study: S\nconcepts: [site.yaml]", "concepts: [site.yaml]\nstudy: S", false},
		"space in a rule":       {"age >= 18 and", "age  >=  18 and", false},
		"another reviewer":      {"by: A", "by: B", false},
		"no review":             {"reviewed: {by: A, on: 2020-01-01}\n", "", false},
		"threshold":             {"18", "19", true},
		"quote":                 {"with elbow", "with an elbow", true},
		"question":              {"Is it?", "Is it not?", true},
		"what is shown":         {"show: [shown]", "show: [elbow]", true},
		"id":                    {"id: a", "id: b", true},
		"comment of a concept":  {"shown: {kind", "# x\nshown: {kind", false},
		"name of a concept":     {"names: [elbow]", "names: [elbow, knee]", true},
		"unit of what is shown": {"g/L", "g/dL", true},
		"unused concept":        {"other: {kind: condition}", "other: {kind: condition, names: [x]}", false},
		"member of a class":     {"any: [elbow]", "any: [elbow, other]", true},
		"code that may be it":   {"names: [elbow]", "names: [elbow], may_be: {icd10cm: [M25.5]}", true},
	} {
		got := digest(strings.Replace(study, c.old, c.new, 1), strings.Replace(site, c.old, c.new, 1))
		if (got != want) != c.changes {
			t.Errorf("%s: changes the digest: %v", name, got != want)
		}
	}
}

func FuzzSign(f *testing.F) {
	f.Add("study: S\ninclusion:\n- {id: a, quote: b, rule: age > 1}\nreviewed: {by: 'x', on: 2020-01-01}\n", "A")
	f.Fuzz(func(t *testing.T, src, by string) {
		s, err := Parse("s.yaml", []byte(src))
		if err != nil {
			return
		}
		signed, err := s.Sign([]byte(src), by, reviewDay)
		if err != nil {
			return
		}
		again, err := Parse("s.yaml", signed)
		if err != nil || !again.Reviewed.Current || again.Digest != s.Digest {
			t.Errorf("%v\n%s", err, signed)
		}
	})
}
