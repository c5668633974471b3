// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
)

// AppendJSON appends the JSON form of a result: the same bytes as encoding/json,
// several times faster. A test compares the two over results of every shape.
func (r *Result) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"schema":`...), r.Schema)
	b = appendStudyRef(append(b, `,"study":`...), &r.Study)
	b = appendString(append(b, `,"patient":`...), r.Patient)
	b = appendDates(append(b, `,"dates":`...), r.Dates)
	b = appendString(append(b, `,"verdict":`...), string(r.Verdict))
	b = appendString(append(b, `,"awaits":`...), string(r.Awaits))
	b = appendString(append(b, `,"summary":`...), r.Summary)
	b = appendList(append(b, `,"criteria":`...), r.Criteria, appendCriterion)
	b = appendStrings(append(b, `,"blocking":`...), r.Blocking)
	b = appendStrings(append(b, `,"unknown":`...), r.Unknown)
	if r.Needed != nil {
		b = appendList(append(b, `,"needed":`...), r.Needed, appendNeeded)
	}
	b = appendDay(b, `,"needed_for":`, r.NeededFor)
	if n := r.NearMiss; n != nil {
		b = appendString(append(b, `,"near_miss":{"criterion":`...), n.Criterion)
		b = appendString(append(b, `,"by":`...), string(n.By))
		b = append(appendDay(b, `,"clears_on":`, n.ClearsOn), '}')
	}
	b = appendDay(b, `,"earliest_eligible":`, r.EarliestEligible)
	b = appendDay(b, `,"eligible_until":`, r.EligibleUntil)
	if c := r.BestCase; c != nil {
		b = appendString(append(b, `,"best_case":{"earliest_eligible":`...), c.EarliestEligible.String())
		b = appendDay(b, `,"eligible_until":`, c.EligibleUntil)
		b = append(appendStrings(append(b, `,"assumes":`...), c.Assumes), '}')
	}
	b = appendField(b, `,"outlook":`, r.Outlook)
	b = appendDay(b, `,"looked_until":`, r.LookedUntil)
	if r.Horizon != (Horizon{}) {
		b = appendString(append(b, `,"horizon":`...), r.Horizon.String())
	}
	if r.Washout != nil {
		b = appendList(append(b, `,"washout":`...), r.Washout, appendExposure)
	}
	b = appendData(append(b, `,"data":`...), &r.Data)
	b = appendString(append(b, `,"engine":`...), r.Engine)
	return append(b, '}')
}

func appendStudyRef(b []byte, s *StudyRef) []byte {
	b = appendString(append(b, `{"id":`...), s.ID)
	b = appendField(b, `,"title":`, s.Title)
	b = appendField(b, `,"version":`, s.Version)
	b = appendField(b, `,"source":`, s.Source)
	b = appendString(append(b, `,"sha256":`...), s.SHA256)
	if s.Drafts != 0 {
		b = strconv.AppendInt(append(b, `,"drafts":`...), int64(s.Drafts), 10)
	}
	if r := s.Reviewed; r != nil {
		b = appendString(append(b, `,"reviewed":{"by":`...), r.By)
		b = appendString(append(b, `,"on":`...), r.On.String())
		b = append(strconv.AppendBool(append(b, `,"current":`...), r.Current), '}')
	}
	return append(b, '}')
}

func appendDates(b []byte, dates map[string]patient.Day) []byte {
	if dates == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(dates)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(appendString(b, name), ':'), dates[name].String())
	}
	return append(b, '}')
}

func appendCriterion(b []byte, c *Criterion) []byte {
	b = appendString(append(b, `{"id":`...), c.ID)
	b = appendString(append(b, `,"kind":`...), string(c.Kind))
	b = appendString(append(b, `,"quote":`...), c.Quote)
	b = appendTrue(b, `,"built_in":`, c.BuiltIn)
	b = appendString(append(b, `,"rule":`...), c.Rule)
	b = appendString(append(b, `,"truth":`...), c.Truth.String())
	b = appendString(append(b, `,"outcome":`...), string(c.Outcome))
	b = appendString(append(b, `,"label":`...), c.Label)
	b = appendString(append(b, `,"reason":`...), c.Reason)
	b = appendList(append(b, `,"evidence":`...), c.Evidence, appendEvidence)
	b = appendList(append(b, `,"missing":`...), c.Missing, appendMissing)
	b = appendDay(b, `,"clears_on":`, c.ClearsOn)
	b = appendDay(b, `,"may_clear_on":`, c.MayClearOn)
	if c.Clearing != nil {
		b = appendClearing(append(b, `,"clearing":`...), c.Clearing)
	}
	if len(c.Shown) > 0 {
		b = appendList(append(b, `,"shown":`...), c.Shown, appendEvidence)
	}
	return append(b, '}')
}

func appendEvidence(b []byte, e *Evidence) []byte {
	n := len(b)
	b = appendField(b, `,"concept":`, e.Concept)
	b = appendField(b, `,"record":`, e.Record)
	b = appendField(b, `,"display":`, e.Display)
	b = appendField(b, `,"system":`, e.System)
	b = appendField(b, `,"code":`, e.Code)
	b = appendDate(b, `,"start":`, e.Start)
	b = appendDate(b, `,"end":`, e.End)
	b = appendField(b, `,"value":`, e.Value)
	b = appendField(b, `,"unit":`, e.Unit)
	return closeObject(appendField(b, `,"note":`, e.Note), n)
}

func appendMissing(b []byte, m *Missing) []byte {
	b = appendString(append(b, `{"what":`...), m.What)
	b = appendString(append(b, `,"why":`...), string(m.Why))
	b = appendField(b, `,"record":`, m.Record)
	b = appendString(append(b, `,"ask":`...), m.Ask)
	b = appendField(b, `,"who":`, m.Who)
	return append(appendTrue(b, `,"question":`, m.Question), '}')
}

func appendClearing(b []byte, c *Clearing) []byte {
	b = appendString(append(b, `{"kind":`...), string(c.Kind))
	if len(c.Stop) > 0 {
		b = appendList(append(b, `,"stop":`...), c.Stop, func(b []byte, s *Stop) []byte {
			b = appendString(append(b, `{"medication":`...), s.Medication)
			return append(appendString(append(b, `,"washout":`...), s.Washout), '}')
		})
	}
	return append(appendField(b, `,"reason":`, c.Reason), '}')
}

func appendNeeded(b []byte, n *Needed) []byte {
	b = appendString(append(b, `{"what":`...), n.What)
	b = appendString(append(b, `,"why":`...), string(n.Why))
	b = appendString(append(b, `,"ask":`...), n.Ask)
	b = appendString(append(b, `,"who":`...), n.Who)
	b = appendField(b, `,"record":`, n.Record)
	b = appendTrue(b, `,"question":`, n.Question)
	b = appendStrings(append(b, `,"settles":`...), n.Settles)
	if len(n.Ends) > 0 {
		b = appendStrings(append(b, `,"ends":`...), n.Ends)
	}
	if len(n.Or) > 0 {
		b = appendList(append(b, `,"or":`...), n.Or, func(b []byte, a *Alternative) []byte {
			b = appendString(append(b, `{"what":`...), a.What)
			b = appendString(append(b, `,"ask":`...), a.Ask)
			b = appendString(append(b, `,"who":`...), a.Who)
			return append(appendField(b, `,"record":`, a.Record), '}')
		})
	}
	return append(b, '}')
}

func appendExposure(b []byte, x *Exposure) []byte {
	b = appendString(append(b, `{"criterion":`...), x.Criterion)
	b = appendString(append(b, `,"medication":`...), x.Medication)
	b = appendString(append(b, `,"record":`...), x.Record)
	b = appendField(b, `,"display":`, x.Display)
	b = appendDate(b, `,"last_dose":`, x.LastDose)
	b = appendTrue(b, `,"ongoing":`, x.Ongoing)
	b = appendField(b, `,"class":`, x.Class)
	b = appendString(append(b, `,"length":`...), x.Length)
	b = appendString(append(b, `,"before":`...), x.Before)
	b = strconv.AppendBool(append(b, `,"clear":`...), x.Clear)
	b = appendDay(b, `,"clears_on":`, x.ClearsOn)
	b = appendTrue(b, `,"unclassified":`, x.Unclassified)
	return append(appendField(b, `,"note":`, x.Note), '}')
}

func appendData(b []byte, d *Data) []byte {
	b = appendString(append(b, `{"profile_sha256":`...), d.ProfileSHA256)
	b = appendDate(b, `,"recorded_through":`, d.RecordedThrough)
	b = appendStrings(append(b, `,"not_supplied":`...), d.NotSupplied)
	b = appendStrings(append(b, `,"unreadable":`...), d.Unreadable)
	b = appendList(append(b, `,"assumed":`...), d.Assumed, func(b []byte, a *Assumption) []byte {
		b = appendString(append(b, `{"kind":`...), string(a.Kind))
		b = appendField(b, `,"date":`, a.Date)
		return append(appendField(b, `,"domain":`, string(a.Domain)), '}')
	})
	return append(appendStrings(append(b, `,"issues":`...), d.Issues), '}')
}

// appendField appends a member that is left out if it is empty.
func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}

// appendTrue appends a member that is left out if it is false.
func appendTrue(b []byte, name string, value bool) []byte {
	if !value {
		return b
	}
	return append(append(b, name...), "true"...)
}

// appendDay appends a member that is left out if the day is not given.
func appendDay(b []byte, name string, d patient.Day) []byte {
	if d == 0 {
		return b
	}
	return appendString(append(b, name...), d.String())
}

// appendDate appends a member that is left out if the date is not given.
func appendDate(b []byte, name string, d patient.Date) []byte {
	if d.IsZero() {
		return b
	}
	return appendString(append(b, name...), d.String())
}

// closeObject ends an object all of whose members can be left out. It began at n.
func closeObject(b []byte, n int) []byte {
	if len(b) == n {
		return append(b, "{}"...)
	}
	b[n] = '{' // for the comma before the first member
	return append(b, '}')
}

func appendList[T any](b []byte, list []T, appendOne func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOne(b, &list[i])
	}
	return append(b, ']')
}

func appendStrings[S ~string](b []byte, list []S) []byte {
	return appendList(b, list, func(b []byte, s *S) []byte { return appendString(b, string(*s)) })
}

// plainByte tells which bytes need no escape in a string.
var plainByte = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return plain
}()

// appendString appends a string with the escapes of encoding/json.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if plainByte[s[i]] {
			i++
			continue
		}
		c, width := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, width = utf8.DecodeRuneInString(s[i:])
			if c != '\u2028' && c != '\u2029' && (c != utf8.RuneError || width > 1) {
				i += width
				continue
			}
		}
		b = appendEscape(append(b, s[from:i]...), c)
		i += width
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c rune) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', byte(c))
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', hex[c>>12&0xf], hex[c>>8&0xf], hex[c>>4&0xf], hex[c&0xf])
}
