"""Outgoing webhooks: every message arrives, at least once, in the order of its order, whatever receivers do and whenever the server dies."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for room in ('api', 'support'):
    sys.path.insert(0, os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), 'tests', room))
import described  # noqa: E402
import running  # noqa: E402  (stands beside this file)
import together  # noqa: E402

CLOCKS = [sys.argv.pop(1)] if len(sys.argv) > 1 and sys.argv[1].endswith('.so') else []
SANITIZED = b'__asan_init' in open(running.ECLUSE, 'rb').read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.server.receiver.take(self, body)

    def do_GET(self):
        self.server.receiver.got_elsewhere.append(self.path)
        self.answer(200)

    def answer(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *_):
        pass


class Receiver:
    """An endpoint; `answers` is what it does with one message after another, the last for ever."""

    def __init__(self, *answers, tls=None):
        self.answers = list(answers) or [204]
        self.got, self.got_elsewhere = [], []
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.server.receiver = self
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.url = f'http{"s" if tls else ""}://127.0.0.1:{self.server.server_port}/hooks'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, handler, body):
        with self.lock:
            self.got.append((dict(handler.headers), body, time.monotonic()))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == 'never':
            self.released.wait(60)
            return
        if callable(answer):
            answer = answer(json.loads(body))
        status, headers = answer if isinstance(answer, tuple) else (answer, ())
        with contextlib.suppress(OSError):
            handler.answer(status, headers)

    def messages(self):
        with self.lock:
            return [json.loads(body) for _, body, _ in self.got]

    def ids(self):
        with self.lock:
            return [headers['webhook-id'] for headers, _, _ in self.got]

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def signed(secret, headers, body):
    """The signatures of the message that are this secret's."""
    key = base64.b64decode(secret.removeprefix('whsec_'))
    text = b'.'.join((headers['webhook-id'].encode(), headers['webhook-timestamp'].encode(), body))
    mine = 'v1,' + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return headers['webhook-signature'].split(' ').count(mine)


class Case(unittest.TestCase):
    def setUp(self):
        self.shop = running.Shop()
        self.shop.__enter__()
        self.addCleanup(self.shop.__exit__, None, None, None)

    def receiver(self, *answers, **more):
        receiver = Receiver(*answers, **more)
        self.addCleanup(receiver.stop)
        return receiver

    def hooks(self, *arguments, code=0):
        done = self.shop.run('hooks', self.shop.database, *arguments, '--json')
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout) if done.stdout else done.stderr

    def add(self, receiver, *options):
        return self.hooks('add', receiver.url, '--nearby', *options)['secret']

    def until(self, what, said='in vain', seconds=25):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = what()
            if found:
                return found
            time.sleep(0.03)
        self.fail(said)

    def order(self, number=1, offer='jar'):
        status, _, order = self.shop.order(offer, number)
        self.assertEqual(status, 201)
        return order['order']

    def step(self, *arguments):
        done = self.shop.run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)

    def standing(self, number=1):
        return next(one for one in self.hooks()['endpoints'] if one['endpoint'] == number)

    def store(self, sql):
        with contextlib.closing(sqlite3.connect(f'file:{self.shop.database}.hooks?mode=ro', uri=True)) as connection:
            return connection.execute(sql).fetchone()[0]

    def metric(self, name, number=1):
        text = self.shop.call('GET', '/ecluse/metrics')[2].decode()
        found = re.search(rf'^ecluse_hooks_{name}{{endpoint="{number}"}} (\d+)$', text, re.M)
        return found and int(found.group(1))


class Told(Case):
    def test_the_life_of_orders(self):
        receiver = self.receiver()
        self.shop.start()
        self.order(0)
        secret = self.add(receiver, '--events', 'all')
        shipped, late = self.order(1), self.order(2)
        self.step('ship', self.shop.database, shipped)
        self.step('deliver', self.shop.database, shipped)
        held = self.shop.order('jar', 3, hold=True)[2]['order']
        self.step('confirm', self.shop.database, held)
        self.step('cancel', self.shop.database, held)
        self.step('count', self.shop.database, 'jar', '0')
        self.step('count', self.shop.database, 'jar', '1000')
        wanted = {'order.held': 1, 'order.confirmed': 3, 'order.shipped': 1, 'order.delivered': 1, 'order.cancelled': 1,
                  'order.promise_broken': 2, 'order.promise_changed': 2}

        def counted():
            types = [message['type'] for message in receiver.messages()]
            return {name: types.count(name) for name in wanted} == wanted
        self.until(counted, lambda: receiver.messages())
        messages = receiver.messages()
        for message in messages:
            self.assertIsNone(described.wrong_hook(message), message)
            self.assertNotIn('token', json.dumps(message))
            self.assertNotIn('Anne', json.dumps(message))
        for headers, body, _ in receiver.got:
            self.assertEqual(signed(secret, headers, body), 1)
            self.assertLess(abs(int(headers['webhook-timestamp']) - time.time()), 60)
        of = lambda order: [message['type'] for message in messages if message['data'].get('order') == order]  # noqa: E731
        self.assertEqual(of(shipped), ['order.confirmed', 'order.shipped', 'order.delivered'])
        self.assertEqual(of(held), ['order.held', 'order.confirmed', 'order.cancelled'])
        self.assertEqual(of(late), ['order.confirmed', 'order.promise_broken', 'order.promise_changed'])
        mended = next(one['data'] for one in messages if one['type'] == 'order.promise_changed' and one['data']['order'] == late)
        self.assertEqual((mended['changed_by'], mended['before']['broken'], mended['after']['broken']),
                         ({'kind': 'count', 'name': 'jar'}, True, False))
        self.until(lambda: self.metric('sent_total') == len(receiver.got))
        self.until(lambda: self.metric('pending') == 0)

    def sold_elsewhere(self, quantity, changed):
        path = os.path.join(self.shop.folder, 'orders.json')
        with open(path, 'w', encoding='utf-8') as file:
            json.dump({'id': 7, 'status': 'processing', 'date_modified_gmt': f'2026-01-01T00:00:0{changed}',
                       'line_items': [{'sku': 'rare', 'quantity': quantity}]}, file)
        self.step('import', self.shop.database, 'woocommerce-orders', path)

    def test_what_the_shop_behind_sells(self):
        receiver = self.receiver()
        self.add(receiver, '--events', 'order.confirmed,order.cancelled,order.promise_changed')
        self.shop.start()
        self.sold_elsewhere(130, 1)
        self.step('count', self.shop.database, 'rare', '130')
        self.until(lambda: len(receiver.got) == 2)
        self.sold_elsewhere(20, 2)
        self.until(lambda: len(receiver.got) == 4)
        messages = receiver.messages()
        for message in messages:
            self.assertIsNone(described.wrong_hook(message), message)
        mended = next(one['data'] for one in messages if one['type'] == 'order.promise_changed')
        told = {order: [(one['type'], one['data']['status']) for one in messages if one['data']['order'] == order]
                for order in {one['data']['order'] for one in messages}}
        self.assertEqual(told.pop(mended['order']), [('order.confirmed', 'confirmed'), ('order.promise_changed', 'confirmed'),
                                                     ('order.cancelled', 'replaced')])
        self.assertEqual(list(told.values()), [[('order.confirmed', 'confirmed')]])
        self.assertEqual((mended['before']['broken'], mended['after']['broken']), (True, False), 'broken from the beginning')

    def test_offers_sold_out_and_back(self):
        receiver = self.receiver()
        self.shop.start()
        self.add(receiver, '--events', 'offer.sold_out,offer.available')
        self.until(lambda: self.store('select count(*) from offers') == 2, 'not looked at')
        self.step('order', self.shop.database, 'rare=100', '--email', 'a@example.org')
        self.until(lambda: len(receiver.got) == 1)
        self.step('count', self.shop.database, 'rare', '150')
        self.until(lambda: len(receiver.got) == 2)
        messages = receiver.messages()
        self.assertEqual([(one['type'], one['data']) for one in messages],
                         [('offer.sold_out', {'offer': 'rare'}), ('offer.available', {'offer': 'rare'})])
        for message in messages:
            self.assertIsNone(described.wrong_hook(message), message)

    def test_only_what_was_asked_for(self):
        ships, orders = self.receiver(), self.receiver()
        self.add(ships, '--events', 'order.shipped')
        self.add(orders)
        self.shop.start()
        order = self.order()
        self.step('ship', self.shop.database, order)
        self.until(lambda: len(orders.got) == 2 and len(ships.got) == 1)
        self.assertEqual([one['type'] for one in ships.messages()], ['order.shipped'])
        self.assertEqual(self.standing(1)['behind'], 0)

    def test_secrets_rotate(self):
        receiver = self.receiver()
        old = self.add(receiver)
        self.hooks('test', '1')
        new = self.hooks('rotate', '1')['secret']
        self.assertNotEqual(old, new)
        self.hooks('test', '1')
        (first, body, _), (second, later, _) = receiver.got
        self.assertEqual((signed(old, first, body), signed(new, first, body)), (1, 0))
        self.assertEqual((signed(old, second, later), signed(new, second, later)), (1, 1))
        self.assertIsNone(described.wrong_hook(json.loads(body)))
        self.assertNotIn(new, json.dumps(self.hooks()))

    def test_bad_usage(self):
        self.assertEqual(self.hooks()['endpoints'], [])
        self.assertEqual(self.hooks('dead')['dead'], [])
        self.assertIn('add one', self.hooks('test', '1', code=2))
        self.assertFalse(os.path.exists(self.shop.database + '.hooks'))
        for arguments, said in ((('add', 'http://shop.example/'), '--nearby'), (('add', 'ftp://shop.example/'), 'https://'),
                                (('add', 'https://me:secret@shop.example/'), 'password'), (('add',), 'add URL'),
                                (('add', 'https://shop.example/', '--events', 'order.shiped'), 'order.shiped'),
                                (('test', '7'), 'no endpoint'), (('retry', 'msg_1'), 'dead letter'), (('forget',), 'write list')):
            self.assertIn(said, self.hooks(*arguments, code=2))
        for number in range(16):
            self.hooks('add', f'https://shop.example/{number}')
        self.assertIn('16', self.hooks('add', 'https://shop.example/', code=2))


class Refused(Case):
    def test_private_addresses_and_redirects(self):
        receiver = self.receiver((302, (('Location', '/elsewhere'),)))
        tls = self.receiver(tls=certificate(self.shop.folder))
        self.hooks('add', f'https://localhost:{receiver.server.server_port}/')
        self.add(receiver)
        self.add(tls)
        self.assertIn('private network', self.hooks('test', '1', code=1))
        self.assertEqual(receiver.got, [])
        self.assertIn('answered 302', self.hooks('test', '2', code=1))
        self.assertEqual(receiver.got_elsewhere, [])
        self.assertIn('certificate', self.hooks('test', '3', code=1))
        self.assertEqual(tls.got, [])

    def test_gone_disables(self):
        receiver = self.receiver(410, 204)
        self.add(receiver)
        self.shop.start()
        self.order(1)
        self.until(lambda: self.standing()['disabled'])
        self.assertEqual(self.standing()['dead'], 1)
        dead = self.hooks('dead')['dead']
        self.assertEqual((dead[0]['type'], dead[0]['endpoint'], dead[0]['id']), ('order.confirmed', 1, receiver.ids()[0]))
        self.until(lambda: self.metric('disabled') == 1 and self.metric('dead') == 1)
        self.order(2)
        self.hooks('enable', '1')
        self.order(3)
        self.until(lambda: len(receiver.got) == 2)
        self.assertEqual(self.hooks('retry', dead[0]['id'])['again'], 1)
        self.until(lambda: len(receiver.got) == 3)
        self.assertEqual(receiver.ids()[2], receiver.ids()[0])
        self.assertEqual(receiver.got[2][1], receiver.got[0][1])
        self.until(lambda: self.hooks('dead')['dead'] == [])

    def test_one_that_never_answers_holds_nobody_up(self):
        silent, quick = self.receiver('never'), self.receiver()
        self.add(silent)
        self.add(quick)
        self.shop.start()
        began = time.monotonic()
        for number in range(30):
            self.order(number)
        self.until(lambda: len(quick.got) == 30, seconds=10)
        self.assertLess(time.monotonic() - began, 10)
        self.assertLessEqual(len(silent.got), 8)
        self.assertEqual(self.shop.stop(), 0)
        self.assertEqual(len(set(quick.ids())), 30)


@unittest.skipIf(not CLOCKS or SANITIZED, 'a library is preloaded, which sanitizers do not like')
class Again(Case):
    """Time is set forward (tests/support/clock_shift.c): nobody waits for a schedule of days."""

    def setUp(self):
        super().setUp()
        self.shift, self.now = os.path.join(self.shop.folder, 'shift'), 0
        self.forward(0)

    def forward(self, seconds):
        self.now += seconds
        with open(self.shift + '.new', 'w', encoding='ascii') as file:
            file.write(str(self.now))
        os.rename(self.shift + '.new', self.shift)

    def start(self):
        os.environ.update(LD_PRELOAD=CLOCKS[0], CLOCK_SHIFT_FILE=self.shift)
        try:
            self.shop.start()
        finally:
            del os.environ['LD_PRELOAD'], os.environ['CLOCK_SHIFT_FILE']

    def quiet(self, receiver):
        """Nothing came for a while."""
        count = -1
        while count != len(receiver.got):
            count = len(receiver.got)
            time.sleep(0.6)

    def settled(self, tries):
        """So many tries have failed and are written down."""
        self.until(lambda: self.metric('failed_total') == tries, f'{tries} tries')

    def test_the_whole_schedule_then_dead_then_sent_again(self):
        receiver = self.receiver(500)
        self.add(receiver)
        self.start()
        self.order()
        delays = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
        for tries, delay in enumerate(delays, 1):
            self.settled(tries)
            self.forward(delay * 7 // 10)
            time.sleep(0.15)
            self.assertEqual(len(receiver.got), tries, f'too early after try {tries}')
            self.forward(delay * 6 // 10)
        self.settled(10)
        self.until(lambda: self.standing()['dead'] == 1)
        self.assertEqual(len(receiver.got), 10)
        self.assertEqual(len(set(receiver.ids())), 1)
        self.assertEqual(len({body for _, body, _ in receiver.got}), 1)
        self.assertEqual(self.metric('dead_total'), 1)
        receiver.answers = [204]
        self.assertEqual(self.hooks('retry', 'all')['again'], 1)
        self.until(lambda: len(receiver.got) == 11)
        self.until(lambda: self.standing()['dead'] == 0)

    def test_retry_after(self):
        receiver = self.receiver((503, (('Retry-After', '1000'),)), 204)
        self.add(receiver)
        self.start()
        self.order()
        self.settled(1)
        self.forward(900)
        time.sleep(0.3)
        self.assertEqual(len(receiver.got), 1)
        self.forward(110)
        self.until(lambda: len(receiver.got) == 2)

    def test_one_order_waits_others_do_not(self):
        self.start()
        blocked = []
        receiver = self.receiver(lambda message: 500 if message['data']['order'] in blocked else 204)
        self.add(receiver)
        blocked.append(self.shop.order('jar', 1, hold=True)[2]['order'])
        self.step('confirm', self.shop.database, blocked[0])
        self.step('ship', self.shop.database, blocked[0])
        self.settled(1)
        other = self.order(2)
        self.until(lambda: self.metric('sent_total') == 1)
        self.assertEqual([one['data']['order'] for one in receiver.messages()], [blocked[0], other])
        first = blocked.pop()
        self.forward(10)
        self.until(lambda: self.metric('sent_total') == 3)
        self.assertEqual([one['type'] for one in receiver.messages() if one['data']['order'] == first],
                         ['order.confirmed', 'order.confirmed', 'order.shipped'])

    def test_down_is_probed_and_catches_up_at_once(self):
        receiver = self.receiver(500)
        self.add(receiver)
        self.start()
        for number in range(40):
            self.order(number)
        for step in (0, 10, 400):
            self.forward(step)
            self.quiet(receiver)
        self.assertLess(len(set(receiver.ids())), 25, 'a receiver that is down is left alone')
        # Those that were tried come again in half an hour at the earliest; one that was not, soon.
        receiver.answers = [204]
        self.forward(310)
        self.until(lambda: self.metric('sent_total') == 40)
        self.assertEqual(len(set(receiver.ids())), 40)


class Killed(Case):
    def test_nothing_is_lost(self):
        receiver = self.receiver(lambda message: time.sleep(0.03) or 204)
        self.add(receiver)
        orders = set()
        for round_number in range(4):
            self.shop.start()
            for number in range(12):
                orders.add(self.order(100 * round_number + number))
            self.shop.stop(signal.SIGKILL)
        self.shop.start()
        self.until(lambda: {one['data']['order'] for one in receiver.messages()} == orders)
        self.until(lambda: self.metric('pending') == 0)
        bodies = {}
        for headers, body, _ in receiver.got:
            self.assertEqual(bodies.setdefault(headers['webhook-id'], body), body)
        self.assertEqual(len(bodies), len(orders), 'each has one id, however often it came')
        self.assertEqual(self.shop.stop(), 0)
        self.assertEqual(self.shop.verify().returncode, 0)

    def test_sold_without_a_server(self):
        receiver = self.receiver()
        self.step('order', self.shop.database, 'jar', '--email', 'a@example.org')
        self.add(receiver)
        self.step('order', self.shop.database, 'jar=2', '--email', 'a@example.org')
        self.shop.start()
        self.until(lambda: len(receiver.got) == 1)
        self.order()
        self.until(lambda: len(receiver.got) == 2)
        self.assertEqual(receiver.messages()[0]['data']['lines'][0]['quantity'], 2)

    def test_a_file_that_cannot_be_written_stops_nobody(self):
        os.mkdir(self.shop.database + '.hooks')
        self.shop.start()
        self.until(lambda: 'ecluse_hooks_store_faults_total 0' not in self.shop.call('GET', '/ecluse/metrics')[2].decode())
        self.order(1)
        os.rmdir(self.shop.database + '.hooks')
        receiver = self.receiver()
        self.add(receiver)
        order = self.order(2)
        self.until(lambda: [one['data']['order'] for one in receiver.messages()] == [order])
        self.assertEqual(self.shop.stop(), 0)

    def test_an_older_database_comes_back(self):
        receiver = self.receiver()
        self.add(receiver)
        older = os.path.join(self.shop.folder, 'older.db')
        self.step('backup', self.shop.database, older)
        self.shop.start()
        self.order(1)
        self.until(lambda: self.metric('sent_total') == 1)
        self.assertEqual(self.shop.stop(), 0)
        os.replace(older, self.shop.database)
        self.shop.start()
        time.sleep(0.5)
        self.order(2)
        self.until(lambda: len(receiver.got) == 2)
        self.assertEqual(len(set(receiver.ids())), 2)


class Documented(Case):
    """docs/hooks.md: its receivers, as they stand there, take what is genuine and nothing else."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), 'docs', 'hooks.md'), encoding='utf-8') as file:
            cls.text = file.read()

    def test_every_kind(self):
        self.hooks('add', 'https://shop.example/', '--events', 'all')
        kinds = set(self.standing()['events'].split(',')) | {'endpoint.test'}
        self.assertEqual(kinds, set(described.DOCUMENT['webhooks']))
        rows = re.findall(r'^\| (`[^|]+) \|', self.text, re.M)
        self.assertEqual(kinds, set(re.findall(r'`([a-z_.]+)`', ' '.join(rows))))

    def test_the_message_shown(self):
        message = re.search(r'^    (\{"type":.*?\}\}\})$', self.text, re.M | re.S).group(1)
        self.assertIsNone(described.wrong_hook(json.loads(message)))

    def example(self, language, *command):
        code = re.search(rf'^```{language}\n(.*?)^```', self.text, re.M | re.S).group(1)
        path = os.path.join(self.shop.folder, 'receiver.' + {'python': 'py', 'js': 'mjs'}[language])
        with open(path, 'w', encoding='utf-8') as file:
            file.write(code)
        port = running.free_port()
        secret = self.hooks('add', f'http://127.0.0.1:{port}/', '--nearby')['secret']
        process = subprocess.Popen([*command, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env={**os.environ, 'ECLUSE_SECRET': secret, 'PORT': str(port)})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.until(lambda: self.shop.run('hooks', self.shop.database, 'test', '1').returncode == 0, 'it does not listen')
        self.assertEqual(process.stdout.readline(), 'endpoint.test {"endpoint":1}\n'.replace(':', ': ' if language == 'python' else ':'))
        return process, secret, port

    def post(self, port, headers, body):
        with contextlib.closing(http.client.HTTPConnection('127.0.0.1', port, timeout=20)) as connection:
            connection.request('POST', '/', body, headers)
            return connection.getresponse().status

    def genuine(self, secret, sent_at, body):
        headers = {'webhook-id': 'msg_1', 'webhook-timestamp': str(sent_at)}
        text = f'msg_1.{sent_at}.'.encode() + body
        key = base64.b64decode(secret.removeprefix('whsec_'))
        signature = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return {**headers, 'webhook-signature': f'v1,AAAA v1,{signature}'}

    def takes_only_what_is_genuine(self, language, *command):
        process, secret, port = self.example(language, *command)
        now, body = int(time.time()), b'{"type":"endpoint.test","data":2}'
        good = self.genuine(secret, now, body)
        self.assertEqual(self.post(port, good, b'{"type":"endpoint.test","data":3}'), 401)
        self.assertEqual(self.post(port, {**good, 'webhook-id': 'msg_2'}, body), 401)
        self.assertEqual(self.post(port, {**good, 'webhook-signature': 'v1,AAAA'}, body), 401)
        self.assertEqual(self.post(port, {}, body), 401)
        self.assertEqual(self.post(port, self.genuine(secret, now - 400, body), body), 401)
        self.assertEqual(self.post(port, good, body), 204)
        self.assertEqual(self.post(port, good, body), 204)
        self.assertEqual(self.post(port, {**self.genuine(secret, now, b'{"type":"x","data":1}'), 'webhook-id': 'msg_1'}, b'{"type":"x","data":1}'), 204)
        process.kill()
        self.assertEqual(process.stdout.read(), 'endpoint.test 2\n', 'each once')

    def test_python(self):
        self.takes_only_what_is_genuine('python', sys.executable)

    @unittest.skipIf(shutil.which('node') is None, 'node is not installed')
    def test_node(self):
        self.takes_only_what_is_genuine('js', 'node')


def certificate(folder):
    """Of nobody's authority."""
    key, cert = os.path.join(folder, 'key.pem'), os.path.join(folder, 'cert.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert,
                    '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


if __name__ == '__main__':
    together.main(*CLOCKS)
