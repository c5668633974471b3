// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
)

// Validate checks the profile and gives everything that is wrong as [Errors].
// On success it stores the profile's digest (see [Profile.SHA256]), so it must
// not run while the profile is read elsewhere.
//
// A profile is wrong if it cannot be true of anyone or can be read in two ways:
//
//   - an id, code, question or answer that is empty or blank; a status or other
//     listed value that is not in its list; a text that is too long or not
//     UTF-8; a number or date that cannot be written;
//   - an end surely before its start, a death or an end of the record surely
//     before birth, a day of death with deceased = false;
//   - a medication, allergy or immunization surely before the day before birth,
//     or a condition, observation or procedure surely before conception
//     ([gestation] before birth). The day is left because records shift dates
//     between time zones; the months because the unborn are examined too;
//   - a result of more than one kind, a range or reference range upside down
//     (where both limits have the same unit), a limit with a comparator.
//
// A date that is known only in part is wrong only where every day that it can
// mean is. Units that are not known, codes that are not well-formed and entries
// without code and text are not errors: they make values unknown later. All that
// depends on the screening day is not looked at.
func (p *Profile) Validate() error {
	p.sha256 = ""
	c := p.findProblems()
	if len(c.problems) == 0 {
		p.sha256 = p.computeDigest()
		return nil
	}
	w := new(writer)
	profileShape.writeObject(w, p)
	return inOrder(c.problems, w.b)
}

func (p *Profile) findProblems() *checker {
	c := &checker{path: make(trail, 0, 8)}
	profileShape.checkMembers(c, p)
	if c.doubt {
		c.askValidator(p)
	}
	c.checkConsistency(p)
	return c
}

// checker collects the problems of a profile. Doubt says that the validator
// must be asked.
type checker struct {
	path     trail
	doubt    bool
	problems []located
}

func (c *checker) addProblem(path, entry, message string) {
	if len(c.problems) <= maxProblems {
		c.problems = append(c.problems, located{FieldError{path, message}, -1, entry})
	}
}

// addMemberProblem notes a problem of a member of the object at the end of the
// path.
func (c *checker) addMemberProblem(name, message string) {
	c.addProblem(append(c.path, step{name, -1}).String(), "", message)
}

func (c *checker) checkUTF8(s string) {
	if !utf8.ValidString(s) {
		c.addProblem(c.path.String(), "", notUTF8)
	}
}

const notUTF8 = "holds bytes that are not UTF-8"

func (c *checker) askValidator(p *Profile) {
	err := structValidator().Struct(p)
	var found validator.ValidationErrors
	switch {
	case err == nil:
	case errors.As(err, &found):
		for _, e := range found {
			c.addProblem(validatorPath(e.Namespace()), "", tagMessage(e))
		}
	default:
		c.addProblem("$", "", err.Error())
	}
}

var structValidator = sync.OnceValue(func() *validator.Validate {
	v := validator.New()
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
})

// validatorPath makes a JSON path of "Profile.conditions[2].Fact.text".
func validatorPath(namespace string) string {
	_, path, _ := strings.Cut(namespace, ".")
	return "$." + strings.ReplaceAll(path, "Fact.", "")
}

func tagMessage(e validator.FieldError) string {
	switch e.Tag() {
	case "required":
		return "is missing or empty"
	case "max":
		return fmt.Sprintf("is longer than %s characters", e.Param())
	case "oneof":
		got, allowed := fmt.Sprint(e.Value()), strings.Fields(e.Param())
		hint := ""
		if meant := Nearest(got, allowed); meant != "" {
			hint = fmt.Sprintf("; did you mean %q?", meant)
		}
		return fmt.Sprintf("%q is not one of %s%s", shortened(got, maxPathName), strings.Join(allowed, ", "), hint)
	}
	return "does not satisfy " + e.Tag()
}

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
	}
	return l.allowed == nil || slices.Contains(l.allowed, s)
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
