-- Notes in lists of places that a session there has their terms.
-- KEYS for each term: the hash that has its list, the key for what the list has beyond 60 bytes
-- ARGV ms to live, place (two bytes), then for each term: its field
-- A place stands in a list once, unless many others were noted since.
local place = ARGV[2]
local function has(list)
  local from = 1
  while true do
    local at = string.find(list, place, from, true)
    if not at then return false end
    if at % 2 == 1 then return true end
    from = at + 1
  end
end
for i = 3, #ARGV do
  local hash, rest = KEYS[2 * i - 5], KEYS[2 * i - 4]
  local list = redis.call('HGET', hash, ARGV[i]) or ''
  if not has(list) then
    if #list < 60 then
      redis.call('HSET', hash, ARGV[i], list .. place)
    else
      if not has(redis.call('GETRANGE', rest, -64, -1)) then
        redis.call('APPEND', rest, place)
      end
      redis.call('PEXPIRE', rest, ARGV[1])
    end
  end
  redis.call('PEXPIRE', hash, ARGV[1])
end
return 0
