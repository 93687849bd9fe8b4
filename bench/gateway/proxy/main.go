// SPDX-License-Identifier: Apache-2.0

// Go's own reverse proxy, as most function routers stand on it, with nothing added but connections kept for reuse.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"
)

func main() {
	upstream, err := url.Parse("http://127.0.0.1:" + os.Getenv("BENCH_UPSTREAM_PORT"))
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(upstream)
	proxy.Transport = &http.Transport{
		MaxIdleConns:        1024,
		MaxIdleConnsPerHost: 1024,
		IdleConnTimeout:     90 * time.Second,
		DisableCompression:  true,
	}
	server := &http.Server{
		Addr:              "127.0.0.1:" + os.Getenv("BENCH_PORT"),
		Handler:           proxy,
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}
