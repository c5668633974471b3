// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"testing"
	"testing/fstest"
)

func TestMigrationsAreNumbered(t *testing.T) {
	for _, store := range []string{"sqlite", "postgres"} {
		all, err := migrationsFor(migrations, store)
		if err != nil || len(all) == 0 {
			t.Fatalf("%v: %d", err, len(all))
		}
	}
	text := &fstest.MapFile{Data: []byte("A")}
	files := fstest.MapFS{
		"migrations/0001_a.sql": text, "migrations/0001_a.sqlite.sql": {Data: []byte("B")}, "migrations/0001_a.postgres.sql": {Data: []byte("C")},
		"migrations/0002_b.sql": text,
	}
	all, err := migrationsFor(files, "sqlite")
	if err != nil || len(all) != 2 || all[0].sql != "A\nB" || all[1].sql != "A\n" || all[1].number != 2 {
		t.Errorf("%v: %+v", err, all)
	}
	delete(files, "migrations/0002_b.sql")
	files["migrations/0003_c.sql"] = text
	if _, err := migrationsFor(files, "sqlite"); err == nil {
		t.Error("a gap was not seen")
	}
}
