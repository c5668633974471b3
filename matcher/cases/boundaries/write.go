// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// WriteFile writes a file of cases. study is the study file relative to the
// file of cases; comment becomes the comment at its head.
func WriteFile(study, comment string, on patient.Day, list []Boundary) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.SplitSeq(strings.TrimSuffix(comment, "\n"), "\n") {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "study: %s\non: %s\n", scalarYAML(study), on)
	var dates map[string]patient.Day
	for i := range list {
		if list[i].Dates.Screening == on && len(list[i].Dates.Anchors) > 0 {
			dates = list[i].Dates.Anchors
			fmt.Fprintf(&b, "dates: %s\n", mappingYAML(dates))
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
		fmt.Fprintf(&b, "  - case: %s\n", scalarYAML(c.Words))
		if c.Dates.Screening != on {
			fmt.Fprintf(&b, "    on: %s\n", c.Dates.Screening)
		}
		if !maps.Equal(c.Dates.Anchors, dates) {
			fmt.Fprintf(&b, "    dates: %s\n", mappingYAML(c.Dates.Anchors))
		}
		person, err := profileYAML(c.Person)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "    person: %s\n    truth: %s\n", person, mappingYAML(c.Truth))
	}
	return b.Bytes(), nil
}

func mappingYAML[V fmt.Stringer](m map[string]V) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, key+": "+m[key].String())
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// plainScalar matches texts that need no quotation marks in YAML, also between
// braces: words, days and months.
var plainScalar = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9 _./-]*|[0-9]+-[A-Za-z0-9./-]*)$`)

// otherScalars are words that YAML does not parse as texts.
var otherScalars = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

func scalarYAML(text string) string {
	if plainScalar.MatchString(text) && !strings.HasSuffix(text, " ") && !slices.Contains(otherScalars, strings.ToLower(text)) {
		return text
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	// Go escapes these for HTML.
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted))
}

// profileYAML writes a profile on one line, without its id.
func profileYAML(p *patient.Profile) (string, error) {
	doc, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var b strings.Builder
	if err := writeFlowValue(d, &b, true); err != nil {
		return "", err
	}
	return b.String(), nil
}

func writeFlowValue(d *json.Decoder, b *strings.Builder, top bool) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, isDelim := t.(json.Delim)
	if !isDelim {
		if text, isText := t.(string); isText {
			b.WriteString(scalarYAML(text))
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
		if err := writeFlowValue(d, b, false); err != nil {
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
