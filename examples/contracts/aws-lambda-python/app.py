# SPDX-License-Identifier: Apache-2.0
import base64
import json


def handler(event, context):
    # from a function URL or an HTTP API the event is a request, else it is whatever was sent
    if "http" not in event.get("requestContext", {}):
        return {"message": f"hello {event.get('name', 'world')}"}
    name = name_in(event) or event.get("queryStringParameters", {}).get("name") or "world"
    return {
        "statusCode": 200,
        "headers": {"content-type": "text/plain; charset=utf-8"},
        "body": f"hello {name}\n",
    }


def name_in(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    try:
        return json.loads(body).get("name")
    except (ValueError, AttributeError):
        return None
