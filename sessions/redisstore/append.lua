-- Appends an entry to the timeline of a session, or to the early entries of a
-- call that has none.
-- KEYS session, timeline, early
-- ARGV entry, fetches to count, ms to live: of a live session, an ended one, early entries; duplicates to count
-- Returns {revision, session, document, duplicates, fetches}, or {} for an unknown call.
local ended = redis.call('HGET', KEYS[1], 'ended')
if not ended then
  redis.call('RPUSH', KEYS[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
  return {}
end
redis.call('RPUSH', KEYS[2], ARGV[1])
local fetches = redis.call('HINCRBY', KEYS[1], 'fetches', ARGV[2])
if ARGV[6] ~= '0' then
  redis.call('HINCRBY', KEYS[1], 'duplicates', ARGV[6])
end
local ttl = ARGV[3]
if ended ~= '' then
  ttl = ARGV[4]
end
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('PEXPIRE', KEYS[2], ttl)
local stored = redis.call('HMGET', KEYS[1], 'revision', 'session', 'document', 'duplicates')
stored[5] = fetches
return stored
