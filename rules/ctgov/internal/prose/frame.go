// SPDX-License-Identifier: Apache-2.0

package prose

// tense says when something is or was so.
type tense uint8

const (
	bare     tense = iota // the sentence does not say
	present               // on the screening day
	past                  // ever, up to the screening day
	inWindow              // only a window tells: "treatment with"
	doubted               // "known or suspected"
)

// frame is what stands before a name and says how it is meant.
type frame struct {
	tense tense
	// taken says that a medicine or a procedure follows: "treatment with".
	taken bool
	// done says that a procedure follows: "undergone".
	done bool
	// active says "active", which is more than "present" for a carrier's infection.
	active bool
	// adjective says "prior" and the like, which may belong to the next word alone.
	adjective bool
	// diagnosis says that a time behind is that of the diagnosis.
	diagnosis bool
}

type frameRow struct {
	frame
	says []string
}

// frames lists the words that lead in conditions, medicines and procedures.
var frames = []frameRow{
	{frame{tense: present}, []string{
		"current", "currently", "concurrent", "concomitant", "ongoing", "existing", "known", "confirmed", "documented", "presence of", "the presence of", "suffering from",
		"suffer from", "suffers from", "current evidence of", "present", "co-existing", "coexisting", "established", "confirmed presence of", "existence of",
		"presenting with", "affected by", "having", "concomitant presence of", "known presence of", "current or known", "known or current", "pre-existing", "preexisting",
		"known case of", "known cases of", "known current", "currently known",
	}},
	{frame{tense: present, diagnosis: true}, []string{
		"a diagnosis of", "diagnosis of", "diagnosed with", "diagnosed as", "have been diagnosed with", "has been diagnosed with", "been diagnosed with", "established diagnosis of",
		"confirmed diagnosis of", "a confirmed diagnosis of", "clinical diagnosis of", "a clinical diagnosis of", "known diagnosis of", "documented diagnosis of",
		"a documented diagnosis of", "current diagnosis of", "a current diagnosis of", "primary diagnosis of", "a primary diagnosis of", "have a diagnosis of",
		"diagnosis", "clinically diagnosed with", "diagnosed", "diagnosed to have",
	}},
	{frame{tense: present, active: true}, []string{
		"active", "currently active", "known active", "current active", "an active", "ongoing or active", "active or ongoing", "evidence of active", "presence of active", "current or active", "active , known", "any active", "active diagnosis of", "active ongoing", "current ( active )", "have active", "known to have active",
	}},
	{frame{tense: past}, []string{
		"history of", "a history of", "known history of", "a known history of", "prior history of", "previous history of", "past history of", "medical history of",
		"a medical history of", "past medical history of", "any history of", "documented history of", "a documented history of", "personal history of", "a personal history of",
		"any prior history of", "any previous history of", "history of or current", "current or history of", "history or presence of", "presence or history of",
		"history of or active", "a prior history of", "a previous history of", "current or past history of", "past or current history of", "history of current or past",
		"a current or past history of", "current history or history of", "a past history of", "history of previous", "history of prior", "history of any", "history of a",
		"history of an", "current diagnosis or history of", "diagnosis or history of", "history or diagnosis of", "history or current", "history or evidence of",
		"active or history of", "have had", "has had", "had", "have ever had", "has ever had", "ever had", "having had", "have had a", "has had a", "had a",
		"had any", "have had any", "has had any", "history or current diagnosis of", "history of or known", "previously documented", "history of documented",
		"history of known", "history of the", "history with", "history", "history of having", "any medical history of", "with a history of", "history of previous or current",
		"lifetime history of", "a lifetime history of", "current or lifetime", "lifetime", "current or lifetime history of", "medical history or presence of",
	}},
	{frame{tense: past, adjective: true}, []string{
		"prior", "previous", "past", "any prior", "any previous", "a prior", "a previous", "current or past", "past or current", "prior or current", "current or prior",
		"current or previous", "previous or current", "past or present", "present or past", "prior or concurrent", "concurrent or prior", "active or prior",
		"prior or active", "active or past", "known prior", "known previous", "previous and current", "current and previous",
	}},
	{frame{tense: past, diagnosis: true}, []string{
		"previously diagnosed with", "prior diagnosis of", "previous diagnosis of", "a prior diagnosis of", "lifetime diagnosis of", "a lifetime diagnosis of",
		"prior documented diagnosis of",
	}},
	{frame{tense: doubted}, []string{"known or suspected", "suspected or known", "suspected or confirmed", "confirmed or suspected", "known and suspected", "documented or suspected", "diagnosed or suspected", "suspected or diagnosed"}},
	{frame{tense: present, taken: true}, []string{
		"receiving", "taking", "using", "currently receiving", "currently taking", "currently using", "currently on", "on", "current use of", "currently treated with", "current treatment with", "concurrent use of",
		"concomitant use of", "ongoing treatment with", "ongoing use of", "concurrent treatment with", "concomitant treatment with", "concurrent therapy with", "concomitant therapy with", "under treatment with", "being treated with", "currently being treated with",
		"current therapy with", "ongoing therapy with", "on current treatment with", "on treatment with", "undergoing treatment with", "current administration of", "concurrent administration of", "concomitant administration of", "undergoing", "currently undergoing", "actively receiving", "simultaneous use of",
	}},
	{frame{tense: past, taken: true}, []string{
		"received", "have received", "has received", "having received", "previously received", "have previously received", "has previously received", "prior use of", "previous use of", "prior treatment with",
		"previous treatment with", "prior therapy with", "previous therapy with", "previously treated with", "prior exposure to", "previous exposure to", "history of treatment with", "have been treated with",
		"has been treated with", "have taken", "has taken", "have used", "has used", "taken", "any prior treatment with", "any previous treatment with", "any prior use of", "any prior therapy with", "prior administration of", "previous administration of", "past use of", "past treatment with",
		"prior receipt of", "current or prior use of", "current or previous use of", "prior or current use of", "current or prior treatment with", "prior or concurrent use of", "prior or current treatment with", "current or past use of", "history of use of", "any exposure to", "has ever received", "have ever received", "ever received",
		"previous or current treatment with", "previous or current use of", "previous or concurrent use of", "have received any", "has received any", "received any", "have received prior", "has received prior", "received prior", "have received previous", "received previous", "have had prior treatment with", "have had treatment with", "any prior exposure to", "who received", "pre - treatment with", "pretreatment with", "pre - treated with", "pretreated with", "have had previous treatment with",
		"have been previously treated with", "has been previously treated with", "has previously been treated with", "have previously been treated with", "has received a", "have received a", "received a", "been treated with", "prior treatment using", "history of receiving", "previously received any",
	}},
	{frame{tense: inWindow, taken: true}, []string{
		"use of", "the use of", "treatment with", "therapy with", "treated with", "administration of", "receipt of", "exposure to", "any use of", "any treatment with", "systemic treatment with", "use", "used", "intake of", "treatment using", "exposed to", "receiving or received", "use of any", "treatment with any", "received or receiving", "receive", "take", "systemic use of", "who used", "taking or have taken", "are taking or have taken", "receiving or have received", "have received or are receiving", "usage of", "consumption of", "ingestion of",
	}},
	{frame{tense: inWindow}, []string{"occurrence of", "the occurrence of", "an episode of", "episode of", "any episode of"}},
	{frame{tense: past}, []string{"experienced", "have experienced", "has experienced", "suffered from", "have suffered from", "has suffered from", "have suffered", "has suffered", "suffered"}},
	{frame{tense: past, done: true}, []string{
		"underwent", "undergone", "have undergone", "has undergone", "having undergone", "had undergone", "previously underwent", "previously undergone", "have previously undergone", "has previously undergone", "have undergone any", "has undergone any", "undergone any", "have undergone a", "has undergone a", "undergone a", "undergone prior", "have undergone prior", "who underwent", "have undergone previous", "status post", "s / p", "underwent a",
	}},
}

// leadIn reads a frame.
func (p *parser) leadIn() (*frame, bool) {
	start, end := p.i, p.i
	var found *frame
	for i := range frames {
		for _, phrase := range frames[i].says {
			p.i = start
			if p.take(phrase) && p.i > end {
				found, end = &frames[i].frame, p.i
			}
		}
	}
	p.i = end
	return found, found != nil
}

// narrowing words, alone or with an adverb, make a question of their own: no
// record says that a disease is severe.
var (
	narrowing = words(`severe serious significant uncontrolled unstable symptomatic moderate mild major advanced untreated recurrent refractory relapsed
		progressive persistent stable relevant important controlled life-threatening asymptomatic clinical-significant intractable
		decompensated compensated treated resistant unresolved disabling debilitating overt complicated uncomplicated recent`)
	adverbs = words(`clinically medically hemodynamically haemodynamically poorly inadequately insufficiently well adequately severely potentially moderately newly very
		previously histologically cytologically pathologically radiographically radiologically surgically biologically electrocardiographically locally currently histopathologically hematologically functionally neurologically`)
	confirming = words(`confirmed proven documented verified diagnosed advanced`)
)

// adjectives reads narrowing words and gives them as the sentence has them.
func (p *parser) adjectives() string {
	start, end := p.i, p.i
	for !p.done() {
		mark := p.i
		if end > start {
			if p.word(0) == "," && p.i+1 < len(p.toks) {
				p.i++
			}
			p.takeAny("and / or", "and", "or", "to", "-", "/")
		}
		if !p.adjective() {
			p.i = mark
			break
		}
		end = p.i
	}
	p.i = end
	return p.words(start, end)
}

func (p *parser) adjective() bool {
	w := p.word(0)
	switch {
	case w == "life" && p.take("life - threatening") || p.take("new onset") || p.take("difficult to control"):
		return true
	case adverbs[w] && (p.word(1) == "or" || p.word(1) == "and" || p.word(1) == "/" || p.word(1) == "and/or") && adverbs[p.word(2)] && confirming[p.word(3)]:
		p.i += 4
		return true
	case adverbs[w] && p.word(1) == "and" && p.word(2) == "/" && p.word(3) == "or" && adverbs[p.word(4)] && confirming[p.word(5)]:
		p.i += 6
		return true
	case adverbs[w]:
		next := 1
		if p.word(1) == "-" {
			next = 2
		}
		if narrowing[p.word(next)] || confirming[p.word(next)] {
			p.i += next + 1
			return true
		}
	case narrowing[w]:
		p.i++
		return true
	case w == "biopsy" || w == "histology":
		return p.takeAny("biopsy proven", "biopsy confirmed", "biopsy - proven", "biopsy - confirmed", "histology proven") != ""
	}
	return false
}
