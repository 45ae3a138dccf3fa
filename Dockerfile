# One image for both services; docker-compose.yml chooses which one a container runs. Only the page for people is built;
# everything else is TypeScript that Node runs directly.
# By default this builds the CPU image; the arguments in docker-compose.yml build the GPU image from the same file.
ARG BASE=node:24-bookworm-slim

FROM node:24-bookworm-slim AS packages
# Use another npm registry if the default one cannot be reached: docker compose build --build-arg NPM_CONFIG_REGISTRY=...
ARG NPM_CONFIG_REGISTRY
WORKDIR /rootfs/app
COPY package.json package-lock.json .npmrc ./
# .npmrc disables install scripts, so nothing is compiled and nothing else is downloaded.
RUN npm ci --omit=dev

# Deletes what a container never uses. In this order, on x64: the packaged Node (189 MB), ONNX Runtime for other systems
# (243 MB), llama.cpp for other processors and empty packages (33 MB), llama.cpp's sources for rebuilding it (35 MB), the
# TypeScript compiler (31 MB), source maps and type declarations (44 MB).
RUN cd node_modules \
  && rm -rf node-linux-* \
  && find onnxruntime-node/bin/napi-v6 -mindepth 2 -maxdepth 2 ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} + \
  && find @node-llama-cpp -mindepth 1 -maxdepth 1 ! -name "linux-$(node -p process.arch)" -exec rm -rf {} + \
  && rm node-llama-cpp/llama/gitRelease.bundle \
  && rm -rf typescript @typescript \
  && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# `true` adds llama.cpp for CUDA (181 MB), which package.json replaces with an empty package, and Node, for a base image
# without it. Its second package (358 MB), with CUDA 12 and fallback code for other cards, is left out.
ARG CUDA=false
RUN [ "$CUDA" = false ] || { \
  version=$(node -p "require('./node_modules/node-llama-cpp/package.json').version") \
  && npm install --prefix /cuda --ignore-scripts "@node-llama-cpp/linux-x64-cuda@$version" \
  && mv /cuda/node_modules/@node-llama-cpp/linux-x64-cuda node_modules/@node-llama-cpp/ \
  && install -D /usr/local/bin/node /rootfs/usr/local/bin/node; }

# The page, with packages of which the image gets none.
FROM node:24-bookworm-slim AS page
ARG NPM_CONFIG_REGISTRY
WORKDIR /page
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY web web
RUN node node_modules/vite/bin/vite.js build web

FROM ${BASE}
# The version of package.json, which a test compares. A commit: docker compose build --build-arg REVISION=$(git rev-parse HEAD)
ARG VERSION=0.1.0
ARG REVISION
LABEL org.opencontainers.image.title=askbox \
  org.opencontainers.image.description="Drop files into a folder, ask over GraphQL, watch a local Llama answer with citations you can check." \
  org.opencontainers.image.licenses=MIT \
  org.opencontainers.image.version=$VERSION \
  org.opencontainers.image.revision=$REVISION
ENV NODE_ENV=production \
  NPM_CONFIG_UPDATE_NOTIFIER=false \
  NODE_OPTIONS=--disable-warning=ExperimentalWarning \
  ASKBOX_INBOX=/inbox \
  ASKBOX_DATA=/data \
  ASKBOX_MODELS_DIR=/models
# A new volume inherits the mode of its folder, so it is writable by whatever user the containers run as.
RUN install -d -m 777 /inbox /data /models
WORKDIR /app
COPY --from=packages /rootfs/ /
COPY shared shared
COPY watcher watcher
COPY graphql-api graphql-api
COPY scripts scripts
COPY --from=page /page/web/dist web/dist
# The user `node`, by number because other base images give it a different name.
USER 1000:1000
CMD ["node", "graphql-api/main.ts", "--stay-when-misconfigured"]
