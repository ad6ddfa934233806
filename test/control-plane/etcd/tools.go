//go:build tools

// Pins etcd. A module of its own: etcd and Kubernetes want different versions of gRPC and OpenTelemetry.
package tools

import _ "go.etcd.io/etcd/server/v3"
