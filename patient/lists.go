// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"sync"
)

type element[E any] struct {
	read  func(*reader, *E)
	write func(*writer, *E)
	check func(*checker, *E)
}

func objects[E any](s shape[E]) element[E] {
	return element[E]{s.readObject, s.writeObject, s.checkMembers}
}

// maxSpareEntries bounds the lists that are kept to read the next profile.
const maxSpareEntries = 4096

// listMember is a member that is a list. A list that is left out is nil, and an
// empty one is not.
func listMember[T, E any](name string, at func(*T) *[]E, of element[E]) member[T] {
	spare := sync.Pool{New: func() any { return new([]E) }}
	return member[T]{
		name, false,
		func(r *reader, v *T) {
			if !r.enterValue('[') {
				return
			}
			depth := len(r.path)
			here := &r.path[depth-1]
			buffer := spare.Get().(*[]E)
			all := (*buffer)[:0]
			for here.index = 0; r.hasMore(); here.index++ {
				if r.entries++; r.entries > MaxEntries {
					r.addProblem("is one entry too many: a profile holds up to %d in all its lists", MaxEntries)
					r.stopped = true
					break
				}
				all = append(all, *new(E))
				of.read(r, &all[len(all)-1])
				here = &r.path[depth-1] // the path may have moved
			}
			*at(v) = append(make([]E, 0, len(all)), all...)
			if clear(all); cap(all) <= maxSpareEntries {
				*buffer = all
				spare.Put(buffer)
			}
		},
		func(w *writer, v *T) {
			if all := *at(v); all != nil {
				w.writeName(name)
				w.b = append(w.b, '[')
				for i := range all {
					if i > 0 {
						w.b = append(w.b, ',')
					}
					of.write(w, &all[i])
				}
				w.b = append(w.b, ']')
			}
		},
		func(c *checker, v *T) {
			all := *at(v)
			c.path = append(c.path, step{name, 0})
			for i := range all {
				c.path[len(c.path)-1].index = i
				of.check(c, &all[i])
			}
			c.path = c.path[:len(c.path)-1]
		},
	}
}
