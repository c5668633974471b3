// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

type edgePerson struct{ born, on patient.Day }

// peopleAround are people at the edges of a limit such as "18 Years": on the
// day on which they reach it, the day before, and around the end of that age.
func peopleAround(limit string) []edgePerson {
	on := patient.NewDay(2023, 2, 28) // not the day on which drafts look at edges
	var n int
	var unit string
	if _, err := fmt.Sscan(limit, &n, &unit); err != nil {
		return []edgePerson{{on.AddYears(-30), on}}
	}
	add := func(n int) patient.Day {
		switch strings.ToLower(unit)[:3] {
		case "yea":
			return on.AddYears(-n)
		case "mon":
			return on.AddMonths(-n)
		case "wee":
			return on.AddDays(-7 * n)
		case "hou":
			return on.AddDays(-n / 24)
		}
		return on.AddDays(-n)
	}
	var list []edgePerson
	for _, edge := range []patient.Day{add(n), add(n + 1)} {
		for _, born := range []patient.Day{edge - 1, edge, edge + 1} {
			if born <= on {
				list = append(list, edgePerson{born, on})
			}
		}
	}
	return list
}

// allowed counts an age in completed units, from the calendar alone.
func allowed(limit string, most bool, p edgePerson) bool {
	var n int
	var unit string
	if _, err := fmt.Sscan(limit, &n, &unit); err != nil {
		return true
	}
	by, bm, bd := p.born.Calendar()
	y, m, d := p.on.Calendar()
	months := (y-by)*12 + m - bm
	if d < bd {
		months--
	}
	age := months
	switch strings.ToLower(unit)[:3] {
	case "yea":
		age = months / 12
	case "wee":
		age = int(p.on-p.born) / 7
	case "day":
		age = int(p.on - p.born)
	case "hou":
		age = int(p.on-p.born) * 24
	}
	if most {
		return age <= n
	}
	return age >= n
}
