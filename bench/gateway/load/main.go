// SPDX-License-Identifier: Apache-2.0

// Load that bench/run gateway can't get from wrk and h2load. Linux only. Prints one line of JSON when it is over.
//
//	load steady -url URL [-connections 64] [-rate 1000] [-warm 1] [-seconds 5] [-targets FILE]
//	load idle -url URL [-connections 10000]
//
// steady: so many calls a second, evenly spaced, whatever the answers do. Latency counts from when a call was due, so a
// stall is felt by every call that was due meanwhile (no coordinated omission). FILE names a path and a word in each
// line; calls take the paths in turn, and an answer that does not begin with its path's word is counted as wrong.
//
// idle: opens connections, makes one call over each, says "open" and holds them until its input ends; then makes one
// more call over each and says how many were answered.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	url := flags.String("url", "", "what to call")
	switch os.Args[1] {
	case "steady":
		connections := flags.Int("connections", 64, "kept open")
		rate := flags.Int("rate", 1000, "calls a second")
		warm := flags.Float64("warm", 1, "seconds that are not counted")
		seconds := flags.Float64("seconds", 5, "seconds that are counted")
		targets := flags.String("targets", "", "file of paths and words")
		_ = flags.Parse(os.Args[2:])
		steady(*url, *connections, *rate, *warm, *seconds, *targets)
	case "idle":
		connections := flags.Int("connections", 10000, "kept open")
		_ = flags.Parse(os.Args[2:])
		idle(*url, *connections)
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: load steady|idle -url URL …")
	os.Exit(2)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}
