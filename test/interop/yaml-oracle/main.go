// Command yaml-oracle reads manifests as kubectl does, with the reader of Kubernetes itself: one JSON text per line in, and for each a
// JSON line with the texts that Secrets hold, out. A Secret in a List counts.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	// Values of `stringData` as they are, those of `data` decoded where that is possible.
	Values []string `json:"values"`
	// What stopped the reader; the documents before it count.
	Error string `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := out.Encode(read(text)); err != nil {
			os.Exit(1)
		}
	}
}

func read(text string) answer {
	found := answer{Values: []string{}}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var object any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			found.Error = err.Error()
			return found
		}
		collect(object, &found)
	}
}

func collect(object any, found *answer) {
	fields, ok := object.(map[string]any)
	if !ok {
		return
	}
	if items, ok := fields["items"].([]any); ok {
		for _, item := range items {
			collect(item, found)
		}
	}
	if fields["kind"] != "Secret" {
		return
	}
	for _, value := range texts(fields["stringData"]) {
		found.Values = append(found.Values, value)
	}
	for _, value := range texts(fields["data"]) {
		if decoded, err := base64.StdEncoding.DecodeString(value); err == nil {
			value = string(decoded)
		}
		found.Values = append(found.Values, value)
	}
}

func texts(object any) []string {
	fields, _ := object.(map[string]any)
	var found []string
	for _, value := range fields {
		if text, ok := value.(string); ok {
			found = append(found, text)
		}
	}
	return found
}
