-- Takes a call out of the schedule, unless it was scheduled anew.
-- KEYS due
-- ARGV call, the instant it stands at in ms
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if at and tonumber(at) == tonumber(ARGV[2]) then
  return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
