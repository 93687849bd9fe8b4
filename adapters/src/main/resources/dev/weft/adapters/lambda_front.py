# SPDX-License-Identifier: Apache-2.0
"""The function as a Lambda handler: an event of payload format 2.0 is an exchange, any other an event."""
import base64
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import adapter_code as adapter  # noqa: E402  it is found by the line before

CODE = adapter.open_code()
TEXT = re.compile(r"(text/|application/(json|javascript|xml)\b|[^;]+\+(json|xml)\b)", re.IGNORECASE)


def exchange_of(event, about):
    http = event["requestContext"]["http"]
    headers = [(name, value) for name, value in (event.get("headers") or {}).items() if name.lower() != "x-amzn-trace-id"]
    if event.get("cookies"):
        headers.append(("cookie", "; ".join(event["cookies"])))
    body = event.get("body") or ""
    return {
        **about,
        "method": http["method"],
        "path": event["rawPath"],
        "query": event.get("rawQueryString") or "",
        "headers": headers,
        "body": base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(),
        "trace": adapter.field(headers, "traceparent"),
        "host": adapter.field(headers, "host") or event["requestContext"].get("domainName"),
        "remote": http.get("sourceIp") or "",
    }


def answer_of(status, headers, body):
    fields = {}
    cookies = []
    for name, value in headers:
        key = name.lower()
        if key == "set-cookie":
            cookies.append(value)
        else:
            fields[key] = fields[key] + "," + value if key in fields else value
    text = None
    if TEXT.match(fields.get("content-type", "")) and "content-encoding" not in fields:
        text = text_of(body)
    answer = {
        "statusCode": status,
        "headers": fields,
        "body": base64.b64encode(body).decode() if text is None else text,
        "isBase64Encoded": text is None,
    }
    return {**answer, "cookies": cookies} if cookies else answer


def text_of(body):
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def result_of(body):
    """JSON as it is, other text as a string, anything else in base64."""
    text = text_of(body)
    if text is None:
        return base64.b64encode(body).decode()
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def thrown(failure):
    """The failure in the function's own words: an error whose type and message Lambda reports."""
    words = failure.payload.decode("utf-8", "replace")
    name = re.sub(r"\W", "_", failure.kind) or "Error"
    return type(name, (Exception,), {})("%s: %s" % (failure, words) if str(failure) else words)


def handler(event, context):
    """What Lambda calls."""
    about = {
        "id": context.aws_request_id,
        "trace": None,
        "deadline": time.time() + context.get_remaining_time_in_millis() / 1000,
    }
    try:
        if isinstance(event, dict) and event.get("version") == "2.0" and "http" in (event.get("requestContext") or {}):
            return answer_of(*CODE.exchange(exchange_of(event, about)))
        custom = getattr(context.client_context, "custom", None) or {}
        return result_of(CODE.event({
            **about,
            "contentType": "application/json",
            "attributes": {name: str(value) for name, value in custom.items()},
            "body": json.dumps(event).encode(),
        })["body"])
    except adapter.Failure as failure:
        raise thrown(failure) from None
