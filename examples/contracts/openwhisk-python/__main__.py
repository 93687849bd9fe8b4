# SPDX-License-Identifier: Apache-2.0
"""An action that greets whom its parameter `name` says. Query and JSON body of a web request are parameters, too."""


def main(params):
    greeting = f"hello {params.get('name', 'world')}"
    print(greeting)
    if "__ow_method" not in params:
        return {"greeting": greeting}  # invoked with parameters only
    return {"headers": {"content-type": "text/plain"}, "body": greeting + "\n"}
