"""A shop that runs, for system tests: the real program, real sockets, a real database in a temporary folder."""
import contextlib
import datetime
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import zoneinfo

BUILD = os.environ.get('ECLUSE_BUILD', 'build')
ECLUSE = os.path.join(BUILD, 'ecluse')

SHOP = '''shop: {name: Test, currency: EUR, time_zone: Europe/Paris}
promise: {horizon_days: 365, max_days: 360, hold_minutes: 15}
calendars: {always: {open: {mon-sun: "00:00-24:00"}}}
work_centers: {packing: {people: 3, calendar: always}}
items:
  jar: {on_hand: 1000000, unit_cost: 1.00}
  rare: {on_hand: 100, unit_cost: 1.00}
carriers:
  post: {cut_off: "23:00", collects: mon-sun, transit_days: 2, delivers: mon-sun, charge: 4.90}
offers:
  jar: {name: Jar, price: 9.90, vat_rate: 20, carrier: post, items: {jar: 1}, routing: [{work_center: packing, minutes: 0.25}]}
  rare: {name: Rare, price: 19.90, vat_rate: 20, carrier: post, items: {rare: 1}}
'''


def day_at(at):
    """The day at an instant (seconds since 1970) where the shop above is: not always the day in UTC."""
    return datetime.datetime.fromtimestamp(at, zoneinfo.ZoneInfo('Europe/Paris')).date()


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def own_address():
    """An address of this machine that is not the loopback, or None."""
    addresses = subprocess.run(['hostname', '-I'], capture_output=True, text=True, check=False).stdout.split()
    return next((address for address in addresses if '.' in address), None)


def order_body(offer, number, quantity=1, **more):
    return json.dumps(dict({
        'lines': [{'offer': offer, 'quantity': quantity}],
        'customer': {'name': 'Anne Le Goff', 'email': f'anne{number}@example.org', 'address': {
            'street': '3 rue des Filets', 'postcode': '29900', 'city': 'Concarneau', 'country': 'FR'}}}, **more))


class Shop:
    """`with Shop() as shop:` has a database; shop.start() serves it."""

    def __init__(self, text=SHOP, folder=None):
        self.own = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix='ecluse-test-')
        self.file = os.path.join(self.folder, 'shop.yaml')
        self.database = os.path.join(self.folder, 'shop.db')
        self.process = None
        self.port = None
        with open(self.file, 'w', encoding='utf-8') as file:
            file.write(text)

    def __enter__(self):
        done = self.run('init', self.database, self.file)
        assert done.returncode == 0, done.stderr
        return self

    def __exit__(self, *_):
        self.kill()
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def run(*arguments, timeout=120):
        return subprocess.run([ECLUSE, *arguments], capture_output=True, text=True, timeout=timeout, check=False)

    def start(self, seconds=30, *more, host='127.0.0.1'):
        self.port = self.port or free_port()
        self.process = subprocess.Popen([ECLUSE, 'serve', self.database, '--listen', f'{host}:{self.port}', *more],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError('serve ended: ' + self.process.stderr.read())
            with contextlib.suppress(OSError):
                socket.create_connection((host, self.port), 1).close()
                return
            time.sleep(0.02)
        raise AssertionError('serve does not listen')

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(30)
        self.process.stderr.close()
        self.process = None
        return code

    def kill(self):
        if self.process is not None:
            self.stop(signal.SIGKILL)

    def connect(self, timeout=20):
        return http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)

    def call(self, method, path, body=None, headers=None, connection=None):
        """(status, headers, decoded JSON or bytes)."""
        if connection is None:
            with contextlib.closing(self.connect()) as own:
                return self.call(method, path, body, headers, own)
        fields = {'Content-Type': 'application/json'} if body is not None else {}
        connection.request(method, path, body, dict(fields, **(headers or {})))
        reply = connection.getresponse()
        data = reply.read()
        if 'json' in (reply.headers.get('Content-Type') or ''):
            data = json.loads(data)
        return reply.status, reply.headers, data

    def order(self, offer='jar', number=1, connection=None, headers=None, **more):
        return self.call('POST', '/ecluse/api/v1/orders', order_body(offer, number, **more), headers, connection)

    def query(self, sql, *values):
        connection = sqlite3.connect(f'file:{self.database}?mode=ro', uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def verify(self):
        return self.run('verify', self.database)
