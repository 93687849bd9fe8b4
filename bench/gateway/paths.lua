-- SPDX-License-Identifier: Apache-2.0
-- For wrk: calls /r0/x to /rN/x, each as often as the others, in an order that no cache foresees.
--   wrk … -s paths.lua URL -- COUNT
local STRIDE = 7919 -- a prime, so that every path has its turn
local requests, count, now = {}, 0, 0

function init(arguments)
  count = tonumber(arguments[1])
  for n = 0, count - 1 do
    requests[n] = wrk.format("GET", "/r" .. n .. "/x")
  end
end

function request()
  now = (now + STRIDE) % count
  return requests[now]
end
