package redisstore

import (
	_ "embed" // the scripts

	"github.com/redis/go-redis/v9"
)

// Each script says at its top what it takes and returns.
var (
	//go:embed commit.lua
	commitSource string
	//go:embed append.lua
	appendSource string
	//go:embed claim.lua
	claimSource string
	//go:embed hold.lua
	holdSource string
	//go:embed load.lua
	loadSource string
	//go:embed secret.lua
	secretSource string
	//go:embed settle.lua
	settleSource string
	//go:embed index.lua
	indexSource string
	//go:embed row.lua
	rowSource string
	//go:embed counted.lua
	countedSource string
	//go:embed lease.lua
	leaseSource string

	commitScript = redis.NewScript(commitSource)
	appendScript = redis.NewScript(appendSource)
	claimScript  = redis.NewScript(claimSource)
	holdScript   = redis.NewScript(holdSource)
	loadScript   = redis.NewScript(loadSource)
	secretScript = redis.NewScript(secretSource)
	settleScript = redis.NewScript(settleSource)

	indexScript   = redis.NewScript(indexSource)
	rowScript     = redis.NewScript(rowSource)
	countedScript = redis.NewScript(countedSource)
	leaseScript   = redis.NewScript(leaseSource)
)
