-- SPDX-License-Identifier: Apache-2.0
-- For wrk: the Invoke that the arguments, time and authorization, sign.
wrk.method = "POST"
wrk.body = '{"order": 4711, "customer": "c-17", "items": [{"sku": "a-1", "count": 2}, {"sku": "b-7", "count": 1}]}'

function init(args)
  wrk.headers["x-amz-date"] = args[1]
  wrk.headers["authorization"] = args[2]
  request_text = wrk.format(nil, wrk.path)
end

function request()
  return request_text
end
