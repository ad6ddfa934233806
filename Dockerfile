# The image of signet-controller: Node and one bundle, nothing else. It runs as any user, on a read-only root.
#
#   docker build -t signet-controller .
#   docker run --rm signet-controller --version
#
# BASE_IMAGE: what the files are put on. The default is nothing at all; a distroless or hardened base with glibc works as well.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG BASE_IMAGE=scratch

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN node scripts/setup.mjs
RUN node scripts/with-node.mjs scripts/image-root.ts /image

FROM ${BASE_IMAGE}
COPY --from=build /image/ /
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080 8081
# A small space for young objects: at Node's default the process keeps as much for garbage as for 10,000 SealedSecrets.
ENTRYPOINT ["/usr/bin/node", "--max-semi-space-size=4", "/signet/bin/signet-controller.js"]
