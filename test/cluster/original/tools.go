//go:build tools

// Package tools pins the original controller, which the takeover tests run as it is published.
package tools

import _ "github.com/bitnami/sealed-secrets/cmd/controller"
