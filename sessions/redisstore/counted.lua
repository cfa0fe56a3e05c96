-- Notes on an ended session as what it was counted.
-- KEYS session
-- ARGV what it is counted as
-- Returns what it was counted as before, or false where nothing is to be counted.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return false
end
local before = redis.call('HGET', KEYS[1], 'counted')
if before == ARGV[1] then
  return false
end
redis.call('HSET', KEYS[1], 'counted', ARGV[1])
return before or ''
