// Command go-oracle answers questions about sealed items with nothing but Go's standard library, so that the tests can ask a
// second implementation. It reads one JSON request per line and writes one JSON answer per line. Bytes are in base64.
package main

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"
)

type request struct {
	Ask        string   `json:"ask"`
	PEM        string   `json:"pem"`
	Item       []byte   `json:"item"`
	Label      []byte   `json:"label"`
	Value      []byte   `json:"value"`
	SessionKey []byte   `json:"sessionKey"`
	Texts      []string `json:"texts"`
}

type answer struct {
	Error       string       `json:"error,omitempty"`
	Bytes       []byte       `json:"bytes,omitempty"`
	Offsets     []int64      `json:"offsets,omitempty"`
	Certificate *certificate `json:"certificate,omitempty"`
}

type certificate struct {
	Serial     string            `json:"serial"`
	Subject    string            `json:"subject"`
	NotBefore  time.Time         `json:"notBefore"`
	NotAfter   time.Time         `json:"notAfter"`
	IsCA       bool              `json:"isCA"`
	KeyUsage   int               `json:"keyUsage"`
	Extensions map[string]string `json:"extensions"`
	Bits       int               `json:"bits"`
	SelfSigned string            `json:"selfSigned"`
}

var nonce = make([]byte, 12)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		err := json.Unmarshal(lines.Bytes(), &asked)
		var given answer
		if err == nil {
			given, err = reply(asked)
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

func reply(asked request) (answer, error) {
	switch asked.Ask {
	case "open":
		value, err := open(asked)
		return answer{Bytes: value}, err
	case "seal":
		item, err := seal(asked)
		return answer{Bytes: item}, err
	case "base64":
		return answer{Offsets: offsets(asked.Texts)}, nil
	case "certificate":
		read, err := readCertificate(asked.PEM)
		return answer{Certificate: read}, err
	}
	return answer{}, fmt.Errorf("unknown question %q", asked.Ask)
}

func open(asked request) ([]byte, error) {
	key, err := privateKey(asked.PEM)
	if err != nil {
		return nil, err
	}
	if len(asked.Item) < 2 {
		return nil, errors.New("no length")
	}
	rest := asked.Item[2:]
	length := int(binary.BigEndian.Uint16(asked.Item))
	if len(rest) < length {
		return nil, errors.New("no wrapped key")
	}
	sessionKey, err := rsa.DecryptOAEP(sha256.New(), nil, key, rest[:length], asked.Label)
	if err != nil {
		return nil, err
	}
	sealer, err := gcm(sessionKey)
	if err != nil {
		return nil, err
	}
	return sealer.Open(nil, nonce, rest[length:], nil)
}

// seal uses the session key of the request, or a fresh one.
func seal(asked request) ([]byte, error) {
	parsed, err := parseCertificate(asked.PEM)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("not RSA")
	}
	sessionKey := asked.SessionKey
	if len(sessionKey) == 0 {
		sessionKey = make([]byte, 32)
		if _, err := rand.Read(sessionKey); err != nil {
			return nil, err
		}
	}
	sealer, err := gcm(sessionKey)
	if err != nil {
		return nil, err
	}
	wrapped, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, key, sessionKey, asked.Label)
	if err != nil {
		return nil, err
	}
	item := binary.BigEndian.AppendUint16(nil, uint16(len(wrapped)))
	return sealer.Seal(append(item, wrapped...), nonce, asked.Value, nil), nil
}

func gcm(sessionKey []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(sessionKey)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// offsets are those of the first illegal byte of each text, or -1.
func offsets(texts []string) []int64 {
	found := make([]int64, len(texts))
	for index, text := range texts {
		found[index] = -1
		var corrupt base64.CorruptInputError
		if _, err := base64.StdEncoding.DecodeString(text); errors.As(err, &corrupt) {
			found[index] = int64(corrupt)
		}
	}
	return found
}

func privateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

func readCertificate(text string) (*certificate, error) {
	parsed, err := parseCertificate(text)
	if err != nil {
		return nil, err
	}
	extensions := map[string]string{}
	for _, one := range parsed.Extensions {
		extensions[fmt.Sprintf("%s %v", one.Id, one.Critical)] = hex.EncodeToString(one.Value)
	}
	selfSigned := "yes"
	if err := parsed.CheckSignature(parsed.SignatureAlgorithm, parsed.RawTBSCertificate, parsed.Signature); err != nil {
		selfSigned = err.Error()
	}
	key, ok := parsed.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("not RSA")
	}
	return &certificate{
		Serial:     parsed.SerialNumber.Text(16),
		Subject:    parsed.Subject.String(),
		NotBefore:  parsed.NotBefore,
		NotAfter:   parsed.NotAfter,
		IsCA:       parsed.IsCA,
		KeyUsage:   int(parsed.KeyUsage),
		Extensions: extensions,
		Bits:       key.N.BitLen(),
		SelfSigned: selfSigned,
	}, nil
}
