// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// maxAllocations bounds the work for one rule, of 8 KiB at most: every step allocates.
const maxAllocations = 200_000

// hostileRules are rules with a part of what must be said of them: nothing
// where they compile, and anyError where that they do not is enough.
var hostileRules = []struct{ name, rule, want string }{
	{"nothing", "", "the rule is empty"},
	{"blanks", " \t\n\r ", "the rule is empty"},
	{"1 MB of (", long(1<<20, "("), "longer than 8192 bytes"},
	{"8 KiB of (", long(8<<10, "("), "nested deeper than 64 levels"},
	{"8 KiB of [", long(8<<10, "["), "nested deeper than 64 levels"},
	{"8 KiB of -", long(8<<10, "-"), "nested deeper than 64 levels"},
	{"8 KiB of not", long(2<<10, "not "), "nested deeper than 64 levels"},
	{"8 KiB of !", long(8<<10, "!"), "nested deeper than 64 levels"},
	{"not and ( in turn", long(1600, "not ("), "nested deeper than 64 levels"},
	{"64 brackets", long(64, "(") + "age > 1" + long(64, ")"), ""},
	{"65 brackets", long(65, "(") + "age > 1" + long(65, ")"), "nested deeper than 64 levels"},
	{"one byte too long", "age > 1" + long(8<<10-6, " "), "longer than 8192 bytes"},
	{"as long as may be", "age > 1" + long(8<<10-7, " "), ""},
	{"8 KiB of )", long(8<<10, ")"), "unexpected"},
	{"8 KiB of words", long(1<<10, "age and "), "more than 2000 parts"},
	{"many atoms", long(700, "age > 1 or ") + "age > 1", "more than 2000 parts"},
	{"as many atoms as may be", long(400, "age > 1 or ") + "age > 1", ""},
	{"a long sum", "age" + long(900, " + age") + " > 1", ""},
	{"100 not", "not has(asthma)" + long(99, " and not has(asthma)"), ""},
	{"100 minus", "age" + long(99, " - 1") + " > 1", ""},
	{"a long list", "age in [1" + long(1500, ",1") + "]", ""},
	{"a list too long", "age in [1" + long(3000, ",1") + "]", "more than 2000 parts"},
	{"a huge number", "age > " + long(8000, "9"), "out of range"},
	{"a huge fraction", "age > 0." + long(8000, "9"), "longer than 64"},
	{"a huge exponent", "age > 1e999999999", anyError},
	{"a small exponent", "age > 1e-999999999", "is not a number"},
	{"hex", "age > 0xFFFFFFFFFFFFFFFFFF", anyError},
	{"a huge duration", "had(sepsis, within(days(99999999999999999999)))", anyError},
	{"unterminated", `sex == "` + long(8000, "a"), "not terminated"},
	{"unterminated raw", "sex == `" + long(8000, "a"), "not terminated"},
	{"unterminated comment", "age > 1 /*", "unclosed comment"},
	{"escapes", `sex == "\u00`, anyError},
	{"NUL", "age\x00 > 1", "unrecognized character"},
	{"NUL in a text", "sex == \"\x00\"", "sex is one of"},
	{"not UTF-8", "age > 1 and \xff\xfe", anyError},
	{"not UTF-8 in a text", "sex == \"\xff\xff\" or hass(x)", "sex is one of"},
	{"characters beyond the first plane", "sex == \"𝔘𝔘\" or hass(x)", "sex is one of"},
	{"right to left", "age > 1 \u202e and", "unrecognized character"},
	{"a wide bracket", "has（asthma）", anyError},
	{"letters of other scripts", "возраст > 18", "unknown name"},
	{"a name as long as the rule", long(8000, "a"), "unknown name"},
	{"many errors", long(400, "x or ") + "x", "unknown name"},
}

const anyError = "any error"

func long(n int, s string) string { return strings.Repeat(s, n) }

// TestHostileRules compiles rules that nobody would write. Each must compile, or be
// refused at a place inside the rule, with bounded work.
func TestHostileRules(t *testing.T) {
	sc := scopeOf(languageStudy(t))
	for _, h := range hostileRules {
		t.Run(h.name, func(t *testing.T) {
			var errs []language.Error
			if n := testing.AllocsPerRun(1, func() { _, errs = language.Compile(h.rule, sc) }); n > maxAllocations {
				t.Errorf("%.0f allocations", n)
			}
			said := []string{}
			for _, e := range errs {
				said = append(said, e.Message)
				if e.Offset < 0 || e.Offset > len(h.rule) {
					t.Errorf("offset %d of %d bytes: %s", e.Offset, len(h.rule), e.Message)
				}
			}
			all := strings.Join(said, "\n")
			switch {
			case h.want == anyError && len(errs) > 0:
			case h.want == "" && len(errs) == 0:
			case h.want != "" && strings.Contains(all, h.want):
			default:
				t.Errorf("want %q, got %.300q", h.want, all)
			}
		})
	}
}

// TestOffsetsAfterOddBytes: an offset counts the bytes of the rule as it is.
func TestOffsetsAfterOddBytes(t *testing.T) {
	sc := scopeOf(languageStudy(t))
	for _, odd := range []string{"e", "é", "€", "𝔘", "\xff", "\xff\xfe\xfd", "e\u0301"} {
		rule := `sex == "` + odd + `" or hass(asthma)`
		_, errs := language.Compile(rule, sc)
		if len(errs) != 2 || errs[1].Offset != strings.Index(rule, "hass") {
			t.Errorf("%q: %v", rule, errs)
		}
	}
}

// richProfile is an invented patient with facts of every domain, of most of
// which something is uncertain.
func richProfile(t testing.TB) *patient.Profile {
	t.Helper()
	lines := `born 1980
sex female
recorded through 2026-10
condition asthma, active, onset 2019, record C/1
condition hypertension, provisional, onset 2026-11, record C/2
condition asthma due to pneumonia, resolved, onset 2001, abated 2026, record C/3
condition -, active, code http://ours.example 7, record C/4
condition -, locked why, record C/5
medication infliximab, stopped, start 2026-01, record M/1
order rituximab, on-hold, start 2026-10, record M/2
administration infliximab, completed, start 2026-10-11, record M/3
result hemoglobin = <8 g/dL, on 2026-11-01, low 12 g/dL, high 16 g/dL, record O/1
result hemoglobin = 70 g/L, on 2026-11, record O/2
result platelets = 0 10*9/L, on 2026-11-02, record O/3
result hbsag = "reactive", on 2026-11-02, preliminary, record O/4
result base excess = -1 to 1 mmol/L, on 2026-11-02, record O/5
procedure splenectomy, completed, start 2026, record P/1
allergy penicillin, active, unconfirmed, record A/1
immunization measles vaccine, on 2026-10, record I/1
answer uncontrolled yes, record F/1
answer uncontrolled no, record F/2`
	c := readCases(t, "rich", "screening 2026-11-22\ncase rich\n  "+strings.ReplaceAll(lines, "\n", "\n  "))[0]
	if err := c.profile.Validate(); err != nil {
		t.Fatal(err)
	}
	return &c.profile
}

// FuzzRule: no text makes the compiler panic or point outside the rule, and
// what compiles can be evaluated for anyone.
func FuzzRule(f *testing.F) {
	for _, term := range language.Vocabulary() {
		f.Add(term.Example)
	}
	for _, rule := range []string{
		"not (has(asthma) or took(biologic, within(weeks(8), first_dose)))", "18 <= age <= 80", `sex in ["female", "other"]`,
		"at_least(2, has(asthma), latest(hemoglobin) / latest(platelets) > 1, answer(willing))", "-latest(base_excess) * 2 != -1.5e3",
		"highest(hemoglobin, within(months(6))) not in [1, -2]", "sex == \"é\xff\" or x", "((((", "all([1], {# > 0})", "times(asthma) > 1",
	} {
		f.Add(rule)
	}
	study := languageStudy(f)
	rich, empty := richProfile(f), &patient.Profile{ID: "empty"}
	dates := language.Dates{Screening: dayOf(f, "2026-11-22"), Anchors: map[string]patient.Day{"first_dose": dayOf(f, "2026-12-06")}}
	f.Fuzz(func(t *testing.T, rule string) {
		_, errs := language.Compile(rule, scopeOf(study))
		for _, e := range errs {
			if e.Offset < 0 || e.Offset > len(rule) || e.Message == "" {
				t.Errorf("offset %d of %d bytes: %q", e.Offset, len(rule), e.Message)
			}
		}
		if len(errs) > 0 {
			return
		}
		one, err := withRules(study, rule)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []*patient.Profile{rich, empty} {
			findings := chartFor(t, one, p, one).Findings(dates)
			if f := findings[0]; (f.Truth == language.Unknown) != (len(f.Missing) > 0) {
				t.Errorf("%s for %s: %d facts are missing", f.Truth, p.ID, len(f.Missing))
			}
		}
	})
}

func BenchmarkCompileRule(b *testing.B) {
	sc := scopeOf(languageStudy(b))
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf("latest(hemoglobin, within(days(%d))) < 8", i+1))
	}
	for name, rule := range map[string]string{
		"short":    "age >= 18",
		"usual":    "took(biologic, within(weeks(8), first_dose)) or took(rituximab, within(months(6), first_dose))",
		"long":     strings.Join(many, " or "),
		"wrong":    "took(infliximb) or has(hypertention)",
		"brackets": strings.Repeat("(", 8<<10),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				language.Compile(rule, sc)
			}
		})
	}
}
