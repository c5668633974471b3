// SPDX-License-Identifier: Apache-2.0

package studydir

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const study = `study: NCT00000001
title: First
concepts: [./site.yaml]
inclusion:
  - {id: adult, quote: "Adults", rule: age >= 18}
exclusion:
  - {id: infection, quote: "No infection", rule: has(infection)}
`

const half = `study: NCT00000001
title: First
concepts: [./site.yaml]
inclusion:
  - {id: adult, quote: "Adults", rule: age >= 18}
`

const concepts = "infection: {kind: condition, codes: {icd10cm: [B20]}}\n"

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *Folder {
	t.Helper()
	s, err := OpenFolder(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// titles gives the files of a snapshot: "a.yaml=Title", and what is wrong.
func titles(s *Snapshot) string {
	var all []string
	for _, one := range s.Studies {
		line := one.File
		if one.Study != nil {
			line += "=" + one.Study.Title
		}
		if len(one.Errors) > 0 {
			line += " ! " + strings.Join(one.Errors, "; ")
		}
		all = append(all, line)
	}
	return strings.Join(all, "\n")
}

func TestOpenTakesStudiesOnly(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.yaml", study)
	put(t, dir, "site.yaml", concepts)
	put(t, dir, "a.cases.yaml", "study: a.yaml\n")
	put(t, dir, ".#a.yaml", study)
	put(t, dir, "notes.txt", "nothing")
	put(t, dir, "broken.yaml", "study: [\n")
	put(t, dir, "empty.yaml", "")
	put(t, dir, "bad.yaml", strings.Replace(strings.Replace(study, "age >= 18", "agee >= 18", 1), "0001", "0002", 1))
	if err := os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	now := open(t, dir).Current()
	got := titles(now)
	lines := strings.Split(got, "\n")
	if len(lines) != 4 || lines[0] != "a.yaml=First" || !strings.HasPrefix(lines[1], "bad.yaml ! bad.yaml:5:") ||
		!strings.HasPrefix(lines[2], "broken.yaml ! broken.yaml:") || !strings.HasPrefix(lines[3], "empty.yaml ! empty.yaml") {
		t.Errorf("in the snapshot:\n%s", got)
	}
	if strings.Contains(got, dir) {
		t.Errorf("the folder's own path is shown:\n%s", got)
	}
	if now.All == nil || now.Find("NCT00000001") == nil || now.Find("NCT00000002") != nil || now.Find("") != nil {
		t.Error("the good study, and it alone, must be in use")
	}
	if !now.Studies[1].Since.IsZero() || now.Studies[0].Since.IsZero() {
		t.Error("since when: of a study in use, and of no other")
	}
}

func TestOpenFails(t *testing.T) {
	if _, err := OpenFolder(filepath.Join(t.TempDir(), "absent"), Options{}); err == nil {
		t.Error("a folder that is not there was opened")
	}
	if now := open(t, t.TempDir()).Current(); now.All != nil || len(now.Studies) != 0 {
		t.Error("an empty folder has studies")
	}
}

// watching runs f while a folder is watched, on a clock that costs no time.
func watching(t *testing.T, dir string, f func(s *Folder)) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, dir)
		ctx, cancel := context.WithCancel(t.Context())
		go s.Watch(ctx)
		f(s)
		cancel()
		synctest.Wait()
	})
}

// settle waits until a change must have been seen.
func settle() {
	time.Sleep(7 * time.Second)
	synctest.Wait()
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.yaml", study)
	put(t, dir, "site.yaml", concepts)
	watching(t, dir, func(s *Folder) {
		first := s.Current()
		settle()
		if s.Current() != first {
			t.Error("nothing changed, and there is a new snapshot")
		}
		expect := func(when, want string) {
			t.Helper()
			settle()
			if got := titles(s.Current()); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != strings.Count(want, "\n") {
				t.Errorf("%s: got\n%s\nwant\n%s", when, got, want)
			}
		}
		put(t, dir, "a.yaml", strings.Replace(study, "First", "Second edition", 1))
		expect("changed", "a.yaml=Second edition")
		if s.Current().All == first.All || titles(first) != "a.yaml=First" {
			t.Error("a snapshot changed under its reader")
		}
		put(t, dir, "a.yaml", strings.Replace(study, "has(infection)", "has(infectoin)", 1))
		expect("broken", "a.yaml=Second edition ! a.yaml:7:")
		if s.Current().All == nil {
			t.Error("the last good version does not screen")
		}
		put(t, dir, "a.yaml", "")
		expect("emptied", "a.yaml=Second edition ! a.yaml")
		put(t, dir, "a.yaml", study)
		expect("mended", "a.yaml=First")
		sum := s.Current().Studies[0].Study.SHA256
		put(t, dir, "site.yaml", strings.Replace(concepts, "B20", "B21, B22", 1))
		expect("its concepts changed", "a.yaml=First")
		if s.Current().Studies[0].Study.SHA256 == sum {
			t.Error("the concepts are the old ones")
		}
		remove(t, dir, "site.yaml")
		expect("its concepts gone", "a.yaml=First ! a.yaml:3:")
		put(t, dir, "site.yaml", concepts)
		remove(t, dir, "a.yaml")
		expect("removed", "")
		if s.Current().All != nil {
			t.Error("a removed study is in use")
		}
	})
}

// TestWatchHalfWritten: the first half of a study is a study that keeps nobody
// out. It must never be in use while somebody writes.
func TestWatchHalfWritten(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.yaml", study)
	put(t, dir, "site.yaml", concepts)
	watching(t, dir, func(s *Folder) {
		first := s.Current()
		time.Sleep(1900 * time.Millisecond)
		put(t, dir, "a.yaml", half)
		time.Sleep(time.Second)
		put(t, dir, "a.yaml", study+"\n# edited\n")
		for range 4 {
			synctest.Wait()
			if now := s.Current(); len(now.Studies[0].Study.Criteria) != len(first.Studies[0].Study.Criteria) {
				t.Fatal("half a study is in use")
			}
			time.Sleep(2 * time.Second)
		}
		if s.Current() == first {
			t.Error("the whole new version was not taken")
		}
	})
}

// TestWatchBeyondTheFolder: a concept file outside of the folder, and a file
// whose time and size did not change.
func TestWatchBeyondTheFolder(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "studies")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "a.yaml", strings.Replace(study, "./site.yaml", "../site.yaml", 1))
	put(t, root, "site.yaml", concepts)
	watching(t, dir, func(s *Folder) {
		sum := s.Current().Studies[0].Study.SHA256
		put(t, root, "site.yaml", strings.Replace(concepts, "B20", "B22", 1))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if s.Current().Studies[0].Study.SHA256 == sum {
			t.Error("not read again")
		}
	})
}

func TestWatchFolderGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "studies")
	fill := func() {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, dir, "a.yaml", study)
		put(t, dir, "site.yaml", concepts)
	}
	fill()
	watching(t, dir, func(s *Folder) {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		settle()
		if now := s.Current(); now.Problem == "" || now.All == nil || titles(now) != "a.yaml=First" {
			t.Errorf("the folder is gone: problem %q, %s", now.Problem, titles(now))
		}
		fill()
		settle()
		if now := s.Current(); now.Problem != "" || titles(now) != "a.yaml=First" {
			t.Errorf("the folder is back: problem %q, %s", now.Problem, titles(now))
		}
	})
}

func TestOneIdOneFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "site.yaml", concepts)
	put(t, dir, "b.yaml", study)
	watching(t, dir, func(s *Folder) {
		put(t, dir, "a.yaml", strings.Replace(study, "First", "Copy", 1))
		settle()
		if got, want := titles(s.Current()), "a.yaml ! a.yaml: study NCT00000001 is in b.yaml as well\nb.yaml=First ! b.yaml: study NCT00000001 is in a.yaml as well"; got != want {
			t.Errorf("the version that was in use stays in use: got\n%s\nwant\n%s", got, want)
		}
		if got, want := titles(open(t, dir).Current()), "a.yaml ! a.yaml: study NCT00000001 is in b.yaml as well\nb.yaml ! b.yaml: study NCT00000001 is in a.yaml as well"; got != want {
			t.Errorf("opened anew, neither is used: got\n%s\nwant\n%s", got, want)
		}
		put(t, dir, "a.yaml", strings.NewReplacer("First", "Other", "0001", "0002").Replace(study))
		settle()
		put(t, dir, "b.yaml", strings.NewReplacer("First", "Swapped b", "0001", "0002").Replace(study))
		put(t, dir, "a.yaml", strings.NewReplacer("First", "Swapped a").Replace(study))
		settle()
		if got, want := titles(s.Current()), "a.yaml=Swapped a\nb.yaml=Swapped b"; got != want {
			t.Errorf("two files that swap their ids: got\n%s\nwant\n%s", got, want)
		}
		// c takes the id that b leaves, and b moves to one that is taken.
		put(t, dir, "c.yaml", strings.NewReplacer("First", "Third", "0001", "0002").Replace(study))
		put(t, dir, "b.yaml", study)
		settle()
		for _, one := range s.Current().Studies {
			if one.File == "b.yaml" && (one.Study != nil || len(one.Errors) == 0) {
				t.Errorf("b.yaml has an id that is another's: %s", titles(s.Current()))
			}
		}
		if s.Current().Problem != "" || s.Current().All == nil {
			t.Errorf("the folder has a problem: %s", s.Current().Problem)
		}
	})
}
