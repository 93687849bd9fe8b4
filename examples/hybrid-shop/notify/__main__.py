# SPDX-License-Identifier: Apache-2.0
"""notify: tells a buyer that the order was taken. A Python OpenWhisk action, as you would create it with `wsk action create`.

If you don't know OpenWhisk: it calls `main` once per invocation with a dictionary of parameters, and the dictionary that
main returns is the result. A key `error` in the result says that the action failed. Called by an HTTP request (as a "web
action"), the fields of a JSON body are parameters, the rest of the request stands under names that begin with `__ow_`, and
the result is read as statusCode, headers and body.

No mail leaves here: the text is printed, and the log has it (`weft logs notify`).
"""

NOBODY = "customer"
LINES_MAX = 20


def main(params):
    web = "__ow_method" in params
    try:
        result = notify(params)
    except BadReceipt as bad:
        problem = str(bad)
        print(f"not sent: {problem}")
        return {"statusCode": 400, "body": {"error": problem}} if web else {"error": problem}
    # under body: a web action's answer; by itself: the result of an invocation
    return {"statusCode": 200, "body": result} if web else result


class BadReceipt(Exception):
    """The receipt, not this action, is wrong."""


def notify(params):
    """Sends the confirmation of a receipt: the parameter `order`, or the parameters themselves."""
    receipt = params.get("order", params)
    to = str(params.get("to") or NOBODY)
    text = confirmation(receipt)
    print(f"to {to}: {text}")
    return {"sent": True, "text": text, "to": to}


def confirmation(receipt):
    """One sentence about a receipt of checkout: {"total": "54.30", "currency": "EUR", "lines": [{"name": …, "quantity": …}]}."""
    if not isinstance(receipt, dict) or "total" not in receipt:
        raise BadReceipt("order: expected a receipt with total, currency and lines")
    lines = receipt.get("lines", [])
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise BadReceipt("order.lines: expected a list of lines with name and quantity")
    named = [f"{line.get('quantity', 1)} x {line.get('name', line.get('sku', 'item'))}" for line in lines[:LINES_MAX]]
    if len(lines) > LINES_MAX:
        named.append(f"{len(lines) - LINES_MAX} more")
    amount = f"{receipt['total']} {receipt.get('currency', 'EUR')}"
    return f"Your order is on its way: {', '.join(named)}. Total {amount}." if named else f"Your order is on its way. Total {amount}."
