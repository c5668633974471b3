// SPDX-License-Identifier: Apache-2.0

package terminology

import "testing"

// TestReasonText: a reason is read from the text that it is written as, and only those of
// facts that were not recognised say so.
func TestReasonText(t *testing.T) {
	for r := NoReason; r <= Uninterpreted; r++ {
		text, err := r.MarshalText()
		var back Reason
		if err != nil || back.UnmarshalText(text) != nil || back != r {
			t.Errorf("%d is written as %q and read as %d", r, text, back)
		}
		if is := r == UnknownCode || r == UnknownWording || r == NoWording || r == Uninterpreted; r.NotRecognized() != is {
			t.Errorf("%s: not recognised is %v", r, r.NotRecognized())
		}
	}
	var r Reason
	if err := r.UnmarshalText([]byte("because")); err == nil {
		t.Error("any text is a reason")
	}
}
