// Command template-oracle renders templates with Go's own text/template and the real Sprig, for tests that compare.
//
//	template-oracle            questions on stdin, answers on stdout, one JSON object a line, in the same order
//	template-oracle functions  one JSON object: the name of every function and its type as %T prints it
//	template-oracle bench      one question on stdin; nanoseconds of compiling and rendering it on stdout
//
// Bytes travel as base64. The same program is built twice, once for each function set: go.mod holds the versions that
// sealed-secrets pins, external-secrets.mod (with the tag external) those of the external-secrets engine.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/template"
	"time"
)

type question struct {
	ID         int               `json:"id"`
	Name       string            `json:"name"`
	Template   []byte            `json:"template"`
	Data       map[string][]byte `json:"data"`
	MissingKey string            `json:"missingKey"`
	Delimiters []string          `json:"delimiters"`
	Iterations int               `json:"iterations"`
}

type answer struct {
	ID     int    `json:"id"`
	Output []byte `json:"output"`
	// Error is base64 too: its text may hold bytes that are not UTF-8.
	Error []byte `json:"error,omitempty"`
	// Stage is parse, execute, timeout or size.
	Stage string `json:"stage,omitempty"`
}

const (
	patience  = 5 * time.Second
	maxOutput = 16 << 20
)

var errTooLarge = errors.New("the output is too large")

type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxOutput {
		return 0, errTooLarge
	}
	return l.Buffer.Write(p)
}

func compile(q *question) (*template.Template, error) {
	t := template.New(q.Name).Funcs(functions)
	if q.MissingKey != "" {
		t = t.Option("missingkey=" + q.MissingKey)
	}
	if len(q.Delimiters) == 2 {
		t = t.Delims(q.Delimiters[0], q.Delimiters[1])
	}
	return t.Parse(string(q.Template))
}

func dataOf(q *question) map[string]string {
	data := make(map[string]string, len(q.Data))
	for key, value := range q.Data {
		data[key] = string(value)
	}
	return data
}

func solve(q *question) (a answer) {
	a.ID = q.ID
	defer func() {
		// text/template turns panics of functions into errors; what gets here is a panic of its own.
		if r := recover(); r != nil {
			a.Output, a.Error, a.Stage = nil, []byte(fmt.Sprint(r)), "panic"
		}
	}()
	t, err := compile(q)
	if err != nil {
		a.Error, a.Stage = []byte(err.Error()), "parse"
		return a
	}
	var out limited
	if err := t.Execute(&out, dataOf(q)); err != nil {
		a.Error, a.Stage = []byte(err.Error()), "execute"
		if errors.Is(err, errTooLarge) {
			a.Stage = "size"
		}
		return a
	}
	a.Output = out.Bytes()
	return a
}

// late counts questions without an answer in time. After a few the rest is not tried: their goroutines still work.
var late int

// solveInTime gives up on a question that takes too long; its goroutine is left behind, the process is short-lived.
func solveInTime(q *question) answer {
	if late >= 3 {
		return answer{ID: q.ID, Error: []byte("not tried"), Stage: "timeout"}
	}
	done := make(chan answer, 1)
	go func() { done <- solve(q) }()
	select {
	case a := <-done:
		return a
	case <-time.After(patience):
		late++
		return answer{ID: q.ID, Error: []byte("no answer in time"), Stage: "timeout"}
	}
}

func bench(q *question) error {
	t, err := compile(q)
	if err != nil {
		return err
	}
	data := dataOf(q)
	compiling, rendering := time.Duration(0), time.Duration(0)
	for range q.Iterations {
		start := time.Now()
		if _, err := compile(q); err != nil {
			return err
		}
		compiling += time.Since(start)
	}
	var out bytes.Buffer
	for range q.Iterations {
		out.Reset()
		start := time.Now()
		if err := t.Execute(&out, data); err != nil {
			return err
		}
		rendering += time.Since(start)
	}
	n := float64(q.Iterations)
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"compileNs": float64(compiling.Nanoseconds()) / n,
		"renderNs":  float64(rendering.Nanoseconds()) / n,
		"output":    out.Bytes(),
	})
}

func run(args []string) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(in)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	if len(args) == 0 {
		encoder := json.NewEncoder(out)
		for decoder.More() {
			var q question
			if err := decoder.Decode(&q); err != nil {
				return err
			}
			if err := encoder.Encode(solveInTime(&q)); err != nil {
				return err
			}
			if in.Buffered() == 0 {
				if err := out.Flush(); err != nil {
					return err
				}
			}
		}
		return nil
	}
	switch args[0] {
	case "functions":
		types := map[string]string{}
		for name, function := range functions {
			types[name] = fmt.Sprintf("%T", function)
		}
		return json.NewEncoder(out).Encode(types)
	case "bench":
		for decoder.More() {
			var q question
			if err := decoder.Decode(&q); err != nil {
				return err
			}
			if err := bench(&q); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unknown command %q", args[0])
}

func main() {
	time.Local = time.UTC
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
