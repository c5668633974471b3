// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func (p *program) termsShowCommand() *cli.Command {
	return &cli.Command{
		Name:        "show",
		Usage:       "say what eligo makes of a code or a wording, and why",
		UsageText:   "eligo terms show CODE|WORDING [WORDING] [--kind KIND] [--study FILE] [--concept NAME] [--terminology FILE] [--terms FILE]",
		Description: `A code is written as icd10cm:I50.9. "eligo help terms" says more.`,
		Flags: []cli.Flag{
			singleFlag("kind", "read it as a fact of this `KIND`: "+plural.Join(terminology.Kinds(), ", ")+" (default: the likeliest)", ""),
			singleFlag("study", "`FILE` of a study or of concepts to try instead of the library", ""),
			singleFlag("concept", "explain the answer for the concept of this `NAME` alone", ""),
			terminologyFlag(), termsFlag(),
			singleFlag("format", "`FORMAT` of the answer: text or json", "text"),
		},
		Action: func(c *cli.Context) error {
			o, err := termsShowOptions(c)
			if err != nil {
				return err
			}
			return p.runTermsShow(o)
		},
	}
}

type showOptions struct {
	fact                         patient.Fact
	kind, study, concept, format string
	site                         siteFiles
}

func termsShowOptions(c *cli.Context) (*showOptions, error) {
	m := flagProblems{command: "terms"}
	args := m.readArguments(c)
	o := &showOptions{kind: flagValue(c, "kind"), study: flagValue(c, "study"), concept: flagValue(c, "concept"), format: flagValue(c, "format"), site: m.readSiteFiles(c)}
	m.checkValues(c, "kind", "study", "concept")
	m.checkChoice("--format", o.format, listFormats)
	if o.kind != "" {
		m.checkChoice("--kind", o.kind, kindNames())
	}
	switch {
	case len(args) == 0 || strings.TrimSpace(args[0]) == "":
		m.addProblem("say which code or wording: icd10cm:I50.9, or \"heart failure\"")
	case len(args) > 2:
		m.addProblem("unexpected argument %q; put quotation marks around a wording", args[2])
	default:
		m.readShown(o, args)
	}
	return o, m.asError()
}

// readShown reads a code, a wording, or a code and a wording.
func (m *flagProblems) readShown(o *showOptions, args []string) {
	if system, code, ok := cutCoding(args[0]); ok {
		o.fact.Codes = []patient.Coding{{System: system, Code: code}}
		if name := patient.SystemName(system); terminology.IsKnownSystem(name) {
			if err := terminology.CheckCode(name, code); err != nil {
				m.addProblem("%v", err)
			}
		} else if hint := patient.DidYouMean(system, terminology.CodeSystems()); hint != "" {
			m.addProblem("unknown code system %q%s", system, hint)
		}
		args = args[1:]
	}
	switch len(args) {
	case 0:
	case 1:
		o.fact.Text = args[0]
	default:
		m.addProblem("unexpected argument %q; put quotation marks around a wording", args[1])
	}
}

// cutCoding cuts icd10cm:I50.9, or URL|CODE, into system and code. A text with a space
// before the colon is a wording.
func cutCoding(text string) (system, code string, ok bool) {
	i := strings.LastIndexAny(text, ":|")
	if i <= 0 || i == len(text)-1 || strings.ContainsAny(text, " \t") {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

// shownTerms is the answer of "eligo terms show".
type shownTerms struct {
	Code          string                    `json:"code,omitzero"`
	Wording       string                    `json:"wording,omitzero"`
	Kind          terminology.Kind          `json:"kind"`
	Known         []terminology.Description `json:"known"`          // what the terminology has
	Is            []shownConcept            `json:"is"`             // concepts
	MayBe         []shownConcept            `json:"may_be"`         // concepts
	NotRecognized []shownConcept            `json:"not_recognised"` // concepts that it may be for all that is known
	Outside       []shownConcept            `json:"outside"`        // concepts
	Suggestions   []terminology.CodeName    `json:"suggestions,omitempty"`
}

type shownConcept struct {
	Name   string             `json:"name"`
	Label  string             `json:"label"`
	Reason terminology.Reason `json:"reason"`
	Member string             `json:"member,omitzero"` // of a class, that decides
}

func (p *program) runTermsShow(o *showOptions) error {
	concepts, err := conceptsOf(o.study)
	if err != nil {
		return err
	}
	var studies []*rules.Study
	systems := map[string]string{}
	if o.study != "" {
		if study, err := rules.Load(o.study); err == nil {
			studies, systems = append(studies, study), study.Systems
		}
	}
	known, err := o.site.open("nothing is shown", studies...)
	if err != nil {
		return err
	}
	if known == nil {
		known = terminology.Core()
	}
	if o.concept != "" {
		at := slices.IndexFunc(concepts, func(c listedConcept) bool { return c.Name == o.concept })
		if at < 0 {
			return usageError{"terms", []string{fmt.Sprintf("--concept: there is no concept %q%s", o.concept, patient.DidYouMean(o.concept, conceptWords(concepts)))}}
		}
		if kind := concepts[at].Kind; o.kind == "" {
			o.kind = string(kind)
		} else if o.kind != string(kind) {
			return usageError{"terms", []string{fmt.Sprintf("%s is a concept of kind %s, not %s", o.concept, kind, o.kind)}}
		}
		concepts = concepts[at : at+1]
	}
	shown := showFact(o, known, concepts, systems)
	if o.format == "json" {
		return writeIndented(p.stdout, shown)
	}
	return shown.writeText(p.stdout, o)
}

// showFact reads the fact as one of the kind that is asked for or, by default, of the kind
// that most of it is known of.
func showFact(o *showOptions, known *terminology.Knowledge, concepts []listedConcept, systems map[string]string) *shownTerms {
	if o.kind != "" {
		return showKind(o, terminology.Kind(o.kind), known, concepts, systems)
	}
	if len(o.fact.Codes) > 0 {
		if kind, ok := kindOfSystem[patient.SystemName(o.fact.Codes[0].System)]; ok {
			return showKind(o, kind, known, concepts, systems)
		}
	}
	var best *shownTerms
	for _, kind := range []terminology.Kind{terminology.ConditionKind, terminology.MedicationKind, terminology.ProcedureKind, terminology.ObservationKind, terminology.ImmunizationKind} {
		shown := showKind(o, kind, known, concepts, systems)
		if best == nil || len(shown.Is) > len(best.Is) || len(best.Is) == 0 && len(best.Known) == 0 && len(shown.Known) > 0 {
			best = shown
		}
	}
	return best
}

// kindOfSystem gives the kind of the facts that a code system is mostly used for.
var kindOfSystem = map[string]terminology.Kind{
	patient.ICD10CM: terminology.ConditionKind, patient.ICD10: terminology.ConditionKind, patient.ICD9CM: terminology.ConditionKind, patient.ICD10GM: terminology.ConditionKind,
	patient.ATC: terminology.MedicationKind, patient.RxNorm: terminology.MedicationKind, patient.NDC: terminology.MedicationKind, patient.PZN: terminology.MedicationKind,
	patient.DMD: terminology.MedicationKind, patient.UNII: terminology.MedicationKind, patient.LOINC: terminology.ObservationKind, patient.CVX: terminology.ImmunizationKind,
	patient.ICD10PCS: terminology.ProcedureKind, patient.ICD9Proc: terminology.ProcedureKind, patient.OPS: terminology.ProcedureKind, patient.CPT: terminology.ProcedureKind,
	patient.HCPCS: terminology.ProcedureKind,
}

func showKind(o *showOptions, kind terminology.Kind, known *terminology.Knowledge, concepts []listedConcept, systems map[string]string) *shownTerms {
	s := &shownTerms{Wording: o.fact.Text, Kind: kind, Known: []terminology.Description{}, Is: []shownConcept{}, MayBe: []shownConcept{}, NotRecognized: []shownConcept{}, Outside: []shownConcept{}}
	for _, c := range o.fact.Codes {
		system := patient.SystemName(c.System)
		if local, ok := systems[c.System]; ok {
			system = local
		}
		s.Code = c.System + ":" + c.Code
		s.Known = append(s.Known, known.DescribeCode(system, c.Code)...)
	}
	if o.fact.Text != "" {
		s.Known = append(s.Known, known.DescribeWording(kind, o.fact.Text)...)
	}
	var own []*terminology.Concept
	for _, c := range concepts {
		if c.Kind == kind {
			own = append(own, c.Concept)
		}
	}
	r := terminology.NewRecognizer(kind, own, systems, known)
	for i, c := range own {
		reason, member := r.Explain(&o.fact, i)
		if reason == terminology.EmptyConcept {
			continue // nothing can show it
		}
		one := shownConcept{Name: c.Name, Label: c.Label, Reason: reason}
		if member != nil && member != c {
			one.Member = member.Name
		}
		list := map[terminology.Grade]*[]shownConcept{0: &s.Outside, terminology.MayBe: &s.MayBe, terminology.ByName: &s.Is, terminology.ByCode: &s.Is, terminology.Unrecognized: &s.NotRecognized}[reason.Grade()]
		*list = append(*list, one)
	}
	if len(s.Is) == 0 && len(s.NotRecognized)+len(s.MayBe) > 0 && o.fact.Text != "" {
		s.Suggestions = terminology.NewSuggester(known).Suggest(kind, o.fact.Text)
	}
	return s
}

func (s *shownTerms) writeText(w io.Writer, o *showOptions) error {
	var b strings.Builder
	subject := strings.TrimSpace(s.Code + " " + quoted(s.Wording))
	fmt.Fprintf(&b, "%s, read as a fact of kind %s\n", subject, s.Kind)
	if len(s.Known) == 0 {
		b.WriteString("The terminology does not have it.\n")
	} else {
		b.WriteString("In the terminology:\n")
		for i := range s.Known {
			writeDescription(&b, &s.Known[i])
		}
	}
	writeShown(&b, "It is", s.Is, true)
	writeShown(&b, "It may be", s.MayBe, true)
	writeShown(&b, "It is not recognised, so it may be for all that is known", s.NotRecognized, o.concept != "")
	writeShown(&b, "It lies outside of", s.Outside, o.concept != "")
	if len(s.Suggestions) > 0 {
		fmt.Fprintf(&b, "Did the record mean %s?\n", joinCodes(s.Suggestions))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func joinCodes(codes []terminology.CodeName) string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = c.String()
	}
	return strings.Join(texts, ", ")
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "“" + s + "”"
}

func writeDescription(b *strings.Builder, d *terminology.Description) {
	fmt.Fprintf(b, "  %s", terminology.CodeName{System: d.System, Code: d.Code, Name: d.Name})
	if !strings.EqualFold(d.Found, d.Code) && !strings.EqualFold(d.Found, d.Name) {
		fmt.Fprintf(b, " for “%s”", d.Found)
	}
	b.WriteByte('\n')
	for _, line := range []struct {
		what string
		list []terminology.CodeName
	}{{"under", d.Parents}, {"ingredients", d.Ingredients}, {"classified as", d.MapsTo}} {
		if len(line.list) > 0 {
			fmt.Fprintf(b, "    %s: %s\n", line.what, joinCodes(line.list))
		}
	}
	if len(d.Meanings) > 0 {
		fmt.Fprintf(b, "    stands for: %s\n", strings.Join(d.Meanings, "; "))
	}
}

// mostShown is how many concepts the text lists.
const mostShown = 20

// writeShown lists concepts with their reasons or, not in full, counts them by reason.
func writeShown(b *strings.Builder, lead string, list []shownConcept, full bool) {
	switch {
	case len(list) == 0:
		return
	case !full:
		var reasons []string
		counts := map[string]int{}
		for _, c := range list {
			if reason := c.Reason.String(); counts[reason] == 0 {
				reasons = append(reasons, reason)
			}
			counts[c.Reason.String()]++
		}
		for i, reason := range reasons {
			reasons[i] = fmt.Sprintf("%s: %d", reason, counts[reason])
		}
		fmt.Fprintf(b, "%s %s (%s).\n", lead, plural.Count(len(list), "concept"), strings.Join(reasons, "; "))
		return
	}
	fmt.Fprintf(b, "%s:\n", lead)
	for i, c := range list {
		if i == mostShown {
			fmt.Fprintf(b, "  and %s more (--concept NAME says it for one, --format json for all)\n", plural.Count(len(list)-i, "concept"))
			return
		}
		fmt.Fprintf(b, "  %s, %s (%s", c.Name, c.Label, c.Reason)
		if c.Member != "" {
			fmt.Fprintf(b, ", as %s", c.Member)
		}
		b.WriteString(")\n")
	}
}
