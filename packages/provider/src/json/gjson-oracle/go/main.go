// Answers questions about JSON values as gjson and Go's encoding/json do: one question a line in, one answer a line out.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"

	"github.com/tidwall/gjson"
)

type question struct {
	JSON string  `json:"json"`
	Path *string `json:"path"`
}

type answer struct {
	// What the path finds, as Result.String(); absent: nothing.
	Text *string `json:"text,omitempty"`
	// The members of the object, as Go writes them after reading it into any, and as they were written.
	Go  map[string]string `json:"go,omitempty"`
	Raw map[string]string `json:"raw,omitempty"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := bufio.NewWriter(os.Stdout)
	defer answers.Flush()
	out := json.NewEncoder(answers)
	decoder := json.NewDecoder(lines)
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			panic(err)
		}
		if err := out.Encode(answerTo(asked)); err != nil {
			panic(err)
		}
	}
}

func answerTo(asked question) answer {
	if asked.Path != nil {
		found := gjson.Get(asked.JSON, *asked.Path)
		if !found.Exists() {
			return answer{}
		}
		text := found.String()
		return answer{Text: &text}
	}
	var values map[string]any
	var raws map[string]json.RawMessage
	if json.Unmarshal([]byte(asked.JSON), &values) != nil || json.Unmarshal([]byte(asked.JSON), &raws) != nil {
		return answer{}
	}
	all := answer{Go: map[string]string{}, Raw: map[string]string{}}
	for name, value := range values {
		all.Go[name] = written(value)
	}
	for name, raw := range raws {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			all.Raw[name] = text
		} else {
			all.Raw[name] = string(raw)
		}
	}
	return all
}

// written is a value as text: strings as they are, numbers without exponent, null empty, everything else as JSON.
func written(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case nil:
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
