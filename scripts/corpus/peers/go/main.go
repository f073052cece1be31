// A client on a Go SDK: takes commands on stdin, and answers each with a line. See ../../clients/peers.ts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

// A session of either SDK.
type session interface {
	call(ctx context.Context, seconds float64) error
	list(ctx context.Context) error
	read(ctx context.Context) error
	leave() error
}

// Adds the headers of the program to each request.
type adding struct{ headers map[string]string }

func (a adding) RoundTrip(request *http.Request) (*http.Response, error) {
	for name, value := range a.headers {
		request.Header.Set(name, value)
	}
	return http.DefaultTransport.RoundTrip(request)
}

func main() {
	url, headers, name, sdk := os.Args[1], map[string]string{}, os.Args[3], os.Args[4]
	if err := json.Unmarshal([]byte(os.Args[2]), &headers); err != nil {
		fail(err)
	}
	ctx := context.Background()
	connect := map[string]func(context.Context, string, string, map[string]string) (session, error){
		"go-sdk": connectGoSDK, "mcp-go": connectMCPGo,
	}[sdk]
	client, err := connect(ctx, url, name, headers)
	if err != nil {
		fail(err)
	}
	tell("connected")
	obey(ctx, client)
	client.leave()
}

func obey(ctx context.Context, client session) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if words[1] == "leave" {
			return
		}
		go func() {
			var err error
			switch words[1] {
			case "call":
				seconds, _ := strconv.ParseFloat(words[2], 64)
				err = client.call(ctx, seconds)
			case "list":
				err = client.list(ctx)
			default:
				err = client.read(ctx)
			}
			if err != nil {
				tell(words[0] + " failed")
			} else {
				tell(words[0] + " ok")
			}
		}()
	}
}

var told sync.Mutex

func tell(line string) {
	told.Lock()
	defer told.Unlock()
	fmt.Println(line)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
