package redistest

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// slots is how many hash slots a Redis Cluster has, by its specification.
const slots = 16384

// Cluster is a Redis Cluster of three masters without replicas.
type Cluster struct {
	Nodes []*Server
}

// StartCluster starts three nodes on free ports of the loopback interface,
// joins them, and returns when all agree on who serves which slots.
func StartCluster(tb testing.TB) *Cluster {
	tb.Helper()
	var c Cluster
	for range 3 {
		c.Nodes = append(c.Nodes, startOnPort(tb, func(port, second string) []string {
			return []string{"--cluster-enabled", "yes", "--cluster-port", second,
				"--cluster-node-timeout", "5000", "--appendonly", "no"}
		}))
	}
	c.join(tb)
	return &c
}

// URL names all nodes, as redisstore.Open takes it.
func (c *Cluster) URL() string {
	addrs := make([]string, len(c.Nodes))
	for i, node := range c.Nodes {
		addrs[i] = node.addr
	}
	return "redis+cluster://" + strings.Join(addrs, ",")
}

// join gives each node its share of the slots, introduces the first to all
// others and waits until the cluster serves.
func (c *Cluster) join(tb testing.TB) {
	tb.Helper()
	ctx := tb.Context()
	clients := make([]*redis.Client, len(c.Nodes))
	for i, node := range c.Nodes {
		clients[i] = redis.NewClient(&redis.Options{Addr: node.addr})
		defer clients[i].Close()
		must(tb, clients[i].Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		first, last := slots*i/len(c.Nodes), slots*(i+1)/len(c.Nodes)-1
		must(tb, clients[i].ClusterAddSlotsRange(ctx, first, last).Err())
	}
	for _, node := range c.Nodes[1:] {
		host, port, _ := net.SplitHostPort(node.addr)
		must(tb, clients[0].Do(ctx, "CLUSTER", "MEET", host, port, node.option("--cluster-port")).Err())
	}
	for i, client := range clients {
		if !poll(func() bool { return serves(ctx, client, len(c.Nodes)) }) {
			tb.Fatalf("redistest: the cluster does not form\n%s", c.Nodes[i].log())
		}
	}
}

// serves reports whether a node knows all others and every slot is served.
func serves(ctx context.Context, client *redis.Client, nodes int) bool {
	info, err := client.ClusterInfo(ctx).Result()
	if err != nil || !strings.Contains(info, "cluster_state:ok") {
		return false
	}
	ranges, err := client.ClusterSlots(ctx).Result() //nolint:staticcheck // what follows it needs Redis 7
	return err == nil && len(ranges) == nodes
}

// Sentinel is a master and the one sentinel that watches it.
type Sentinel struct {
	Master, Watch *Server
}

// StartSentinel starts a master and a sentinel on free ports of the loopback
// interface.
func StartSentinel(tb testing.TB) *Sentinel {
	tb.Helper()
	master := startOnPort(tb, func(string, string) []string { return []string{"--appendonly", "no"} })
	host, port, _ := net.SplitHostPort(master.addr)
	watch := startOnPort(tb, func(string, string) []string { return nil }, "sentinel monitor main "+host+" "+port+" 1")
	return &Sentinel{Master: master, Watch: watch}
}

// URL names the sentinel and its master, as redisstore.Open takes it.
func (s *Sentinel) URL() string { return "redis+sentinel://" + s.Watch.addr + "/main" }

// startOnPort starts a server on a free port; options gets that and a second
// free one. With config lines it is a sentinel, which needs a file to rewrite.
// Between finding a port and listening on it somebody else may take it, so it
// is tried again.
func startOnPort(tb testing.TB, options func(port, second string) []string, config ...string) *Server {
	tb.Helper()
	s := newServer(tb)
	s.network = "tcp"
	for range 5 {
		port, second := freePorts(tb)
		s.addr = net.JoinHostPort("127.0.0.1", port)
		s.args = append([]string{"--bind", "127.0.0.1", "--port", port, "--save", ""}, options(port, second)...)
		if len(config) > 0 {
			s.args = append([]string{s.writeConfig(config)}, "--sentinel", "--bind", "127.0.0.1", "--port", port)
		}
		if s.start() {
			return s
		}
		s.Kill()
	}
	tb.Fatalf("redistest: the server does not start\n%s", s.log())
	return nil
}

func (s *Server) writeConfig(lines []string) string {
	path := filepath.Join(s.dir, "redis.conf")
	must(s.tb, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// option returns the value of a command line option.
func (s *Server) option(name string) string {
	for i, arg := range s.args {
		if arg == name {
			return s.args[i+1]
		}
	}
	return ""
}

// freePorts asks the kernel for two ports that are free right now.
func freePorts(tb testing.TB) (first, second string) {
	tb.Helper()
	var ports [2]string
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		must(tb, err)
		defer listener.Close() // not before both are known, or they could be the same
		ports[i] = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	return ports[0], ports[1]
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatalf("redistest: %v", err)
	}
}
