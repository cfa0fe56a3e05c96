-- Returns the secret at KEYS[1]; ARGV[1] becomes it if there is none. Either
-- way it lives another ARGV[2] ms. (SET with NX and GET together needs Redis 7.)
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])
