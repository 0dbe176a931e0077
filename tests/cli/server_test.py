#!/usr/bin/env python3
"""`serve` as a process, and the commands that reach it through the socket beside the database."""
import datetime
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(__file__))
from cli import ECLUSE, SHOP, FolderTest  # noqa: E402


class Server(FolderTest):
    def setUp(self):
        super().setUp()
        # The server goes by the clock: a shop without dates, open around the clock.
        self.write('shop.yaml', SHOP.replace(', opened: 2026-12-01T10:00', '').replace('mon-fri: "09:00-12:00"', 'mon-sun: "00:00-24:00"')
                   .replace('collects: mon-fri', 'collects: mon-sun').replace('due: 2026-12', 'due: 2999-12'))
        self.init()
        self.process = None
        self.addCleanup(self.kill)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process is not None:
            self.process.stdout.close()
            self.process.stderr.close()
            self.process = None

    def serve(self, *arguments):
        self.process = subprocess.Popen([ECLUSE, 'serve', 'shop.db', '--listen', '127.0.0.1:0', *arguments],
                                        cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=dict(os.environ, LC_ALL='C.UTF-8'))
        timer = threading.Timer(30, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        self.assertTrue(line, 'serve said nothing')
        return line

    def url(self, path):
        return self.address + path

    def start(self):
        self.address = json.loads(self.serve('--json'))['url'].rstrip('/')

    def test_changes_go_through_the_server(self):
        self.start()
        order = self.done('order', 'shop.db', 'caramel-jar=10', '--email', 'a@b.example', '--json').json
        moved, = self.done('count', 'shop.db', 'caramel', '2', '--json').json['moved']
        self.assertEqual((moved['order'], moved['broken']), (order['order'], True))
        self.done('purchases', 'shop.db', 'change', '1', '40')
        self.assertEqual(self.done('purchases', 'shop.db', '--json').json['expected'][0]['quantity'], 40)
        tried = self.done('disrupt', 'shop.db', 'count', 'caramel', '1', '--dry-run', '--json').json
        self.assertEqual([broken['order'] for broken in tried['broken']], [order['order']])
        self.assertEqual(self.done('disrupt', 'shop.db', 'count', 'caramel', '900', '--json').json['broken'], [])
        self.refused(2, 'count', 'shop.db', 'caramel', '2', '--now', '2026-12-01T10:00', says='server is running')

    def test_decisions_go_through_the_server(self):
        self.start()
        made = self.done('decide', 'shop.db', '--start', 'bread', '--expect', 'orders_per_week=3', '--say', 'Du pain.', '--json').json
        self.assertEqual((made['number'], made['known']), (1, False))
        told, = self.done('decisions', 'shop.db', '--json').json['decisions']
        self.assertEqual((told['on'], told['verb'], told['activity'], told['say']), (made['on'], 'start', 'bread', 'Du pain.'))
        self.refused(2, 'decide', 'shop.db', '--keep', 'bread', says='there is no activity "bread"')
        self.refused(2, 'decide', 'shop.db', '--forget', '2', says='there is no decision 2')
        self.done('decide', 'shop.db', '--forget', '1')
        self.assertEqual(self.done('decisions', 'shop.db', '--json').json['decisions'], [])

    def test_one_line_when_it_listens(self):
        line = self.serve()
        self.assertRegex(line, r'\AÉcluse serves Essai at http://127\.0\.0\.1:\d+/?\n\Z')
        with urllib.request.urlopen(line.split()[-1].rstrip('/') + '/ecluse/health', timeout=10) as reply:
            self.assertEqual(reply.status, 200)
        mode = os.stat(self.path('shop.db.sock'))
        self.assertTrue(stat.S_ISSOCK(mode.st_mode))
        self.assertEqual(stat.S_IMODE(mode.st_mode), 0o600)

    def test_signals_end_it_in_good_order(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            self.serve()
            self.process.send_signal(number)
            self.assertEqual(self.process.wait(20), 0)
            self.assertRegex(self.process.stderr.read(), r'^(Nobody may sign in yet; .*\n)?$')
            self.assertFalse(os.path.exists(self.path('shop.db.sock')))
            self.kill()

    def test_second_writer_is_refused(self):
        self.start()
        self.refused(3, 'serve', 'shop.db', '--listen', '127.0.0.1:0', says='shop.db')

    def test_taken_port(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            self.refused(3, 'serve', 'shop.db', '--listen', f'127.0.0.1:{taken.getsockname()[1]}', says='port')

    def test_listen_forms(self):
        for where in ('8080', '127.0.0.1', '127.0.0.1:99999', '::1:8080', '[127.0.0.1]:80', ':80', '1.2.3.4:x'):
            self.refused(2, 'serve', 'shop.db', '--listen', where, says='--listen')

    def test_whom_to_trust_must_be_readable(self):
        for network in ('shop.example', '10.0.0.1/8', '10.0.0.0/33', '[::1]', '192.0.2.1:80', ''):
            self.refused(2, 'serve', 'shop.db', '--trust', '192.0.2.7', '--trust', network, says='--trust')

    def test_ipv6(self):
        if not socket.has_ipv6:
            self.skipTest('no IPv6 here')
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(('::1', 0))
        except OSError:
            self.skipTest('no IPv6 loopback here')
        self.process = subprocess.Popen([ECLUSE, 'serve', 'shop.db', '--listen', '[::1]:0', '--json'], cwd=self.folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        url = json.loads(self.process.stdout.readline())['url']
        self.assertTrue(url.startswith('http://[::1]:'), url)
        with urllib.request.urlopen(url.rstrip('/') + '/ecluse/health', timeout=10) as reply:
            self.assertEqual(reply.status, 200)

    def test_same_answers_both_ways(self):
        def answers():
            order = self.done('order', 'shop.db', 'caramel-jar', '--email', 'a@example.org', '--hold', '--json').json
            steps = [self.done(step, 'shop.db', order['order'], '--json').json for step in ('confirm', 'start', 'ship')]
            no = self.refused(1, 'cancel', 'shop.db', order['order']).err
            bad = self.refused(2, 'order', 'shop.db', 'nothing', '--email', 'a@example.org').err
            sold = self.refused(1, 'order', 'shop.db', 'dream', '--email', 'a@example.org', '--json').json
            until = (datetime.date.today() + datetime.timedelta(days=9)).isoformat()
            wish = self.done('wish', 'shop.db', 'dream', '--until', until, '--email', 'a@example.org', '--json').json
            met = self.done('wish', 'shop.db', 'caramel-jar', '--until', until, '--email', 'a@example.org', '--json').json
            gone = self.done('withdraw', 'shop.db', wish['wish'], '--json').json
            late = self.refused(1, 'withdraw', 'shop.db', met['wish']).err
            wishes = [(sorted(answer), answer['status']) for answer in (wish, met, gone)] + [late]
            shape = [wishes, sorted(order), [(sorted(step), step['status'], step['total']) for step in steps]]
            return shape, order['status'], no, bad, sold['promised'], sorted(sold)

        direct = answers()
        self.start()
        self.assertEqual(answers(), direct)
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['by_status']['shipped'], 2)

    def test_writes_reach_the_server(self):
        self.start()
        with open(self.path('shop.yaml'), encoding='utf-8') as file:
            text = file.read()
        self.write('shop.yaml', text.replace('price: 5.90', 'price: 6.90'))
        self.assertIn('caramel-jar', self.done('apply', 'shop.db', 'shop.yaml').out)
        request = urllib.request.Request(self.url('/ecluse/api/v1/quotes'), method='POST',
                                         data=b'{"lines":[{"offer":"caramel-jar","quantity":1}]}',
                                         headers={'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=10) as reply:
            self.assertEqual(json.load(reply)['total']['amount'], '11.80')

    def test_slips_beside_the_server(self):
        self.start()
        order = self.done('order', 'shop.db', 'caramel-jar', '--email', 'a@example.org', '--json').json
        day = order['ship_by'][:10]
        slip, = self.done('slips', 'shop.db', '--day', day, '--json').json['slips']
        self.assertEqual((slip['order'], slip['ship_by']), (order['order'], order['ship_by']))
        self.done('ship', 'shop.db', order['order'])
        self.assertEqual(self.done('slips', 'shop.db', '--day', day, '--json').json['slips'], [])

    def test_import_reaches_the_server(self):
        self.write('orders.csv', 'No,Code,Name,Qty,At,Price\n1,A1,Apple,2,2026-11-01T10:00,1.50\n')
        self.start()
        self.done('import', 'shop.db', 'orders', 'orders.csv', '--stock', '5', '--columns',
                  'order=No,sku=Code,name=Name,quantity=Qty,at=At,unit_price=Price')
        with urllib.request.urlopen(self.url('/ecluse/api/v1/offers'), timeout=10) as reply:
            self.assertIn('"A1"', reply.read().decode())
        self.assertEqual(self.done('verify', 'shop.db', '--json').json['history_lines'], 1)

    def test_now_is_refused_while_it_runs(self):
        self.start()
        self.refused(2, 'order', 'shop.db', 'coffret', '--email', 'a@example.org', '--now', '2030-01-01', says='clock')

    def test_killed_server_leaves_the_way_free(self):
        self.start()
        order = self.done('order', 'shop.db', 'coffret', '--email', 'a@example.org', '--json').json['order']
        self.process.kill()
        self.process.wait()
        self.assertTrue(os.path.exists(self.path('shop.db.sock')))
        self.assertEqual(self.done('start', 'shop.db', order, '--json').json['status'], 'started')
        self.kill()
        self.start()
        self.assertEqual(self.done('done', 'shop.db', order, '--json').json['status'], 'done')


if __name__ == '__main__':
    unittest.main()
