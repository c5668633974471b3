// SPDX-License-Identifier: Apache-2.0

package language

import "fmt"

// Truth is an answer that may not be known: Kleene's three values, ordered
// False < Unknown < True. AND is min, OR is max, NOT is minus.
type Truth int8

// The three values. The zero Truth is Unknown.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

// Not turns True into False and back, and leaves Unknown.
func (t Truth) Not() Truth { return -t }

// String gives "true", "false" or "unknown".
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// MarshalText gives [Truth.String].
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the text of [Truth.String].
func (t *Truth) UnmarshalText(b []byte) error {
	for _, v := range []Truth{False, Unknown, True} {
		if string(b) == v.String() {
			*t = v
			return nil
		}
	}
	return fmt.Errorf("%q is not true, false or unknown", b)
}
