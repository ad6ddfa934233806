// Package sprig has the name that Go prints for the type of htpasswd's third parameter in the external-secrets engine.
package sprig

import (
	"crypto/sha1"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// HashAlgorithm is sha, or anything else for bcrypt.
type HashAlgorithm string

// Htpasswd is one line of a password file.
func Htpasswd(user string, password string, algorithm HashAlgorithm) string {
	if strings.Contains(user, ":") {
		return "invalid username: " + user
	}
	if algorithm == "sha" {
		sum := sha1.Sum([]byte(password))
		return user + ":{SHA}" + base64.StdEncoding.EncodeToString(sum[:])
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return user + ":failed to encrypt string with bcrypt: " + err.Error()
	}
	return user + ":" + string(hash)
}
