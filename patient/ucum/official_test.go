// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"encoding/xml"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedFile reads a file of shared/data, which lies beside the repository or
// beside a directory above it, and skips the test if there is none.
func sharedFile(tb testing.TB, name string) []byte {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "shared", "data", name))
		if err == nil {
			return data
		}
		if filepath.Dir(dir) == dir {
			tb.Skip("no ../shared/data (real public data)")
		}
		dir = filepath.Dir(dir)
	}
}

func rat(tb testing.TB, s string) *big.Rat {
	tb.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		tb.Fatalf("not a number: %q", s)
	}
	return r
}

func mustParse(tb testing.TB, code string) Unit {
	tb.Helper()
	u, err := Parse(code)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

// agrees reports whether got is want but for rounding to the digits of want:
// half a unit of its last decimal.
func agrees(tb testing.TB, got *big.Rat, want string) bool {
	tb.Helper()
	mantissa, exp, _ := strings.Cut(want, "e")
	_, decimals, _ := strings.Cut(mantissa, ".")
	tolerance := rat(tb, "0.5e-"+big.NewInt(int64(len(decimals))).String())
	if exp != "" {
		tolerance.Mul(tolerance, rat(tb, "1e"+exp))
	}
	diff := new(big.Rat).Sub(got, rat(tb, want))
	return diff.Abs(diff).Cmp(tolerance) <= 0
}

type officialCases struct {
	Validation []struct {
		ID    string `xml:"id,attr"`
		Unit  string `xml:"unit,attr"`
		Valid bool   `xml:"valid,attr"`
	} `xml:"validation>case"`
	Display []struct {
		ID   string `xml:"id,attr"`
		Unit string `xml:"unit,attr"`
	} `xml:"displayNameGeneration>case"`
	Conversion []struct {
		ID      string `xml:"id,attr"`
		Value   string `xml:"value,attr"`
		Src     string `xml:"srcUnit,attr"`
		Dst     string `xml:"dstUnit,attr"`
		Outcome string `xml:"outcome,attr"`
	} `xml:"conversion>case"`
	Multiplication []arithmeticCase `xml:"multiplication>case"`
	Division       []arithmeticCase `xml:"division>case"`
}

type arithmeticCase struct {
	ID   string `xml:"id,attr"`
	V1   string `xml:"v1,attr"`
	U1   string `xml:"u1,attr"`
	V2   string `xml:"v2,attr"`
	U2   string `xml:"u2,attr"`
	VRes string `xml:"vRes,attr"`
	URes string `xml:"uRes,attr"`
}

// stricter lists the official cases whose conversion this package refuses on
// purpose; only the refusal stands in the way, the factor agrees.
var stricter = map[string]string{
	"division 4-103": "a proportion ([lb_av]/h by kg/s) does not convert to a plain number, the empty unit",
}

func TestOfficial(t *testing.T) {
	var cases officialCases
	if err := xml.Unmarshal(sharedFile(t, "terminology/UcumFunctionalTests.xml"), &cases); err != nil {
		t.Fatal(err)
	}
	passed := 0
	check := func(ok bool, format string, args ...any) {
		t.Helper()
		if ok {
			passed++
			return
		}
		t.Errorf(format, args...)
	}
	for _, c := range cases.Validation {
		_, err := Parse(c.Unit)
		check((err == nil) == c.Valid, "validation %s %q: error %v, want valid %v", c.ID, c.Unit, err, c.Valid)
	}
	for _, c := range cases.Conversion {
		conv, err := mustParse(t, c.Src).To(mustParse(t, c.Dst))
		check(err == nil && agrees(t, conv.Apply(rat(t, c.Value)), c.Outcome), "conversion %s: %v %v", c.ID, conv, err)
	}
	refused := 0
	for name, list := range map[string][]arithmeticCase{"multiplication": cases.Multiplication, "division": cases.Division} {
		for _, c := range list {
			value, unit := combine(t, name, c)
			want := mustParse(t, c.URes)
			conv, err := unit.To(want)
			if why, ok := stricter[name+" "+c.ID]; ok {
				refused++
				if err == nil || !unit.dims.equalTo(want.dims) {
					t.Errorf("%s %s: %v, want a refusal", name, c.ID, err)
				}
				conv.Scale = new(big.Rat).Quo(unit.Scale(), want.Scale())
				if !agrees(t, conv.Apply(value), c.VRes) {
					t.Errorf("%s %s: %s, want %s", name, c.ID, conv.Apply(value).FloatString(30), c.VRes)
				}
				t.Logf("outside: %s %s: %s", name, c.ID, why)
				continue
			}
			check(err == nil && agrees(t, conv.Apply(value), c.VRes), "%s %s: %v %v", name, c.ID, conv, err)
		}
	}
	total := len(cases.Validation) + len(cases.Conversion) + len(cases.Multiplication) + len(cases.Division)
	t.Logf("official cases: %d passed of %d (validation %d, conversion %d, multiplication %d, division %d), %d refused on purpose",
		passed, total, len(cases.Validation), len(cases.Conversion), len(cases.Multiplication), len(cases.Division), refused)
	t.Logf("outside: %d display name cases, because this package has no display names; their units parse", len(cases.Display))
	for _, c := range cases.Display {
		mustParse(t, c.Unit)
	}
	if got := total + len(cases.Display); got != 573 {
		t.Errorf("read %d official cases, want 573: 575 less the two that the file itself comments out, 1-103 and 3-130", got)
	}
}

// combine multiplies or divides the two quantities of a case.
func combine(tb testing.TB, name string, c arithmeticCase) (*big.Rat, Unit) {
	tb.Helper()
	a, b := rat(tb, c.V1), rat(tb, c.V2)
	op := "."
	if name == "division" {
		op = "/"
		b.Inv(b)
	}
	return a.Mul(a, b), mustParse(tb, "("+c.U1+")"+op+"("+c.U2+")")
}
