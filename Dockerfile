# syntax=docker/dockerfile:1
# The exporter as a container: `docker build --tag mcp-session-exporter .`, then see examples/docker.
# To pin the base by digest as well, build with --build-arg NODE_IMAGE=node:<tag>@sha256:<digest>.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/copy-assets.ts scripts/
COPY src src/
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production \
    MCP_SESSION_EXPORTER_HOST=0.0.0.0 \
    MCP_SESSION_EXPORTER_PORT=9464 \
    MCP_SESSION_EXPORTER_PROXY_LISTEN=0.0.0.0:8080
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=dependencies /build/node_modules node_modules/
COPY --from=build /build/dist dist/
# The user `node` of the image, by number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MCP_SESSION_EXPORTER_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["--help"]
