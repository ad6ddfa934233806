#!/usr/bin/env bash
# Builds a Kubernetes control plane from its Go modules, once, into a cache; prints the directory of the programs.
#
#   test/control-plane/build.sh [1.36|1.33]
#
# The cache is ${SIGNET_CACHE:-$HOME/.cache/signet}/control-plane-<key>, and the key covers everything the programs are made
# of, so a second run only looks. Two runs at once are safe: each builds under a name of its own and the first rename wins.
# Exit codes: 0 built or found, 3 something needed is missing (it says what), anything else is a failed build.
set -euo pipefail
cd "$(dirname "$0")"

version=${1:-1.36}
if [ ! -f "k8s-$version/go.mod" ]; then
  echo "no control plane $version: known versions are $(echo k8s-*/ | sed 's|k8s-||g; s|/||g')" >&2
  exit 2
fi
if ! command -v go >/dev/null; then
  cat >&2 <<'EOF'
The control plane under the tests is built from its Go modules, and there is no `go` on the PATH.
Get Go 1.26 or newer from https://go.dev/dl/ (or your distribution's golang package; any Go from 1.21 on fetches the right
toolchain by itself) and run again. The first build takes about 5 minutes and 4 GB of disk; later runs find it in the cache.
EOF
  exit 3
fi

key=$({ cat "k8s-$version/go.mod" "k8s-$version/go.sum" etcd/go.mod etcd/go.sum build.sh; (cd "k8s-$version" && go env GOVERSION GOOS GOARCH); } |
  sha256sum | cut -c 1-16)
cache=${SIGNET_CACHE:-$HOME/.cache/signet}
home=$cache/control-plane-$key
if [ -d "$home/bin" ]; then
  echo "$home/bin"
  exit 0
fi

building=$cache/control-plane-$key.building.$$
mkdir -p "$building/bin"
trap 'rm -rf "$building"' EXIT

# The version is compiled in by the linker; without it the server calls itself v0.0.0-master and charts refuse it.
release=v$(awk '$1 == "require" && $2 == "k8s.io/kubernetes" { print substr($3, 2) }' "k8s-$version/go.mod")
stamp=""
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  stamp="$stamp -X $package.gitVersion=$release -X $package.gitMajor=${version%.*} -X $package.gitMinor=${version#*.}"
  stamp="$stamp -X $package.gitTreeState=clean -X $package.gitCommit=0000000000000000000000000000000000000000"
done

export CGO_ENABLED=0 GOFLAGS=-mod=readonly
echo "building kube-apiserver and kube-controller-manager $release and etcd into $home (about 5 minutes, once)" >&2
(cd "k8s-$version" && nice -n 10 go build -trimpath -buildvcs=false -ldflags "-s -w $stamp" -o "$building/bin/" \
  k8s.io/kubernetes/cmd/kube-apiserver k8s.io/kubernetes/cmd/kube-controller-manager) >&2
(cd etcd && nice -n 10 go build -trimpath -buildvcs=false -ldflags "-s -w" -o "$building/bin/etcd" go.etcd.io/etcd/server/v3) >&2

# A plain mv would put our directory inside one that another run has just renamed into place.
mv -T "$building" "$home" 2>/dev/null || [ -d "$home/bin" ]
echo "$home/bin"
