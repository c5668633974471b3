// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/matcher/funnel"
)

// flow is a diagram of the people from the records read to the verdicts, in the
// style of CONSORT. Lengths are in user units: a character of its text is about 14
// high.
type flow struct {
	Class, Key    string
	Width, Height int
	Title, Desc   string
	Boxes         []flowBox
	Arrows        []flowArrow
}

// ViewWidth and ViewHeight leave room for the lines around the boxes.
func (f flow) ViewWidth() int  { return f.Width + 2 }
func (f flow) ViewHeight() int { return f.Height + 2 }

type flowBox struct {
	X, Y, W, H int
	Class      string
	Lines      []flowLine
}

type flowLine struct {
	X, Y  int
	Class string
	Text  string
}

type flowArrow struct{ Line, Head string } // paths; Head may be empty

// Measures of the diagram.
const (
	flowPad    = 12 // from a box to its text
	flowLead   = 20 // from line to line
	flowGap    = 22 // from box to box
	flowNumber = 40 // of the column of numbers before reasons, at least
)

// flowItem is the text of a box.
type flowItem struct {
	class, label string
	people       int64
	note         string
	reasons      []flowReason
}

type flowReason struct {
	people int64
	text   string
}

// wideFlow is the diagram for a desk or a sheet of paper.
func wideFlow(s *funnel.StudySummary, key string) flow {
	f := newFlow(s, "wide", key, 780)
	items := flowItems(s)
	f.drawTrunk(items[:5], flowColumns{main: 0, mainWidth: 330, line: 165, side: 370, sideWidth: 410})
	last := f.Boxes[len(f.Boxes)-1]
	top, fork := last.Y+last.H+2*flowGap, last.Y+last.H+flowGap
	width, height := (f.Width-2*flowGap)/3, 0
	f.Arrows = append(f.Arrows, flowArrow{Line: fmt.Sprintf("M165 %dV%d", last.Y+last.H, fork)})
	for i, item := range items[5:] {
		x := i * (width + flowGap)
		height = max(height, f.drawBox(x, top, width, item))
		f.drawArrow(165, fork, x+width/2, fork, top)
	}
	for i := range items[5:] {
		f.Boxes[len(f.Boxes)-1-i].H = height
	}
	f.Height = top + height + 1
	return f
}

// narrowFlow is the diagram for a telephone.
func narrowFlow(s *funnel.StudySummary, key string) flow {
	f := newFlow(s, "narrow", key, 380)
	items := flowItems(s)
	y := f.drawTrunk(items[:5], flowColumns{main: 0, mainWidth: 380, line: 22, side: 48, sideWidth: 332})
	from := y
	for _, item := range items[5:] {
		y += flowGap / 2
		h := f.drawBox(48, y, 332, item)
		f.drawBranch(22, from, y+h/2, 48)
		from, y = y+h/2, y+h
	}
	f.Height = y + 1
	return f
}

func newFlow(s *funnel.StudySummary, class, key string, width int) flow {
	t := &s.Totals
	desc := fmt.Sprintf("%s read, %s not usable, %s assessed, %s not eligible, %s not ruled out: %s eligible, %s undetermined and waiting for answers only, %s undetermined for want of data.",
		count(t.Records, "record", "records"), thousands(t.Rejected), thousands(t.Assessed), thousands(t.Ineligible),
		thousands(t.Eligible+t.Undetermined), thousands(t.Eligible), thousands(t.Awaits.Answers), thousands(t.Awaits.Data))
	return flow{Class: class, Key: key + "-" + class, Width: width, Title: "Flow of people through " + Plain(s.Study.ID), Desc: desc + " The tables below have every number."}
}

// flowItems are the boxes: the trunk with its exits to the side, then the verdicts.
func flowItems(s *funnel.StudySummary) []flowItem {
	t := &s.Totals
	return []flowItem{
		{class: "main", label: "Records read", people: t.Records},
		{class: "side", label: "Not usable", people: t.Rejected, note: "rejected, each with its reason"},
		{class: "main", label: "People assessed", people: t.Assessed},
		{class: "side bad", label: "Not eligible", people: t.Ineligible, reasons: flowReasons(s), note: firstReason(t.Ineligible)},
		{class: "main", label: "Not ruled out", people: t.Eligible + t.Undetermined},
		{class: "good", label: "Eligible", people: t.Eligible, note: "as far as the record shows"},
		{class: "open", label: "Waiting for answers", people: t.Awaits.Answers, note: "undetermined: only questions to a person are open"},
		{class: "open", label: "Waiting for data", people: t.Awaits.Data, note: "undetermined: the record lacks something"},
	}
}

func firstReason(ineligible int64) string {
	if ineligible == 0 {
		return ""
	}
	return "by the first criterion that keeps them out, in the protocol's order"
}

// flowReasons names the criteria at which most people leave, and the others
// together.
func flowReasons(s *funnel.StudySummary) []flowReason {
	steps := slices.DeleteFunc(slices.Clone(s.Attrition), func(a funnel.AttritionStep) bool { return a.Excluded == 0 })
	slices.SortStableFunc(steps, func(a, b funnel.AttritionStep) int { return cmp.Compare(b.Excluded, a.Excluded) })
	named := len(steps)
	if named > maxFlowReasons {
		named = maxFlowReasons - 1
	}
	var reasons []flowReason
	for _, step := range steps[:named] {
		reasons = append(reasons, flowReason{step.Excluded, step.Criterion})
	}
	if rest := steps[named:]; len(rest) > 0 {
		other := flowReason{text: fmt.Sprintf("%d other criteria", len(rest))}
		for _, step := range rest {
			other.people += step.Excluded
		}
		reasons = append(reasons, other)
	}
	return reasons
}

// flowColumns are the horizontal positions of the trunk and of its exits.
type flowColumns struct{ main, mainWidth, line, side, sideWidth int }

// drawTrunk draws boxes below each other, every second one to the side, and returns
// the y of the end of the last one.
func (f *flow) drawTrunk(items []flowItem, at flowColumns) (y int) {
	bottom := 0 // of the last box of the trunk
	for i, item := range items {
		if i > 0 {
			y += flowGap
		}
		if i%2 == 1 {
			h := f.drawBox(at.side, y, at.sideWidth, item)
			f.drawBranch(at.line, y+h/2, y+h/2, at.side)
			y += h
			continue
		}
		if i > 0 {
			f.drawArrow(at.line, bottom, at.line, bottom, y)
		}
		y += f.drawBox(at.main, y, at.mainWidth, item)
		bottom = y
	}
	return y
}

// drawBranch draws an arrow down a line and to the right.
func (f *flow) drawBranch(x, from, y, to int) {
	f.Arrows = append(f.Arrows, flowArrow{
		Line: fmt.Sprintf("M%d %dV%dH%d", x, from, y, to-6),
		Head: fmt.Sprintf("M%d %dl-9 -5v10z", to, y),
	})
}

// drawArrow draws an arrow down, across at a height, and down again.
func (f *flow) drawArrow(x, from, across, at, to int) {
	f.Arrows = append(f.Arrows, flowArrow{
		Line: fmt.Sprintf("M%d %dV%dH%dV%d", x, from, at, across, to-6),
		Head: fmt.Sprintf("M%d %dl-5 -9h10z", across, to),
	})
}

// drawBox draws a box with its text and returns its height.
func (f *flow) drawBox(x, y, width int, item flowItem) int {
	b := flowBox{X: x, Y: y, W: width, Class: item.class}
	at := y + flowPad + 3
	write := func(x int, class, text string, room int) {
		for _, line := range fitted(text, room) {
			b.Lines = append(b.Lines, flowLine{x, at + 11, class, line})
			at += flowLead
		}
	}
	write(x+flowPad, "label", item.label+": "+thousands(item.people), width-2*flowPad)
	if item.note != "" {
		write(x+flowPad, "note", item.note, width-2*flowPad)
	}
	column := x + flowPad + flowNumber
	for _, r := range item.reasons {
		column = max(column, x+flowPad+textWidth(thousands(r.people)))
	}
	for i, r := range item.reasons {
		if i == 0 {
			at += flowPad / 2
		}
		b.Lines = append(b.Lines, flowLine{column, at + 11, "count", thousands(r.people)})
		write(column+10, "reason", r.text, x+width-column-10-flowPad)
	}
	b.H = at + flowPad - 3 - y
	f.Boxes = append(f.Boxes, b)
	return b.H
}

// maxFlowLines is how many lines a text of the diagram may have.
const maxFlowLines = 3

// fitted cuts a text into lines that fit into a box, at spaces if possible. A text
// that is too long for its lines ends in an ellipsis.
func fitted(text string, room int) []string {
	lines := wrapped(Plain(text), room, textWidth, fittingPart)
	if len(lines) <= maxFlowLines {
		return lines
	}
	last := lines[maxFlowLines-1]
	if textWidth(last+"…") > room {
		last = last[:fittingPart(last, room-textWidth("…"))]
	}
	return append(lines[:maxFlowLines-1], last+"…")
}

// fittingPart is the length of the start of a word that fits, at least of one
// character; behind a hyphen if there is one.
func fittingPart(word string, room int) int {
	end, hyphen := 0, 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && textWidth(word[:next]) > room {
			break
		}
		end = next
		if r == '-' || r == '_' || r == '.' {
			hyphen = next
		}
	}
	if hyphen > 0 {
		return hyphen
	}
	return end
}

// textWidth estimates how wide a text is at most, in the bold of an ordinary
// typeface 14 high.
func textWidth(s string) int {
	var tenths int
	for _, r := range s {
		switch {
		case r > 0x2fff:
			tenths += 145 // as wide as high
		case strings.ContainsRune("iljtfrI.,:;'|!()[] -", r):
			tenths += 58
		case strings.ContainsRune("mwMW@%…—", r):
			tenths += 140
		case unicode.IsUpper(r) || r > 0x7f:
			tenths += 110
		default:
			tenths += 86
		}
	}
	return tenths / 10
}
