// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is the PostgreSQL server of this test binary, started at first use.
var server postgresServer

type postgresServer struct {
	once sync.Once
	dir  string // its data and its socket
	err  error
	life io.Closer // the server ends when this is closed, or with this process
	done chan error
}

// errNoPostgres says that there is no PostgreSQL here.
var errNoPostgres = errors.New("PostgreSQL is not installed here (Debian: apt-get install postgresql)")

var databases atomic.Int64

// newDatabase makes an empty database and gives its URL. Without PostgreSQL it
// skips the test, or in CI fails it.
func newDatabase(t testing.TB) string {
	t.Helper()
	server.once.Do(func() { server.err = server.start() })
	if errors.Is(server.err, errNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	name := fmt.Sprintf("log%d", databases.Add(1))
	c, err := pgx.Connect(t.Context(), server.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		t.Fatal(err)
	}
	return server.url(name)
}

func (s *postgresServer) url(database string) string {
	return "postgres:///" + database + "?user=eligo&host=" + s.dir
}

// start starts a server that listens on a Unix socket alone.
func (s *postgresServer) start() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp("", "eligo-pg"); err != nil { // short: a socket's path is
		return err
	}
	if err := s.give(s.dir); err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.CommandContext(context.Background(), filepath.Join(bin, "initdb"), "-D", data, "-U", "eligo", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	s.prepare(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s.serve(bin)
}

// serve runs the server on the data that is there. The shell ends it when its
// standard input ends, however this process does.
func (s *postgresServer) serve(bin string) error {
	out, err := os.Create(filepath.Join(s.dir, "server.log"))
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", `"$@" </dev/null & pid=$!; read -r _; kill -QUIT $pid; wait $pid`, "sh",
		filepath.Join(bin, "postgres"), "-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=60")
	s.prepare(cmd)
	cmd.Stdout, cmd.Stderr = out, out
	if s.life, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan error, 1)
	go func() { s.done <- cmd.Wait() }()
	return s.answers()
}

// answers waits until the server takes connections.
func (s *postgresServer) answers() error {
	var err error
	for range 300 {
		var c *pgx.Conn
		if c, err = pgx.Connect(context.Background(), s.url("postgres")); err == nil {
			return c.Close(context.Background())
		}
		time.Sleep(100 * time.Millisecond)
	}
	said, _ := os.ReadFile(filepath.Join(s.dir, "server.log"))
	return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, said)
}

func (s *postgresServer) stop() {
	if s.life != nil {
		s.life.Close()
		<-s.done
	}
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// postgresBin finds the folder of initdb and postgres.
func postgresBin() (string, error) {
	var candidates []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if file, err := filepath.EvalSymlinks(path); err == nil {
			candidates = append(candidates, filepath.Dir(file))
		}
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, dir := range append(candidates, debian...) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", errNoPostgres
}
