package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"texmlsrv/flows"
	"texmlsrv/sessions/redisstore"
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// index tells how the index of calls fares.
type index struct{ stats func() redisstore.IndexStats }

var (
	indexWaiting = describe("index_waiting", "Calls that are to be indexed.")
	indexCounts  = []struct {
		desc *prometheus.Desc
		of   func(redisstore.IndexStats) uint64
	}{
		{describe("index_indexed_total", "Calls that were indexed, each as often as it was."), func(s redisstore.IndexStats) uint64 { return s.Indexed }},
		{describe("index_dropped_total", "Calls that were not indexed, because too many waited; a sweep finds them."), func(s redisstore.IndexStats) uint64 { return s.Dropped }},
		{describe("index_failed_total", "Attempts to index that the store did not answer."), func(s redisstore.IndexStats) uint64 { return s.Failed }},
		{describe("index_found_total", "Calls that a sweep found not to be indexed as they are."), func(s redisstore.IndexStats) uint64 { return s.Found }},
		{describe("index_removed_total", "Entries that a sweep removed, because their call is gone."), func(s redisstore.IndexStats) uint64 { return s.Removed }},
	}
)

// Describe implements prometheus.Collector.
func (*index) Describe(to chan<- *prometheus.Desc) {
	to <- indexWaiting
	for _, c := range indexCounts {
		to <- c.desc
	}
}

// Collect implements prometheus.Collector.
func (i *index) Collect(to chan<- prometheus.Metric) {
	stats := i.stats()
	to <- prometheus.MustNewConstMetric(indexWaiting, prometheus.GaugeValue, float64(stats.Waiting))
	for _, c := range indexCounts {
		to <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(c.of(stats)))
	}
}

// store tells whether the store answers now.
type store struct{ ping func(context.Context) error }

var storeUp = describe("store_up", "1 while the store answers, else 0.")

// Describe implements prometheus.Collector.
func (*store) Describe(to chan<- *prometheus.Desc) { to <- storeUp }

// Collect implements prometheus.Collector.
func (s *store) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
	defer cancel()
	up := 1.0
	if s.ping(ctx) != nil {
		up = 0
	}
	to <- prometheus.MustNewConstMetric(storeUp, prometheus.GaugeValue, up)
}

// serving tells which flows are served.
type serving struct{ release func() *flows.Release }

var (
	flowsServed = describe("flows", "Flows that new calls can begin with.")
	releaseInfo = describe("release_info", "The release that new calls begin with; the value is 1.", "release")
)

// Describe implements prometheus.Collector.
func (*serving) Describe(to chan<- *prometheus.Desc) {
	to <- flowsServed
	to <- releaseInfo
}

// Collect implements prometheus.Collector.
func (s *serving) Collect(to chan<- prometheus.Metric) {
	release := s.release()
	to <- prometheus.MustNewConstMetric(flowsServed, prometheus.GaugeValue, float64(len(release.Flows)))
	to <- prometheus.MustNewConstMetric(releaseInfo, prometheus.GaugeValue, 1, release.ID)
}
