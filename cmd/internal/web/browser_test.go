// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser starts a Chromium that reaches nothing but this machine, and gives a
// tab of it. In CI it must be there.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		absent(t, "Chromium is not installed here (Debian: apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))
	all, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(all)
	t.Cleanup(closeTab)
	return tab
}

// absent skips a test for want of something that CI installs.
func absent(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func do(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask runs a script in the page.
func ask[T any](t *testing.T, tab context.Context, script string) T {
	t.Helper()
	return run(t, tab, chromedp.EvaluateAsDevTools[T](script, chromedp.EvalAwaitPromise))
}

func run[T any](t *testing.T, tab context.Context, a chromedp.Action[T]) T {
	t.Helper()
	answer, err := chromedp.Run(tab, a)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// emulate sets how the browser shows pages.
func emulate[P, R any](t *testing.T, tab context.Context, cmd cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(tab, cmd, params); err != nil {
		t.Fatal(err)
	}
}

// picture keeps a screenshot where somebody asks for one.
func picture(t *testing.T, tab context.Context, name string) {
	t.Helper()
	folder := os.Getenv("ELIGO_SCREENSHOTS")
	if folder == "" {
		return
	}
	png := run(t, tab, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// upload screens a file for the reference study.
func upload(t *testing.T, tab context.Context, url, file string) {
	t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	do(
		t, tab, chromedp.Navigate(url+"/screen?study="+study), chromedp.SetUploadFiles("#file", []string{path}),
		chromedp.Click("main form button[type=submit]"), chromedp.WaitVisible("#result .verdict"),
	)
}

func verdictIn(t *testing.T, tab context.Context) string {
	t.Helper()
	return run(t, tab, chromedp.Text("#result .verdict h3"))
}

// bundle is an invented person as a FHIR Bundle.
const bundle = "testdata/bundle.json"

// TestCoordinator uploads a Bundle, reads the verdict, answers a question and
// sees the verdict change, with the script and without it.
func TestCoordinator(t *testing.T) {
	url, _ := serve(t, nil)
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "with the script", false: "without it"}[script], func(t *testing.T) {
			tab := browser(t)
			do(t, tab, chromedp.EmulateViewport(1280, 900))
			emulate(t, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
			upload(t, tab, url, bundle)
			if got := verdictIn(t, tab); !strings.HasPrefix(got, "Not decided") {
				t.Fatalf("the verdict is %q", got)
			}
			picture(t, tab, "undetermined")
			do(t, tab, chromedp.Click(`input[name="answer.hiv_infection"][value="yes"]`))
			if !script {
				do(t, tab, chromedp.Click("#questions button"))
			}
			do(t, tab, chromedp.WaitVisible("#result .verdict.fail, #result .verdict.ineligible, #result .block"))
			if got := verdictIn(t, tab); !strings.HasPrefix(got, "May not join") {
				t.Errorf("after the answer the verdict is %q", got)
			}
			if got := run(t, tab, chromedp.Text("#verdict")); got != "ineligible" {
				t.Errorf("above it still stands %q", got)
			}
			if !ask[bool](t, tab, `document.querySelector('input[name="answer.hiv_infection"][value="yes"]').checked`) {
				t.Error("the answer is gone from the page")
			}
			picture(t, tab, "ineligible")
		})
	}
}

// TestPrint: on paper stands the prescreen and nothing around it.
func TestPrint(t *testing.T) {
	url, _ := serve(t, nil)
	tab := browser(t)
	upload(t, tab, url, bundle)
	emulate(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	shown := ask[[]string](t, tab, `[...document.querySelectorAll(".bar, #questions, .disposition, .prescreen .sign, .prescreen")].filter(e => e.offsetHeight > 0).map(e => e.className)`)
	pdf := run(t, tab, chromedp.PrintToPDF())
	if text := strings.Join(shown, ","); text != "prescreen,sign" || len(pdf) < 10_000 {
		t.Errorf("on paper: %s, %d bytes", text, len(pdf))
	}
}

// TestAccessible lets axe-core judge every page, wide and narrow, light and
// dark: no violation that is serious or worse.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("../../../.ci/bin/axe-4.14.1.js")
	if err != nil {
		absent(t, "there is no axe-core; .ci/run fetches it")
	}
	url, log := serve(t, nil)
	infliximab.send(t, url+"/screen")
	if _, err := log.Head(t.Context()); err != nil {
		t.Fatal(err)
	}
	tab := browser(t)
	judge := func(name string) {
		t.Helper()
		ask[any](t, tab, string(axe)+"; null")
		serious := ask[[]string](t, tab, `axe.run().then(r => r.violations.filter(v => ["serious", "critical"].includes(v.impact)).map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")))`)
		if len(serious) > 0 {
			t.Errorf("%s: %s", name, strings.Join(serious, "\n"))
		}
		if ask[bool](t, tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
			t.Errorf("%s has to be scrolled sideways", name)
		}
		picture(t, tab, name)
	}
	for _, look := range []struct {
		name   string
		width  int64
		scheme string
	}{{"wide", 1280, "light"}, {"phone", 390, "light"}, {"dark", 1280, "dark"}} {
		do(t, tab, chromedp.EmulateViewport(look.width, 900))
		emulate(t, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}},
		})
		for name, path := range map[string]string{
			"home": "/", "screen": "/screen", "study": "/studies/" + study, "form": "/form/" + study, "log": "/log", "people": "/people", "lost": "/nothing",
		} {
			do(t, tab, chromedp.Navigate(url+path))
			judge(look.name + " " + name)
		}
		upload(t, tab, url, bundle)
		judge(look.name + " result")
	}
}
