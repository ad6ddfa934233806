// Command alert-oracle evaluates an alert's expression with Prometheus' own engine, over series that a test makes up. It reads one
// JSON request from stdin and writes, for each minute of the series, how many alerts would be active.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

type series struct {
	Labels map[string]string `json:"labels"`
	// One value each minute.
	Values []float64 `json:"values"`
}

type request struct {
	Expr   string   `json:"expr"`
	Series []series `json:"series"`
}

type sample struct {
	t int64
	v float64
}

func (s sample) T() int64                      { return s.t }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.v }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Copy() chunks.Sample           { return s }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }

type memory struct{ all []storage.Series }

func (m memory) Querier(_, _ int64) (storage.Querier, error) { return m, nil }
func (m memory) Close() error                                { return nil }
func (m memory) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}
func (m memory) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}
func (m memory) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var found []storage.Series
	for _, one := range m.all {
		fits := true
		for _, matcher := range matchers {
			fits = fits && matcher.Matches(one.Labels().Get(matcher.Name))
		}
		if fits {
			found = append(found, one)
		}
	}
	return &set{found: found, at: -1}
}

type set struct {
	found []storage.Series
	at    int
}

func (s *set) Next() bool                        { s.at++; return s.at < len(s.found) }
func (s *set) At() storage.Series                { return s.found[s.at] }
func (s *set) Err() error                        { return nil }
func (s *set) Warnings() annotations.Annotations { return nil }

func main() {
	active, err := answer()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(active); err != nil {
		os.Exit(1)
	}
}

func answer() ([]int, error) {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return nil, err
	}
	var kept memory
	minutes := 0
	for _, one := range asked.Series {
		samples := make([]chunks.Sample, len(one.Values))
		for minute, value := range one.Values {
			samples[minute] = sample{t: int64(minute) * 60_000, v: value}
		}
		minutes = max(minutes, len(samples))
		kept.all = append(kept.all, storage.NewListSeries(labels.FromMap(one.Labels), samples))
	}
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: time.Minute, Parser: parser.NewParser(parser.Options{})})
	active := make([]int, minutes)
	for minute := range active {
		query, err := engine.NewInstantQuery(context.Background(), kept, nil, asked.Expr, time.UnixMilli(int64(minute)*60_000))
		if err != nil {
			return nil, err
		}
		result := query.Exec(context.Background())
		vector, err := result.Vector()
		if err != nil {
			return nil, err
		}
		active[minute] = len(vector)
		query.Close()
	}
	return active, nil
}
