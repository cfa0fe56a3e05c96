-- Notes in lists of places that a session there has their terms.
-- KEYS the sorted set of the shard, then for each term: the hash that has its list, the key for what
--   the list has beyond 60 bytes
-- ARGV SID, place (two bytes), ms to live, 1 to have keys live so long that are there already, then for
--   each term: its field
-- Where the session was noted before, a place stands in a list once, unless many others were noted since.
local place, live, late = ARGV[2], ARGV[3], ARGV[4] == '1'
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
local again = score and string.find(score, '.', 1, true)

local function has(list)
  local from = 1
  while true do
    local at = string.find(list, place, from, true)
    if not at then return false end
    if at % 2 == 1 then return true end
    from = at + 1
  end
end

for i = 5, #ARGV do
  local hash, rest = KEYS[2 * i - 8], KEYS[2 * i - 7]
  local list = redis.call('HGET', hash, ARGV[i]) or ''
  if again and has(list) then
    -- it stands there
  elseif #list < 60 then
    local new = redis.call('HSET', hash, ARGV[i], list .. place)
    if new == 1 and not late then
      redis.call('PEXPIRE', hash, live)
    end
  elseif not (again and has(redis.call('GETRANGE', rest, -64, -1))) then
    if redis.call('APPEND', rest, place) == #place and not late then
      redis.call('PEXPIRE', rest, live)
    end
  end
  if late then
    redis.call('PEXPIRE', hash, live)
    redis.call('PEXPIRE', rest, live)
  end
end
return 0
