-- Takes what is due, and puts it off so that nobody else takes it meanwhile.
-- KEYS due
-- ARGV now in ms, ms to put it off, how many at most, ms to live
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], ARGV[1] + ARGV[2], member)
end
if #due > 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return due
