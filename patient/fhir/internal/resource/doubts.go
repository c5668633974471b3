// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"fmt"

	"github.com/eligo-trials/eligo/patient"
)

// Doubt says that a domain may hold more than was read.
type Doubt struct {
	record  string // where the first reason stands
	why     string
	more    int  // further reasons
	Vouched bool // Options.Complete settles it
}

// Doubts are those of the whole export, by domain.
type Doubts map[patient.Domain]Doubt

func (d *Doubts) AddToAll(record, why string, vouched bool) {
	for _, domain := range patient.FactDomains() {
		d.Add(domain, record, why, vouched)
	}
}

// Add notes a reason. One that nobody can vouch for comes before one that
// somebody can.
func (d *Doubts) Add(domain patient.Domain, record, why string, vouched bool) {
	if *d == nil {
		*d = Doubts{}
	}
	one, again := (*d)[domain]
	switch {
	case !again:
		one = Doubt{record: record, why: why, Vouched: vouched}
	case one.Vouched && !vouched:
		one = Doubt{record: record, why: why, more: one.more + 1}
	default:
		one.more++
	}
	(*d)[domain] = one
}

// reason words the doubt.
func (d Doubt) reason() string {
	why := cmp.Or(d.why, "the export is not complete")
	if d.more > 0 {
		why = fmt.Sprintf("%s (and %d more reasons)", why, d.more)
	}
	if d.Vouched {
		why += "; whoever knows it to be complete can say so"
	}
	return why
}
