// SPDX-License-Identifier: Apache-2.0

package resource

import "testing"

// TestReadAbsencesRefuses makes sure that a damaged table stops the program.
func TestReadAbsencesRefuses(t *testing.T) {
	for _, row := range []string{
		"allergies\tentirely\ttext", "allergies\tentirely\ttext\tnka\tmore", "alergies\tentirely\ttext\tnka",
		"allergies\twholly\ttext\tnka", "allergies\tentirely\tloinc\tnka", "allergies\tentirely\ttext\tnka; ",
		"allergies\tentirely\ttext\tnka\nallergies\tpartly\ttext\tnka", "allergies\tentirely\tips\ta; a",
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is read", row)
				}
			}()
			readAbsences(row)
		}()
	}
}
