#!/usr/bin/env bash
# Builds the original sealed-secrets controller from its Go module, once, into a cache; prints the program's path.
#
# The cache is ${SIGNET_CACHE:-$HOME/.cache/signet}/original-<key>; the key covers all the program is made of. Two runs at once are
# safe: each builds under a name of its own and the first rename wins.
# Exit codes: 0 built or found, 3 there is no Go, anything else is a failed build.
set -euo pipefail
cd "$(dirname "$0")"

command -v go >/dev/null || { echo 'the original controller is built from its Go module, and there is no `go` on the PATH' >&2; exit 3; }
key=$({ cat go.mod go.sum build.sh; go env GOVERSION GOOS GOARCH; } | sha256sum | cut -c 1-16)
cache=${SIGNET_CACHE:-$HOME/.cache/signet}
home=$cache/original-$key
if [ ! -x "$home/controller" ]; then
  building=$home.building.$$
  mkdir -p "$building"
  trap 'rm -rf "$building"' EXIT
  version=$(awk '$1 == "require" && $2 == "github.com/bitnami/sealed-secrets" { print $3 }' go.mod)
  echo "building the original controller $version into $home (1 to 2 minutes, once)" >&2
  CGO_ENABLED=0 GOFLAGS=-mod=readonly nice -n 10 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.VERSION=$version" \
    -o "$building/controller" github.com/bitnami/sealed-secrets/cmd/controller >&2
  mv -T "$building" "$home" 2>/dev/null || [ -x "$home/controller" ]
fi
echo "$home/controller"
