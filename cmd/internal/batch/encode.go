// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// encoder writes results as encoding/json does, in a fifth of the time: most
// of a result is the study's own words, which it escapes once. A test compares
// the two over results of every shape, and each encoder compares its first
// results and leaves everything to encoding/json where they differ.
type encoder struct {
	heads    map[string][]head // by study
	compared atomic.Int64
	distrust atomic.Bool
}

const mostCompared = 100

// head is the beginning of a criterion that is the same in all results.
type head struct {
	id, quote, rule string
	kind            rules.Side
	text            []byte
}

func newEncoder(studies []*rules.Study) *encoder {
	e := &encoder{heads: map[string][]head{}}
	for _, s := range studies {
		heads := make([]head, len(s.Criteria))
		for i := range s.Criteria {
			c := &s.Criteria[i]
			heads[i] = head{c.ID, c.Quote, c.Rule, c.Side, appendHead(nil, &matcher.Criterion{ID: c.ID, Kind: c.Side, Quote: c.Quote, Rule: c.Rule})}
		}
		e.heads[s.ID] = heads
	}
	return e
}

// append appends a result.
func (e *encoder) append(b []byte, r *matcher.Result) ([]byte, error) {
	if !e.distrust.Load() && !dated(r) {
		n := len(b)
		b = e.result(b, r)
		if e.compared.Add(1) > mostCompared {
			return b, nil
		}
		want, err := json.Marshal(r)
		if err == nil && bytes.Equal(b[n:], want) {
			return b, nil
		}
		e.distrust.Store(true)
		b = b[:n]
	}
	text, err := json.Marshal(r)
	return append(b, text...), err
}

// dated reports whether the result says when it will change, which the encoder
// leaves to encoding/json.
func dated(r *matcher.Result) bool {
	return r.Needed != nil || r.NeededFor != 0 || r.NearMiss != nil || r.EarliestEligible != 0 || r.EligibleUntil != 0 ||
		r.BestCase != nil || r.Outlook != "" || r.LookedUntil != 0 || r.Washout != nil ||
		slices.ContainsFunc(r.Criteria, func(c matcher.Criterion) bool {
			return c.ClearsOn != 0 || c.MayClearOn != 0 || c.Clearing != ""
		})
}

func (e *encoder) result(b []byte, r *matcher.Result) []byte {
	b = appendString(append(b, `{"schema":`...), r.Schema)
	b = appendStudy(append(b, `,"study":`...), &r.Study)
	b = appendString(append(b, `,"patient":`...), r.Patient)
	b = appendDates(append(b, `,"dates":`...), r.Dates)
	b = appendString(append(b, `,"verdict":`...), string(r.Verdict))
	b = appendString(append(b, `,"awaits":`...), string(r.Awaits))
	b = appendString(append(b, `,"summary":`...), r.Summary)
	b = append(b, `,"criteria":`...)
	heads := e.heads[r.Study.ID]
	b = appendList(b, r.Criteria, func(b []byte, c *matcher.Criterion) []byte {
		i := 0
		for i < len(heads) && heads[i].id != c.ID {
			i++
		}
		if i < len(heads) && heads[i].quote == c.Quote && heads[i].rule == c.Rule && heads[i].kind == c.Kind {
			b = append(b, heads[i].text...)
		} else {
			b = appendHead(b, c)
		}
		return appendFinding(b, c)
	})
	b = appendStrings(append(b, `,"blocking":`...), r.Blocking)
	b = appendStrings(append(b, `,"unknown":`...), r.Unknown)
	b = appendData(append(b, `,"data":`...), &r.Data)
	b = appendString(append(b, `,"engine":`...), r.Engine)
	return append(b, '}')
}

func appendStudy(b []byte, s *matcher.StudyRef) []byte {
	b = appendString(append(b, `{"id":`...), s.ID)
	b = appendField(b, `,"title":`, s.Title)
	b = appendField(b, `,"version":`, s.Version)
	b = appendField(b, `,"source":`, s.Source)
	b = appendString(append(b, `,"sha256":`...), s.SHA256)
	if s.Drafts > 0 {
		b = strconv.AppendInt(append(b, `,"drafts":`...), int64(s.Drafts), 10)
	}
	if r := s.Reviewed; r != nil {
		b = appendString(append(b, `,"reviewed":{"by":`...), r.By)
		b = appendString(append(b, `,"on":`...), r.On.String())
		b = strconv.AppendBool(append(b, `,"current":`...), r.Current)
		b = append(b, '}')
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
		b = append(appendString(b, name), ':')
		b = appendString(b, dates[name].String())
	}
	return append(b, '}')
}

func appendHead(b []byte, c *matcher.Criterion) []byte {
	b = appendString(append(b, `{"id":`...), c.ID)
	b = appendString(append(b, `,"kind":`...), string(c.Kind))
	b = appendString(append(b, `,"quote":`...), c.Quote)
	b = appendString(append(b, `,"rule":`...), c.Rule)
	return append(b, `,"truth":`...)
}

func appendFinding(b []byte, c *matcher.Criterion) []byte {
	b = appendString(b, c.Truth.String())
	b = appendString(append(b, `,"outcome":`...), string(c.Outcome))
	b = appendString(append(b, `,"label":`...), c.Label)
	b = appendString(append(b, `,"reason":`...), c.Reason)
	b = appendList(append(b, `,"evidence":`...), c.Evidence, appendEvidence)
	b = appendList(append(b, `,"missing":`...), c.Missing, appendMissing)
	if len(c.Shown) > 0 {
		b = appendList(append(b, `,"shown":`...), c.Shown, appendEvidence)
	}
	return append(b, '}')
}

func appendEvidence(b []byte, e *matcher.Evidence) []byte {
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
	b = appendField(b, `,"note":`, e.Note)
	if len(b) == n {
		return append(b, "{}"...)
	}
	b[n] = '{'
	return append(b, '}')
}

func appendMissing(b []byte, m *matcher.Missing) []byte {
	b = appendString(append(b, `{"what":`...), m.What)
	b = appendString(append(b, `,"why":`...), string(m.Why))
	b = appendField(b, `,"record":`, m.Record)
	b = appendString(append(b, `,"ask":`...), m.Ask)
	b = appendField(b, `,"who":`, m.Who)
	if m.Question {
		b = append(b, `,"question":true`...)
	}
	return append(b, '}')
}

func appendData(b []byte, d *matcher.Data) []byte {
	b = appendString(append(b, `{"profile_sha256":`...), d.ProfileSHA256)
	b = appendDate(b, `,"recorded_through":`, d.RecordedThrough)
	b = appendStrings(append(b, `,"not_supplied":`...), d.NotSupplied)
	b = appendStrings(append(b, `,"unreadable":`...), d.Unreadable)
	b = appendStrings(append(b, `,"assumed":`...), d.Assumed)
	b = appendStrings(append(b, `,"issues":`...), d.Issues)
	return append(b, '}')
}

// appendField appends a member that is left out where it is empty.
func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}

func appendDate(b []byte, name string, d patient.Date) []byte {
	if d.IsZero() {
		return b
	}
	return appendString(append(b, name...), d.String())
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

func appendStrings[S ~string](b []byte, list []S) []byte {
	return appendList(b, list, func(b []byte, s *S) []byte { return appendString(b, string(*s)) })
}

// plainByte says which bytes stand for themselves in a string.
var plainByte = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return plain
}()

// appendString appends a string as encoding/json writes it.
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

// appendEscape appends a character that cannot stand for itself.
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
