package main

import (
	"context"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

type mcpGo struct{ client *client.Client }

func connectMCPGo(ctx context.Context, url, name string, headers map[string]string) (session, error) {
	c, err := client.NewStreamableHttpClient(url, transport.WithHTTPHeaders(headers))
	if err != nil {
		return nil, err
	}
	if err := c.Start(ctx); err != nil {
		return nil, err
	}
	request := mcp.InitializeRequest{}
	request.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	request.Params.ClientInfo = mcp.Implementation{Name: name, Version: "1.0.0"}
	_, err = c.Initialize(ctx, request)
	return mcpGo{c}, err
}

func (s mcpGo) call(ctx context.Context, seconds float64) error {
	request := mcp.CallToolRequest{}
	request.Params.Name = "report"
	request.Params.Arguments = map[string]any{"seconds": seconds}
	_, err := s.client.CallTool(ctx, request)
	return err
}

func (s mcpGo) list(ctx context.Context) error {
	_, err := s.client.ListTools(ctx, mcp.ListToolsRequest{})
	return err
}

func (s mcpGo) read(ctx context.Context) error {
	request := mcp.ReadResourceRequest{}
	request.Params.URI = "corpus://readme"
	_, err := s.client.ReadResource(ctx, request)
	return err
}

func (s mcpGo) leave() error { return s.client.Close() }
