// SPDX-License-Identifier: Apache-2.0

//go:build !lean

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCommandsAgreeOnAFolder holds that screen, batch and serve see the same
// studies in one folder and name the same problems.
func TestCommandsAgreeOnAFolder(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	study := func(id string) string {
		return "study: " + id + "\ninclusion:\n  - {id: adult, quote: \"Adults\", rule: age >= 18}\n"
	}
	put("a.yaml", study("A"))
	put("b.yml", study("B"))
	put("bad.yaml", strings.Replace(study("BAD"), "age >=", "agee >=", 1))
	put("broken.yaml", "study: [\n")
	put("empty.yml", "")
	put("one.yaml", study("TWICE"))
	put("two.yml", study("TWICE"))
	put("site.yaml", "site_drug: {kind: medication, names: [sitamab]}\n")
	put("site_bad.yaml", "site_drug: {kind: medicine, names: [sitamab]}\n")
	put("a.cases.yaml", "study: a.yaml\n")
	put("b.cases.yml", "study: b.yml\n")
	put(".hidden.yaml", study("HIDDEN"))
	put("notes.txt", study("NOTES"))
	patient := filepath.Join(t.TempDir(), "p.json")
	if err := os.WriteFile(patient, []byte(`{"id": "p", "birth_date": "1970-01-01"}`), 0o600); err != nil {
		t.Fatal(err)
	}

	studies, problems := studiesOfServe(t, dir)
	if want := []string{"A", "B"}; !slices.Equal(studies, want) {
		t.Errorf("serve uses %q, want %q", studies, want)
	}
	var named []string
	for _, line := range problems {
		name, _, _ := strings.Cut(line, ":")
		named = append(named, name)
	}
	if want := []string{"bad.yaml", "broken.yaml", "empty.yml", "one.yaml", "site_bad.yaml", "two.yml"}; !slices.Equal(slices.Compact(named), want) {
		t.Errorf("serve names problems of %q, want %q", named, want)
	}
	inFolder := func(stderr string) []string {
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], dir+string(filepath.Separator), "")
		}
		// The last line is the summary. Only "eligo check" shows a line of the file.
		lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, " ") || strings.HasPrefix(l, programName+": ") })
		slices.Sort(lines)
		return lines
	}

	var stdout, stderr bytes.Buffer
	clock := func() time.Time { return today }
	if code := run(t.Context(), []string{"eligo", "screen", "--studies", dir, "--patient", patient, "--format", "json"}, nil, &stdout, &stderr, clock); code != exitInput {
		t.Errorf("screen gives %d: %s", code, stderr.String())
	}
	var ranking struct {
		Results []struct{ Study struct{ ID string } }
		NotUsed []string `json:"not_used"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &ranking); err != nil {
		t.Fatal(err)
	}
	var screened []string
	for _, r := range ranking.Results {
		screened = append(screened, r.Study.ID)
	}
	slices.Sort(screened)
	if !slices.Equal(screened, studies) {
		t.Errorf("screen uses %q, serve %q", screened, studies)
	}
	if len(ranking.NotUsed) != 6 {
		t.Errorf("screen does not use %q", ranking.NotUsed)
	}
	if got := inFolder(stderr.String()); !slices.Equal(got, problems) {
		t.Errorf("screen says\n%s\nserve says\n%s", strings.Join(got, "\n"), strings.Join(problems, "\n"))
	}

	batchArgs := []string{"eligo", "batch", "--studies", dir, "--from", patient, "--out", filepath.Join(t.TempDir(), "out"), "--no-progress"}
	stderr.Reset()
	if code := run(t.Context(), batchArgs, nil, io.Discard, &stderr, clock); code != exitInput {
		t.Errorf("batch gives %d: %s", code, stderr.String())
	}
	if got := inFolder(stderr.String()); !slices.Equal(got, problems) {
		t.Errorf("batch says\n%s\nserve says\n%s", strings.Join(got, "\n"), strings.Join(problems, "\n"))
	}
	for _, name := range ranking.NotUsed {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	stdout.Reset()
	if code := run(t.Context(), batchArgs, nil, &stdout, &stderr, clock); code != exitOK {
		t.Fatalf("batch gives %d: %s", code, stderr.String())
	}
	var counted []string
	for line := range strings.Lines(stdout.String()) {
		if id, _, ok := strings.Cut(line, ": 1 record read"); ok {
			counted = append(counted, id)
		}
	}
	if !slices.Equal(counted, studies) {
		t.Errorf("batch uses %q, serve %q", counted, studies)
	}
}

// studiesOfServe gives the ids of the studies that a server for the folder uses,
// and the lines of problems that it lists.
func studiesOfServe(t *testing.T, dir string) (ids, problems []string) {
	t.Helper()
	address, _, stop := serving(t, "--studies", dir)
	defer stop()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address+"/api/v1/studies", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list struct {
		Studies []struct {
			ID     string
			Errors []string
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list.Studies {
		if s.ID != "" {
			ids = append(ids, s.ID)
		}
		problems = append(problems, s.Errors...)
	}
	slices.Sort(ids)
	slices.Sort(problems)
	return ids, problems
}
