-- Puts one call off so that nobody else takes it meanwhile, unless it stands in
-- the schedule at another instant than the one given.
-- KEYS due
-- ARGV call, that instant in ms, the one to put it off to in ms, ms to live
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if at and tonumber(at) ~= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
