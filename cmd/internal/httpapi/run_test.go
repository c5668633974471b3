// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// live is a server as the command runs it.
type live struct {
	t      *testing.T
	server *Server
	addr   string
	stop   context.CancelFunc
	done   chan error
}

func newLive(t *testing.T, times times, change func(*Options)) *live {
	t.Helper()
	l := newLab(t, files(), change)
	l.Close() // only its folder of studies is wanted
	l.server.times = times
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	v := &live{t, l.server, on.Addr().String(), stop, make(chan error, 1)}
	go func() { v.done <- v.server.Serve(ctx, on, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-v.done; err != nil { // a server that does not stop ends the tests after their time
			t.Error(err)
		}
	})
	return v
}

func (v *live) dial() net.Conn {
	v.t.Helper()
	c, err := net.Dial("tcp", v.addr)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { c.Close() })
	return c
}

// drip sends a text and then byte after byte, until the server hangs up, and
// gives its answer. A server that does not hang up ends the tests after their time.
func (v *live) drip(text string) string {
	v.t.Helper()
	c := v.dial()
	if _, err := io.WriteString(c, text); err != nil {
		v.t.Fatal(err)
	}
	answer := make(chan string, 1)
	go func() {
		all, _ := io.ReadAll(c) // it ends in one way or another
		answer <- string(all)
	}()
	for {
		select {
		case all := <-answer:
			return all
		case <-time.After(20 * time.Millisecond):
		}
		if _, err := c.Write([]byte("x")); err != nil {
			return <-answer
		}
	}
}

// patientTimes end nothing during a test, however busy the machine is. Each test
// shortens the one time that must end something.
var patientTimes = times{header: time.Hour, read: time.Hour, write: time.Hour, idle: time.Hour, step: time.Hour, drain: time.Hour}

const soon = 300 * time.Millisecond

// TestSlowLoris: a client that sends a byte now and then holds no place for long.
func TestSlowLoris(t *testing.T) {
	slow := func(shorten func(*times), text string) string {
		limits := patientTimes
		shorten(&limits)
		v := newLive(t, limits, nil)
		answer := v.drip(text)
		for len(v.server.inside) != 0 { // its place is free
			time.Sleep(time.Millisecond)
		}
		return answer
	}
	slow(func(limits *times) { limits.header = soon }, "GET /api/v1/studies HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
	body := slow(func(limits *times) { limits.read = soon },
		"POST /api/v1/screen HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")
	if !strings.Contains(body, " 408 ") || !strings.Contains(body, "urn:eligo:problem:timeout") {
		t.Errorf("a slow body: %q", body)
	}
	many := slow(func(limits *times) { limits.step = soon },
		"POST /api/v1/screen/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n186A0\r\n{")
	if strings.Contains(many, "\r\n0\r\n") {
		t.Errorf("a slow batch looks whole: %q", many)
	}
}

// TestHugeBody: a body of 100 MB is refused from its length alone, and one
// without a length once it is past the limit.
func TestHugeBody(t *testing.T) {
	v := newLive(t, usualTimes, nil)
	for _, length := range []int64{100 << 20, -1} {
		r, err := http.NewRequest(http.MethodPost, "http://"+v.addr+"/api/v1/screen", io.LimitReader(spaces{}, 100<<20))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Expect", "100-continue")
		transport := &http.Transport{ExpectContinueTimeout: 10 * time.Second}
		got, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(got.Body)
		got.Body.Close()
		transport.CloseIdleConnections()
		if got.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), "too-large") {
			t.Errorf("%d %s", got.StatusCode, text)
		}
	}
}

type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// TestDrain: who is being answered is answered to the end, nobody else is let
// in, and then the server is gone.
func TestDrain(t *testing.T) {
	begun, hold := make(chan struct{}), make(chan struct{})
	v := newLive(t, patientTimes, func(o *Options) {
		o.Page = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-hold
			fmt.Fprint(w, "the whole answer")
		})
	})
	c := v.dial()
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	<-begun
	v.stop()
	for { // until no new client is let in
		other, err := net.Dial("tcp", v.addr)
		if err != nil {
			break
		}
		other.Close()
		time.Sleep(time.Millisecond)
	}
	if !v.server.draining.Load() {
		t.Error("the server does not say that it stops")
	}
	close(hold)
	got, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if text, err := io.ReadAll(got.Body); err != nil || string(text) != "the whole answer" {
		t.Errorf("%q %v", text, err)
	}
}

// TestDrainEnds: a request that goes on and on is cut off.
func TestDrainEnds(t *testing.T) {
	short := patientTimes
	short.drain = soon
	v := newLive(t, short, nil)
	c := v.dial()
	fmt.Fprint(c, "POST /api/v1/screen/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n{")
	for len(v.server.batches) == 0 {
		time.Sleep(time.Millisecond)
	}
	v.stop()
	if _, err := io.ReadAll(c); err != nil {
		t.Log(err) // closed or reset
	}
}

// TestReload: what the server answers for follows the folder.
func TestReload(t *testing.T) {
	l := newLab(t, files(), nil)
	if a := l.screen("?study=NCT00000001", person); a.results(t) != "NCT00000001=eligible" {
		t.Fatal(a.text)
	}
	newer := newLab(t, map[string]string{"adults.yaml": strings.Replace(adults, "age >= 18", "age >= 65", 1)}, nil)
	l.server.Studies = newer.server.Studies
	if a := l.screen("?study=NCT00000001", person); a.results(t) != "NCT00000001=ineligible" {
		t.Errorf("an old matcher decides: %s", a.text)
	}
}
