#!/usr/bin/env python3
"""What a trained build has seen: tools/train.py must meet orders, quotes and pages, and no other refusal than those it asks for."""
import os
import subprocess
import sys
import unittest

SOURCE = os.environ['ECLUSE_SOURCE']
ECLUSE = sys.argv.pop(1)


class Train(unittest.TestCase):
    def trained(self, program):
        return subprocess.run([sys.executable, os.path.join(SOURCE, 'tools/train.py'), program, '1'], capture_output=True, text=True, timeout=50,
                              check=False)

    def test_buyers_buy(self):
        done = self.trained(ECLUSE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r'^trained with \d+ requests: [1-9]\d* of 200, [1-9]\d* of 201, [1-9]\d* of 404\n$')

    def test_a_program_that_does_not_serve(self):
        done = self.trained('/bin/false')
        self.assertNotEqual(done.returncode, 0)


if __name__ == '__main__':
    unittest.main()
