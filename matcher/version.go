// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"regexp"
	"runtime/debug"
	"strings"
)

// Version is the version of the engine, as results name it: that of this module
// in the program if it is a released one, and developmentVersion otherwise, so
// that the results of untagged builds do not change with every commit.
var Version = engineVersion(debug.ReadBuildInfo())

const developmentVersion = "0.1.0"

const modulePath = "github.com/eligo-trials/eligo"

var (
	releasedVersion = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	commitVersion   = regexp.MustCompile(`\d{14}-[0-9a-f]{12}$`) // of an untagged commit
)

// engineVersion finds the version of this module among the modules of a
// program, of which it may be the main one or a dependency.
func engineVersion(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return developmentVersion
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == modulePath && m.Replace == nil && releasedVersion.MatchString(m.Version) && !commitVersion.MatchString(m.Version) {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return developmentVersion
}
