#!/usr/bin/env python3
"""The demo as `scripts/demo --for` runs it: it ends by itself, tells the truth, and leaves nothing behind."""
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
from cli import ECLUSE, FolderTest  # noqa: E402


class Demo(FolderTest):
    def environment(self):
        return {'TMPDIR': self.folder}

    def left(self):
        return [name for name in os.listdir(self.folder) if name.startswith('ecluse-demo')]

    def test_ends_by_itself_and_holds(self):
        answer = self.run_in('demo', '--for', '8', '--visitors', '800', '--json', environment=self.environment())
        self.assertEqual((answer.code, answer.err), (0, ''))
        figures = answer.json
        self.assertTrue(figures['held'] and figures['verified'])
        self.assertFalse(figures['oversold'])
        self.assertEqual(figures['visitors'], 800)
        self.assertGreater(figures['promised'], 20)
        self.assertEqual(figures['found_at_end'], figures['promised'])
        self.assertGreater(figures['crash']['acknowledged'], 0)
        self.assertEqual(figures['crash']['found'], figures['crash']['acknowledged'])
        self.assertLess(figures['crash']['acknowledged'], figures['promised'])
        self.assertEqual(self.left(), [])

    def test_text_and_keep(self):
        answer = self.run_in('demo', '--for', '6', '--visitors', '400', '--keep', '--lang', 'fr',
                             environment=self.environment())
        self.assertEqual((answer.code, answer.err), (0, ''))
        for part in ('kill -9', 'La soirée en chiffres', 'verify', 'Gardé'):
            self.assertIn(part, answer.out)
        kept, = self.left()
        database = os.path.join(self.folder, kept, 'shop.db')
        promised = int(re.search(r'(\d+) commandes promises', answer.out).group(1))
        self.assertEqual(self.done('verify', database, '--json').json['orders'], promised)

    def test_interrupted_it_cleans_up(self):
        process = subprocess.Popen([ECLUSE, 'demo', '--visitors', '500'], env=dict(os.environ, **self.environment()),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 20
        while not self.left() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=40)
        self.assertEqual((process.returncode, err), (0, ''))
        self.assertEqual(self.left(), [])

    def test_the_alarm_rings(self):
        """Somebody changes a price behind the server's back: the demo must not end with 0."""
        process = subprocess.Popen([ECLUSE, 'demo', '--for', '10', '--visitors', '800', '--json'],
                                   env=dict(os.environ, **self.environment()), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        changed = 0
        deadline = time.monotonic() + 30
        while changed == 0 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.1)
            databases = [os.path.join(self.folder, name, 'shop.db') for name in self.left()]
            with contextlib.suppress(sqlite3.Error, IndexError):
                connection = sqlite3.connect(f'file:{databases[0]}?mode=rw', uri=True, timeout=5)
                with contextlib.closing(connection), connection:
                    changed = connection.execute('UPDATE orders SET total_minor = total_minor + 1 WHERE number = 1').rowcount
        out, err = process.communicate(timeout=90)
        self.assertEqual((changed, process.returncode), (1, 1), err)
        self.assertIn('the demo did not hold: verify', err)
        self.assertIs(json.loads(out)['verified'], False)

    def test_taken_port_is_told_with_its_reason(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = self.run_in('demo', '--for', '5', '--port', str(port), environment=self.environment())
        self.assertEqual(result.code, 3)
        self.assertRegex(result.err, rf'\Aecluse: the demo.s server does not start \(ecluse: .*{port}.*\n\Z')

    def test_bad_usage(self):
        self.refused(2, 'demo', '--for', '1', says='from 5 to 3600')
        self.refused(2, 'demo', '--visitors', '0')
        self.refused(2, 'demo', '--port', '70000')
        self.refused(2, 'demo', 'now')


if __name__ == '__main__':
    unittest.main()
