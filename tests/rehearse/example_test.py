#!/usr/bin/env python3
"""The example shop: what it promises with Écluse it keeps, whatever the crowd; and without the moment, today's shop is believable."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'cli'))
from cli import EXAMPLE, FolderTest  # noqa: E402


class Example(FolderTest):
    def test_95_percent_for_any_crowd(self):
        orders = 0
        for visitors in ('60000', '300000'):
            answer = self.done('rehearse', EXAMPLE, '--visitors', visitors, '--runs', '4', '--json').json
            with self.subTest(visitors=visitors):
                self.assertGreaterEqual(answer['ecluse']['kept']['rate'], 0.95)
                self.assertGreater(answer['ecluse']['kept']['rate'], answer['today']['kept']['rate'])
                self.assertEqual(answer['breaks'][0]['defence'], 'site')
                # Not kept by promising nothing: a larger crowd brings more orders, and more than today's shop takes.
                self.assertGreater(answer['ecluse']['orders']['p50'], orders)
                orders = answer['ecluse']['orders']['p50']
        self.assertGreater(orders, 1.3 * answer['today']['orders']['p50'])


if __name__ == '__main__':
    unittest.main()
