// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

const answerMax = 10 * time.Second

type kept struct {
	wire   net.Conn
	reader *bufio.Reader
}

func idle(address string, count int) {
	target, err := url.Parse(address)
	check(err)
	request := []byte("GET " + target.RequestURI() + " HTTP/1.1\r\nHost: " + target.Host + "\r\n\r\n")
	all := make([]kept, 0, count)
	for i := 0; i < count; i++ {
		wire, err := net.Dial("tcp", target.Host)
		check(err)
		each := kept{wire, bufio.NewReaderSize(wire, 1024)}
		check(each.call(request))
		all = append(all, each)
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	answered, first := 0, ""
	for _, each := range all {
		if err := each.call(request); err == nil {
			answered++
		} else if first == "" {
			first = err.Error()
		}
		_ = each.wire.Close()
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"opened": count, "answered": answered, "firstFailure": first}))
}

func (k kept) call(request []byte) error {
	_ = k.wire.SetDeadline(time.Now().Add(answerMax))
	if _, err := k.wire.Write(request); err != nil {
		return err
	}
	answer, err := http.ReadResponse(k.reader, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
