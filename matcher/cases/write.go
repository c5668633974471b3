// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// shortID makes the id of a person of the words of a case.
func shortID(words string) string {
	const most = 200 // bytes; a profile takes 256
	if len(words) <= most {
		return words
	}
	cut := most
	for !utf8.RuneStart(words[cut]) {
		cut--
	}
	return words[:cut]
}

// Write makes a file of cases of boundaries. study is the study file as the
// file of cases names it; the comment stands at its head.
func Write(study, comment string, on patient.Day, list []Boundary) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.SplitSeq(strings.TrimSuffix(comment, "\n"), "\n") {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "study: %s\non: %s\n", scalar(study), on)
	var dates map[string]patient.Day
	for i := range list {
		if list[i].Dates.Screening == on && len(list[i].Dates.Anchors) > 0 {
			dates = list[i].Dates.Anchors
			fmt.Fprintf(&b, "dates: %s\n", days(dates))
			break
		}
	}
	b.WriteString("\ncases:\n")
	criterion := ""
	for i := range list {
		c := &list[i]
		if c.Criterion != criterion {
			criterion = c.Criterion
			fmt.Fprintf(&b, "  # %s\n", criterion)
		}
		fmt.Fprintf(&b, "  - case: %s\n", scalar(c.Words))
		if c.Dates.Screening != on {
			fmt.Fprintf(&b, "    on: %s\n", c.Dates.Screening)
		}
		if !maps.Equal(c.Dates.Anchors, dates) {
			fmt.Fprintf(&b, "    dates: %s\n", days(c.Dates.Anchors))
		}
		person, err := flow(c.Person)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "    person: %s\n    truth: %s\n", person, truths(c.Truth))
	}
	return b.Bytes(), nil
}

func days(dates map[string]patient.Day) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(dates)) {
		list = append(list, name+": "+dates[name].String())
	}
	return "{" + strings.Join(list, ", ") + "}"
}

func truths(m map[string]language.Truth) string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(m)) {
		list = append(list, id+": "+m[id].String())
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// plainScalar is what means itself in YAML without quotation marks, also
// between braces: words, and days and months.
var plainScalar = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9 _./-]*|[0-9]+-[A-Za-z0-9./-]*)$`)

// otherScalars are words that YAML takes for something else than a text.
var otherScalars = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

// scalar writes a text so that every reader of YAML sees a text.
func scalar(text string) string {
	if plainScalar.MatchString(text) && !strings.HasSuffix(text, " ") && !slices.Contains(otherScalars, strings.ToLower(text)) {
		return text
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	// Go escapes these for HTML; YAML reads the escapes, people would rather not.
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted))
}

// flow writes a profile on one line, without its id.
func flow(p *patient.Profile) (string, error) {
	doc, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var b strings.Builder
	if err := flowValue(d, &b, true); err != nil {
		return "", err
	}
	return b.String(), nil
}

// flowValue writes the next value of a JSON text.
func flowValue(d *json.Decoder, b *strings.Builder, top bool) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, isDelim := t.(json.Delim)
	if !isDelim {
		if text, isText := t.(string); isText {
			b.WriteString(scalar(text))
		} else {
			fmt.Fprint(b, t)
		}
		return nil
	}
	b.WriteString(open.String())
	for first := true; d.More(); {
		before := b.Len()
		if !first {
			b.WriteString(", ")
		}
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			if top && key == "id" {
				var id string
				if err := d.Decode(&id); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(b, "%s: ", key)
		}
		if err := flowValue(d, b, false); err != nil {
			return err
		}
		first = first && b.Len() == before
	}
	end, err := d.Token()
	if err != nil {
		return err
	}
	fmt.Fprint(b, end)
	return nil
}
