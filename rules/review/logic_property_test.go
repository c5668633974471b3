// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/review"
)

const world = `study: S
define:
  lab: {kind: observation, codes: {loinc: [718-7]}, unit: g/dL}
  one: {kind: medication, names: [infliximab]}
  two: {kind: medication, names: [rituximab]}
  any: {kind: medication, any: [one, two]}
`

// peopleText are everybody who differs in what the drawn rules can ask: age, sex,
// the result, and when each medicine was last taken.
func peopleText(t *testing.T) []*patient.Profile {
	t.Helper()
	var all []*patient.Profile
	doses := []string{"", `{"text":"%s","status":"completed","start":"2026-10-25","end":"2026-10-25"}`, `{"text":"%s","status":"completed","start":"2026-09-27","end":"2026-09-27"}`, `{"text":"%s","status":"completed","start":"2026-03-01","end":"2026-03-01"}`}
	for age := range 5 {
		for _, sex := range []string{"female", "male", "other"} {
			for _, lab := range []string{"-1", "0", "0.5", "1", "1.5", "2", "2.5", "3", "4"} {
				for a := range doses {
					for b := range doses {
						var meds []string
						if a > 0 {
							meds = append(meds, fmt.Sprintf(doses[a], "infliximab"))
						}
						if b > 0 {
							meds = append(meds, fmt.Sprintf(doses[b], "rituximab"))
						}
						src := fmt.Sprintf(`{"id":"p","birth_date":"%d-01-01","sex":%q,"medications":[%s],"observations":[{"codes":[{"system":"loinc","code":"718-7"}],
							"status":"final","date":"2026-11-01","value":{"quantity":{"value":%s,"unit":"g/dL"}}}]}`, 2026-age, sex, strings.Join(meds, ","), lab)
						p, err := patient.DecodeBytes([]byte(src))
						if err != nil {
							t.Fatal(err)
						}
						all = append(all, p)
					}
				}
			}
		}
	}
	return all
}

func drawRule(r *rapid.T, depth int) string {
	op := func() string { return rapid.SampledFrom([]string{"<", "<=", ">", ">=", "==", "!="}).Draw(r, "op") }
	if depth == 0 || rapid.IntRange(0, 3).Draw(r, "leaf") == 0 {
		med := rapid.SampledFrom([]string{"one", "two", "any"})
		switch rapid.IntRange(0, 6).Draw(r, "atom") {
		case 0, 1:
			return fmt.Sprintf("age %s %s", op(), rapid.SampledFrom([]string{"0", "1", "2", "2.5", "3"}).Draw(r, "years"))
		case 2:
			return fmt.Sprintf("sex %s %q", rapid.SampledFrom([]string{"==", "!="}).Draw(r, "same"), rapid.SampledFrom([]string{"female", "male", "other"}).Draw(r, "sex"))
		case 3:
			return fmt.Sprintf("latest(lab) %s %s", op(), rapid.SampledFrom([]string{"0.5", "1", "2", "3"}).Draw(r, "value"))
		case 4:
			return fmt.Sprintf("age in [%s]", strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"0", "1", "2"}), 1, 3).Draw(r, "years"), ", "))
		case 5:
			return fmt.Sprintf("latest(lab) %s 2 * latest(lab)", op())
		}
		return fmt.Sprintf("took(%s%s)", med.Draw(r, "medicine"), rapid.SampledFrom([]string{"", ", within(weeks(4))", ", within(weeks(8))", ", within(days(56))"}).Draw(r, "window"))
	}
	kid := func() string { return "(" + drawRule(r, depth-1) + ")" }
	switch rapid.IntRange(0, 3).Draw(r, "join") {
	case 0:
		return kid() + " and " + kid()
	case 1:
		return kid() + " or " + kid()
	case 2:
		return "not " + kid()
	}
	return fmt.Sprintf("at_least(%d, %s, %s, %s)", rapid.IntRange(1, 3).Draw(r, "n"), drawRule(r, depth-1), drawRule(r, depth-1), drawRule(r, depth-1))
}

// truths evaluates both criteria for everybody.
func truths(t interface{ Fatal(...any) }, s *rules.Study, all []*patient.Profile) (a, b []language.Truth) {
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
		if err != nil {
			t.Fatal(err)
		}
		found := results[0].Criteria
		a, b = append(a, found[1].Truth), append(b, found[2].Truth)
	}
	return a, b
}

// Whatever is claimed of rules holds for everybody there is, and what holds for
// everybody is claimed where a rule asks each thing once.
func TestClaimsHold(t *testing.T) {
	all, vague := peopleText(t), vaguePeople(t)
	claims := map[string]int{}
	check := func(r *rapid.T) {
		first, second := drawRule(r, rapid.IntRange(0, 2).Draw(r, "depth")), drawRule(r, rapid.IntRange(0, 2).Draw(r, "depth"))
		switch rapid.IntRange(0, 5).Draw(r, "like the first") {
		case 0:
			second = first
		case 1:
			second = "not (" + first + ")"
		}
		sides := [2]string{"inclusion", "exclusion"}
		src := world + fmt.Sprintf("inclusion:\n  - {id: a, quote: A, rule: '%s'}\n%s:\n  - {id: b, quote: B, rule: '%s'}\n", first, sides[1], second)
		if rapid.Bool().Draw(r, "same side") {
			src = strings.Replace(src, "exclusion:\n", "", 1)
		}
		s, err := rules.Parse("s.yaml", []byte(src))
		if err != nil {
			r.Fatalf("%v\n%s", err, src)
		}
		a, b := truths(r, s, all)
		if s.Criteria[2].Side == rules.Exclusion {
			for i := range b {
				b[i] = -b[i]
			}
		}
		got := review.CheckStudy(s, nil)
		for _, f := range got {
			claims[f.Code]++
			checkClaim(r, src, f, a, b)
			checkPart(r, f, all)
			checkVague(r, src, f, s, vague)
		}
		for i, list := range [][]language.Truth{a, b} {
			if strings.Contains(src, "*") || strings.Contains(src, "took") {
				break // what is not looked into may be never true and not said
			}
			if id := s.Criteria[i+1].ID; everywhere(list, language.False) && !claimed(got, id, "excludes-everyone", "criteria-contradict") {
				r.Fatalf("nobody passes %s and that is not said: %v\n%s", id, got, src)
			}
		}
	}
	for range 2 {
		rapid.Check(t, check)
	}
	for _, code := range []string{"excludes-everyone", "never-true", "always-true", "part-never-true", "part-always-true", "part-redundant", "criteria-contradict", "duplicate-criterion", "subsumed-criterion"} {
		if claims[code] == 0 {
			t.Errorf("no rule was drawn of which %s is said", code)
		}
	}
}

func claimed(got []review.Finding, id string, codes ...string) bool {
	for _, f := range got {
		for _, c := range codes {
			if f.Code == c && f.Subject == id {
				return true
			}
		}
	}
	return false
}

func everywhere(list []language.Truth, want language.Truth) bool {
	for _, t := range list {
		if t != want {
			return false
		}
	}
	return true
}

// checkClaim checks what is said of a and b, the truths of passing them.
func checkClaim(r *rapid.T, src string, f review.Finding, a, b []language.Truth) {
	own, other := a, b
	if f.Subject == "b" {
		own, other = b, a
	}
	holds := true
	for i := range own {
		switch f.Code {
		case "excludes-everyone":
			holds = holds && own[i] == language.False
		case "never-true", "always-true":
			holds = holds && own[i] == language.True
		case "criteria-contradict":
			holds = holds && !(own[i] == language.True && other[i] == language.True)
		case "duplicate-criterion":
			holds = holds && own[i] == other[i]
		case "subsumed-criterion": // whoever passes the other passes this
			holds = holds && (other[i] != language.True || own[i] == language.True)
		}
	}
	if !holds {
		r.Fatalf("%s: %s: %s is not so\n%s", f.Code, f.Subject, f.Message, src)
	}
}

// vaguePeople are people of whom something is not known, or known as a range.
func vaguePeople(t *testing.T) (all []*patient.Profile) {
	t.Helper()
	for _, birth := range []string{"", `"birth_date":"2024",`, `"birth_date":"2025-11",`} {
		for _, sex := range []string{"", `"sex":"unknown",`} {
			for _, meds := range []string{"", `"medications":[{"text":"infliximab","start":"2026-09"}],`, `"medications":[{"codes":[{"system":"urn:x","code":"1"}]}],`} {
				for _, value := range []string{`{"value":2,"unit":"g/dL","comparator":"<"}`, `{"value":2,"unit":"x"}`} {
					src := `{` + birth + sex + meds + `"id":"p","observations":[{"codes":[{"system":"loinc","code":"718-7"}],"status":"final","date":"2026-11-01","value":{"quantity":` + value + `}}]}`
					p, err := patient.DecodeBytes([]byte(src))
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// checkVague checks that what is said of rules is not refuted by anybody of
// whom little is known.
func checkVague(r *rapid.T, src string, f review.Finding, s *rules.Study, vague []*patient.Profile) {
	a, b := truths(r, s, vague)
	if s.Criteria[2].Side == rules.Exclusion {
		for i := range b {
			b[i] = -b[i]
		}
	}
	own, other := a, b
	if f.Subject == "b" {
		own, other = b, a
	}
	for i := range own {
		refuted := false
		switch f.Code {
		case "excludes-everyone":
			refuted = own[i] == language.True
		case "never-true", "always-true":
			refuted = own[i] == language.False
		case "criteria-contradict":
			refuted = own[i] == language.True && other[i] == language.True
		case "duplicate-criterion":
			refuted = own[i] == -other[i] && own[i] != language.Unknown
		case "subsumed-criterion":
			refuted = other[i] == language.True && own[i] == language.False
		}
		if refuted {
			r.Fatalf("%s: %s: %s is refuted\n%s", f.Code, f.Subject, f.Message, src)
		}
	}
}

var (
	partConstant  = regexp.MustCompile(`^(.*) is (never|always) true`)
	partRedundant = regexp.MustCompile(`whenever (.*) is true, so is (.*)$`)
)

// checkPart checks what is said of parts of a rule, by rules of their own.
func checkPart(r *rapid.T, f review.Finding, all []*patient.Profile) {
	var first, second string
	switch f.Code {
	case "part-never-true", "part-always-true":
		first = partConstant.FindStringSubmatch(f.Message)[1]
		second = first
	case "part-redundant":
		m := partRedundant.FindStringSubmatch(f.Message)
		first, second = m[1], m[2]
	}
	if first == "" || strings.Contains(first+second, "…") {
		return
	}
	s, err := rules.Parse("s.yaml", []byte(world+fmt.Sprintf("inclusion:\n  - {id: a, quote: A, rule: '%s'}\n  - {id: b, quote: B, rule: '%s'}\n", first, second)))
	if err != nil {
		r.Fatalf("%v: %s", err, f.Message)
	}
	a, b := truths(r, s, all)
	switch {
	case f.Code == "part-never-true" && !everywhere(a, language.False), f.Code == "part-always-true" && !everywhere(a, language.True):
		r.Fatal(f.Message)
	case f.Code == "part-redundant":
		for i := range a {
			if a[i] == language.True && b[i] != language.True {
				r.Fatal(f.Message)
			}
		}
	}
}
