// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const (
	answerBytesMax = 64 << 10
	clockMonotonic = 1
	// Calls due before the end may still be answered for so long.
	graceMax = 5 * time.Second
)

// target is a path, and how its answers begin.
type target struct {
	request []byte
	word    []byte
}

// call is one that is due, under way or over.
type call struct {
	due    time.Duration
	target *target
}

// line is one connection.
type line struct {
	fd     int
	busy   bool
	call   call
	answer []byte
}

// pacer runs everything on one thread, woken by the kernel's own timer: Go's timers, like those of epoll, are only good
// to a millisecond.
type pacer struct {
	host    string
	epoll   int
	timer   int
	lines   map[int32]*line
	free    []*line
	waiting []call
	began   time.Time
	counted time.Duration
	micros  []float64
	late    []float64
	failed  int
	wrong   int
}

func steady(address string, connections, rate int, warm, seconds float64, targetsFile string) {
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	parsed, err := url.Parse(address)
	check(err)
	targets := targetsOf(parsed, targetsFile)
	p := &pacer{host: parsed.Host, lines: map[int32]*line{}, counted: time.Duration(warm * 1e9)}
	p.epoll, err = syscall.EpollCreate1(0)
	check(err)
	timer, _, failure := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic, syscall.O_NONBLOCK, 0)
	if failure != 0 {
		check(failure)
	}
	p.timer = int(timer)
	p.watch(p.timer)
	for i := 0; i < connections; i++ {
		p.free = append(p.free, p.open())
	}
	total := int((warm + seconds) * float64(rate))
	p.micros = make([]float64, 0, total)
	p.late = make([]float64, 0, total)
	p.run(total, time.Second/time.Duration(rate), targets)
	p.say(seconds)
}

func targetsOf(parsed *url.URL, file string) []target {
	of := func(path, word string) target {
		return target{[]byte("GET " + path + " HTTP/1.1\r\nHost: " + parsed.Host + "\r\n\r\n"), []byte(word)}
	}
	if file == "" {
		return []target{of(parsed.RequestURI(), "")}
	}
	opened, err := os.Open(file)
	check(err)
	defer opened.Close()
	var all []target
	for scanner := bufio.NewScanner(opened); scanner.Scan(); {
		path, word, _ := strings.Cut(scanner.Text(), " ")
		all = append(all, of(path, word))
	}
	return all
}

func (p *pacer) run(total int, apart time.Duration, targets []target) {
	events := make([]syscall.EpollEvent, 128)
	p.began = time.Now()
	end := time.Duration(total)*apart + graceMax
	for made := 0; ; {
		now := time.Since(p.began)
		for made < total && time.Duration(made)*apart <= now {
			p.waiting = append(p.waiting, call{time.Duration(made) * apart, &targets[made%len(targets)]})
			made++
		}
		p.send()
		if made == total && len(p.waiting) == 0 && len(p.free) == len(p.lines) {
			return
		}
		if now > end {
			p.failed += len(p.waiting) + len(p.lines) - len(p.free)
			return
		}
		if made < total {
			p.wakeIn(time.Duration(made)*apart - time.Since(p.began))
		}
		count, err := syscall.EpollWait(p.epoll, events, 1000)
		if err != nil && err != syscall.EINTR {
			check(err)
		}
		for i := 0; i < count; i++ {
			if event := events[i]; int(event.Fd) == p.timer {
				var expired [8]byte
				_, _ = syscall.Read(p.timer, expired[:])
			} else if from := p.lines[event.Fd]; from != nil {
				p.read(from)
			}
		}
	}
}

// send starts calls that are due, over the connections that have been free for longest.
func (p *pacer) send() {
	for len(p.waiting) > 0 && len(p.free) > 0 {
		next, over := p.waiting[0], p.free[0]
		p.waiting, p.free = p.waiting[1:], p.free[1:]
		over.busy, over.call, over.answer = true, next, over.answer[:0]
		if next.due >= p.counted {
			p.late = append(p.late, micros(time.Since(p.began)-next.due))
		}
		if _, err := syscall.Write(over.fd, next.target.request); err != nil {
			p.replace(over)
		}
	}
}

func (p *pacer) read(from *line) {
	room := len(from.answer)
	count, err := syscall.Read(from.fd, from.answer[room:cap(from.answer)])
	if err == syscall.EAGAIN || err == syscall.EINTR {
		return
	}
	if err != nil || count <= 0 {
		p.replace(from)
		return
	}
	from.answer = from.answer[:room+count]
	status, body, whole := parsed(from.answer)
	if !whole {
		if len(from.answer) == cap(from.answer) {
			check(fmt.Errorf("an answer has more than %d bytes", answerBytesMax))
		}
		return
	}
	done := from.call
	if done.due >= p.counted {
		p.micros = append(p.micros, micros(time.Since(p.began)-done.due))
	}
	if status != 200 {
		p.failed++
	} else if !bytes.HasPrefix(body, done.target.word) {
		p.wrong++
	}
	from.busy = false
	p.free = append(p.free, from)
}

// parsed looks at what has come of an answer; its body has a Content-Length.
func parsed(answer []byte) (status int, body []byte, whole bool) {
	end := bytes.Index(answer, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, nil, false
	}
	fields := bytes.Split(answer[:end], []byte("\r\n"))
	length := -1
	for _, field := range fields[1:] {
		name, value, _ := bytes.Cut(field, []byte(":"))
		if strings.EqualFold(string(name), "content-length") {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
		}
	}
	if length < 0 || len(fields[0]) < 12 {
		check(fmt.Errorf("not an answer with a Content-Length: %s", answer[:end]))
	}
	status, _ = strconv.Atoi(string(fields[0][9:12]))
	body = answer[end+4:]
	return status, body, len(body) >= length
}

// replace counts the call of a connection that broke as failed, and opens another. One that was idle breaks unnoticed.
func (p *pacer) replace(broken *line) {
	delete(p.lines, int32(broken.fd))
	_ = syscall.Close(broken.fd)
	if broken.busy {
		p.failed++
	} else {
		for i, each := range p.free {
			if each == broken {
				p.free = append(p.free[:i:i], p.free[i+1:]...)
				break
			}
		}
	}
	p.free = append(p.free, p.open())
}

func (p *pacer) open() *line {
	address, err := net.ResolveTCPAddr("tcp4", p.host)
	check(err)
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	check(err)
	to := &syscall.SockaddrInet4{Port: address.Port}
	copy(to.Addr[:], address.IP.To4())
	check(syscall.Connect(fd, to))
	check(syscall.SetNonblock(fd, true))
	check(syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
	opened := &line{fd: fd, answer: make([]byte, 0, answerBytesMax)}
	p.lines[int32(fd)] = opened
	p.watch(fd)
	return opened
}

func (p *pacer) watch(fd int) {
	check(syscall.EpollCtl(p.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}))
}

func (p *pacer) wakeIn(delay time.Duration) {
	if delay <= 0 {
		delay = 1
	}
	spec := [2]syscall.Timespec{{}, syscall.NsecToTimespec(int64(delay))}
	_, _, failure := syscall.Syscall6(
		syscall.SYS_TIMERFD_SETTIME, uintptr(p.timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	if failure != 0 {
		check(failure)
	}
}

func (p *pacer) say(seconds float64) {
	sort.Float64s(p.micros)
	sort.Float64s(p.late)
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"calls":         len(p.micros),
		"perSecond":     float64(len(p.micros)) / seconds,
		"p50Micros":     at(p.micros, 0.5),
		"p99Micros":     at(p.micros, 0.99),
		"maxMicros":     at(p.micros, 1),
		"lateP99Micros": at(p.late, 0.99),
		"errors":        p.failed,
		"wrong":         p.wrong,
	}))
}

func at(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	index := int(share * float64(len(sorted)))
	if index >= len(sorted) {
		index = len(sorted) - 1
	}
	return sorted[index]
}

func micros(duration time.Duration) float64 {
	return float64(duration.Nanoseconds()) / 1e3
}
