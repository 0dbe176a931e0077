#!/usr/bin/env python3
"""Écluse and its peers side by side, in one run, on the same machine: the server on one core, the load on another.

Each row measures its sides in alternation and takes the median, so that what else the machine does hits all sides alike.
Figures are ratios; an absolute figure says nothing about another machine.

usage: bench.py --build DIR [--runs N] [--seconds S] [--seed N] [--real-time] [--list] [ROW ...]

--real-time runs both sides before everything else on the machine (chrt -r 10; needs root): for machines with other work.
"""
import argparse
import json
import math
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

SERVER_CORE, LOAD_CORE = '0', '1'
CONNECTIONS = 256
MEMORY_ORDERS = 590000        # of three lines each; little more fits in two years of the bench's teams
EVENING_VISITORS = 60000      # of the rehearsal's rows
PROMISED_PERCENT_LEAST = 80   # a bench of refusals would measure nothing
COMPARING = {'builds', 'cores'}  # rows that need another build
HERE = os.path.dirname(os.path.abspath(__file__))

SHOP = '''shop: {{name: Bench, currency: EUR, time_zone: Europe/Paris}}
promise: {{horizon_days: 365, max_days: 364}}
calendars: {{always: {{open: {{mon-sun: "00:00-24:00"}}}}}}
work_centers: {{packing: {{people: 200, calendar: always}}}}
items:
{items}
carriers:
  post: {{cut_off: "23:00", collects: mon-sun, transit_days: 2, delivers: mon-sun, charge: 4.90, routing: [{{work_center: packing, minutes: 0.25}}]}}
offers:
{offers}
'''

ORDER_LUA = '''
-- One order a request, each of another customer; %d offers in turn.
local head = "POST /ecluse/api/v1/orders HTTP/1.1\\r\\nHost: bench\\r\\nContent-Type: application/json\\r\\nContent-Length: "
local counter, offers, seed = 1000000, %d, %d
request = function()
  counter = counter + 1
  local body = '{"lines":[{"offer":"offer-' .. (10000 + counter %% offers) .. '","quantity":1}],"customer":{"name":"Anne Le Goff","email":"anne'
    .. seed .. counter .. '@example.org","address":{"street":"3 rue des Filets","postcode":"29900","city":"Concarneau","country":"FR"}}}'
  return head .. #body .. "\\r\\n\\r\\n" .. body
end
'''


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def wait_port(port, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f'nothing listens on port {port}')


REAL_TIME = []  # what stands before every command


def pinned(core, command):
    return REAL_TIME + ['taskset', '-c', core] + command


def processor_seconds(pid):
    """What a process has used, in user and system mode."""
    with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
        fields = file.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def run_quietly(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def open_to_all(folder):
    """Can every user come into it? PostgreSQL does not run as root, and all sides write to one disk."""
    return all(os.stat(part).st_mode & stat.S_IXOTH for part in (folder, *pathlib.Path(folder).parents))


class Bench:
    def __init__(self, build, seconds, runs, seed):
        self.ecluse = os.path.abspath(os.path.join(build, 'ecluse'))
        self.build = os.path.abspath(build)
        self.seconds, self.runs, self.seed = seconds, runs, seed
        self.folder = tempfile.mkdtemp(prefix='ecluse-bench-', dir=self.build if open_to_all(self.build) else '/var/tmp')
        os.chmod(self.folder, 0o755)
        self.children = []
        self.rows = []
        self.against = None

    def close(self):
        for child in self.children:
            child.kill()
            child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def spawn(self, command, **options):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=options.pop('stderr', subprocess.DEVNULL),
                                 **options)
        self.children.append(child)
        return child

    def stop(self, child, how=signal.SIGTERM):
        child.send_signal(how)
        child.wait(60)
        self.children.remove(child)

    def row(self, name, peer, ours, theirs, wanted, unit='/s', note=''):
        ratio = ours / theirs if theirs else float('nan')
        self.rows.append((name, peer, f'{ours:,.0f}{unit}', f'{theirs:,.0f}{unit}', f'{ratio:.2f}x', f'{wanted}x',
                          'yes' if ratio >= wanted else 'NO', note))

    def bound(self, name, value, shown, limit, at_most=True, note=''):
        good = value <= limit if at_most else value >= limit
        self.rows.append((name, '-', shown, '-', '-', ('<= ' if at_most else '>= ') + f'{limit:,}', 'yes' if good else 'NO', note))

    # -- loads --

    def wrk(self, port, path='/', script=None, connections=CONNECTIONS, seconds=None, threads='1', more=()):
        command = pinned(LOAD_CORE, ['wrk', '-t', threads, '-c', str(connections), '-d', f'{seconds or self.seconds}s', *more])
        if script:
            command += ['-s', script]
        output = run_quietly(command + [f'http://127.0.0.1:{port}{path}'])
        if 'Non-2xx' in output:
            raise RuntimeError('wrk met answers other than 2xx:\n' + output)
        return float(re.search(r'Requests/sec:\s+([\d.]+)', output).group(1))

    def order_script(self, offers, seed):
        path = self.path(f'order-{offers}-{seed}.lua')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(ORDER_LUA % (offers, offers, seed))
        return path

    # -- servers --

    def shop(self, offers):
        path = self.path(f'shop-{offers}.yaml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(SHOP.format(
                items='\n'.join(f'  item-{10000 + i}: {{on_hand: 900000000, unit_cost: 1.00}}' for i in range(offers)),
                offers='\n'.join(f'  offer-{10000 + i}: {{name: "Offer {i}", price: 9.90, vat_rate: 20, carrier: post, '
                                 f'items: {{item-{10000 + i}: 1}}}}' for i in range(offers))))
        return path

    def serve(self, name, offers, site='', upstream=None):
        database = self.path(name + '.db')
        if not os.path.exists(database):
            shop = self.shop(offers)
            with open(shop, 'a', encoding='utf-8') as file:
                file.write(site)
            run_quietly([self.ecluse, 'init', database, shop])
        port = free_port()
        more = ['--upstream', f'http://127.0.0.1:{upstream}'] if upstream else []
        child = self.spawn(pinned(SERVER_CORE, [self.ecluse, 'serve', database, '--listen', f'127.0.0.1:{port}', *more]))
        wait_port(port)
        return child, port

    def nginx(self, body=None, proxy=None):
        port = free_port()
        conf = self.path(f'nginx-{port}.conf')
        root = self.path(f'www-{port}')
        os.makedirs(root)
        forward, pool = '', ''
        if proxy is not None:
            forward = 'location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }'
            pool = f'upstream behind {{ server 127.0.0.1:{proxy}; keepalive 64; }}'
        if body is not None:
            with open(os.path.join(root, 'page.html'), 'wb') as file:
                file.write(body)
        with open(conf, 'w', encoding='utf-8') as file:
            file.write(f'''daemon off; master_process off; worker_processes 1; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {root}; proxy_temp_path {root};
fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root}; sendfile on; tcp_nopush on; open_file_cache max=100;
server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; location = /empty {{ return 200 ''; }} {forward} }} {pool} }}''')
        child = self.spawn(pinned(SERVER_CORE, ['nginx', '-c', conf]))
        wait_port(port)
        return child, port

    def haproxy(self, proxy):
        port = free_port()
        conf = self.path(f'haproxy-{port}.cfg')
        with open(conf, 'w', encoding='utf-8') as file:
            file.write(f'''global
  nbthread 1
  maxconn 4096
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend front
  bind 127.0.0.1:{port}
  default_backend behind
backend behind
  server shop 127.0.0.1:{proxy} pool-max-conn 64
''')
        child = self.spawn(pinned(SERVER_CORE, ['haproxy', '-db', '-f', conf]))
        wait_port(port)
        return child, port

    def varnish(self, behind_port):
        """With its own settings (a thread a connection that is busy); its page never goes stale."""
        port = free_port()
        child = self.spawn(pinned(SERVER_CORE, [
            'varnishd', '-F', '-j', 'none', '-n', self.path(f'varnish-{port}'), '-a', f'127.0.0.1:{port}', '-b', f'127.0.0.1:{behind_port}',
            '-s', 'malloc,64m', '-t', '86400']))
        wait_port(port)
        return child, port

    def redis(self):
        port = free_port()
        child = self.spawn(pinned(SERVER_CORE, ['redis-server', '--port', str(port), '--appendonly', 'yes', '--appendfsync',
                                                'always', '--save', '', '--dir', self.folder]))
        wait_port(port)
        script = "if redis.call('decr', KEYS[1]) < 0 then return 0 end return redis.call('rpush', KEYS[2], ARGV[1])"
        sha = run_quietly(['redis-cli', '-p', str(port), 'script', 'load', script]).strip()
        run_quietly(['redis-cli', '-p', str(port), 'set', 'stock', '1000000000'])
        return child, port, sha

    def redis_rate(self, port, sha, clients):
        output = run_quietly(pinned(LOAD_CORE, ['redis-benchmark', '-p', str(port), '-c', str(clients), '-n', '200000', '--csv',
                                                'evalsha', sha, '2', 'stock', 'orders', 'order-of-one-line']))
        return float(output.strip().split('\n')[-1].split('","')[1].strip('"'))

    def postgres(self):
        binaries = run_quietly(['pg_config', '--bindir']).strip() if shutil.which('pg_config') else None
        if not binaries or not os.path.exists(binaries + '/initdb'):
            binaries = next(f'/usr/lib/postgresql/{v}/bin' for v in sorted(os.listdir('/usr/lib/postgresql'), reverse=True))
        data = self.path('pg')
        os.makedirs(data)
        user = []
        if os.getuid() == 0:
            shutil.chown(data, 'postgres')
            user = ['runuser', '-u', 'postgres', '--']
        run_quietly(user + [binaries + '/initdb', '-D', data, '-A', 'trust', '-U', 'bench'], cwd='/')
        port = free_port()
        child = self.spawn(user + pinned(SERVER_CORE, [binaries + '/postgres', '-D', data, '-p', str(port), '-k', data, '-c',
                                                       'listen_addresses=127.0.0.1']), cwd='/')
        wait_port(port)
        time.sleep(1)
        environment = ['-h', '127.0.0.1', '-p', str(port), '-U', 'bench']
        run_quietly(['psql'] + environment + ['-d', 'postgres', '-c',
                    'create table stock(id int primary key, n int); insert into stock values (1, 1000000000);'
                    'create table orders(id bigserial primary key, line text, at timestamptz default now())'])
        script = self.path('order.sql')
        with open(script, 'w', encoding='utf-8') as file:
            file.write("begin;\nupdate stock set n = n - 1 where id = 1 and n > 0;\n"
                       "insert into orders(line) values ('order-of-one-line');\ncommit;\n")
        return child, lambda: float(re.search(r'tps = ([\d.]+)', run_quietly(pinned(
            LOAD_CORE, ['pgbench'] + environment + ['-n', '-M', 'prepared', '-c', '64', '-T', str(self.seconds), '-f', script,
                        'postgres']))).group(1))

    def alternate(self, *sides):
        """Runs the sides in turn; the median of each."""
        results = [[] for _ in sides]
        for number in range(self.runs):
            # Who goes first measures a little less: each side has its turn at it.
            first = number % len(sides)
            for place in range(len(sides)):
                index = (first + place) % len(sides)
                results[index].append(sides[index](number))
        return [statistics.median(result) for result in results]

    # -- rows --

    def row_order(self):
        """durable order, JSON over HTTP, one hot offer, against nginx, Redis and PostgreSQL"""
        ours, port = self.serve('order', 1)
        nginx, nginx_port = self.nginx()
        redis, redis_port, sha = self.redis()
        postgres, postgres_rate = self.postgres()
        order, empty, redis_64, redis_256, transactions = self.alternate(
            lambda n: self.wrk(port, script=self.order_script(1, n)),
            lambda n: self.wrk(nginx_port, '/empty'),
            lambda n: self.redis_rate(redis_port, sha, 64),
            lambda n: self.redis_rate(redis_port, sha, 256),
            lambda n: postgres_rate())
        for child in (ours, nginx, redis, postgres):
            self.stop(child)
        self.row('durable order', 'nginx, empty 200', order, empty, 0.40)
        self.row('durable order', 'Redis Lua, fsync always', order, max(redis_64, redis_256), 0.9)
        self.row('durable order', 'PostgreSQL hot row', order, transactions, 40)

    def row_builds(self):
        """durable order of this build and of another's (--against BUILD), their processor time and room"""
        sides = [(self, *self.serve('builds', 1)), (self.against, *self.against.serve('builds', 1))]
        spent = [[], []]

        def side(index, number):
            _, child, port = sides[index]
            before = processor_seconds(child.pid)
            rate = self.wrk(port, script=self.order_script(1, number))
            spent[index].append((processor_seconds(child.pid) - before) / (rate * self.seconds))
            return rate

        ours, theirs = self.alternate(lambda n: side(0, n), lambda n: side(1, n))
        for owner, child, _ in sides:
            owner.stop(child)
        kept = [self.orders_a_megabyte(owner.path('builds.db')) for owner, _, _ in sides]
        self.row('durable order', 'the other build', ours, theirs, 1.0)
        busy = [1 / statistics.median(of) for of in spent]
        self.row('orders a second of processor time', 'the other build', *busy, 1.0)
        self.row('orders a megabyte of the database', 'the other build', *kept, 1.0, unit='/MB')

    @staticmethod
    def orders_a_megabyte(database):
        reader = sqlite3.connect(f'file:{database}?mode=ro', uri=True)
        orders, = reader.execute('SELECT count(*) FROM orders').fetchone()
        reader.close()
        return orders / (os.path.getsize(database) / 1e6)

    def row_spread(self):
        """one hot offer against 1,000 offers in turn"""
        hot, hot_port = self.serve('hot', 1)
        wide, wide_port = self.serve('wide', 1000)
        one, many = self.alternate(lambda n: self.wrk(hot_port, script=self.order_script(1, n)),
                                   lambda n: self.wrk(wide_port, script=self.order_script(1000, n)))
        self.stop(hot)
        self.stop(wide)
        self.row('hot offer', 'ourselves, 1,000 offers', one, many, 0.95)

    def row_page(self):
        """offer page from memory against nginx's static file of the same size"""
        ours, port = self.serve('page', 1)
        path = '/offers/offer-10000'
        with urllib.request.urlopen(f'http://127.0.0.1:{port}{path}') as reply:
            body = reply.read()
        nginx, nginx_port = self.nginx(body)
        page, static = self.alternate(lambda n: self.wrk(port, path), lambda n: self.wrk(nginx_port, '/page.html'))
        self.stop(ours)
        self.stop(nginx)
        self.row('offer page from memory', f'nginx static, {len(body):,} bytes', page, static, 0.9)

    def row_door(self):
        """while 100,000 wait: the status of a ticket, the page of the waiting room, the moment page, against nginx"""
        behind, behind_port = self.nginx()
        child, port = self.serve('door', 1, 'site: {requests_per_second: 1, requests_per_visit: 10}\n'
                                 'gate: {moment_offers: [offer-10000]}\n', behind_port)
        page = ['-H', 'Accept: text/html']
        # Numbers whose ticket never comes back are passed over: paused, the line stands.
        run_quietly([self.ecluse, 'gate', self.path('door.db'), '--pause'])
        while self.waiting(port) < 100000:
            self.wrk(port, '/empty', seconds=2, more=page)  # without cookies: each request is a newcomer
        ticket = self.ticket(port)
        cookie = ['-H', f'Cookie: ecluse_ticket={ticket}']
        with urllib.request.urlopen(self.asked(port, '/empty', ticket)) as reply:
            body = reply.read()
        status, home = '/ecluse/api/v1/queue', '/ecluse/store/'
        with urllib.request.urlopen(self.asked(port, home, ticket)) as reply:
            moment = reply.read()
        nginx, nginx_port = self.nginx(body)
        other, other_port = self.nginx(moment)
        ours, empty, pages, files, moments, others = self.alternate(
            lambda n: self.wrk(port, status, more=cookie), lambda n: self.wrk(nginx_port, '/empty'),
            lambda n: self.wrk(port, '/empty', more=cookie + page), lambda n: self.wrk(nginx_port, '/page.html'),
            lambda n: self.wrk(port, home, more=cookie + page), lambda n: self.wrk(other_port, '/page.html'))
        standing = self.waiting(port)
        for server in (child, nginx, other, behind):
            self.stop(server)
        if standing < 100000:
            raise SystemExit(f'bench: only {standing} wait')
        self.row('status of a ticket, 100,000 waiting', 'nginx, empty 200', ours, empty, 0.9)
        self.row(f'page of the waiting room, {len(body):,} bytes', 'nginx, file of that size', pages, files, 0.9)
        self.row(f'moment page while 100,000 wait, {len(moment):,} bytes', 'nginx, file of that size', moments, others, 0.9)

    def row_visitor(self):
        """memory of a visitor who waits, with and without a connection (HAProxy's queue takes 7.4 KB and the connection)"""
        behind, behind_port = self.nginx()
        site = 'site: {requests_per_second: 1, requests_per_visit: 10}\n'
        room, port = self.serve('visitor', 1, site, behind_port)
        run_quietly([self.ecluse, 'gate', self.path('visitor.db'), '--pause'])
        page = ['-H', 'Accept: text/html']
        # Few connections: buffers of requests under way are no visitor's.
        # In bursts of a second, so that none takes more than there is room for, however long --seconds is.
        self.wrk(port, '/empty', connections=8, seconds=1, more=page)
        few, taken = self.waiting(port), self.memory(room)
        while self.waiting(port) < 600000:  # a burst more must fit into the million that may wait
            self.wrk(port, '/empty', connections=8, seconds=1, more=page)
        # Two bytes for each number were taken at the start (src/gate/gate.h); what else grows?
        without = 2 + (self.memory(room) - taken) / (self.waiting(port) - few)
        cookie = f'Cookie: ecluse_ticket={self.ticket(port)}\r\n'.encode()
        before = self.memory(room)
        connections = self.connections(port, b'GET /ecluse/api/v1/queue HTTP/1.1\r\nHost: bench\r\n' + cookie + b'\r\n')
        each = (self.memory(room) - before) / len(connections)
        for connection in connections:
            connection.close()
        for server in (room, behind):
            self.stop(server)
        self.bound('visitor who waits, without a connection', without, f'{without:.2f} bytes', 3)
        self.bound('visitor who waits, with a connection', each, f'{each:,.0f} bytes', 4096)

    @staticmethod
    def memory(child):
        with open(f'/proc/{child.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s+(\d+)', file.read()).group(1)) * 1024

    @staticmethod
    def connections(port, request, count=5000):
        """So many that have asked once, and stay."""
        made = []
        for _ in range(count):
            connection = socket.create_connection(('127.0.0.1', port))
            connection.sendall(request)
            connection.recv(4096)
            made.append(connection)
        return made

    @staticmethod
    def cpu_ns(child):
        """Processor time of all its threads; to the nanosecond, where /proc/PID/stat counts in hundredths of a second."""
        total = 0
        for task in os.listdir(f'/proc/{child.pid}/task'):
            with open(f'/proc/{child.pid}/task/{task}/schedstat', encoding='ascii') as file:
                total += int(file.read().split()[0])
        return total

    def costed(self, child, port, more=()):
        """(requests a second, microseconds of the proxy for a request)"""
        before = self.cpu_ns(child)
        rate = self.wrk(port, '/page.html', connections=32, more=more)
        return rate, (self.cpu_ns(child) - before) / 1000 / (rate * self.seconds)

    def latency(self, port, rate, more=()):
        """(p50, p99) in microseconds, where 64 clients ask so often a second, each after a pause of its own."""
        connections = 64
        script = self.path(f'paced-{port}.lua')
        with open(script, 'w', encoding='utf-8') as file:
            file.write(f'function delay() return math.random(0, {round(2 * 1000 * connections / rate)}) end\n')
        output = run_quietly(pinned(LOAD_CORE, ['wrk', '-t', '1', '-c', str(connections), '-d', f'{self.seconds}s', '--latency', '-s',
                                                script, *more, f'http://127.0.0.1:{port}/page.html']))
        units = {'us': 1, 'ms': 1000, 's': 1000000}
        found = {int(part): float(value) * units[unit]
                 for part, value, unit in re.findall(r'^ +(50|99)%\s+([\d.]+)(us|ms|s)$', output, re.M)}
        return found[50], found[99]

    def row_connect(self):
        """a visitor inside, handed on to the shop behind, against nginx and HAProxy as proxies; the shop is nginx in all"""
        for size in (1000, 64000):
            behind, behind_port = self.nginx(b'x' * size)
            ours, port = self.serve(f'connect-{size}', 1, 'site: {requests_per_second: 1000000, requests_per_visit: 1}\n',
                                    behind_port)
            nginx, nginx_port = self.nginx(proxy=behind_port)
            haproxy, haproxy_port = self.haproxy(behind_port)
            with urllib.request.urlopen(self.asked(port, '/page.html')) as reply:
                session = re.search('ecluse_ticket=([0-9a-f]+)', reply.headers['Set-Cookie']).group(1)
            cookie = ['-H', f'Cookie: ecluse_ticket={session}']
            costs = [[], [], []]

            def side(index, child, to, more=(), costs=costs):
                def run(_):
                    rate, cost = self.costed(child, to, more)
                    costs[index].append(cost)
                    return rate
                return run
            rates = self.alternate(side(0, ours, port, cookie), side(1, nginx, nginx_port), side(2, haproxy, haproxy_port))
            costs = [statistics.median(each) for each in costs]
            best = 1 if rates[1] >= rates[2] else 2
            name = ('', 'nginx as a proxy', 'HAProxy')[best]
            self.row(f'handed on, {size:,} bytes', name, rates[0], rates[best], 0.9)
            least = min(costs[1:])
            self.rows.append((f'its processor time, {size:,} bytes', ('nginx', 'HAProxy')[costs.index(least) - 1],
                              f'{costs[0]:.1f} us', f'{least:.1f} us', f'{least / costs[0]:.2f}x', '0.9x',
                              'yes' if least / costs[0] >= 0.9 else 'NO', ''))
            if size == 1000:
                self.added_latency(port, nginx_port, behind_port, min(rates) / 2, cookie)
            for server in (ours, nginx, haproxy, behind):
                self.stop(server)

    def added_latency(self, port, nginx_port, behind_port, rate, cookie):
        """What a proxy adds to the shop's own answer at half the load that the slowest of them bears."""
        sides = {'ours': (port, cookie), 'nginx': (nginx_port, ()), 'none': (behind_port, ())}
        met = {name: [] for name in sides}
        for _ in range(self.runs):
            for name, (to, more) in sides.items():
                met[name].append(self.latency(to, rate, more))
        for place, percentile in enumerate(('p50', 'p99')):
            ours, nginx, none = (statistics.median(each[place] for each in met[name]) for name in ('ours', 'nginx', 'none'))
            ratio = (ours - none) / (nginx - none) if nginx > none else float('nan')
            self.rows.append((f'added latency at {rate:,.0f}/s, {percentile}', 'nginx as a proxy', f'{ours - none:.0f} us',
                              f'{nginx - none:.0f} us', f'{ratio:.2f}x', '<= 1.1x', 'yes' if ratio <= 1.1 else 'NO',
                              f'the shop alone {none:.0f} us'))

    def row_cached(self):
        """a page from the micro-cache, for a visitor without a ticket, against Varnish; the shop behind is nginx in both"""
        site = 'site: {requests_per_second: 1000000, requests_per_visit: 1, cache_seconds: 86400}\n'
        for size in (1000, 20000, 64000):
            behind, behind_port = self.nginx(b'x' * size)
            ours, port = self.serve(f'cached-{size}', 1, site, behind_port)
            varnish, varnish_port = self.varnish(behind_port)
            for kept_port in (port, varnish_port):
                for _ in range(2):
                    with urllib.request.urlopen(self.asked(kept_port, '/page.html')) as reply:
                        assert len(reply.read()) == size
                assert reply.headers['Age'] is not None, 'the page is not kept'
            self.stop(behind)  # nobody needs it any more
            kept, varnished = self.alternate(
                # With 256, Varnish's threads are far slower; with 64 it is at its best.
                lambda n, port=port: self.wrk(port, '/page.html', connections=64),
                lambda n, port=varnish_port: self.wrk(port, '/page.html', connections=64))
            for server in (ours, varnish):
                self.stop(server)
            self.row(f'cached page, {size:,} bytes', 'Varnish', kept, varnished, 1.0)

    def slow_shop(self):
        """(process, port, file in which it leaves what it answered)"""
        port, figures = free_port(), self.path(f'slow-shop-{len(self.children)}.json')
        child = self.spawn(REAL_TIME + [sys.executable, os.path.join(HERE, 'slow_shop.py'), str(port), figures])
        wait_port(port)
        return child, port, figures

    def crowd(self, port, *more):
        done = subprocess.run(REAL_TIME + [self.ecluse, 'crowd', f'http://127.0.0.1:{port}/', '--visitors', '5000', '--rise', '20',
                               '--half-life', '15', '--pages', '5', '--think', '2', '--no-shows', '30', '--reloads', '10', '--tabs', '5', '--json', *more],
                              capture_output=True, text=True, check=False)
        return json.loads(done.stdout)

    def crowd_at_the_door(self, seed):
        """(what the crowd met, what the shop behind answered)"""
        behind, behind_port, figures = self.slow_shop()
        ours, port = self.serve(f'crowd-{seed}', 1, 'site: {requests_per_second: 100, requests_per_visit: 5}\n', behind_port)
        met = self.crowd(port, '--rate', '20', '--seed', str(seed))
        self.stop(ours)
        return met, self.figures(behind, figures)

    def row_crowd(self):
        """crowds of 5,000 within a minute, a third of whom never come when called, before a slow shop of 20 a second; one straight at it"""
        seeds = range(self.seed, self.seed + self.runs)
        crowds = [self.crowd_at_the_door(seed) for seed in seeds]
        mets = [met for met, _ in crowds]
        # A crowd is one draw of luck, shared by all its waits: what is announced is judged by the median of several.
        within = [round(100 * met['announced']['within'], 1) for met in mets]
        share, each = statistics.median(within), ', '.join(f'{one:g}' for one in within)
        # Waits of a minute and more: at 20 s a fixed cursor, which forgets those at the door, is right by chance.
        for name, value, limit, at_most in (
                ('crowd: most in a second, of 20', max(met['entries']['most_in_second'] for met in mets), mets[0]['entries']['second_bound'], True),
                ('crowd: later before earlier', sum(met['inversions'] for met in mets), 0, True),
                ('crowd: capacity used, percent', round(100 * min(met['used_capacity']['share'] for met in mets), 1), 97, False),
                (f'crowd: share inside the announced range, percent: {each}; median', share, 75, False),
                ('crowd: the same, not too wide', share, 90, True),
                ("crowd: announced wait, median error against a fixed cursor's",
                 max(met['announced']['fixed_cursor']['ratio'] for met in mets), 0.5, True)):
            self.bound(name, value, f'{value}', limit, at_most, note=f'--seed {self.seed} --runs {self.runs}')
        behind, behind_port, figures = self.slow_shop()
        straight = self.crowd(behind_port, '--seed', str(self.seed), '--seconds', '180')  # some would try for long
        self.without_a_door(*crowds[0], straight, self.figures(behind, figures))

    def figures(self, shop, path):
        self.stop(shop)
        with open(path, encoding='utf-8') as file:
            return json.load(file)

    def without_a_door(self, met, shop, straight, shop_alone):
        """What the same crowd does to the same shop, if nobody stands in front of it."""
        def row(name, ours, theirs, wanted, good):
            self.rows.append((name, 'no door', ours, theirs, '-', wanted, 'yes' if good else 'NO', ''))
        row('crowd: served', f"{met['served'] + met['served_at_once']:,}", f"{straight['served_at_once']:,}",
            'all but who never came', met['served'] + met['served_at_once'] + met['no_shows'] == met['visitors'])
        errors = [sum(each['errors'].values()) for each in (met, straight)]
        row('crowd: errors that visitors met', f'{errors[0]:,}', f'{errors[1]:,}', '0', errors[0] == 0)
        row('crowd: visitors who left after errors', f"{met['failed']:,}", f"{straight['failed']:,}", '0', met['failed'] == 0)
        for place in ('p50', 'p99'):
            ours, theirs = shop[f'{place}_ms'], shop_alone[f'{place}_ms']
            row(f"crowd: the shop's answers, {place}", f'{ours:,.0f} ms', f'{theirs:,.0f} ms', '<= 0.1x', ours <= theirs / 10)

    @staticmethod
    def asked(port, path, ticket=None):
        headers = {'Accept': 'text/html'}
        if ticket:
            headers['Cookie'] = f'ecluse_ticket={ticket}'
        return urllib.request.Request(f'http://127.0.0.1:{port}{path}', headers=headers)

    def ticket(self, port):
        """Of a newcomer who is told to wait."""
        while True:
            with urllib.request.urlopen(self.asked(port, '/empty')) as reply:
                if reply.headers['Ecluse-State'] == 'waiting':
                    return re.search('ecluse_ticket=([0-9a-f]+)', reply.headers['Set-Cookie']).group(1)

    @staticmethod
    def waiting(port):
        with urllib.request.urlopen(f'http://127.0.0.1:{port}/ecluse/metrics') as reply:
            return int(re.search(r'^ecluse_gate_waiting (\d+)', reply.read().decode(), re.M).group(1))

    def core_rate(self, _number):
        output = run_quietly(pinned(SERVER_CORE, [os.path.join(self.build, 'bench', 'bench_core'), '--seconds', str(self.seconds)]))
        return float(re.search(r'quotes and holds.*: (\d+) a second', output).group(1))

    def row_cores(self):
        """quotes and holds in the core of this build and of another's (--against BUILD)"""
        self.row('quotes and holds in the core', 'the other build', *self.alternate(self.core_rate, self.against.core_rate), 1.0)

    def row_core(self):
        """quotes and holds in the core, no I/O, 3 lines of 2 operations"""
        rate, = self.alternate(self.core_rate)
        self.bound('quotes and holds in the core', rate, f'{rate:,.0f}/s', 1000000, at_most=False)

    def queue_rates(self, command, jobs):
        """Jobs a second (median) and mean waits (one a seed) of a program that runs the small queue."""
        rates, waits = [], []
        for seed in range(1, self.runs + 1):
            output = run_quietly(pinned(SERVER_CORE, [*command, str(jobs), str(seed)]))
            rate, wait = re.search(r'jobs: (\d+) a second, mean wait ([\d.]+)', output).groups()
            rates.append(float(rate))
            waits.append(float(wait))
        return statistics.median(rates), statistics.mean(waits)

    def evening(self, pattern, *options):
        """The figures that bench_evening prints of the example's next moment."""
        example = os.path.join(HERE, '..', 'examples', 'shopbreizh', 'shop.yaml')
        output = run_quietly(REAL_TIME + [os.path.join(self.build, 'bench', 'bench_evening'), example, *options])
        return [float(figure) for figure in re.search(pattern, output).groups()]

    def side_seconds(self, visitors, runs, threads):
        """Of the clock, and of the processors, for so many runs of the side with Écluse."""
        return self.evening(r'side: ([\d.]+) s, ([\d.]+) s of', 'side', 'ecluse', str(visitors), str(runs), str(threads))

    def row_rehearse(self):
        """the rehearsal's floor beside SimPy on the same queue; visitors, runs, questions and memory on the example"""
        ours, our_wait = self.queue_rates([os.path.join(self.build, 'bench', 'bench_rehearse')], 20000)
        theirs, their_wait = self.queue_rates(['/usr/bin/python3', os.path.join(HERE, 'peer_simpy.py')], 20000)
        self.row('a queue of two people', 'SimPy', ours, theirs, 100, ' jobs/s',
                 f'mean wait {our_wait:.3f} and {their_wait:.3f}; theory 0.8')
        # What a visitor costs: a month with the evening, less the same month without it.
        rates = []
        for _ in range(self.runs):
            rates.append(EVENING_VISITORS * 40 / (self.side_seconds(EVENING_VISITORS, 40, 1)[1] - self.side_seconds(0, 40, 1)[1]))
        rate = statistics.median(rates)
        self.bound('visitors a core, gate, baskets and core', rate, f'{rate:,.0f}/s', 1000000, at_most=False)
        seconds, worked = self.side_seconds(EVENING_VISITORS, 1000, 2)
        self.bound(f'1,000 runs, {EVENING_VISITORS:,} visitors and 30 days', seconds, f'{seconds:.1f} s', 60)
        self.bound('the same, of processors', worked, f'{worked:.1f} s', 120)
        # Of the first 128 runs the levers keep what they need: memory is full then, and must not grow further.
        memories = {}
        for count in (128, 300):
            memories[count], = self.evening(r'answer: .*, ([\d.]+) MB', 'answer', str(count))
        for example in ('shopbreizh', 'service'):
            ratio = statistics.median(self.levers_ratio(example) for _ in range(min(self.runs, 3)))
            self.bound(f'what breaks and what to do, {example}', ratio, f'{ratio:.1f}x the three sides', 4)
        self.bound('memory', memories[300], f'{memories[300]:.1f} MB', 200)
        self.bound('memory, 300 runs against 128', memories[300] / memories[128], f'{memories[300] / memories[128]:.3f}x', 1.05)
        self.rehearse_command()

    def rehearse_command(self):
        example = os.path.join(HERE, '..', 'examples', 'shopbreizh', 'shop.yaml')
        times, worked = [], []
        for _ in range(min(self.runs, 3)):
            begun, before = time.perf_counter(), sum(os.times()[2:4])
            run_quietly([os.path.join(self.build, 'ecluse'), 'rehearse', example, '--json'])
            times.append(time.perf_counter() - begun)
            worked.append(sum(os.times()[2:4]) - before)
        seconds, processors = statistics.median(times), statistics.median(worked)
        self.bound('rehearse the example', seconds, f'{seconds:.1f} s', 10)
        self.bound('the same, of processors', processors, f'{processors:.1f} s', 20)

    def focus_figures(self, size, gap, also=''):
        """The most that any of twenty random shops of a size takes: seconds, gap, and seconds of what is also asked."""
        worst = [0.0, 0.0, 0.0]
        for seed in range(1, 21):
            output = run_quietly(pinned(SERVER_CORE, [os.path.join(self.build, 'bench', 'bench_focus'), *size, str(seed), gap, '60', also]))
            seconds, reached = re.search(r'mix: ([\d.]+) s, gap ([\d.]+)', output).groups()
            further = re.search(r'(?:frontier|ranges): ([\d.]+) s', output)
            figures = [float(seconds), float(reached), float(further[1]) if further else 0.0]
            worst = [max(pair) for pair in zip(worst, figures)]
        return worst

    def row_focus(self):
        """the best mix of random shops: proved for 30 offers, within 0.1 percent for 200; the whole frontier; the ranges"""
        for activities, centers in (('5', '4'), ('10', '10')):
            size = ('30', activities, centers)
            seconds, gap, _ = self.focus_figures(size, '0')
            self.bound(f'30 offers, {activities} activities, {centers} work centers', seconds, f'{seconds:.3f} s', 1)
            self.bound('its gap, proved', gap, f'{gap:.6f}', 0)
        size = ('200', '30', '10')
        seconds, gap, frontier = self.focus_figures(size, '0.001', 'frontier')
        self.bound('200 offers, 30 activities, 10 work centers', seconds, f'{seconds:.3f} s', 2)
        self.bound('its gap', gap, f'{gap:.6f}', 0.001)
        self.bound('its whole frontier', frontier, f'{frontier:.2f} s', 20)
        _, _, ranges = self.focus_figures(size, '0.001', 'ranges')
        self.bound('its 410 ranges', ranges, f'{ranges:.2f} s', 20)

    def processor_seconds(self, *command):
        """Of a program and all its threads: what else the machine does changes it little."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run_quietly(list(command))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def levers_ratio(self, example):
        """Ladder, breaking point, levers and settings of the default rehearsal, in times of its sides."""
        command = [os.path.join(self.build, 'ecluse'), 'rehearse', os.path.join(HERE, '..', 'examples', example, 'shop.yaml'), '--json']
        sides = self.processor_seconds(*command, '--sides')
        return (self.processor_seconds(*command) - sides) / sides

    def core_rates(self, *options):
        """Mixed decisions a second, the median of the runs."""
        rates = []
        for _ in range(self.runs):
            output = run_quietly(pinned(SERVER_CORE, [os.path.join(self.build, 'bench', 'bench_core'), '--seconds', '1',
                                                      *options]))
            rate, promised = re.search(r'mixed decisions .*: (\d+) a second, ([\d.]+) percent', output).groups()
            if float(promised) < PROMISED_PERCENT_LEAST:
                raise SystemExit(f'bench: only {promised} percent of the asks were promised: refusals are no measure')
            rates.append(float(rate))
        return statistics.median(rates)

    def row_promise(self):
        """mixed decisions of the core; their cost by horizon and by orders held; a disruption; memory"""
        rate = self.core_rates()
        self.bound('mixed decisions in the core', rate, f'{rate:,.0f}/s', 1000000, at_most=False)
        # So few decisions that they do not fill the 30 days.
        by_days = {days: self.core_rates('--days', str(days), '--orders', '4000', '--decisions', '100000')
                   for days in (30, 90, 365, 730)}
        for days in (90, 365, 730):
            # What the log of the horizon allows: log2 of the days, against that of 30.
            self.bound(f'cost of a decision, {days} days against 30', by_days[30] / by_days[days],
                       f'{by_days[30] / by_days[days]:.2f}x', round(math.log(days) / math.log(30), 2))
        held = {count: self.core_rates('--held', str(count)) for count in (1000, 1000000)}
        self.bound('cost of a decision, 1,000,000 orders held against 1,000', held[1000] / held[1000000],
                   f'{held[1000] / held[1000000]:.2f}x', 1.25)
        core = os.path.join(self.build, 'bench', 'bench_core')
        output = run_quietly(pinned(SERVER_CORE, [core, '--disrupt', '100000']))
        moved, seconds = re.search(r'disruption: (\d+) of 100000 .* in ([\d.]+) s', output).groups()
        if int(moved) < 10000:
            raise SystemExit(f'bench: the disruption moved {moved} orders, not 10,000')
        self.bound(f'disruption, {int(moved):,} of 100,000 orders move', float(seconds), f'{seconds} s', 1)
        output = run_quietly(pinned(SERVER_CORE, [core, '--seconds', '0', '--days', '730', '--memory',
                                                  str(MEMORY_ORDERS)]))
        there, each = map(int, re.search(r'with (\d+) orders, (\d+) bytes for each', output).groups())
        if there < MEMORY_ORDERS:
            raise SystemExit(f'bench: only {there} orders were promised, not {MEMORY_ORDERS}')
        self.bound(f'memory of an open order of 3 lines, with {there:,}', each, f'{each} bytes', 400)

    def row_start(self):
        """start with 1,000,000 orders in the journal, after a kill"""
        child, port = self.serve('start', 1)
        placed, seed = 0, 1000
        while placed < 1000000:
            placed += int(self.wrk(port, script=self.order_script(1, seed), seconds=2) * 2)
            seed += 1
        self.stop(child, signal.SIGKILL)
        with open(self.path('start.db'), 'rb') as file:
            while file.read(1 << 24):
                pass
        begin = time.monotonic()
        child, port = self.serve('start', 1)
        seconds = time.monotonic() - begin
        with open(f'/proc/{child.pid}/status', encoding='ascii') as file:
            memory = int(re.search(r'VmRSS:\s+(\d+)', file.read()).group(1)) / 1024
        self.stop(child)
        self.bound(f'start with {placed:,} orders', seconds, f'{seconds:.2f} s', 3)
        self.bound('memory after it', memory, f'{memory:,.0f} MB', 400)

    def row_idle(self):
        """memory of an idle connection"""
        child, port = self.serve('idle', 1)
        before = self.memory(child)
        open_sockets = self.connections(port, b'GET /ecluse/health HTTP/1.1\r\nHost: bench\r\n\r\n')
        each = (self.memory(child) - before) / len(open_sockets)
        for connection in open_sockets:
            connection.close()
        self.stop(child)
        self.bound('idle connection', each, f'{each:,.0f} bytes', 4096)

    def table(self):
        head = ('row', 'peer', 'Écluse', 'peer\'s', 'ratio', 'wanted', 'met', 'note')
        rows = [head] + self.rows
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        for row in rows:
            print('  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def rows_known():
    return {name[4:]: getattr(Bench, name).__doc__ for name in dir(Bench) if name.startswith('row_')}


def main():
    parser = argparse.ArgumentParser(prog='scripts/bench')
    parser.add_argument('--build', default='build/bench')
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--seconds', type=int, default=5)
    parser.add_argument('--seed', type=int, default=time.time_ns() % 1000, help='of the crowd: by default another one each time')
    parser.add_argument('--against', metavar='BUILD', help='another build, for the rows builds and cores')
    parser.add_argument('--real-time', action='store_true')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('rows', nargs='*', metavar='ROW')
    arguments = parser.parse_args()
    known = rows_known()
    unknown = [row for row in arguments.rows if row not in known]
    if arguments.list or unknown:
        for name, text in known.items():
            print(f'{name:8} {text}')
        if unknown:
            print(f'scripts/bench: no row named {unknown[0]}', file=sys.stderr)
            return 2
        return 0
    if COMPARING & set(arguments.rows) and not arguments.against:
        print('scripts/bench: the rows builds and cores compare with another build: say --against BUILD', file=sys.stderr)
        return 2
    names = arguments.rows or [name for name in known if name not in COMPARING or arguments.against]
    if arguments.real_time:
        REAL_TIME.extend(['chrt', '-r', '10'])
    bench = Bench(arguments.build, arguments.seconds, arguments.runs, arguments.seed)
    try:
        if arguments.against:
            bench.against = Bench(arguments.against, arguments.seconds, arguments.runs, arguments.seed)
        for name in names:
            print(f'{name}: {known[name]} ...', file=sys.stderr)
            getattr(bench, 'row_' + name)()
    finally:
        for one in (bench, bench.against):
            if one is not None:
                one.close()
    bench.table()
    return 0 if all(row[6] == 'yes' for row in bench.rows) else 1


if __name__ == '__main__':
    sys.exit(main())
