-- Stores a session if its revision is still the expected one.
-- KEYS session, timeline, early
-- ARGV expected revision, ms to live, turn, session, document, ended, entries…
-- Returns the new revision, or the stored {revision, session, document}.
local stored = redis.call('HGET', KEYS[1], 'revision')
if (stored or '0') ~= ARGV[1] then
  return redis.call('HMGET', KEYS[1], 'revision', 'session', 'document')
end
-- The lists come before the hash: a script is not undone when a command in it
-- fails, and without its hash the session has not moved.
if not stored then
  while redis.call('LMOVE', KEYS[3], KEYS[2], 'LEFT', 'RIGHT') do end
end
for i = 7, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[i])
end
redis.call('HSET', KEYS[1], 'turn', ARGV[3], 'session', ARGV[4],
  'document', ARGV[5], 'ended', ARGV[6], 'fetches', '0')
local revision = redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return revision
