package redisstore

import (
	"net"
	"sync"
)

// eager is a connection whose writes do not wait for the other side to read.
// The embedded server answers each command before it reads the next but one;
// over a pipe without a buffer, a client that sends many at once would wait for
// it for ever.
type eager struct {
	net.Conn
	wake   chan struct{} // holds a value when there is something to send
	closed chan struct{}
	close  func()

	mu      sync.Mutex
	waiting []byte
	failed  error
}

func newEager(conn net.Conn) *eager {
	e := &eager{Conn: conn, wake: make(chan struct{}, 1), closed: make(chan struct{})}
	e.close = sync.OnceFunc(func() { close(e.closed) })
	go e.send()
	return e
}

// Write implements net.Conn. A failure to send is told by a later write.
func (e *eager) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failed != nil {
		return 0, e.failed
	}
	e.waiting = append(e.waiting, b...)
	select {
	case e.wake <- struct{}{}:
	default:
	}
	return len(b), nil
}

// Close implements net.Conn.
func (e *eager) Close() error {
	e.close()
	return e.Conn.Close()
}

// send sends what was written until the connection is closed.
func (e *eager) send() {
	for {
		select {
		case <-e.closed:
			return
		case <-e.wake:
		}
		e.mu.Lock()
		b := e.waiting
		e.waiting = nil
		e.mu.Unlock()
		if _, err := e.Conn.Write(b); err != nil {
			e.mu.Lock()
			e.failed = err
			e.mu.Unlock()
			return
		}
	}
}
