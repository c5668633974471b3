// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"runtime/debug"
	"testing"
)

func TestEngineVersion(t *testing.T) {
	eligo := func(version string) debug.Module { return debug.Module{Path: modulePath, Version: version} }
	for _, c := range []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a tagged build", debug.BuildInfo{Main: eligo("v1.2.3")}, "1.2.3"},
		{"a release candidate", debug.BuildInfo{Main: eligo("v1.2.3-rc.1")}, "1.2.3-rc.1"},
		{"go run", debug.BuildInfo{Main: eligo("(devel)")}, developmentVersion},
		{"an untagged commit", debug.BuildInfo{Main: eligo("v0.0.0-20261122093000-0123456789ab")}, developmentVersion},
		{"a commit after a tag", debug.BuildInfo{Main: eligo("v1.2.4-0.20261122093000-0123456789ab")}, developmentVersion},
		{"a changed checkout", debug.BuildInfo{Main: eligo("v1.2.3+dirty")}, developmentVersion},
		{"a program that uses it", debug.BuildInfo{Main: debug.Module{Path: "example.org/screen", Version: "v9.0.0"}, Deps: []*debug.Module{{Path: modulePath, Version: "v1.2.3"}}}, "1.2.3"},
		{"a replaced module", debug.BuildInfo{Deps: []*debug.Module{{Path: modulePath, Version: "v1.2.3", Replace: &debug.Module{Path: "../eligo"}}}}, developmentVersion},
	} {
		if got := engineVersion(&c.info, true); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
	if Version != developmentVersion {
		t.Errorf("the tests see version %s", Version)
	}
}
