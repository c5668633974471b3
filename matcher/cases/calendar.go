// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// stepOf is one of the last decimal place of a number: 0.1 of 1.5, 1 of 18.
func stepOf(number string) patient.Decimal {
	_, places, _ := strings.Cut(strings.ReplaceAll(number, "_", ""), ".")
	if places == "" {
		return patient.NewDecimal(1)
	}
	return patient.MustDecimal("0." + strings.Repeat("0", len(places)-1) + "1")
}
