#!/usr/bin/env python3
"""`ecluse crowd` against a small waiting room that keeps the contract, against some that break it, and against `serve`."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), '..', 'support')]
import together  # noqa: E402  (tests/support)
from cli import ECLUSE, EXAMPLE, SOURCE, FolderTest  # noqa: E402
from fake_gate import FakeGate  # noqa: E402

SURGES = os.path.join(SOURCE, '..', 'shared', 'data', 'surges')
QUICK = ('--rise', '1', '--half-life', '1', '--speed', '4', '--think', '0.1', '--pages', '3')


def outcomes(figures):
    return sum(figures[key] for key in ('served', 'served_at_once', 'gave_up', 'no_shows', 'lost_place', 'failed', 'left_waiting')) \
        + figures['bots']['count']


class CrowdTest(FolderTest):
    def crowd(self, code, url, *options):
        """Runs it; every visitor must have one outcome."""
        result = self.run_in('crowd', url, *options, '--json')
        self.assertEqual(result.code, code, (result.out, result.err))
        figures = result.json
        self.assertEqual(outcomes(figures), figures['visitors'])
        self.assertEqual(figures['holds'], code == 0)
        return figures


class Honest(CrowdTest):
    def test_all_are_served_in_order(self):
        with FakeGate(rate=25) as gate:
            figures = self.crowd(0, gate.url, '--visitors', '150', '--rate', '25', *QUICK)
            pages = sum(1 for target, _ in gate.requests if target == '/')
            polls = sum(1 for target, _ in gate.requests if target != '/')
        self.assertEqual((figures['visitors'], figures['served']), (150, 150))
        self.assertEqual(figures['requests'], len(gate.requests))
        self.assertEqual(figures['latency_ms']['poll']['count'], polls)
        self.assertEqual(figures['latency_ms']['page']['count'] + figures['latency_ms']['enter']['count'], pages)
        self.assertEqual(figures['entries']['count'], 150)
        self.assertLessEqual(figures['entries']['most_in_second'], 26)
        self.assertEqual(figures['entries']['second_bound'], 26)
        self.assertEqual((figures['inversions'], figures['overshoot']), (0, False))
        self.assertGreater(figures['used_capacity']['share'], 0.85)
        self.assertGreater(figures['waited_seconds']['max'], 1)
        self.assertGreater(figures['announced']['within'], 0.5)
        self.assertEqual(sum(figures['errors'].values()), 0)

    def test_announced_waits_against_a_fixed_cursor(self):
        """This gate lets in so many places a second: a fixed cursor is right, and whoever says half of it is wrong by half the wait."""
        crowd = ('--visitors', '150', '--rate', '20', *QUICK)
        with FakeGate(rate=20, announce=lambda wait: (wait - 1, wait + 1)) as gate:
            right = self.crowd(0, gate.url, *crowd)['announced']
        with FakeGate(rate=20, announce=lambda wait: (wait / 2 - 1, wait / 2 + 1)) as gate:
            half = self.crowd(0, gate.url, *crowd)['announced']
        with FakeGate(rate=20) as gate:
            unknown = self.crowd(0, gate.url, '--visitors', '60', *QUICK)['announced']
        for announced in (right, half):
            self.assertLess(announced['fixed_cursor']['error_seconds'], 3)
            ratio = announced['error_seconds'] / announced['fixed_cursor']['error_seconds']
            self.assertAlmostEqual(announced['fixed_cursor']['ratio'], ratio, delta=0.3 * ratio + 0.3)
        self.assertGreater(half['error_seconds'], right['error_seconds'] + 0.5)
        self.assertGreater(right['within'], half['within'] + 0.2)
        self.assertIsNone(unknown['fixed_cursor'])

    def test_a_visitor_keeps_its_cookie(self):
        with FakeGate(rate=10) as gate:
            self.crowd(0, gate.url, '--visitors', '40', *QUICK)
            polls = [fields for target, fields in gate.requests if target == '/ecluse/api/v1/queue']
            firsts = [fields for target, fields in gate.requests if target == '/' and 'Cookie' not in fields]
        self.assertEqual(len(firsts), 40)
        self.assertGreater(len(polls), 0)
        for fields in polls:
            self.assertRegex(fields['Cookie'], r'^ecluse_ticket=\d+$')
            self.assertEqual(fields['Accept'], 'application/json')
        self.assertEqual(firsts[0]['Accept'], 'text/html')

    def test_no_shows_tabs_reloads_and_the_impatient(self):
        with FakeGate(rate=25) as gate:
            figures = self.crowd(0, gate.url, '--visitors', '200', '--rate', '25', '--no-shows', '30', '--tabs', '20', '--reloads', '20',
                                 '--patience', '20', *QUICK)
        self.assertGreater(figures['no_shows'], 20)
        self.assertGreater(figures['gave_up'], 5)
        self.assertGreater(figures['served'], 80)
        self.assertLessEqual(figures['entries']['count'], 200)

    def test_the_same_seed_the_same_visitors(self):
        runs = []
        for seed in ('7', '7', '8'):
            with FakeGate(rate=1000) as gate:
                figures = self.crowd(0, gate.url, '--visitors', '100', '--bots', '30', '--seed', seed, *QUICK)
                runs.append(figures['bots']['count'])
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])

    def test_bots(self):
        with FakeGate(rate=50, refuse_bots=True) as gate:
            figures = self.crowd(0, gate.url, '--visitors', '60', '--bots', '30', *QUICK)
        bots = figures['bots']
        self.assertGreater(bots['count'], 5)
        self.assertGreater(bots['requests'], bots['count'])
        self.assertGreater(bots['refused'], 0)

    def test_it_ends_when_told(self):
        with FakeGate(rate=2) as gate:
            figures = self.crowd(0, gate.url, '--visitors', '100', '--seconds', '3', *QUICK)
        self.assertGreater(figures['left_waiting'], 30)
        self.assertLess(figures['seconds'], 4)

    def test_few_connections_carry_many(self):
        with FakeGate(rate=25) as gate:
            figures = self.crowd(0, gate.url, '--visitors', '60', '--connections', '50', *QUICK)
        self.assertEqual(figures['served'], 60)
        self.assertLessEqual(figures['connections'], 50)

    def test_the_table(self):
        with FakeGate(rate=25) as gate:
            english = self.done('crowd', gate.url, '--visitors', '100', '--rate', '25', *QUICK)
        with FakeGate(rate=25) as gate:
            french = self.done('crowd', gate.url, '--visitors', '100', '--rate', '25', '--lang', 'fr', *QUICK)
        self.assertRegex(english.out, r'(?m)^served +100$')
        self.assertRegex(english.out, r'(?m)^most in a second +\d+ \(at most 26\)$')
        self.assertRegex(french.out, r'(?m)^servis +100$')
        self.assertRegex(english.out, r"(?m)^a fixed cursor's +off by \d+\.\d s \(median\); announced waits \d+\.\d\d of that$")
        self.assertRegex(french.out, r'(?m)^curseur fixe +écart médian \d+\.\d s ; les attentes annoncées \d+\.\d\d de cela$')


    def test_ctrl_c_ends_it(self):
        with FakeGate(rate=2) as gate:
            process = subprocess.Popen([ECLUSE, 'crowd', gate.url, '--visitors', '50', '--json', *QUICK], stdout=subprocess.PIPE, text=True)
            while len(gate.requests) < 10:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(outcomes(json.loads(out)), json.loads(out)['visitors'])


class Cheating(CrowdTest):
    def test_overshoot(self):
        with FakeGate(rate=20, cheat='overshoot') as gate:
            figures = self.crowd(1, gate.url, '--visitors', '150', '--rate', '20', *QUICK)
        self.assertTrue(figures['overshoot'])
        self.assertGreater(figures['entries']['most_in_second'], 21)

    def test_later_places_are_called_first(self):
        with FakeGate(rate=20, cheat='inversion') as gate:
            figures = self.crowd(1, gate.url, '--visitors', '150', '--rate', '20', *QUICK)
        self.assertGreater(figures['inversions'], 50)
        self.assertFalse(figures['overshoot'])

    def test_later_places_come_in_first(self):
        with FakeGate(rate=20, cheat='jump') as gate:
            result = self.run_in('crowd', gate.url, '--visitors', '150', *QUICK)
        self.assertEqual(result.code, 1)
        self.assertRegex(result.out, r'(?m)^inversions +[1-9]')
        self.assertRegex(result.err, r'\Aecluse: not held: a later place came in first\n\Z')

    def test_errors_of_the_site(self):
        with FakeGate(cheat='fail') as gate:
            figures = self.crowd(1, gate.url, '--visitors', '3', *QUICK)
        self.assertEqual(figures['failed'], 3)
        self.assertEqual(figures['errors']['5xx'], 15)

    def test_a_status_that_nobody_understands(self):
        with FakeGate(rate=1, cheat='garble') as gate:
            figures = self.crowd(0, gate.url, '--visitors', '10', '--seconds', '8', *QUICK)
        self.assertGreater(figures['errors']['garbled'], 5)


class Unkind(CrowdTest):
    """Servers that are none."""

    def silent(self, answer):
        """A server that says `answer` to every request and closes."""
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    with listener.accept()[0] as connection:
                        connection.recv(65536)
                        connection.sendall(answer)
                except OSError:
                    return
        threading.Thread(target=serve, daemon=True).start()
        return f'http://127.0.0.1:{listener.getsockname()[1]}/'

    def test_it_is_no_http(self):
        figures = self.crowd(0, self.silent(b'220 mail.example ESMTP\r\n'), '--visitors', '2', *QUICK)
        self.assertEqual(figures['failed'], 2)
        self.assertEqual(figures['errors']['broken'], 10)

    def test_a_kept_connection_that_the_site_closes(self):
        """Without a word: whoever asks over it asks again over another, and nobody counts an error."""
        figures = self.crowd(0, self.silent(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'), '--visitors', '30', '--connections', '3', *QUICK)
        self.assertEqual(figures['served_at_once'], 30)
        self.assertEqual(sum(figures['errors'].values()), 0)

    def test_a_site_without_a_gate(self):
        url = self.silent(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi')
        figures = self.crowd(0, url, '--visitors', '20', *QUICK)
        self.assertEqual((figures['served_at_once'], figures['entries']['count']), (20, 0))
        self.assertEqual(figures['requests'], 60)

    def test_told_to_come_later(self):
        url = self.silent(b'HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
        figures = self.crowd(0, url, '--visitors', '5', '--seconds', '5', *QUICK)
        self.assertGreater(figures['told_later'], 10)
        self.assertEqual(figures['left_waiting'], 5)


class Usage(CrowdTest):
    def test_usage(self):
        for line, says in (('ftp://x/', 'http://127.0.0.1:8080/'), ('https://x/', 'plain http'),
                           ('http://127.0.0.1:1/ --rate 0', '--rate'), ('http://127.0.0.1:1/ --bots 101', '0 to 100'),
                           ('http://127.0.0.1:1/ --moment tv', '--shop'), ('http://127.0.0.1:1/ --speed 1.2345', 'three decimals'),
                           ('http://127.0.0.1:1/ --surge no.csv --rise 4', 'one shape'), ('http://127.0.0.1:1/ --visitors 0', '1 to')):
            self.refused(2, 'crowd', *line.split(), says=says)

    def test_no_such_server(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            port = listener.getsockname()[1]
        self.refused(3, 'crowd', f'http://127.0.0.1:{port}/', says='nobody answers')
        self.refused(3, 'crowd', 'http://no-such-host.invalid/', says='no-such-host.invalid')

    def test_moment(self):
        with FakeGate(rate=200) as gate:
            self.refused(2, 'crowd', gate.url, '--moment', 'tv2', '--shop', EXAMPLE, says='tv')
            figures = self.crowd(0, gate.url, '--moment', 'tv', '--shop', EXAMPLE, '--visitors', '50', '--speed', '3000', '--think', '0.1')
        self.assertEqual(figures['visitors'], 50)

    def test_surge(self):
        self.write('surge.csv', 'time,requests\n10:00,0\n10:01,10\n10:02,30\n10:03,20\n')
        self.write('bad.csv', 'time,requests\n10:00,1\n10:01,many\n')
        with FakeGate(rate=200) as gate:
            self.refused(2, 'crowd', gate.url, '--surge', 'bad.csv', says='bad.csv:3')
            self.refused(2, 'crowd', gate.url, '--surge', 'surge.csv', '--from', '11', says='no row begins with 11')
            whole = self.crowd(0, gate.url, '--surge', 'surge.csv', '--pages', '3', '--think', '0.1', '--speed', '200')
            part = self.crowd(0, gate.url, '--surge', 'surge.csv', '--pages', '1', '--from', '10:02', '--speed', '60', '--seconds', '1')
        self.assertEqual(whole['visitors'], 20)
        self.assertEqual(part['planned'], 30)

    def test_recorded_surges(self):
        path = os.path.join(SURGES, 'nasa_requests_per_minute_1995-07.csv.gz')
        if not os.path.exists(path):
            self.skipTest('the recorded surges are not here')
        with FakeGate(rate=200) as gate:
            figures = self.crowd(0, gate.url, '--surge', path, '--from', '8056', '--speed', '600', '--seconds', '3', '--visitors', '60',
                                 '--think', '0.1')
        self.assertGreater(figures['visitors'], 50)


def other_address():
    """An address of this machine that is not loopback, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(('192.0.2.1', 9))
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith(('127.', '0.')) else address


class Consent(CrowdTest):
    def test_a_stranger_is_left_alone(self):
        address = other_address()
        if address is None:
            self.skipTest('this machine has no address but loopback')
        asked, served = [], [b'']
        listener = socket.create_server((address, 0))
        self.addCleanup(listener.close)
        url = f'http://{address}:{listener.getsockname()[1]}/'

        def serve():
            while True:
                try:
                    with listener.accept()[0] as connection:
                        asked.append(connection.recv(65536).split(b' ')[1])
                        body = served[0] if asked[-1] == b'/.well-known/ecluse-crowd' else b'hi'
                        connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' % (len(body), body))
                except OSError:
                    return
        threading.Thread(target=serve, daemon=True).start()
        refused = self.refused(1, 'crowd', url, '--visitors', '5', *QUICK, says='has not agreed')
        self.assertEqual(asked, [b'/.well-known/ecluse-crowd'])
        key = re.search(r'the line ([0-9a-f]{32}) ', refused.err).group(1)
        served[0] = key.encode() + b'\n'
        figures = self.crowd(0, url, '--visitors', '5', *QUICK)
        self.assertEqual(figures['served_at_once'], 5)


class Serve(CrowdTest):
    def test_the_example_shop_needs_no_gate(self):
        self.done('init', 'shop.db', EXAMPLE)
        server = subprocess.Popen([ECLUSE, 'serve', 'shop.db', '--listen', '127.0.0.1:0', '--json'], cwd=self.folder,
                                  stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r'"url":"([^"]+)"', server.stdout.readline()).group(1)
            figures = self.crowd(0, url, '--visitors', '500', *QUICK)
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=30)
        self.assertEqual(figures['visitors'], 500)
        self.assertEqual(figures['served'] + figures['served_at_once'], 500)
        self.assertGreaterEqual(figures['requests'], 1500)
        self.assertEqual(sum(figures['errors'].values()), 0)


if __name__ == '__main__':
    together.main()
