//go:build external

package main

import (
	"encoding/hex"
	"strings"

	upstream "github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"

	"signet.dev/template-oracle/sprig"
)

// functions is what the external-secrets engine (v2.9) offers, as far as it can be had without the engine: Sprig, and its own
// functions whose whole behaviour is a line or two. Those on certificates and keys are proved by recorded answers and by openssl.
var functions = upstream.TxtFuncMap()

func init() {
	delete(functions, "env")
	delete(functions, "expandenv")
	delete(functions, "getHostByName")

	functions["htpasswd"] = sprig.Htpasswd
	// What it makes of text that is not hexadecimal is not known; b64dec gives the error as its value.
	functions["hexdec"] = func(text string) string {
		decoded, err := hex.DecodeString(text)
		if err != nil {
			return err.Error()
		}
		return string(decoded)
	}
	functions["toYaml"] = func(value any) string {
		text, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["fromYaml"] = func(text string) map[string]any {
		parsed := map[string]any{}
		if err := yaml.Unmarshal([]byte(text), &parsed); err != nil {
			parsed["Error"] = err.Error()
		}
		return parsed
	}
}
