// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const readmeProgram = `package main

import (
	"fmt"
	"os"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	bundle := os.Stdin
`

// Programs outside the repository screen a FHIR Bundle: the one that README.md
// shows and testdata/library/main.go.txt.
func TestLibraryOutsideTheRepository(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readFile := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.org/screen\n\ngo 1.26\n\nrequire github.com/eligo-trials/eligo v0.0.0\n\n" +
			"replace github.com/eligo-trials/eligo => " + repository + "\n",
		"go.sum":         readFile("../../go.sum"),
		"study.yaml":     block(t, "../../README.md", "yaml"),
		"bundle.json":    block(t, "help/fhir.md", "json"),
		"readme/main.go": readmeProgram + block(t, "../../README.md", "go") + "}\n",
		"own/main.go":    readFile("testdata/library/main.go.txt"),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, program := range []string{"./readme", "./own"} {
		cmd := exec.CommandContext(t.Context(), "go", "run", program)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -mod=mod"), "GOPROXY=off", "GOWORK=off")
		cmd.Stdin = strings.NewReader(block(t, "help/fhir.md", "json"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", program, err, out)
		}
		for _, want := range []string{"undetermined", "age included Age 58 (born 1968-04-17): 18 or more, 80 or less.", "refractory"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s does not print %q:\n%s", program, want, out)
			}
		}
	}
}
