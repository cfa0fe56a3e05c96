-- Gives a session, or what arrived for a call that has not begun.
-- KEYS session, timeline, early
-- Returns {revision, session, document, duplicates}, or {the list of early entries}.
local stored = redis.call('HMGET', KEYS[1], 'revision', 'session', 'document', 'duplicates')
if stored[1] then
  return stored
end
return {redis.call('LRANGE', KEYS[3], 0, -1)}
