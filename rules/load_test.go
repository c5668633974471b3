// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateLoad = flag.Bool("update-load", false, "write the errors of testdata/load anew")

// TestLoadFiles reads the archives of testdata/load: a study (or a concept
// file alone) with what it imports, and every error that it gives.
func TestLoadFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			path := filepath.Join(root, path)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			input, want, ok := strings.Cut(string(data), "-- want --\n")
			if !ok {
				t.Fatal("the archive does not end in -- want --")
			}
			got := loadArchive(t, input)
			if got == want {
				return
			}
			if !*updateLoad {
				t.Fatalf("got\n%s\nwant\n%s", got, want)
			}
			if err := os.WriteFile(path, []byte(input+"-- want --\n"+got), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

var archiveFile = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// loadArchive loads the first file of an archive and gives its errors.
func loadArchive(t *testing.T, archive string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	heads := archiveFile.FindAllStringSubmatchIndex(archive, -1)
	for i, at := range heads {
		end := len(archive)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		writeFile(t, archive[at[2]:at[3]], archive[at[1]:end])
	}
	name := archive[heads[0][2]:heads[0][3]]
	var err error
	if filepath.Base(name) == "concepts.yaml" {
		_, err = LoadConcepts(name)
	} else {
		_, err = Load(name)
	}
	if err == nil {
		return ""
	}
	if _, ok := err.(Errors); !ok {
		t.Errorf("the error is %T, not Errors", err)
	}
	return libraryLine.ReplaceAllString(err.Error(), "builtin:common:N:1") + "\n"
}

// libraryLine is a place in the library, which moves as the library grows.
var libraryLine = regexp.MustCompile(`builtin:common:\d+:1\b`)

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
