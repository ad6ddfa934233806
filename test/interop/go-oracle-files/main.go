// Command go-oracle-files opens whole files of SealedSecrets: read as kubectl reads them (several documents, Lists, YAML and JSON),
// each item opened with a private key, under the label that name, namespace and scope annotations of its object make. It shares
// nothing with the TypeScript that sealed them. One JSON request per line in, one JSON answer per line out; bytes are in base64.
package main

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
)

type request struct {
	PEM  string `json:"pem"`
	Text string `json:"text"`
}

type answer struct {
	Objects []opened `json:"objects"`
	Error   string   `json:"error,omitempty"`
}

type opened struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Values    map[string][]byte `json:"values"`
}

type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		EncryptedData map[string]string `json:"encryptedData"`
	} `json:"spec"`
	Items []json.RawMessage `json:"items"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		given := answer{Objects: []opened{}}
		err := json.Unmarshal(lines.Bytes(), &asked)
		if err == nil {
			given.Objects, err = openFile(asked)
		}
		if err != nil {
			given = answer{Error: err.Error()}
		}
		if err := out.Encode(given); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func openFile(asked request) ([]opened, error) {
	block, _ := pem.Decode([]byte(asked.PEM))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	found := []opened{}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(asked.Text), 4096)
	for {
		var document json.RawMessage
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		if found, err = openObject(key, document, "", found); err != nil {
			return nil, err
		}
	}
}

// openObject opens a SealedSecret, or those among the items of a list; other kinds are passed over.
func openObject(key *rsa.PrivateKey, text json.RawMessage, inherited string, found []opened) ([]opened, error) {
	var one object
	if string(text) == "null" {
		return found, nil
	}
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, err
	}
	if kind.Kind == "" {
		kind.Kind = inherited
	}
	if kind.Kind != "SealedSecret" && !strings.HasSuffix(kind.Kind, "List") {
		return found, nil
	}
	if err := json.Unmarshal(text, &one); err != nil {
		return nil, err
	}
	for _, item := range one.Items {
		var err error
		if found, err = openObject(key, item, strings.TrimSuffix(kind.Kind, "List"), found); err != nil {
			return nil, err
		}
	}
	if kind.Kind != "SealedSecret" {
		return found, nil
	}
	result := opened{Namespace: one.Metadata.Namespace, Name: one.Metadata.Name, Values: map[string][]byte{}}
	for name, item := range one.Spec.EncryptedData {
		value, err := openItem(key, item, label(one))
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %s: %w", result.Namespace, result.Name, name, err)
		}
		result.Values[name] = value
	}
	return append(found, result), nil
}

// label is what an item is bound to (sealed-secrets: EncryptionLabel).
func label(one object) []byte {
	if one.Metadata.Annotations["sealedsecrets.bitnami.com/cluster-wide"] == "true" {
		return nil
	}
	if one.Metadata.Annotations["sealedsecrets.bitnami.com/namespace-wide"] == "true" {
		return []byte(one.Metadata.Namespace)
	}
	return []byte(one.Metadata.Namespace + "/" + one.Metadata.Name)
}

func openItem(key *rsa.PrivateKey, text string, label []byte) ([]byte, error) {
	item, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	if len(item) < 2 {
		return nil, errors.New("no length")
	}
	length := int(binary.BigEndian.Uint16(item))
	if len(item) < 2+length {
		return nil, errors.New("no wrapped key")
	}
	sessionKey, err := rsa.DecryptOAEP(sha256.New(), nil, key, item[2:2+length], label)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sessionKey)
	if err != nil {
		return nil, err
	}
	sealer, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	value, err := sealer.Open(nil, make([]byte, 12), item[2+length:], nil)
	if value == nil && err == nil {
		value = []byte{}
	}
	return value, err
}
