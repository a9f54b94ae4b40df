# Three images: the API as it runs in production, and for the demo its identity provider and the attack suite. All are
# built from the lock file alone, run as an ordinary user, and need no writable file system.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS sources
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

# ---- Everything, to build with -------------------------------------------------------------------------------
FROM sources AS build
# No install scripts: what they download is for tests and for databases of one's own machine.
RUN --mount=type=cache,target=/tmp/npm npm ci --cache /tmp/npm --ignore-scripts
COPY . .
# Maps lead back to sources that are not there, and the compiler's notes name every file of them.
RUN npm run build \
    && find dist \( -name '*.map' -o -name .tsbuildinfo \) -delete

# ---- What runs in production, and nothing that only reads or debugs it ---------------------------------------
FROM sources AS dependencies
# Peers and optional packages would bring the Prisma CLI and a compiler along.
RUN --mount=type=cache,target=/tmp/npm \
    npm ci --cache /tmp/npm --omit=dev --omit=peer --omit=optional --ignore-scripts
# Prisma brings a query compiler for each engine and size; this project uses one of them.
RUN find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name 'query_compiler_small_bg.postgresql.*' -delete \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete \
    && find node_modules -type d -name '.bin' -prune -exec rm -r {} + \
    && find node_modules -depth -type d -empty -delete

# ---- The one package that the identity provider needs, at the version of the lock file -----------------------
FROM sources AS provider-dependencies
RUN --mount=type=cache,target=/tmp/npm \
    VERSION="$(npm pkg get devDependencies.oidc-provider | tr -d '"')" \
    && npm pkg delete dependencies devDependencies \
    && npm pkg set "dependencies.oidc-provider=$VERSION" \
    && npm install --cache /tmp/npm --omit=peer --ignore-scripts --no-audit --no-fund

# ---- A Node without the tools that an intruder would like ----------------------------------------------------
FROM ${NODE_IMAGE} AS node-alone
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
ENV NODE_ENV=production
WORKDIR /app
USER 1000:1000

# ---- The identity provider of the demo: never a part of production -------------------------------------------
FROM node-alone AS identity-provider
COPY --from=provider-dependencies /app/node_modules node_modules
COPY package.json ./
COPY dev dev
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3001/.well-known/openid-configuration').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dev/identity-provider/serve.ts"]

# ---- The attack suite, for docker-compose.test.yml -----------------------------------------------------------
FROM node-alone AS attack
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY dev dev
COPY attack attack
ENTRYPOINT ["node", "attack/attack.ts"]

# ---- The API, and the commands of operators ------------------------------------------------------------------
FROM node-alone AS api
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Secure API Reference" \
      org.opencontainers.image.description="A NestJS backend that demonstrates ten API security practices" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY prisma/migrations prisma/migrations
COPY prisma/roles.sql prisma/expected-state.txt prisma/
COPY --from=build /app/dist dist
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# One arena of malloc for all threads: each would keep what its compiler and collector have used, 30 MB in all.
ENV MALLOC_ARENA_MAX=1
# As `npm run start:prod`, without npm. Left to itself, V8 moves some allocations to the old generation, other ones in
# each process, and an unlucky process takes up to 1.7 times the time for one request. Without its middle compiler, Maglev,
# whose code another one replaces, it takes less memory; the first thousands of requests cost more, the later ones do not.
CMD ["node", "--no-maglev", "--max-semi-space-size=8", "--max-old-space-size=256", "--no-allocation-site-pretenuring", "dist/main.js"]
