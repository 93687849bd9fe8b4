# SPDX-License-Identifier: Apache-2.0
"""Tests the action alone: python3 -m unittest discover examples/hybrid-shop/notify"""
import importlib.util
import os
import unittest

# __main__.py, under another name: `import __main__` would be whoever runs the tests
_spec = importlib.util.spec_from_file_location("notify", os.path.join(os.path.dirname(__file__), "__main__.py"))
notify = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(notify)

RECEIPT = {
    "total": "54.30",
    "currency": "EUR",
    "lines": [{"sku": "linen-thread", "name": "Linen thread", "quantity": 2}, {"sku": "needle", "quantity": 1}],
}
TEXT = "Your order is on its way: 2 x Linen thread, 1 x needle. Total 54.30 EUR."


class NotifyTest(unittest.TestCase):
    def test_a_receipt_is_confirmed(self):
        self.assertEqual(notify.main({"order": RECEIPT, "to": "ada"}), {"sent": True, "text": TEXT, "to": "ada"})

    def test_its_fields_may_be_the_parameters_themselves(self):
        self.assertEqual(notify.main(RECEIPT), {"sent": True, "text": TEXT, "to": "customer"})

    def test_a_web_request_is_answered_with_json(self):
        answer = notify.main({**RECEIPT, "__ow_method": "post", "__ow_headers": {}, "__ow_path": "/notify"})
        self.assertEqual(answer["statusCode"], 200)
        self.assertEqual(answer["body"]["text"], TEXT)

    def test_what_is_no_receipt_is_an_error_that_says_what_is_missing(self):
        self.assertIn("total", notify.main({})["error"])
        self.assertIn("order", notify.main({"order": "none"})["error"])
        self.assertIn("lines", notify.main({"total": "1.00", "lines": 3})["error"])
        self.assertEqual(notify.main({"__ow_method": "get"})["statusCode"], 400)

    def test_a_long_order_is_shortened(self):
        text = notify.confirmation({"total": "1.00", "lines": [{"name": "pin"}] * 25})
        self.assertIn("5 more", text)


if __name__ == "__main__":
    unittest.main()
