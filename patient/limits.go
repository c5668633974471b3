// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"reflect"
	"strconv"
	"strings"
)

// limits are those that the validate tag of a string field sets. The validator
// walks the whole profile by reflection, which takes longer than reading it,
// so it is only called where a value is not surely allowed. Its messages then
// count.
type limits struct {
	required bool
	max      int      // bytes that are surely not too many characters; 0: no limit
	allowed  []string // nil: any
	unknown  bool     // the tag says more than this: ask the validator
	shared   bool     // names a code system or a unit: alike in many records
}

// limitsOf reads the tag of the field of T that has this JSON name.
func limitsOf[T any](name string) limits {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		jsonName, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if jsonName == name {
			l := parseLimits(f.Tag.Get("validate"))
			l.shared = name == "system" || name == "unit"
			return l
		}
	}
	return limits{unknown: true}
}

func parseLimits(tag string) (l limits) {
	if tag == "" {
		return l
	}
	for rule := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(rule, "=")
		switch key {
		case "omitempty":
		case "required":
			l.required = true
		case "max":
			n, err := strconv.Atoi(value)
			l.max, l.unknown = n, l.unknown || err != nil || n <= 0
		case "oneof":
			l.allowed = strings.Fields(value)
		default:
			l.unknown = true
		}
	}
	return l
}

// surelyAllows reports whether the validator surely finds nothing wrong with s.
func (l *limits) surelyAllows(s string) bool {
	switch {
	case l.unknown, l.max > 0 && len(s) > l.max:
		return false
	case s == "":
		return !l.required
	case l.allowed == nil:
		return true
	}
	for _, a := range l.allowed {
		if a == s {
			return true
		}
	}
	return false
}

// toString gives the string of b, without a copy where it is a listed value or
// one that records share.
func (l *limits) toString(r *reader, b []byte) string {
	for _, a := range l.allowed {
		if a == string(b) {
			return a
		}
	}
	if l.shared {
		return r.internString(b)
	}
	return string(b)
}
