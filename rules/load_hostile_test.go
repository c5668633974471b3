// SPDX-License-Identifier: Apache-2.0

//go:build unix

package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// TestHostileFiles reads the worst files that a stranger may write, as large as
// a file may be: each must end in an error with a place, or in a study. The
// work must not grow much faster than the file.
func TestHostileFiles(t *testing.T) {
	whole, quarter := hostileFiles(maxFileSize), hostileFiles(maxFileSize/4)
	for name, src := range whole {
		t.Run(name, func(t *testing.T) {
			const (
				smallest = 300 * time.Millisecond // of CPU time, for a ratio to mean anything
				steepest = 9                      // 4 is linear, 16 is quadratic
			)
			long := parseTime(t, src)
			for range 3 {
				if long < smallest {
					return
				}
				short := parseTime(t, quarter[name])
				if long < steepest*short {
					return
				}
				long = min(long, parseTime(t, src))
			}
			t.Errorf("a file of four times the size takes more than %d times the work: %v", steepest, long)
		})
	}
}

// parseTime gives the CPU time of the process that parsing takes, which other
// processes of a busy machine do not change.
func parseTime(t *testing.T, src string) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			t.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	before := used()
	_, err := Parse("study.yaml", []byte(src))
	took := used() - before
	checkErrors(t, err)
	return took
}

// hostileFiles gives files of about the given size, by name.
func hostileFiles(size int) map[string]string {
	// fill repeats a text up to the size.
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (size-len(head)-len(tail))/len(unit)) + tail
	}
	// fillNumbered is fill with the number of the repetition in place of %d.
	fillNumbered := func(head, unit string) string {
		b := []byte(head)
		for i := 0; len(b) < size-200; i++ {
			b = fmt.Appendf(b, unit, i)
		}
		return string(b)
	}
	const study = "study: S\ninclusion:\n- {id: x, quote: q, rule: age > 1}\n"
	return map[string]string{
		"too large":             strings.Repeat("a", size+1),
		"unknown keys":          fillNumbered(study, "k%d: 1\n"),
		"same key":              fill(study, "a: 1\n", ""),
		"deep lists":            fill("study: ", "[", ""),
		"deep mappings":         fill("study: ", "{", ""),
		"deep blocks":           fill("", "- ", ""),
		"keys of keys":          fill("", "? ", ""),
		"alias bomb":            fill("study: &a [1]\ntitle: ", "[*a,*a,", ""),
		"aliases":               fill("study: &a S\ndates:\n", "- *a\n", ""),
		"tag directives":        fillNumbered("", "%%TAG !a%d! b\n"),
		"documents":             fill("", "---\n", ""),
		"invalid UTF-8":         "study: \xff\xfe",
		"UTF-16":                "\xff\xfes\x00t\x00",
		"NUL":                   "study: S\x00",
		"next line":             "study: S\u0085title: T",
		"blank":                 fill("", " ", ""),
		"line ends":             fill("", "\n", ""),
		"open quote":            fill("study: \"", "a", ""),
		"escapes":               fill("study: \"", `\x41`, "\""),
		"long key":              fill("", "a", ": 1"),
		"long text":             fill("study: ", "a ", ""),
		"criteria":              fillNumbered("study: S\ninclusion:\n", "- {id: x%d, quote: q, rule: age > 1}\n"),
		"criteria and concepts": fillNumbered("study: S\nconcepts: [builtin:common]\ninclusion:\n", "- {id: x%d, quote: q, rule: has(hiv) and latest(hemoglobin) < 8}\n"),
		"wrong criteria":        fillNumbered("study: S\nconcepts: [builtin:common]\ninclusion:\n", "- {id: x%d, quote: q, rule: has(hivvv)}\n"),
		"long rules":            fill("study: S\ninclusion:\n", "- {id: x, quote: q, rule: age > 1"+strings.Repeat(" or age > 1", 400)+"}\n", ""),
		"long negations":        fill("study: S\ninclusion:\n", "- {id: x, quote: q, rule: alive"+strings.Repeat(" and not alive", 500)+"}\n", ""),
		"one long rule":         fill("study: S\ninclusion:\n- {id: x, quote: q, rule: age > 1", " or age > 1", "}\n"),
		"unknown shows":         fillNumbered(study+"  show: [", "a%d,"),
		"concepts":              fillNumbered(study+"define:\n", " a%d: {kind: condition}\n"),
		"chain of classes":      fillNumbered(study+"define:\n", " a%[1]d: {kind: condition, any: [a%[1]d0]}\n"),
		"unknown members":       fillNumbered(study+"define:\n a: {kind: condition, any: [", "aaaaaaaaaaaaaaaaa%d,") + "]}",
		"codes":                 fillNumbered(study+"define:\n a: {kind: condition, codes: {icd10cm: [", "x%d,") + "]}}",
		"names":                 fillNumbered(study+"define:\n a: {kind: condition, names: [", "x%d,") + "]}",
		"systems":               fillNumbered(study+"systems:\n", " urn:%d: icd10\n"),
		"units":                 fillNumbered(study+"define:\n", " a%[1]d: {kind: observation, unit: mg/mmol/mol/L%[1]d}\n"),
		"questions":             fillNumbered(study+"questions:\n", " a%d: {ask: a}\n"),
		"comments":              fill(study, "#\n", ""),
	}
}

// checkErrors fails the test unless err is nil or a reasonable Errors.
func checkErrors(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	errs, ok := err.(Errors)
	if !ok || len(errs) == 0 || len(errs) > yamlwalk.MaxErrors+1 {
		t.Fatalf("%d errors of type %T: %v", len(errs), err, err)
	}
	for i, e := range errs {
		switch {
		case e.Pos.File == "" || e.Pos.Line < 1 || e.Pos.Column < 1:
			t.Errorf("an error without place: %v", e)
		case e.Message == "" || len(e.Message) > 2000 || strings.ContainsAny(e.Message, "\n\x00"):
			t.Errorf("a message that cannot be shown: %q", e.Message)
		case i > 0 && e.Pos.File == errs[i-1].Pos.File && e.Pos.Line < errs[i-1].Pos.Line:
			t.Errorf("out of order: %v", e)
		}
	}
}

// TestDiamond holds a class whose members share members, 2 to the power of 40
// of them if counted one by one.
func TestDiamond(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: {kind: condition}\nb0: {kind: condition}\n")
	for i := 1; i < 14; i++ {
		fmt.Fprintf(&b, "a%d: {kind: condition, any: [a%d, b%d]}\nb%d: {kind: condition, any: [a%d, b%d]}\n", i, i-1, i-1, i, i-1, i-1)
	}
	path := filepath.Join(t.TempDir(), "concepts.yaml")
	writeFile(t, path, b.String())
	_, err := LoadConcepts(path)
	if err == nil || !strings.Contains(err.Error(), "a13: the class holds more than 10000 concepts") {
		t.Errorf("got %v", err)
	}
}

func TestNoFileButRegularOnes(t *testing.T) {
	for _, path := range []string{os.DevNull, t.TempDir(), filepath.Join(t.TempDir(), "missing.yaml")} {
		if _, err := Load(path); err == nil {
			t.Errorf("%s was loaded", path)
		}
		if _, err := LoadConcepts(path); err == nil {
			t.Errorf("%s was loaded", path)
		}
	}
}

func FuzzParse(f *testing.F) {
	archives, _ := filepath.Glob("testdata/load/*.txtar")
	for _, path := range archives {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		heads := archiveFile.FindAllIndex(data, -1)
		f.Add(data[heads[0][1]:heads[1][0]])
	}
	f.Add([]byte("study: S\nexclusion:\n- id: a\n  quote: b\n  rule: \"has(\\\n   hiv)\\u0020and\"\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		study, err := Parse("study.yaml", src)
		if (study == nil) == (err == nil) {
			t.Fatalf("study %v, error %v", study, err)
		}
		checkErrors(t, err)
	})
}
