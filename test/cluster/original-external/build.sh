#!/usr/bin/env bash
# Builds the original external-secrets controller from its Go module, once, into a cache; prints the directory with `controller` and `crds/`.
#
# Of its providers and generators only `fake` (and the generator of UUIDs) are compiled in: the others bring the SDKs of every cloud, and
# a takeover is about the controller. v0.20.4 is the last release that is one Go module; later ones keep their parts in modules that
# are not published, and cannot be fetched.
#
# The cache is ${SIGNET_CACHE:-$HOME/.cache/signet}/original-external-<key>; the key covers all the program is made of. Two runs at once
# are safe: each builds under a name of its own and the first rename wins.
# Exit codes: 0 built or found, 3 there is no Go, anything else is a failed build.
set -euo pipefail
cd "$(dirname "$0")"

command -v go >/dev/null || { echo 'the original controller is built from its Go module, and there is no `go` on the PATH' >&2; exit 3; }
key=$({ cat go.mod go.sum build.sh; go env GOVERSION GOOS GOARCH; } | sha256sum | cut -c 1-16)
cache=${SIGNET_CACHE:-$HOME/.cache/signet}
home=$cache/original-external-$key
if [ ! -x "$home/controller" ]; then
  module=github.com/external-secrets/external-secrets
  version=$(awk -v module=$module '$1 == "require" && $2 == module { print $3 }' go.mod)
  building=$home.building.$$
  mkdir -p "$building/source"
  trap 'chmod -R u+w "$building" 2>/dev/null; rm -rf "$building"' EXIT
  echo "building the original external-secrets controller $version into $home (about 2 minutes, once)" >&2
  go mod download $module@"$version" # checked against go.sum
  published=$(go list -m -f '{{ .Dir }}' $module)
  (cd "$published" && cp -r --no-preserve=mode apis cmd pkg go.mod go.sum main.go "$building/source/")
  cp -r --no-preserve=mode "$published/config/crds/bases" "$building/crds"
  rm "$building/crds/kustomization.yaml"
  printf 'package register\n\nimport _ "%s/pkg/provider/fake"\n' $module >"$building/source/pkg/provider/register/register.go"
  printf 'package register\n\nimport (\n\t_ "%s/pkg/generator/fake"\n\t_ "%s/pkg/generator/uuid"\n)\n' $module $module \
    >"$building/source/pkg/generator/register/register.go"
  # Its own go.mod and go.sum say what it is made of.
  (cd "$building/source" && CGO_ENABLED=0 GOFLAGS=-mod=readonly nice -n 10 go build -trimpath -buildvcs=false -ldflags '-s -w' \
    -o "$building/controller" .) >&2
  rm -rf "$building/source"
  mv -T "$building" "$home" 2>/dev/null || [ -x "$home/controller" ]
fi
echo "$home"
