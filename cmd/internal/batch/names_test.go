// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"os"
	"path/filepath"
	"testing"
)

// A run that ends while its files get their names goes on to give them, at
// whichever of them it ended; also over the files of an earlier run.
func TestEndedWhileGivingNames(t *testing.T) {
	for _, shard := range []Shard{{}, {1, 2}} {
		j := job(t, put(t, people(50), t.TempDir(), "r.ndjson"))
		j.Shard, j.Resume = shard, true
		if !shard.isWhole() {
			j.When = yearAhead
		}
		o := start(t, j)
		want := written(t, j.Out)
		c := &checkpoint{Schema: checkpointSchema, Inputs: o.Manifest.Inputs, Records: o.Manifest.Records, Complete: true}
		tally, err := o.Summary.Studies[0].Tally()
		if err != nil {
			t.Fatal(err)
		}
		c.Tallies = append(c.Tallies, tally)
		text, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		partial := filepath.Join(j.Out, partialDir)
		for named := range len(finalFiles) + 1 {
			if err := os.MkdirAll(partial, 0o700); err != nil {
				t.Fatal(err)
			}
			put(t, string(text), partial, checkpointFile)
			for _, name := range finalFiles[named:] {
				if _, ok := want[name]; ok {
					put(t, want[name], partial, name)
					put(t, "of an earlier run", j.Out, name)
				}
			}
			if again := start(t, j); !again.Already {
				t.Errorf("%d: %+v", named, again)
			}
			sameFiles(t, written(t, j.Out), want)
		}
	}
}
