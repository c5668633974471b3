// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// The columns of a site's list. Others are ignored.
const (
	TermsDomain   = "domain"   // of the facts; empty: every domain
	TermsSystem   = "system"   // short name or URL of a code system
	TermsCode     = "code"     // of that system
	TermsWording  = "wording"  // of the facts
	TermsConcepts = "concepts" // that "none of these" is about, separated by spaces; empty: all
	TermsIs       = "is"       // what the code or wording is
)

// NoneOfThese is the text of the column "is" that says that the code or wording is none of
// the concepts.
const NoneOfThese = "none of these"

var termsColumns = []string{TermsDomain, TermsSystem, TermsCode, TermsWording, TermsConcepts, TermsIs}

const maxTermsSize = 64 << 20 // bytes of a file

// LoadTerms reads a site's lists, CSV files whose column "is" says what the code and the
// wording of a line are: a code as "icd10cm:I50.9", the name of a concept of the studies
// or of the library, or [NoneOfThese]. Lines whose column is empty are skipped.
//
// Cells may be separated by commas, semicolons or tabs. An apostrophe before a cell, which
// keeps a spreadsheet from changing it, does not count. Where lines are wrong, or contradict
// each other, the error is an [Errors] that lists all of them.
func LoadTerms(paths []string, studies ...*Study) (*terminology.SiteList, error) {
	concepts, err := conceptsByName(studies)
	if err != nil {
		return nil, err
	}
	r := &siteTermsReader{concepts: concepts}
	for _, path := range paths {
		if err := r.readFile(path); err != nil {
			return nil, err
		}
	}
	list, earlier := terminology.NewSiteList(r.lines)
	for i := range r.lines {
		if first, ok := earlier[i]; ok {
			r.addError(r.places[i], "it contradicts %s, which says %q of the same code and wording", r.places[first], r.said[first])
		}
	}
	if len(r.errors) > 0 {
		return nil, r.errors
	}
	list.Files = r.files
	return list, nil
}

// conceptsByName gives the concepts of studies and, where they have none of the name, of
// the library.
func conceptsByName(studies []*Study) (map[string]*terminology.Concept, error) {
	named := map[string]*terminology.Concept{}
	add := func(list []*terminology.Concept) {
		for _, c := range list {
			if named[c.Name] == nil {
				named[c.Name] = c
			}
		}
	}
	for _, s := range studies {
		add(s.Concepts())
	}
	for _, part := range terminology.Library() {
		list, err := LoadConcepts(part)
		if err != nil {
			return nil, err
		}
		add(list)
	}
	return named, nil
}

type siteTermsReader struct {
	concepts map[string]*terminology.Concept
	lines    []terminology.SiteLine
	places   []Position // of the cell "is" of each line
	said     []string   // its text
	files    []terminology.SiteFile
	errors   Errors
}

func (r *siteTermsReader) addError(at Position, format string, args ...any) {
	r.errors = append(r.errors, Error{Pos: at, Message: fmt.Sprintf(format, args...)})
}

func (r *siteTermsReader) readFile(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(data)
	file := terminology.SiteFile{Name: filepath.Base(path), SHA256: hex.EncodeToString(digest[:])}
	defer func() { r.files = append(r.files, file) }()
	start := Position{File: path, Line: 1, Column: 1}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxTermsSize:
		r.addError(start, "the file has more than %d MiB", maxTermsSize>>20)
		return nil
	case !utf8.Valid(data):
		r.addError(start, "the file is not in UTF-8; save it from the spreadsheet as “CSV UTF-8”")
		return nil
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = separatorOf(data), -1, true
	header, err := in.Read()
	if err != nil {
		r.addError(start, "the file has no header line; its columns are %s", strings.Join(termsColumns, ", "))
		return nil
	}
	columns := r.readHeader(path, in, header)
	if columns == nil {
		return nil
	}
	for {
		cells, err := in.Read()
		var wrong *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &wrong):
			r.addError(Position{File: path, Line: wrong.Line, Column: wrong.Column}, "the line is not CSV: %v", wrong.Err)
			return nil
		case err != nil:
			return err
		}
		if r.readLine(&siteTermsLine{path, in, columns, cells}) {
			file.Lines++
		} else {
			file.Skipped++
		}
	}
}

// separatorOf gives the character that separates the columns of the first line.
func separatorOf(data []byte) rune {
	header, _, _ := bytes.Cut(data, []byte("\n"))
	separator, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(header, []byte(string(c))); n > most {
			separator, most = c, n
		}
	}
	return separator
}

// readHeader gives the places of the columns by their name; nil if one is missing.
func (r *siteTermsReader) readHeader(path string, in *csv.Reader, header []string) map[string]int {
	columns := map[string]int{}
	for i, name := range header {
		line, column := in.FieldPos(i)
		at := Position{File: path, Line: line, Column: column}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := columns[name]; twice && slices.Contains(termsColumns, name) {
			r.addError(at, "the column %q is there twice", name)
			return nil
		}
		columns[name] = i
	}
	at := Position{File: path, Line: 1, Column: 1}
	for _, name := range [][]string{{TermsIs}, {TermsCode, TermsWording}} {
		if !slices.ContainsFunc(name, func(n string) bool { _, ok := columns[n]; return ok }) {
			r.addError(at, "there is no column %s; the columns are %s", strings.Join(name, " and no column "), strings.Join(termsColumns, ", "))
			return nil
		}
	}
	for _, have := range header {
		have = strings.ToLower(strings.TrimSpace(have))
		if slices.Contains(termsColumns, have) || len(have) < 4 {
			continue
		}
		if meant := patient.Nearest(have, termsColumns); meant != "" && len(meant) > 2 {
			if _, ok := columns[meant]; !ok {
				r.addError(at, "unknown column %q; did you mean %s?", have, meant)
				return nil
			}
		}
	}
	return columns
}

// siteTermsLine is a line of a file.
type siteTermsLine struct {
	path    string
	in      *csv.Reader
	columns map[string]int
	cells   []string
}

// cell gives the text of a column, without spaces around it.
func (l *siteTermsLine) cell(name string) string {
	i, ok := l.columns[name]
	if !ok || i >= len(l.cells) {
		return ""
	}
	return strings.TrimSpace(l.cells[i])
}

// symbol gives the text of a column that holds a code or a name, without the apostrophe that
// protects it from a spreadsheet.
func (l *siteTermsLine) symbol(name string) string {
	return strings.TrimSpace(strings.TrimPrefix(l.cell(name), "'"))
}

func (l *siteTermsLine) place(name string) Position {
	i, ok := l.columns[name]
	if !ok || i >= len(l.cells) {
		i = 0
	}
	line, column := l.in.FieldPos(i)
	return Position{File: l.path, Line: line, Column: column}
}

// rewrittenNumber matches a long number as a spreadsheet shows it.
var rewrittenNumber = regexp.MustCompile(`^[0-9][.,]?[0-9]*[eE]\+[0-9]{2}$`)

// readLine adds a line. It returns false if its cell "is" is empty.
func (r *siteTermsReader) readLine(l *siteTermsLine) bool {
	is := l.symbol(TermsIs)
	if is == "" {
		return false
	}
	line := terminology.SiteLine{
		Domain: patient.Domain(strings.ToLower(l.symbol(TermsDomain))), System: l.symbol(TermsSystem), Code: l.symbol(TermsCode), Wording: l.cell(TermsWording),
	}
	problems := len(r.errors)
	switch domains := termsDomains(); {
	case line.Domain != "" && !slices.Contains(domains, string(line.Domain)):
		r.addError(l.place(TermsDomain), "unknown domain %q%s", line.Domain, cmp.Or(patient.DidYouMean(string(line.Domain), domains), "; it is one of "+strings.Join(domains, ", ")))
	case line.Code == "" && !terminology.IsWording(line.Wording):
		r.addError(l.place(TermsIs), "the line has neither a code nor a wording, so nothing is known to be %q", is)
	case rewrittenNumber.MatchString(line.Code):
		r.addError(l.place(TermsCode), "a spreadsheet has rewritten the number %q; write the code in full, with an apostrophe before it", line.Code)
	}
	line.Is = r.readMeaning(l, is, &line)
	if len(r.errors) == problems {
		r.lines, r.places, r.said = append(r.lines, line), append(r.places, l.place(TermsIs)), append(r.said, is)
	}
	return true
}

func termsDomains() (names []string) {
	for _, k := range terminology.Kinds() {
		names = append(names, string(k.Domain()))
	}
	return names
}

// readMeaning reads the cell "is": a code, a concept or none of these.
func (r *siteTermsReader) readMeaning(l *siteTermsLine, is string, line *terminology.SiteLine) (m terminology.SiteMeaning) {
	if strings.EqualFold(is, NoneOfThese) || strings.EqualFold(is, "none") {
		m.NoneOf = strings.FieldsFunc(l.cell(TermsConcepts), func(c rune) bool { return strings.ContainsRune(" ,;", c) })
		return m
	}
	at := l.place(TermsIs)
	if strings.ContainsAny(is, ":|") {
		system, code := cutCode(is)
		known := terminology.CodeSystems()
		name := patient.SystemName(system)
		if !slices.Contains(known, name) {
			r.addError(at, "%q is no known code system%s", system, cmp.Or(patient.DidYouMean(system, known), "; a code is written as icd10cm:I50.9, with one of "+strings.Join(known, ", ")))
		} else if err := terminology.CheckCode(name, code); err != nil {
			r.addError(at, "%v", err)
		}
		m.System, m.Code = name, code
		return m
	}
	m.Concept = r.concepts[is]
	switch {
	case m.Concept == nil:
		r.addError(at, "there is no concept %q%s", is, cmp.Or(r.nearConcept(is), "; write a code as icd10cm:I50.9, the name of a concept (eligo concepts lists them) or “"+NoneOfThese+"”"))
	case line.Domain != "" && line.Domain != m.Concept.Kind.Domain():
		r.addError(at, "%s is a concept of %s, and the line is about %s", is, m.Concept.Kind.Domain(), line.Domain)
	default:
		line.Domain = m.Concept.Kind.Domain()
	}
	return m
}

// cutCode cuts "icd10cm:I50.9", "http://snomed.info/sct|84114007" and "icd10cm:I50.9 (heart
// failure)", as suggestions are written, into system and code.
func cutCode(text string) (system, code string) {
	text, _, _ = strings.Cut(text, " (")
	i := strings.LastIndexAny(text, ":|")
	return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:])
}

func (r *siteTermsReader) nearConcept(name string) string {
	names := make([]string, 0, len(r.concepts)+1)
	for have := range r.concepts {
		names = append(names, have)
	}
	return patient.DidYouMean(name, append(names, NoneOfThese))
}
