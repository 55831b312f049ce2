-- What is asked where it differs each time, and what was measured, as JSON.
-- Arguments: nothing, `miss`, or `post` and a word that no other run has.
local number = 0
local body = ("All that is fit to print. "):rep(20)

local function next_post(edition)
  local post = '{"title": "Edition %s, page %d", "body": "%s"}'
  number = number + 1
  return wrk.format("POST", nil, nil, post:format(edition, number, body))
end

local function next_miss()
  local path = "/api/v1/posts?limit=%d&offset=%d"
  number = number + 1
  -- 10,000 lists, of 20 posts on the average
  return wrk.format("GET", path:format(11 + number % 20, math.floor(number / 20) % 500))
end

function init(arguments)
  local kind, edition = arguments[1], arguments[2]
  if kind == "post" then
    wrk.headers["Content-Type"] = "application/json"
    request = function() return next_post(edition) end
  elseif kind == "miss" then
    request = next_miss
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local text = '{"requests": %d, "microseconds": %d, "failed": %d, "latency": {'
  io.write(text:format(summary.requests, summary.duration, failed))
  for index, percentile in ipairs({50, 75, 90, 95, 99, 99.9}) do
    if index > 1 then io.write(", ") end
    io.write(('"%g": %d'):format(percentile, latency:percentile(percentile)))
  end
  io.write("}}\n")
end
