package main

import (
	"context"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type goSDK struct{ session *mcp.ClientSession }

func connectGoSDK(ctx context.Context, url, name string, headers map[string]string) (session, error) {
	client := mcp.NewClient(&mcp.Implementation{Name: name, Version: "1.0.0"}, nil)
	transport := &mcp.StreamableClientTransport{Endpoint: url, HTTPClient: &http.Client{Transport: adding{headers}}}
	connected, err := client.Connect(ctx, transport, nil)
	return goSDK{connected}, err
}

func (s goSDK) call(ctx context.Context, seconds float64) error {
	_, err := s.session.CallTool(ctx, &mcp.CallToolParams{Name: "report", Arguments: map[string]any{"seconds": seconds}})
	return err
}

func (s goSDK) list(ctx context.Context) error {
	_, err := s.session.ListTools(ctx, nil)
	return err
}

func (s goSDK) read(ctx context.Context) error {
	_, err := s.session.ReadResource(ctx, &mcp.ReadResourceParams{URI: "corpus://readme"})
	return err
}

func (s goSDK) leave() error { return s.session.Close() }
