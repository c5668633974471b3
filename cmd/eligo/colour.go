// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"

	"github.com/fatih/color"

	"github.com/eligo-trials/eligo/matcher/report"
)

// painter gives the colours of a text report, or nil where there are to be
// none: colour is for a terminal that wants it (NO_COLOR, TERM=dumb).
func (p *program) painter(o *screenOptions) func(report.Style, string) string {
	if o.noColour || o.out != "" || p.stdout != os.Stdout || color.NoColor {
		return nil
	}
	return paintText
}

var colours = map[report.Style][]color.Attribute{
	report.Heading:    {color.Bold},
	report.Favourable: {color.FgGreen},
	report.Adverse:    {color.FgRed, color.Bold},
	report.Open:       {color.FgYellow},
}

func paintText(s report.Style, text string) string {
	c := color.New(colours[s]...)
	c.EnableColor()
	return c.Sprint(text)
}
