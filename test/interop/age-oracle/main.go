// The reference implementation of the age file format, by its author, asked one question: JSON on stdin, JSON on stdout.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// question holds bytes as base64. Ask is "open" or "lock"; either a passphrase or keys are given: identities to open,
// recipients to lock.
type question struct {
	Ask        string   `json:"ask"`
	Bytes      []byte   `json:"bytes"`
	Passphrase string   `json:"passphrase"`
	Keys       []string `json:"keys"`
	Armor      bool     `json:"armor"`
}

type answer struct {
	Bytes []byte `json:"bytes"`
	Error string `json:"error,omitempty"`
}

func main() {
	var q question
	var a answer
	err := json.NewDecoder(os.Stdin).Decode(&q)
	if err == nil {
		switch q.Ask {
		case "open":
			a.Bytes, err = open(q)
		case "lock":
			a.Bytes, err = lock(q)
		case "recipient":
			a.Bytes, err = recipient(q)
		default:
			err = errors.New("unknown question")
		}
	}
	if err != nil {
		a = answer{Error: err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		os.Exit(1)
	}
}

func open(q question) ([]byte, error) {
	var identities []age.Identity
	if q.Passphrase != "" {
		identity, err := age.NewScryptIdentity(q.Passphrase)
		if err != nil {
			return nil, err
		}
		identities = append(identities, identity)
	}
	for _, key := range q.Keys {
		identity, err := age.ParseX25519Identity(key)
		if err != nil {
			return nil, err
		}
		identities = append(identities, identity)
	}
	var file io.Reader = bytes.NewReader(q.Bytes)
	if q.Armor {
		file = armor.NewReader(file)
	}
	plain, err := age.Decrypt(file, identities...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plain)
}

func lock(q question) ([]byte, error) {
	var recipients []age.Recipient
	if q.Passphrase != "" {
		recipient, err := age.NewScryptRecipient(q.Passphrase)
		if err != nil {
			return nil, err
		}
		recipients = append(recipients, recipient)
	}
	for _, key := range q.Keys {
		recipient, err := age.ParseX25519Recipient(key)
		if err != nil {
			return nil, err
		}
		recipients = append(recipients, recipient)
	}
	var file bytes.Buffer
	var target io.WriteCloser = nopCloser{&file}
	if q.Armor {
		target = armor.NewWriter(&file)
	}
	plain, err := age.Encrypt(target, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err := plain.Write(q.Bytes); err != nil {
		return nil, err
	}
	if err := plain.Close(); err != nil {
		return nil, err
	}
	err = target.Close()
	return file.Bytes(), err
}

func recipient(q question) ([]byte, error) {
	if len(q.Keys) != 1 {
		return nil, errors.New("one key is needed")
	}
	identity, err := age.ParseX25519Identity(q.Keys[0])
	if err != nil {
		return nil, err
	}
	return []byte(identity.Recipient().String()), nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
