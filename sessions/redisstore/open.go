package redisstore

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrURL says that the text given to Open is not the URL of a Redis: trying
// again will not help.
var ErrURL = errors.New("redis url")

// Open returns a client for the Redis at a URL, once it has answered:
//
//	redis[s]://[user:password@]host[:6379][/db]
//	redis[s]+sentinel://[user:password@]h1[:26379],h2/master[/db]
//	redis[s]+cluster://[user:password@]h1[:6379],h2
//	unix://[user:password@]/path/to/socket
//
// User and password are those of Redis, percent-encoded; sentinels are asked
// without. The client gives up within the context's deadline, or within half a
// second, and keeps the pool's log lines to itself (they hold addresses, and
// what they report comes back as errors). A URL that cannot be read is ErrURL.
// Errors never repeat the URL, which may hold a password.
func Open(ctx context.Context, rawURL string) (redis.UniversalClient, error) {
	opts, err := parseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("redisstore: %w: %w", ErrURL, err)
	}
	return connect(ctx, opts)
}

func connect(ctx context.Context, opts *redis.UniversalOptions) (redis.UniversalClient, error) {
	logging.Disable()
	client := redis.NewUniversalClient(opts)
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, errors.Join(fmt.Errorf("redisstore: open: %w", cause(ctx, err)), client.Close())
	}
	return client, nil
}

// tuned are the client options that all kinds of server share. The library's
// own would keep a caller waiting for up to ten seconds.
func tuned() *redis.UniversalOptions {
	return &redis.UniversalOptions{
		ContextTimeoutEnabled: true,
		DialTimeout:           300 * time.Millisecond,
		DialerRetries:         1,
		ReadTimeout:           200 * time.Millisecond,
		WriteTimeout:          200 * time.Millisecond,
		PoolTimeout:           200 * time.Millisecond,
		MaxRetries:            1,
		MinRetryBackoff:       8 * time.Millisecond,
		MaxRetryBackoff:       32 * time.Millisecond,
		PipelinePoolSize:      -1, // nothing here pipelines: one pool, one count of connections
		DisableIdentity:       true,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
}

// parseURL takes a URL apart by hand: net/url refuses several hosts with ports,
// and its errors repeat what they could not read.
func parseURL(rawURL string) (*redis.UniversalOptions, error) {
	scheme, rest, _ := strings.Cut(rawURL, "://")
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	switch {
	case strings.Contains(path, "@"):
		return nil, errors.New("/ ? # and @ in a password are written %2F %3F %23 %40")
	case strings.ContainsAny(path, "?#"):
		return nil, errors.New("nothing is taken after ? or #")
	}
	opts := tuned()
	hosts, err := credentials(opts, authority)
	if err != nil {
		return nil, err
	}
	if scheme == "unix" {
		return opts, unixSocket(opts, hosts, path)
	}
	base, kind, _ := strings.Cut(scheme, "+")
	switch base {
	case "redis":
	case "rediss":
		opts.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	default:
		return nil, errors.New("it begins with redis://, rediss://, redis+sentinel://, redis+cluster:// or unix://")
	}
	return opts, servers(opts, kind, hosts, strings.Trim(path, "/"))
}

// credentials takes user and password off an authority and returns its hosts.
func credentials(opts *redis.UniversalOptions, authority string) (hosts string, err error) {
	i := strings.LastIndex(authority, "@")
	if i < 0 {
		return authority, nil
	}
	user, password, _ := strings.Cut(authority[:i], ":")
	var errUser, errPassword error
	opts.Username, errUser = url.PathUnescape(user)
	opts.Password, errPassword = url.PathUnescape(password)
	if errUser != nil || errPassword != nil {
		return "", errors.New("a % in user or password is not followed by two hex digits")
	}
	return authority[i+1:], nil
}

func unixSocket(opts *redis.UniversalOptions, hosts, path string) error {
	if hosts != "" || len(path) < 2 {
		return errors.New("unix:// takes the absolute path of a socket")
	}
	opts.Addrs = []string{path}
	return nil
}

// servers fills in where the servers are: kind is what follows the + of the
// scheme, path what follows the hosts.
func servers(opts *redis.UniversalOptions, kind, hosts, path string) (err error) {
	port, db := "6379", path
	switch kind {
	case "":
		if strings.Contains(hosts, ",") {
			return errors.New("several hosts need redis+sentinel:// or redis+cluster://")
		}
	case "sentinel":
		port = "26379"
		if opts.MasterName, db, _ = strings.Cut(path, "/"); opts.MasterName == "" {
			return errors.New("redis+sentinel:// takes the name of the master after the hosts")
		}
	case "cluster":
		if opts.IsClusterMode = true; path != "" {
			return errors.New("a cluster has no databases and takes no path")
		}
	default:
		return errors.New("after redis+ comes sentinel or cluster")
	}
	if opts.DB, err = database(db); err != nil {
		return err
	}
	for host := range strings.SplitSeq(hosts, ",") {
		addr, err := address(host, port)
		if err != nil {
			return err
		}
		opts.Addrs = append(opts.Addrs, addr)
	}
	return nil
}

// database reads the number of a database; none is 0.
func database(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	db, err := strconv.Atoi(text)
	if err != nil || db < 0 {
		return 0, errors.New("the database is not a number")
	}
	return db, nil
}

// address completes host, host:port, [v6] or [v6]:port with the default port.
func address(host, port string) (string, error) {
	name := host
	if h, p, err := net.SplitHostPort(host); err == nil {
		name, port = h, p
	} else if inner, ok := strings.CutPrefix(host, "["); ok {
		name = strings.TrimSuffix(inner, "]")
	} else if strings.Contains(host, ":") {
		return "", errors.New("an IPv6 address stands in brackets")
	}
	if name == "" {
		return "", errors.New("a host is missing")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", errors.New("a port is not a number between 1 and 65535")
	}
	return net.JoinHostPort(name, port), nil
}
