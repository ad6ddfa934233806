// Says what Go itself makes of the questions on standard input: a JSON list in, a JSON list out, bytes in base64.
package main

import (
	"bytes"
	"crypto/sha3"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"time"
	_ "time/tzdata"
	"unicode"

	"github.com/robfig/cron/v3"
)

type question struct {
	Ask         string            `json:"ask"`
	Strategy    string            `json:"strategy"`
	Text        string            `json:"text"`
	Source      string            `json:"source"`
	Target      string            `json:"target"`
	After       int64             `json:"after"`
	Annotations map[string]string `json:"annotations"`
	Labels      map[string]string `json:"labels"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([]any, len(questions))
	for index, one := range questions {
		answers[index] = answer(one)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		panic(err)
	}
}

func answer(one question) any {
	switch one.Ask {
	case "decode":
		return decoded(one)
	case "rename":
		expression, err := regexp.Compile(one.Source)
		if err != nil {
			return nil
		}
		return expression.ReplaceAllString(one.Text, one.Target)
	case "version":
		return version(one)
	case "next":
		return next(one)
	case "object":
		return object(one)
	case "key":
		return isKey(one.Text)
	}
	panic(one.Ask)
}

func decoded(one question) any {
	text, err := base64.StdEncoding.DecodeString(one.Text)
	if err != nil {
		panic(err)
	}
	encoding := base64.StdEncoding
	if one.Strategy == "Base64URL" {
		encoding = base64.URLEncoding
	}
	value, err := encoding.DecodeString(string(text))
	if err != nil {
		return nil
	}
	return base64.StdEncoding.EncodeToString(value)
}

func version(one question) any {
	type meta struct {
		annotations map[string]string
		labels      map[string]string
	}
	text := fmt.Sprintf("%+v", meta{one.Annotations, one.Labels})
	return fmt.Sprintf("%x", sha3.Sum224([]byte(text)))
}

func next(one question) any {
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)
	schedule, err := parser.Parse(one.Text)
	if err != nil {
		return nil
	}
	time.Local = time.UTC
	found := schedule.Next(time.UnixMilli(one.After).UTC())
	if found.IsZero() {
		return nil
	}
	return found.UnixMilli()
}

// What is put into a key of a Secret for each member, and what the whole is written as.
func object(one question) any {
	var members map[string]any
	if err := json.Unmarshal([]byte(one.Text), &members); err != nil {
		return nil
	}
	values := [][2]string{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		values = append(values, [2]string{name, base64.StdEncoding.EncodeToString(valueOf(members[name]))})
	}
	var whole bytes.Buffer
	encoder := json.NewEncoder(&whole)
	encoder.SetEscapeHTML(false)
	if members == nil {
		members = map[string]any{}
	}
	if err := encoder.Encode(members); err != nil {
		panic(err)
	}
	return map[string]any{"values": values, "whole": base64.StdEncoding.EncodeToString(bytes.TrimRight(whole.Bytes(), "\n"))}
}

func valueOf(member any) []byte {
	switch value := member.(type) {
	case string:
		return []byte(value)
	case float64:
		return []byte(strconv.FormatFloat(value, 'f', -1, 64))
	case nil:
		return nil
	default:
		text, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return text
	}
}

// Which of its characters a key keeps.
func isKey(text string) any {
	kept := []bool{}
	for _, one := range text {
		kept = append(kept, unicode.IsLetter(one) || unicode.IsNumber(one) || one == '-' || one == '.' || one == '_')
	}
	return kept
}
