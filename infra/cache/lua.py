"""Lua that several scripts in Redis share."""

# joined(one, other): the highest number of each source, as `Position.joined` gives it
JOINED = """
local function joined(one, other)
  local newest, parts = {}, {}
  for _, text in ipairs({one, other}) do
    for source, number in string.gmatch(text, '([^,]+):(%d+)') do
      if tonumber(number) > tonumber(newest[source] or 0) then newest[source] = number end
    end
  end
  for source, number in pairs(newest) do parts[#parts + 1] = source .. ':' .. number end
  return table.concat(parts, ',')
end
"""
