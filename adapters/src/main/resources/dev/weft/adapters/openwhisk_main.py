# SPDX-License-Identifier: Apache-2.0
"""The function as an OpenWhisk action: a web action's call is an exchange, any other an event of its parameters."""
import base64
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "weft_adapter"))
import adapter_code as adapter  # noqa: E402  it is found by the line before

RESERVED = ("__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body")
TEXT = ("application/javascript", "application/xml", "application/x-www-form-urlencoded")
FORM = "application/x-www-form-urlencoded"
CODE = adapter.open_code()


def media(content_type):
    return (content_type or "").split(";")[0].strip().lower()


def is_json(kind):
    return kind == "application/json" or kind.endswith("+json")


def is_text(kind):
    return kind.startswith("text/") or kind in TEXT or (kind.endswith("+xml") and not kind.startswith("image/"))


def form(fields):
    return urllib.parse.urlencode([(name, value if isinstance(value, str) else json.dumps(value)) for name, value in fields.items()])


def body_of(parameters, kind, own):
    """The body as near to what was sent as the platform lets it be: JSON and forms come as parameters."""
    raw = parameters.get("__ow_body")
    if raw is None:
        if kind == FORM:
            return form(own).encode()
        return json.dumps(own).encode() if is_json(kind) else b""
    if is_json(kind):
        whole = isinstance(raw, str) and "__ow_query" in parameters
        return base64.b64decode(raw) if whole else json.dumps(raw).encode()
    return raw.encode() if is_text(kind) else base64.b64decode(raw)


def exchange_of(parameters, about):
    headers = list((parameters.get("__ow_headers") or {}).items())
    kind = media(adapter.field(headers, "content-type"))
    own = {name: value for name, value in parameters.items() if name not in RESERVED}
    named = is_json(kind) or kind == FORM
    query = parameters.get("__ow_query")
    forwarded = adapter.field(headers, "x-forwarded-for")
    return {
        **about,
        "method": parameters["__ow_method"].upper(),
        "path": parameters.get("__ow_path") or "/",
        # without a body of named fields, all parameters came in the query
        "query": query if query is not None else ("" if named else form(own)),
        "headers": headers,
        "body": body_of(parameters, kind, own),
        "trace": adapter.field(headers, "traceparent"),
        "host": adapter.field(headers, "host"),
        "remote": forwarded.split(",")[0].strip() if forwarded else "",
    }


def answer_of(status, headers, body):
    fields = {}
    for name, value in headers:
        key = name.lower()
        fields[key] = [*(fields[key] if isinstance(fields[key], list) else [fields[key]]), value] if key in fields else value
    if body and "content-type" not in fields:
        fields["content-type"] = "application/octet-stream"  # the platform would take it for HTML
    kind = media(fields.get("content-type"))
    answer = {"statusCode": status, "headers": fields}
    if body and is_json(kind):
        try:
            value = json.loads(body)
        except ValueError:
            value = None
        answer["body"] = value if isinstance(value, (dict, list)) else base64.b64encode(body).decode()
    elif body:
        answer["body"] = body.decode() if is_text(kind) else base64.b64encode(body).decode()
    return answer


def result_of(contentType, body):
    """An action's result is an object; any other value stands under result."""
    try:
        result = json.loads(body) if body else {}
    except ValueError:
        text = is_text(media(contentType))
        return {"contentType": contentType, "result": body.decode("utf-8", "replace") if text else base64.b64encode(body).decode()}
    return result if isinstance(result, dict) else {"result": result}


def words_of(failure):
    try:
        return json.loads(failure.payload)
    except ValueError:
        said = failure.payload.decode("utf-8", "replace")
        return {"errorType": failure.kind, "errorMessage": "%s: %s" % (failure, said)}


def main(parameters):
    """What the platform calls."""
    deadline = os.environ.get("__OW_DEADLINE")
    about = {"id": os.environ.get("__OW_ACTIVATION_ID"), "deadline": int(deadline) / 1000 if deadline else None}
    web = isinstance(parameters.get("__ow_method"), str)
    try:
        if web:
            return answer_of(*CODE.exchange(exchange_of(parameters, about)))
        return result_of(**CODE.event({
            **about, "contentType": "application/json", "attributes": {}, "body": json.dumps(parameters).encode()}))
    except adapter.Failure as failure:
        said = words_of(failure)
        return {"error": {"statusCode": 500, "headers": {"content-type": "application/json"}, "body": said} if web else said}
