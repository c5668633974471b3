// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"iter"
	"os"

	"github.com/eligo-trials/eligo/patient"
)

// People reads the source once, a profile at a time, for whoever only looks at
// it. An error that is a [*patient.RecordError] is one record that cannot be
// used; any other is the last.
func (s *Source) People(ctx context.Context) iter.Seq2[*patient.Profile, error] {
	return func(yield func(*patient.Profile, error) bool) {
		temp, err := os.MkdirTemp("", "eligo-")
		if err != nil {
			yield(nil, err)
			return
		}
		defer os.RemoveAll(temp)
		records, end, err := s.records(ctx, temp)
		if err != nil {
			yield(nil, err)
			return
		}
		defer end()
		for r := range records {
			if err := ctx.Err(); err != nil {
				yield(nil, &StoppedError{Cause: context.Cause(ctx)})
				return
			}
			p, err := r.Decode()
			if !yield(p, err) {
				return
			}
		}
	}
}
