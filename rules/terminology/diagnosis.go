// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// nearness is how a wording or code stands to a node. It is a set.
type nearness uint16

const (
	isName         nearness = 1 << iota // a whole name of what the node covers
	isExcepted                          // a whole name that the node excepts
	liesAbove                           // wider, by a hierarchy of diseases
	liesBelow                           // the same or narrower, by a hierarchy of diseases
	codeWithin                          // one of its ICD-10-CM codes is listed
	codeAbove                           // one of its ICD-10-CM codes holds a listed one
	inName                              // all its words are in a name of the node, which has more
	holdsWholeName                      // it holds a name of the node, and otherwise words of what the node covers
	holdsWords                          // it holds a name of the node
	sharesRoot                          // it has a distinctive root of the node
	sharesFreeRoot                      // so does a word outside the parts whose ICD-10-CM codes are known
	sharesSite                          // it has a distinctive word of the node for a body site
	atSite                              // it has a body site of the node
	onlyItsWords                        // all its words are words of what the node covers
	namedByCode                         // a code of the disease that a name of the node means
)

// wordingPart is a disease whose name a wording holds, from stem first to last-1.
type wordingPart struct {
	*diseasePlace
	first, last int
}

// diagnosisReading is a wording or a code of a diagnosis or procedure.
type diagnosisReading struct {
	reader *diagnosisReader
	key    string     // the stems of the wording, sorted
	near   []nearness // by node
	// known says that the whole wording is known; coded, that ICD-10-CM codes are
	// known for it; list, that it is a code of a list that is complete for the nodes
	// that list it (ICD-10-CM or ICD-9-CM).
	known, coded bool
	list         string
	vague        bool // a procedure that is not named
	wide         bool // it has no word that distinguishes it from others, and its place is not known
	specific     bool // it has a word that distinguishes it from others, besides body sites
	turned       bool // a word stands in it that changes the meaning of a name beside it
	beside       bool // so does one outside the diseases that it names
	otherwise    Reason
	sites        []string      // its body sites
	neoplasm     bool          // it is a neoplasm
	short        bool          // it has one or two words
	suspicion    bool          // a question mark, or r/o, stands in it
	siteless     bool          // it is a carcinoma that may be of many sites
	parts        []wordingPart // the diseases of the names that it is put together from
	// instead is the reading of a part or of a meaning: what it covers is covered.
	instead *diagnosisReading
	// replaced says that the meaning stands for the wording.
	replaced bool
}

func (r *diagnosisReader) readText(text string) reading {
	r.prepare.Do(r.build)
	return r.readWording(text, 0)
}

func (r *diagnosisReader) readWording(text string, depth int) *diagnosisReading {
	w := &diagnosisReading{reader: r, near: make([]nearness, len(r.nodes)), otherwise: NoWording}
	w.suspicion = suspected.MatchString(text)
	stems := lexicon.Stems(text)
	if len(stems) == 0 || placeholders[strings.Join(stems, " ")] {
		return w
	}
	key := lexicon.Key(stems)
	small := withoutNoise(key)
	w.key = join(key)
	w.noteWords(key, small)
	if depth < 2 && w.readMeaning(text, depth) {
		return w
	}
	matches := r.known.Lookup(nil, lexicon.Diagnosis, key)
	if len(small) != len(key) {
		matches = r.known.Lookup(matches, lexicon.Diagnosis, small)
	}
	if depth < 2 && !slices.ContainsFunc(matches, isICD10CM) {
		w.instead = r.readMain(text, depth)
	}
	w.shareRoots(key, sharesRoot)
	if len(matches) > 0 {
		w.known, w.otherwise = true, OutsideKnownWording
		w.place(matches)
	}
	if !w.coded {
		w.readParts(stems)
	}
	return w
}

func isICD10CM(m lexicon.Match) bool { return m.System() == patient.ICD10CM }

// add notes nearness to some nodes.
func (w *diagnosisReading) add(nodes []int32, n nearness) {
	for _, i := range nodes {
		w.near[i] |= n
	}
}

// noteWords compares the words with the names and words of the nodes.
func (w *diagnosisReading) noteWords(key, small []string) {
	r := w.reader
	for _, k := range [][]string{key, small} {
		w.add(r.except[join(k)], isExcepted)
		w.add(r.own[join(k)], isName)
	}
	vague := false
	var near []int32
	for _, s := range key {
		w.turned = w.turned || turningWords()[s]
		for _, root := range roots(s) {
			near = append(near, r.field[root]...)
		}
		if bodySites()[s] {
			w.sites = append(w.sites, s)
			w.add(r.sites[s], atSite)
		}
		vague = vague || vagueProcedures()[s]
	}
	w.neoplasm = slices.ContainsFunc(key, namesNeoplasm)
	w.short = len(small) <= 2
	w.siteless = len(w.sites) == 0 && slices.ContainsFunc(key, namesMorphology)
	w.vague = vague && r.kind == ProcedureKind
	all := setOf(key)
	onlyWords := r.nodesWithAll(small)
	for _, n := range onlyWords {
		node := &r.nodes[n]
		w.near[n] |= onlyItsWords
		for _, name := range node.names {
			if len(name) > len(small) && containsAll(name, small) {
				w.near[n] |= inName
			}
		}
	}
	slices.Sort(near)
	for _, n := range slices.Compact(near) {
		node := &r.nodes[n]
		for _, name := range node.names {
			if allIn(name, all) {
				w.near[n] |= holdsWords
				if len(name) > 1 && !w.turned && containsAll(node.nearWords, small) {
					w.near[n] |= holdsWholeName
				}
			}
		}
	}
}

// shareRoots notes the nodes that a word has a distinctive root of.
func (w *diagnosisReading) shareRoots(words []string, n nearness) {
	for _, s := range words {
		for _, root := range roots(s) {
			if bodySites()[s] {
				w.add(w.reader.field[root], sharesSite)
			} else {
				w.add(w.reader.field[root], n)
			}
		}
	}
}

// nodesWithAll gives the nodes that have all the words in names of what they cover.
func (r *diagnosisReader) nodesWithAll(words []string) []int32 {
	var nodes []int32
	for i, word := range words {
		with := r.vocab[word]
		if i == 0 {
			nodes = slices.Clone(with)
			continue
		}
		nodes = slices.DeleteFunc(nodes, func(n int32) bool { _, ok := slices.BinarySearch(with, n); return !ok })
	}
	return nodes
}

func allIn(small, large map[string]bool) bool {
	for w := range small {
		if !large[w] {
			return false
		}
	}
	return true
}

func containsAll(set map[string]bool, words []string) bool {
	for _, w := range words {
		if !set[w] {
			return false
		}
	}
	return true
}

// readMeaning replaces an abbreviation or a foreign wording by what it stands for.
func (w *diagnosisReading) readMeaning(text string, depth int) bool {
	r := w.reader
	folded := slices.DeleteFunc(foldedAbbreviation(text), func(w string) bool { return diagnosisNoise()[w] })
	if len(folded) == 1 {
		for e := range r.known.Find("abbreviation", folded[0]) {
			return w.replace(e, depth)
		}
	}
	for e := range r.known.Find("foreign", strings.Join(lexicon.Words(text), " ")) {
		return w.replace(e, depth)
	}
	return false
}

// foldedAbbreviation gives the words of a text, joined where only a hyphen, a slash or
// a plus sign lies between them.
func foldedAbbreviation(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(lexicon.Fold(text), "'s", ""), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsNumber(c) && !strings.ContainsRune("+/-", c)
	})
}

func (w *diagnosisReading) replace(e lexicon.Entry, depth int) bool {
	for name := range e.Names() {
		if name.Marks&lexicon.Ambiguous != 0 {
			w.otherwise = SeveralMeanings
			w.known, w.coded = false, false
			w.replaced = true
			return true
		}
		w.instead, w.replaced = w.reader.readWording(name.Text(), depth+1), true
		return true
	}
	return false
}

var (
	// suspected is a wording with a question mark, with "r/o" for "rule out", with a box
	// that is not ticked, or with a closing minus sign.
	suspected = regexp.MustCompile(`\?|(?i:\br/o\b)|\[ *\]|[☐✗✘]|\( *[-−–] *\)|[-−–]\s*$`)
	// abbreviated is a wording that is followed by its abbreviation.
	abbreviated = regexp.MustCompile(`^(.+?)\s*\(([^\s()]{2,8})\)\s*$`)
	// linked is a wording with a cause or a companion.
	linked = regexp.MustCompile(`(?i)\s+(?:due to|secondary to|caused by|associated with|complicated by|with|without|following)\s+`)
)

// readMain reads the main part of "A due to B", "A with B" and "A (ABBREVIATION)": the
// record says that A is so. It returns nil if there is no such part.
func (r *diagnosisReader) readMain(text string, depth int) *diagnosisReading {
	if m := abbreviated.FindStringSubmatch(text); m != nil && m[2] == strings.ToUpper(m[2]) && !turningWords()[strings.ToLower(m[2])] {
		return r.readWording(m[1], depth+1)
	}
	at := linked.FindStringIndex(text)
	if at == nil {
		return nil
	}
	for _, w := range lexicon.Stems(text[at[1]:]) {
		if turningWords()[w] && w != "past" || r.known.Count(lexicon.Diagnosis, w) < 2 && !isNumber(w) {
			return nil
		}
	}
	return r.readWording(text[:at[0]], depth+1)
}

// place notes where the entries that have the wording as a name stand to the nodes.
func (w *diagnosisReading) place(matches []lexicon.Match) {
	for _, m := range matches {
		p := w.reader.placeOf(m.Entry)
		w.add(p.above, liesAbove)
		w.add(p.under, liesBelow)
		w.coded = w.coded || len(p.codes) > 0
		w.add(p.within, codeWithin)
		w.add(p.wider, codeAbove)
	}
	for n := range w.near {
		if w.near[n] != 0 && w.near[n]&isName == 0 && w.isCoveredName(int32(n), matches) {
			w.near[n] |= isName
		}
	}
}

// nearCode gives the nodes that an ICD-10-CM code may be: the code holds one that they
// list, or is among those that may be them.
func (r *diagnosisReader) nearCode(code string) []int32 {
	return addNodes(addNodes(r.icd.below(code), r.mayBe.covering(code)), r.mayBe.below(code))
}

// isCoveredName reports whether the wording is a name, with the same meaning, of
// something that the node covers, and not also the name of something outside.
func (w *diagnosisReading) isCoveredName(n int32, matches []lexicon.Match) bool {
	r := w.reader
	covered, listed := false, false
	for _, m := range matches {
		if m.Kind == lexicon.Related || m.Kind == lexicon.Term || m.Kind == lexicon.Inclusion && w.turned {
			continue // carriers of a virus are filed with those who are ill
		}
		l := r.lists(n, m.Entry)
		listed = listed || l
		covered = covered || l || r.covers(n, m.Entry)
	}
	if !covered || listed {
		return covered
	}
	for _, m := range matches {
		if m.Kind != lexicon.Label || r.lists(n, m.Entry) {
			continue
		}
		p := r.placeOf(m.Entry)
		inside := slices.Contains(p.within, n) || slices.Contains(p.wider, n)
		switch {
		case !r.nodes[n].listsICD:
		case len(p.codes) > 0 && !inside:
			return false
		case len(p.codes) == 0 && p.isDisease && !r.covers(n, m.Entry) && !slices.Contains(p.under, n):
			return false
		}
	}
	return true
}

// lists reports whether the node lists the code of an entry.
func (r *diagnosisReader) lists(n int32, e lexicon.Entry) bool {
	switch e.System() {
	case patient.ICD10CM:
		return slices.Contains(r.icd.covering(e.Code()), n)
	case patient.ICD9CM:
		return r.kind == ConditionKind && slices.Contains(r.icd9.covering(e.Code()), n)
	case patient.ICD9Proc:
		return r.kind == ProcedureKind && slices.Contains(r.icd9.covering(e.Code()), n)
	case patient.SNOMED:
		return slices.Contains(r.snomed[e.Code()], n)
	}
	return false
}

// covers reports whether a disease is one that a name of the node means, unless its
// codes are not listed, or one whose codes the node lists.
func (r *diagnosisReader) covers(n int32, e lexicon.Entry) bool {
	p := r.placeOf(e)
	if !p.isDisease {
		return false
	}
	mapped := slices.Contains(p.mapped, n) && !slices.Contains(r.above[e], n)
	if mapped || !slices.Contains(r.meant[e], n) {
		return mapped
	}
	return !r.nodes[n].listsICD || len(p.codes) == 0 || slices.Contains(p.allWithin, n)
}

// readParts reads a wording by the names that it is put together from. If the wording
// is not known as a whole it says no only if every word is known, and one of them is
// neither a word for diseases of every sort nor a body site.
func (w *diagnosisReading) readParts(stems []string) {
	r := w.reader
	var said, free []string
	for _, s := range stems {
		if !diagnosisNoise()[s] {
			said = append(said, s)
		}
	}
	p := r.known.phrase(said)
	w.specific = w.neoplasm && len(w.sites) > 0
	for i, s := range said {
		w.specific = w.specific || r.isSpecific(s, p.count(lexicon.Diagnosis, i))
	}
	known, named := true, 0 // the stems before named are in a known name
	for i := 0; i < len(said); {
		width, longest := w.placePart(p, said, i)
		named = max(named, i+longest)
		if width > 0 {
			w.specific = w.specific || width > 1 && r.kind == ConditionKind
			i += width
			continue
		}
		known = known && (i < named || r.isKnownWord(p, said, i))
		free = append(free, said[i])
		i++
	}
	// "Non" distinguishes diseases more often than it denies one: non-small cell.
	w.beside = slices.ContainsFunc(free, func(s string) bool { return turningWords()[s] && s != "non" })
	if slices.ContainsFunc(free, func(s string) bool { return bodySites()[s] }) {
		free = said // the site may make a part something else: adenocarcinoma, of the lung
	}
	w.wide = !w.specific && (len(w.sites) == 0 || len(w.parts) == 0)
	w.shareRoots(free, sharesFreeRoot)
	if w.known {
		return
	}
	for _, p := range w.parts {
		w.add(p.under, liesBelow)
		if !slices.ContainsFunc(slices.Concat(said[:p.first], said[p.last:]), r.narrows) {
			w.add(p.above, liesAbove)
		}
	}
	w.otherwise = UnknownWording
	if known && w.specific && !slices.ContainsFunc(said, func(s string) bool { return changeWords[s] }) {
		w.otherwise = OutsideKnownWording
	}
}

// changeWords say that a result or sign is not as it should be: low platelets.
var changeWords = map[string]bool{
	"low": true, "high": true, "elevated": true, "raised": true, "increased": true, "decreased": true, "reduced": true, "abnormal": true,
}

// placePart finds the longest name that begins at stem i and that has ICD-10-CM codes,
// notes these codes and gives the number of its stems, and those of the longest name of
// several words. It collects the diseases of every name that begins there.
func (w *diagnosisReading) placePart(ph phrase, stems []string, i int) (width, longest int) {
	var space [8]lexicon.Match
	for n := min(len(stems)-i, 7); n > 0; n-- {
		if n == 1 && len(stems[i]) <= 3 {
			break
		}
		coded := false
		for _, m := range ph.lookup(space[:0], lexicon.Diagnosis, i, i+n) {
			if n > 1 {
				longest = max(longest, n)
			}
			p := w.reader.placeOf(m.Entry)
			if p.isDisease {
				w.parts = append(w.parts, wordingPart{p, i, i + n})
			}
			coded = coded || len(p.codes) > 0
			w.add(p.within, codeWithin)
			w.add(p.wider, codeAbove)
		}
		if coded {
			return n, longest
		}
	}
	return 0, longest
}

// isSpecific reports whether a word, which stands in so many names, distinguishes a
// diagnosis from others.
func (r *diagnosisReader) isSpecific(w string, names int) bool {
	if isNumber(w) || bodySites()[w] || layWords()[w] || classNouns()[w] {
		return false
	}
	if r.kind == ProcedureKind {
		return !vagueProcedures()[w]
	}
	return !diagnosisCommon()[w] && names < commonStem
}

// narrows reports whether a word beside the name of a disease makes it another: a body
// site or a word that distinguishes.
func (r *diagnosisReader) narrows(w string) bool {
	return bodySites()[w] || r.isSpecific(w, r.known.Count(lexicon.Diagnosis, w))
}

// isKnownWord reports whether a word is one of several names of the terminology, and
// no abbreviation. Words of procedures are those of any names.
func (r *diagnosisReader) isKnownWord(p phrase, words []string, i int) bool {
	w := words[i]
	if diagnosisNoise()[w] || isNumber(w) {
		return true
	}
	if r.kind == ProcedureKind && procedureWords()[w] {
		return true
	}
	if len(w) < 3 && w != "ag" && w != "ab" && w != "x" {
		return false
	}
	n := p.count(lexicon.Diagnosis, i)
	if n < 20 {
		for range r.known.Find("abbreviation", w) {
			return false
		}
	}
	if r.kind == ProcedureKind && len(w) > 3 {
		return n > 0 || p.count(lexicon.Laboratory, i) > 0 || p.count(lexicon.Substance, i) > 0 || p.count(lexicon.Medicine, i) > 0
	}
	return n >= 2 || p.count(lexicon.Laboratory, i) >= 2
}

// relate implements reading. What is only suspected to be the concept is in doubt.
func (w *diagnosisReading) relate(n int32) Reason {
	said := w.relateMeaning(n)
	if w.suspicion && said.Grade() >= MayBe {
		return WordOfDoubt
	}
	return said
}

// relateMeaning is [diagnosisReading.relate] without regard to a suspicion.
func (w *diagnosisReading) relateMeaning(n int32) Reason {
	near := w.near[n]
	node := &w.reader.nodes[n]
	switch {
	case near&isExcepted != 0:
		return OutsideException
	case near&isName != 0:
		return CoversWording
	}
	if w.instead != nil {
		if said := w.instead.relate(n); w.replaced || said == CoversWording {
			return said
		}
	}
	if w.replaced {
		return w.otherwise
	}
	switch {
	case near&liesAbove != 0:
		return WiderMeaning
	case w.siteless && node.neoplasm && node.namesSite && near&liesBelow == 0:
		return WiderMeaning
	case near&liesBelow != 0:
		return w.narrower()
	case node.listsICD && near&codeWithin != 0:
		return w.narrower()
	case node.listsICD && near&codeAbove != 0:
		return WiderMeaning
	case w.known && near&inName != 0:
		return WiderMeaning
	case w.known && w.coded && node.listsICD:
		return w.otherwise
	}
	return w.relateWords(near, node)
}

// narrower is the reason of a wording that names what lies below the concept.
func (w *diagnosisReading) narrower() Reason {
	if w.beside {
		return WordOfDoubt
	}
	return NarrowerMeaning
}

// relateWords compares the words alone.
func (w *diagnosisReading) relateWords(near nearness, node *diagnosisNode) Reason {
	elsewhere := w.isElsewhere(near, node)
	shares := near&sharesRoot != 0
	if node.listsICD && !w.coded {
		shares = near&sharesFreeRoot != 0
	}
	shares = shares || (!w.specific || node.bySite) && near&(atSite|sharesSite) != 0 || w.isNeoplasmAt(near, node)
	switch {
	case shares && w.known && elsewhere:
		return w.otherwise
	case near&holdsWholeName != 0:
		return CoversWording
	case near&holdsWords != 0 && w.turned:
		return WordOfDoubt
	case near&holdsWords != 0:
		return WordsLeftOver
	case shares && !elsewhere:
		return RelatedMeaning
	case near&onlyItsWords != 0 && !elsewhere && (!w.specific || w.short && w.reader.kind == ProcedureKind):
		return WiderMeaning
	case w.wide && !elsewhere && (w.reader.kind == ConditionKind || len(w.sites) == 0), w.vague && !w.specific && w.mayBeAt(node):
		return WiderMeaning
	}
	return w.otherwise
}

// isElsewhere reports whether the concept is of certain body sites, and the wording of
// others.
func (w *diagnosisReading) isElsewhere(near nearness, node *diagnosisNode) bool {
	return len(w.sites) > 0 && near&atSite == 0 && !node.everywhere && len(node.sites) > 0
}

// isNeoplasmAt reports whether the wording is a neoplasm, which the concept is too, that
// is said to be at a site of the concept: adenocarcinoma of the upper lobe.
func (w *diagnosisReading) isNeoplasmAt(near nearness, node *diagnosisNode) bool {
	return w.neoplasm && node.neoplasm && near&atSite != 0 && !w.coded
}

// namesNeoplasm reports whether a stem names neoplasms.
func namesNeoplasm(stem string) bool {
	if stem == "neoplasm" {
		return true
	}
	return slices.ContainsFunc([]string{"carcinoma", "sarcoma", "blastoma", "lymphoma", "myeloma", "melanoma", "leukemia", "glioma"},
		func(ending string) bool { return strings.HasSuffix(stem, ending) })
}

// namesMorphology reports whether a stem names carcinomas of many sites.
func namesMorphology(stem string) bool {
	return strings.HasSuffix(stem, "carcinoma") && stem != "hepatocarcinoma"
}

// isNeoplasm reports whether an ICD-10 code is of the chapter of neoplasms.
func isNeoplasm(code string) bool {
	return code[0] == 'C' || code[0] == 'D' && len(code) > 1 && code[1] < '5'
}

// wideSites are those in which procedures of every sort are done.
var wideSites = map[string]bool{"heart": true, "abdominal": true, "abdomen": true, "thorax": true, "chest": true, "pelvis": true, "pelvic": true, "trunk": true}

// mayBeAt reports whether a procedure that is not named may be done where the
// concept's is.
func (w *diagnosisReading) mayBeAt(node *diagnosisNode) bool {
	wide := true
	for _, s := range w.sites {
		if node.sites[s] {
			return true
		}
		wide = wide && wideSites[s]
	}
	return wide
}

// readCode implements kindReader. ICD codes that are longer than a known one mean what
// the longest known beginning means.
func (r *diagnosisReader) readCode(system, code string) reading {
	r.prepare.Do(r.build)
	key := patient.Coding{System: system, Code: code}
	if read, ok := r.codes.Load(key); ok {
		return read.(cachedReading).reading
	}
	read := r.readNewCode(system, code)
	if r.cached.Add(1) < maxCachedCodes {
		key.System, key.Code = strings.Clone(system), strings.Clone(code)
		r.codes.Store(key, cachedReading{read})
	}
	return read
}

// maxCachedCodes is the number of codes whose readings are kept.
const maxCachedCodes = 1 << 14

// cachedReading holds a reading, which is nil for a code that is not known.
type cachedReading struct{ reading reading }

func (r *diagnosisReader) readNewCode(system, code string) reading {
	switch system {
	case patient.ICD10CM:
		return r.readICD(patient.ICD10CM, patient.ICD10CM, string(normalICD(nil, code)), 3)
	case patient.ICD10:
		// A code that ICD-10-CM does not have may mean anything, unless it subdivides a
		// category that ICD-10-CM does not: I10.00 of ICD-10-GM is I10.
		code = string(normalICD(nil, code))
		if len(code) > icdCategory && r.isUndivided(code[:icdCategory]) {
			code = code[:icdCategory]
		}
		return r.readICD(patient.ICD10, patient.ICD10CM, code, min(len(code), icdSubcategory))
	case patient.ICD9CM, patient.ICD9Proc:
		in := patient.ICD9CM
		if system == patient.ICD9Proc || isICD9Procedure(code) {
			in = patient.ICD9Proc
		}
		return r.readICD(patient.ICD9CM, in, string(normalICD(nil, code)), 3)
	}
	var w *diagnosisReading
	for e := range r.known.Find(system, code) {
		if label := e.Label(); label != "" && w == nil {
			w = r.readWording(label, 0)
			w.placeEntry(e)
		}
	}
	if w == nil {
		return nil
	}
	return w
}

// isUndivided reports whether ICD-10-CM has a category, and no codes below it.
func (r *diagnosisReader) isUndivided(category string) bool {
	found := false
	for e := range r.known.Prefixed(patient.ICD10CM, category) {
		switch code := e.Code(); {
		case code == category:
			found = true
		case !strings.Contains(code, "-"): // a range of codes
			return false
		}
	}
	return found
}

// placeEntry adds what the hierarchy of a code's own system says: the codes above it
// that a node lists.
func (w *diagnosisReading) placeEntry(e lexicon.Entry) {
	r := w.reader
	start := map[lexicon.Entry]bool{e: true}
	for x := range r.walkUp(start, true) {
		w.add(r.meant[x], liesBelow)
		for n := range r.nodes {
			if r.lists(int32(n), x) {
				w.near[n] |= isName
			}
		}
	}
}

// readICD reads a code by its title.
func (r *diagnosisReader) readICD(list, system, code string, shortest int) reading {
	for n := len(code); n >= shortest; n-- {
		for e := range r.known.Find(system, code[:n]) {
			w := r.readWording(e.Label(), 0)
			w.list, w.instead = list, nil
			if system == patient.ICD10CM {
				w.add(r.meantCodes[code], namedByCode)
				for _, m := range r.known.Lookup(nil, lexicon.Diagnosis, lexicon.Key(lexicon.Stems(e.Label()))) {
					w.add(r.meant[m.Entry], namedByCode)
				}
			}
			return &completeListReading{w, code, strings.Contains(e.Label(), "unspecified")}
		}
	}
	return nil
}

// completeListReading is a code of a list that is complete for the nodes that list it: one
// that they do not list is something else, unless its name contradicts that.
type completeListReading struct {
	name *diagnosisReading // of the title
	code string            // without dot
	// unspecified says that the title leaves open which of its kind it is.
	unspecified bool
}

// title implements titled.
func (w *diagnosisReading) title() string { return w.key }

// title implements titled.
func (l *completeListReading) title() string { return l.name.key }

// relate implements reading.
func (l *completeListReading) relate(n int32) Reason {
	w := l.name
	node := &w.reader.nodes[n]
	said := w.relate(n)
	switch {
	case w.reader.kind != ConditionKind:
		return said
	case w.list == patient.ICD10CM && node.listsICD, w.list == patient.ICD10 && (node.listsICD || node.listsWHO):
		switch {
		case w.near[n]&namedByCode != 0:
			return NarrowerMeaning
		case l.unspecified && w.near[n]&liesAbove != 0 && node.chapters[chapterOf(l.code)]:
			return WiderMeaning
		}
		if w.list == patient.ICD10 && (slices.Contains(w.reader.icd.covering(l.code), n) || slices.Contains(w.reader.nearCode(l.code), n)) {
			return NarrowerMeaning // the lists of the two classifications differ
		}
		return OutsideCompleteList
	case w.list == patient.ICD9CM && node.listsICD9:
		if said == CoversWording || !w.coded && w.near[n]&(sharesRoot|sharesSite) != 0 && !w.isElsewhere(w.near[n], node) {
			return NarrowerMeaning
		}
		return OutsideCompleteList
	}
	return said
}
