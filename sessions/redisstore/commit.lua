-- Stores a session if its revision is still the expected one.
-- KEYS session, timeline, early
-- ARGV expected revision, id of this commit, ms to live, turn, session, document, ended, began in ms,
--   duplicates among the entries, entries…
-- Returns the new revision, or the stored {revision, session, document, duplicates}.
local stored = redis.call('HGET', KEYS[1], 'revision')
if (stored or '0') ~= ARGV[1] then
  -- A client that lost the reply sends the same commit again: it has succeeded.
  if redis.call('HGET', KEYS[1], 'commit') == ARGV[2] then
    return tonumber(stored)
  end
  return redis.call('HMGET', KEYS[1], 'revision', 'session', 'document', 'duplicates')
end
-- The lists come before the hash: a script is not undone when a command in it
-- fails, and without its hash the session has not moved.
if not stored then
  while redis.call('LMOVE', KEYS[3], KEYS[2], 'LEFT', 'RIGHT') do end
end
for i = 10, #ARGV do
  redis.call('RPUSH', KEYS[2], ARGV[i])
end
redis.call('HSET', KEYS[1], 'commit', ARGV[2], 'turn', ARGV[4], 'session', ARGV[5],
  'document', ARGV[6], 'ended', ARGV[7], 'began', ARGV[8], 'fetches', '0')
if ARGV[9] ~= '0' then
  redis.call('HINCRBY', KEYS[1], 'duplicates', ARGV[9])
end
local revision = redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return revision
