-- SPDX-License-Identifier: Apache-2.0
-- For wrk: POST of a small JSON document.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"order": 4711, "customer": "c-17", "items": [{"sku": "a-1", "count": 2}, {"sku": "b-7", "count": 1}]}'
