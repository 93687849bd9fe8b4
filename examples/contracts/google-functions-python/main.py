# SPDX-License-Identifier: Apache-2.0
import functions_framework


# Google's services POST what has happened, so an HTTP function hears of events too, in the request's body.
@functions_framework.http
def hello(request):
    said = request.get_json(silent=True) or {}
    name = said.get("name") or request.args.get("name", "world")
    return f"hello {name}"
