// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// Each text gives these records: the id of a profile, or what is wrong. A
// source that is cut short says so with a star.
var sources = []struct {
	name, text string
	want       []string
}{
	{"nothing", "", nil},
	{"white space", " \n\t\r\n", nil},
	{"a byte order mark alone", "\uFEFF", nil},
	{"lines", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n", []string{"a", "b"}},
	{"no end of the last line", "{\"id\":\"a\"}\n{\"id\":\"b\"}", []string{"a", "b"}},
	{"blank lines, CRLF, byte order mark", "\uFEFF\r\n{\"id\":\"a\"}\r\n\r\n  \n\t{\"id\":\"b\"} \r\n", []string{"a", "b"}},
	{
		"a half line at the end", "{\"id\":\"a\"}\n{\"id\":\"b\",\"sex\":\"fem",
		[]string{"a", "f:2 (b): $.sex: the text ends too early, at line 2, column 21"},
	},
	{
		"a half line in the middle", "{\"id\":\"a\"}\n{\"id\":\"b\",\n{\"id\":\"c\"}",
		[]string{"a", "f:2 (b): $: the text ends too early, at line 2, column 11", "c"},
	},
	{
		"a half line first, in a list", "{\"id\":\"a\",\"conditions\":[\n{\"id\":\"b\"}\n",
		[]string{"f:1 (a): $.conditions: the text ends too early, at line 1, column 25", "b"},
	},
	{
		"a half line first, in a text", "{\"id\":\"a\n{\"id\":\"b\"}\n",
		[]string{"f:1: $.id: the text ends too early, at line 1, column 9", "b"},
	},
	{"a half line alone", "{\"id\":\"a\"", []string{"f:1 (a): $: the text ends too early, at line 1, column 10"}},
	{
		"a bad line is one error, whatever is wrong", "{\"id\":\"a\",\"sex\":\"x\",\"deceased\":1}\n{\"id\":\"b\"}",
		[]string{"f:1 (a): $.sex: \"x\" is not one of female, male, other, unknown\nf:1: $.deceased: is a number; it must be true or false", "b"},
	},
	{"bytes that are not UTF-8", "{\"id\":\"a\xff\"}\n{\"id\":\"b\"}", []string{"f:1 (a\uFFFD): $.id: holds bytes that are not UTF-8", "b"}},
	{"a field given twice", "{\"id\":\"b\"}\n\n{\"id\":\"a\",\"id\":\"b\"}", []string{"b", "f:3 (a): $.id: is here twice; only one can be meant"}},
	{
		"two profiles on a line", "{\"id\":\"a\"}\n{\"id\":\"b\"}{\"id\":\"c\"}\n{\"id\":\"d\"}",
		[]string{"a", "f:2 (b): $: there is more text after the end of the profile, from line 2, column 11 on; a profile is one JSON object", "d"},
	},
	{"a table", "id,sex\na,f\n", []string{
		"f:1: $: this is not JSON, at line 1, column 1: invalid character 'i' at start of value",
		"f:2: $: this is not JSON, at line 2, column 1: invalid character 'a' at start of value",
	}},

	{"one profile over many lines", "{\n \"id\": \"a\",\n \"conditions\": [\n {\"text\": \"x{\"}]\n}\n", []string{"a"}},
	{"profiles over many lines", "{\n\"id\":\"a\"\n}\n{\"id\":\"b\"}{\"id\":\"c\"\n}", []string{"a", "b", "c"}},
	{"profiles without a gap", `{"id":"a"}{"id":"b"}`, []string{"a", "b"}},
	{
		"one of many lines that is wrong", "{\n\"id\":\"a\"\n}\n{\n\"id\":7\n}\n{\"id\":\"c\"}",
		[]string{"a", "f:4: $.id: is a number; it must be a text \"…\"", "c"},
	},
	{
		"one of many lines that is broken", "{\n \"id\":\"a\"\n}\n{\n \"id\":,\n \"sex\":\"male\"\n}\n{\"id\":\"c\"}",
		[]string{"a", "f:4: $.id: this is not JSON, at line 5, column 7: invalid character ',' at start of value", "c"},
	},
	{
		"one of many lines that is cut short", "{\n\"id\":\"a\"\n}\n{\n\"id\":\"b\",\n{\"id\":\"c\"}",
		[]string{"a", "f:4 (b): $: the text ends too early, at line 5, column 10", "c"},
	},
	{
		"the last of many lines that is cut short", "{\n\"id\":\"a\"\n}\n{\n\"id\":\"b\",",
		[]string{"a", "f:4 (b): $: the text ends too early, at line 5, column 10"},
	},

	{"an array", "[{\"id\":\"a\"},\n {\"id\":\"b\\\"]\"} ]\n", []string{"a", "b\"]"}},
	{"an empty array", " [ ] ", nil},
	{"an array over many lines", "\uFEFF[\n{\n\"id\":\"a\"\n}\n,\n{\"id\":\"b\"}\n]", []string{"a", "b"}},
	{"wrong entries", "[{\"id\":\"a\"},\n7,[{}],null,\"x\",{\"id\":\"b\"}]", []string{
		"a",
		"f:2: entry 2: $: is a number; it must be an object {…}", "f:2: entry 3: $: is a list […]; it must be an object {…}",
		"f:2: entry 4: $: is null; leave it out where nothing is known", "f:2: entry 5: $: is a text \"…\"; it must be an object {…}", "b",
	}},
	{"a comma too few", "[{\"id\":\"a\"}\n{\"id\":\"b\"}]", []string{
		"a",
		"*f:2: entry 1: a comma is missing, at line 2, column 1; what follows cannot be read",
	}},
	{"a comma too many", "[{\"id\":\"a\"},\n]", []string{
		"a",
		"*f:2: entry 2: an entry is missing before this ']', at line 2, column 1; what follows cannot be read",
	}},
	{"an entry that is broken", "[{\"id\":\"a\"},\n{\"id\":\"b\"],{\"id\":\"c\"}]", []string{
		"a",
		"*f:2: entry 2 (b): $: this is not JSON, at line 2, column 10: invalid character ']' after object value (expecting ',' or '}'); what follows in the array cannot be read",
	}},
	{"an array cut short in an entry", "[{\"id\":\"a\"},{\"id\":\"b", []string{
		"a",
		"*f:1: entry 2: $.id: the text ends too early, at line 1, column 21; what follows in the array cannot be read",
	}},
	{"an array cut short between entries", "[{\"id\":\"a\"}", []string{
		"a",
		"*f:1: entry 1: the text ends before the array does, at line 1, column 12; what follows cannot be read",
	}},
	{"an array cut short after a comma", "[{\"id\":\"a\"},", []string{
		"a",
		"*f:1: entry 2: the text ends before the array does, at line 1, column 13; what follows cannot be read",
	}},
	{"text after the array", "[{\"id\":\"a\"}]\n{\"id\":\"b\"}", []string{
		"a",
		"*f:2: there is more text after the end of the array, at line 2, column 1; what follows cannot be read",
	}},
	{"UTF-16", "\xff\xfe{\x00", []string{"*f:1: the text is UTF-16; save it as UTF-8"}},
}

// records reads a source to its end.
func records(t *testing.T, r io.Reader) []string {
	t.Helper()
	var got []string
	for p, err := range Records(r, "f") {
		if (p == nil) == (err == nil) {
			t.Fatalf("profile %v and error %v", p, err)
		}
		if err == nil {
			got = append(got, p.ID)
			continue
		}
		var e *RecordError
		if !errors.As(err, &e) {
			t.Fatalf("%T: %v", err, err)
		}
		s := e.Error()
		if e.Patient != "" {
			s = strings.Replace(s, ": $", " ("+e.Patient+"): $", 1)
		}
		if e.Cut {
			s = "*" + s
		}
		got = append(got, s)
	}
	return got
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

func TestRecords(t *testing.T) {
	for _, c := range sources {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"at once":      strings.NewReader(c.text),
				"byte by byte": iotest.OneByteReader(strings.NewReader(c.text)),
				"with the end": iotest.DataErrReader(strings.NewReader(c.text)),
				"gzipped":      bytes.NewReader(gzipped(c.text)),
			} {
				if got := records(t, r); !slices.Equal(got, c.want) {
					t.Errorf("%s:\n%s\nwant\n%s", how, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

// A record may be as long as it may be, and not a byte longer; the longer one
// is skipped in little memory.
func TestRecordsThatAreTooLong(t *testing.T) {
	long := func(id string, n int) string {
		return fmt.Sprintf(`{"id":%q,"issues":["%s"]}`, id, strings.Repeat("x", n-len(id)-23))
	}
	for _, c := range []struct{ name, before, between, after string }{
		{"lines", "", "\r\n", ""}, {"array", "[", ",\n", "]"}, {"sequence", "{\n\"id\":\"0\"}", "\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.before + long("a", MaxRecord) + c.between + long("b", MaxRecord+1) + c.between + long("c", 100) + c.after
			var got []string
			for p, err := range Records(strings.NewReader(text), "") {
				switch {
				case errors.Is(err, ErrRecordTooLong):
					got = append(got, "too long")
				case err != nil:
					got = append(got, err.Error())
				default:
					got = append(got, p.ID)
				}
			}
			want := []string{"a", "too long", "c"}
			if c.name == "sequence" {
				want = append([]string{"0"}, want...)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// However long a line is, no more than a few times the limit is held.
func TestRecordsSkipInBoundedMemory(t *testing.T) {
	for _, head := range []string{`{"id":"a","issues":["`, `[{"id":"a","issues":["`, "{\n\"id\":\"a\",\"issues\":[\"", "{\n\"id\":\"0\"}\n}"} {
		endless := io.MultiReader(strings.NewReader(head), io.LimitReader(always('x'), 200<<20))
		most := 0
		yield := func(Record) bool { return true }
		t1 := newRecordText(endless, "f", yield)
		in := t1.in
		t1.in = readerFunc(func(b []byte) (int, error) { most = max(most, cap(t1.buf)); return in.Read(b) })
		t1.readRecords()
		if most > 3*MaxRecord {
			t.Errorf("%q: held %d MiB", head, most>>20)
		}
	}
}

type always byte

func (a always) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(a)
	}
	return len(b), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
