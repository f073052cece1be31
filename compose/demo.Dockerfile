# syntax=docker/dockerfile:1
# Servers and clients of demo/, on the official SDKs, the clients watched from within: see docker-compose.yml.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE}
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/copy-assets.ts scripts/
COPY src src/
RUN npm run build
COPY demo demo/
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MCP_SESSION_EXPORTER_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--import", "mcp-session-exporter/register", "demo/behind-proxy.ts"]
