// SPDX-License-Identifier: Apache-2.0

// The part of Lambda's API that plan and apply ask, kept in memory, one store for each region that requests are signed
// for; each answer comes a while after its question. It checks no signature: what is measured is who asks.
//
//	lambda -port PORT [-latency 20ms]
//
// GET /calls says how many calls were answered since the last such question.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const account = "123456789012"

type document = map[string]any

// One function; versions begin with number 1.
type function struct {
	latest   document
	tags     map[string]string
	reserved any
	versions []document
	aliases  map[string]string
}

type region struct {
	name      string
	lock      sync.Mutex
	functions map[string]*function
}

var (
	latency time.Duration
	calls   atomic.Int64
	lock    sync.Mutex
	regions = map[string]*region{}
)

func main() {
	port := flag.Int("port", 0, "on 127.0.0.1")
	flag.DurationVar(&latency, "latency", 0, "from question to answer")
	flag.Parse()
	server := &http.Server{Addr: "127.0.0.1:" + strconv.Itoa(*port), Handler: http.HandlerFunc(serve)}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

func serve(out http.ResponseWriter, in *http.Request) {
	if in.URL.Path == "/calls" {
		fmt.Fprintln(out, calls.Swap(0))
		return
	}
	calls.Add(1)
	if latency > 0 {
		time.Sleep(latency)
	}
	at := regionOf(in.Header.Get("Authorization"))
	if at == nil {
		answer(out, 403, document{"Type": "User", "message": "the request is not signed"})
		return
	}
	status, body := at.do(in)
	answer(out, status, body)
}

func answer(out http.ResponseWriter, status int, body document) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	out.Header().Set("Content-Type", "application/json")
	if status == 404 {
		out.Header().Set("x-amzn-errortype", "ResourceNotFoundException")
	}
	out.WriteHeader(status)
	if status != 204 {
		_, _ = out.Write(text)
	}
}

// The region of a signature: AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/lambda/aws4_request, …
func regionOf(authorization string) *region {
	scope := strings.Split(authorization, "/")
	if len(scope) < 5 {
		return nil
	}
	lock.Lock()
	defer lock.Unlock()
	found := regions[scope[2]]
	if found == nil {
		found = &region{name: scope[2], functions: map[string]*function{}}
		regions[scope[2]] = found
	}
	return found
}

// Paths are /DATE/functions[/NAME[/WHAT[/ALIAS]]] and /DATE/tags/ARN.
func (at *region) do(in *http.Request) (int, document) {
	at.lock.Lock()
	defer at.lock.Unlock()
	parts := strings.Split(strings.Trim(in.URL.Path, "/"), "/")
	asked := document{}
	_ = json.NewDecoder(in.Body).Decode(&asked)
	if parts[1] == "tags" {
		return at.tag(parts[2][strings.LastIndex(parts[2], ":")+1:], asked)
	}
	if len(parts) == 2 {
		if in.Method == "POST" {
			return at.create(asked)
		}
		return at.list(in)
	}
	found := at.functions[parts[2]]
	if found == nil {
		return absent()
	}
	what := in.Method
	if len(parts) > 3 {
		what += " " + parts[3]
	}
	switch what {
	case "GET":
		return 200, found.whole()
	case "GET configuration":
		return found.configuration(in.URL.Query().Get("Qualifier"))
	case "POST versions":
		version := copied(found.latest)
		version["Version"] = strconv.Itoa(len(found.versions) + 1)
		found.versions = append(found.versions, version)
		return 201, version
	case "POST aliases":
		found.aliases[asked["Name"].(string)] = asked["FunctionVersion"].(string)
		return 201, asked
	case "PUT concurrency":
		found.reserved = asked["ReservedConcurrentExecutions"]
		return 200, asked
	}
	return 400, document{"Type": "User", "message": what + " is not played here"}
}

func absent() (int, document) {
	return 404, document{"Type": "User", "Message": "Function not found"}
}

func copied(one document) document {
	other := document{}
	for name, value := range one {
		other[name] = value
	}
	return other
}

func (at *region) list(in *http.Request) (int, document) {
	names := make([]string, 0, len(at.functions))
	for name := range at.functions {
		names = append(names, name)
	}
	sort.Strings(names)
	from := sort.SearchStrings(names, in.URL.Query().Get("Marker"))
	most, err := strconv.Atoi(in.URL.Query().Get("MaxItems"))
	// however many are asked for, Lambda gives 50 at most
	if err != nil || most > 50 {
		most = 50
	}
	page := document{"NextMarker": nil}
	if from+most < len(names) {
		page["NextMarker"] = names[from+most]
		names = names[:from+most]
	}
	all := []document{}
	for _, name := range names[from:] {
		all = append(all, at.functions[name].latest)
	}
	page["Functions"] = all
	return 200, page
}

func (at *region) create(asked document) (int, document) {
	name := asked["FunctionName"].(string)
	code, err := base64.StdEncoding.DecodeString(asked["Code"].(document)["ZipFile"].(string))
	if err != nil {
		return 400, document{"Type": "User", "message": err.Error()}
	}
	digest := sha256.Sum256(code)
	made := &function{latest: document{}, tags: map[string]string{}, aliases: map[string]string{}}
	for _, field := range []string{"Role", "Runtime", "Handler", "MemorySize", "Timeout", "Architectures", "PackageType", "Environment"} {
		made.latest[field] = asked[field]
	}
	made.latest["FunctionName"] = name
	made.latest["FunctionArn"] = "arn:aws:lambda:" + at.name + ":" + account + ":function:" + name
	made.latest["CodeSha256"] = base64.StdEncoding.EncodeToString(digest[:])
	made.latest["CodeSize"] = len(code)
	made.latest["Version"] = "$LATEST"
	made.latest["State"] = "Active"
	made.latest["LastUpdateStatus"] = "Successful"
	made.latest["LastModified"] = "2026-01-01T00:00:00.000+0000"
	made.latest["TracingConfig"] = document{"Mode": "PassThrough"}
	made.latest["EphemeralStorage"] = document{"Size": 512}
	made.latest["RevisionId"] = "r1"
	for name, value := range asked["Tags"].(document) {
		made.tags[name] = value.(string)
	}
	at.functions[name] = made
	return 201, made.latest
}

func (at *region) tag(name string, asked document) (int, document) {
	found := at.functions[name]
	if found == nil {
		return absent()
	}
	for name, value := range asked["Tags"].(document) {
		found.tags[name] = value.(string)
	}
	return 204, nil
}

func (one *function) whole() document {
	whole := document{
		"Configuration": one.latest,
		"Code":          document{"RepositoryType": "S3", "Location": "http://127.0.0.1/nothing"},
		"Tags":          one.tags,
	}
	if one.reserved != nil {
		whole["Concurrency"] = document{"ReservedConcurrentExecutions": one.reserved}
	}
	return whole
}

func (one *function) configuration(qualifier string) (int, document) {
	if qualifier == "" {
		return 200, one.latest
	}
	number, err := strconv.Atoi(one.aliases[qualifier])
	if err != nil {
		return absent()
	}
	return 200, one.versions[number-1]
}
