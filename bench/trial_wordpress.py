"""A real WordPress (MariaDB, PHP, nginx, all of Debian's packages), and the same crowd at it twice: straight, and held by Écluse.

Everything lives in one temporary folder, under this user, on free ports and sockets of its own; no service of the machine is touched. The site
has one core, the crowd and Écluse the other.

usage: trial_wordpress.py --build DIR [--visitors N] [--picture FILE.svg] [--json FILE]
"""
import argparse
import collections
import contextlib
import glob
import json
import math
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import typing
import urllib.error
import urllib.request

SITE_CORE, OUR_CORE = '0', '1'
WORKERS = 8              # of PHP: what a small hosting plan has
PAGES, THINK = 6, 5      # of a visit; seconds between two of them, on average
SHARE = 0.75             # of what the site bears at most: what the owner writes into the shop file
OVERLOAD = 4             # at its peak the crowd asks for so many times what the site bears
RISE, HALF_LIFE = 10, 15
INSIDE_P99 = 2           # seconds
PRODUCTS = 24

NGINX = '''daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;{user}
events {{ worker_connections 4096; }}
http {{
  include /etc/nginx/mime.types;
  log_format timed '$msec $request_time $status $cookie_met';
  map $cookie_met $meets {{ '' 'met=1; Path=/'; default ''; }}
  access_log {folder}/requests.log timed;
  client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi; proxy_temp_path {folder}/proxy;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {folder}/www; index index.php; add_header Set-Cookie $meets always;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location ~ \\.php$ {{
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_pass unix:{folder}/php.sock; fastcgi_read_timeout 60s;
    }}
  }}
}}
'''

PHP_FPM = '''[global]
error_log = {folder}/php.log
daemonize = no
[www]
{user}listen = {folder}/php.sock
listen.mode = 0666
listen.backlog = 511
pm = static
pm.max_children = {workers}
catch_workers_output = yes
'''

WP_CONFIG = '''<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{folder}/mariadb.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://' . ($_SERVER['HTTP_HOST'] ?? 'localhost')); define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name)
  define($name, 'a trial that nobody else reaches: ' . $name);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
'''

INSTALL = '''<?php
define('WP_INSTALLING', true);
require 'wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Biscuiterie du port', 'owner', 'owner@example.org', true, '', 'a password of a trial');
for ($i = 1; $i <= (int) $argv[1]; $i++)
  wp_insert_post(['post_title' => "Coffret de caramels n° $i", 'post_status' => 'publish', 'post_author' => 1,
    'post_content' => str_repeat("<!-- wp:paragraph --><p>Caramel au beurre salé de Concarneau, boîte de douze, n° $i.</p><!-- /wp:paragraph -->", 12)]);
'''

SHOP = '''shop: {{name: Biscuiterie du port, currency: EUR, time_zone: Europe/Paris}}
items: {{caramel: {{on_hand: 500, unit_cost: 4.00}}}}
carriers: {{post: {{cut_off: "16:00", collects: mon-fri, transit_days: 2, delivers: mon-sat, charge: 4.90}}}}
offers: {{caramel: {{name: Coffret de caramels, price: 18.00, vat_rate: 5.5, items: {{caramel: 1}}, carrier: post}}}}
site: {{requests_per_second: {requests_per_second:.2f}, requests_per_visit: {pages}}}
'''


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def eventually(wanted, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not wanted():
        if time.monotonic() > deadline:
            raise RuntimeError(f'{what} did not start')
        time.sleep(0.05)


def fetch(url, seconds=60):
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b''


def pinned(core, *command):
    return ['taskset', '-c', core, *command]


class Page(typing.NamedTuple):
    """As the shop itself saw it: nginx, which gives each newcomer a cookie, so that it knows them again."""
    asked: float  # when the request came
    took: float
    first: bool   # of its visitor


def most_in_second(pages):
    """The newcomers of the fullest second."""
    came = sorted(page.asked for page in pages if page.first)
    most = first = 0
    for last, at in enumerate(came):
        while at - came[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


class Site:
    """WordPress, in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.port, self.children = folder, free_port(), []
        self.url = f'http://127.0.0.1:{self.port}/'

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)
        return self.path(name)

    def spawn(self, *command):
        with open(self.path('output.log'), 'a', encoding='utf-8') as log:
            self.children.append(subprocess.Popen(pinned(SITE_CORE, *command), stdout=log, stderr=log))

    def __enter__(self):
        root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid()).pw_name
        database = ['--no-defaults', f'--datadir={self.path("mariadb")}'] + (['--user=root'] if root else [])
        subprocess.run(['mariadb-install-db', *database, '--auth-root-authentication-method=normal', '--skip-test-db'], check=True,
                       capture_output=True)
        self.spawn('mariadbd', *database, f'--socket={self.path("mariadb.sock")}', '--skip-networking')
        client = ['mariadb', '--no-defaults', f'--socket={self.path("mariadb.sock")}', '-uroot', '-e']
        eventually(lambda: subprocess.run([*client, 'select 1'], capture_output=True, check=False).returncode == 0, 'MariaDB')
        subprocess.run([*client, 'create database wordpress character set utf8mb4'], check=True)
        shutil.copytree('/usr/share/wordpress', self.path('www'), ignore=shutil.ignore_patterns('wp-config.php'),
                        ignore_dangling_symlinks=True)
        self.write('www/wp-config.php', WP_CONFIG.format(folder=self.folder))
        self.write('www/install-trial.php', INSTALL)
        subprocess.run(['php', 'install-trial.php', str(PRODUCTS)], cwd=self.path('www'), check=True, stdout=subprocess.DEVNULL)
        os.remove(self.path('www/install-trial.php'))
        user = f'user = {me}\ngroup = {me}\n' if root else ''
        self.write('php.conf', PHP_FPM.format(folder=self.folder, workers=WORKERS, user=user))
        self.spawn(sorted(glob.glob('/usr/sbin/php-fpm[0-9]*'))[-1], '--nodaemonize', '--fpm-config', self.path('php.conf'),
                   *(['--allow-to-run-as-root'] if root else []))
        self.write('nginx.conf', NGINX.format(folder=self.folder, port=self.port, user=f' user {me};' if root else ''))
        self.spawn('nginx', '-c', self.path('nginx.conf'), '-p', self.folder)
        eventually(lambda: fetch(self.url)[0] == 200, 'WordPress')
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def bears(self, seconds=10):
        """Requests a second, with as many visitors at once as there are workers."""
        until, done = time.monotonic() + seconds, []

        def ask():
            while time.monotonic() < until:
                if fetch(self.url)[0] == 200:
                    done.append(time.monotonic())
        threads = [threading.Thread(target=ask) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(done) / seconds

    def take_log(self):
        """The pages since the last call; the log begins anew."""
        with open(self.path('requests.log'), 'r+', encoding='utf-8') as file:
            lines = [line.split() for line in file]
            file.truncate(0)
        return [Page(float(at) - float(took), float(took), met == '-') for at, took, _, met in lines]


@contextlib.contextmanager
def ecluse_before(program, folder, site, requests_per_second):
    shop, database = os.path.join(folder, 'shop.yaml'), os.path.join(folder, 'shop.db')
    with open(shop, 'w', encoding='utf-8') as file:
        file.write(SHOP.format(requests_per_second=requests_per_second, pages=PAGES))
    subprocess.run([program, 'init', database, shop], check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    with open(os.path.join(folder, 'ecluse.log'), 'w', encoding='utf-8') as log:
        server = subprocess.Popen(pinned(OUR_CORE, program, 'serve', database, '--listen', f'127.0.0.1:{port}', '--upstream', site.url.rstrip('/')),
                                  stdout=log, stderr=log)
    try:
        eventually(lambda: fetch(f'http://127.0.0.1:{port}/ecluse/health')[0] == 200, 'ecluse serve')
        yield f'http://127.0.0.1:{port}/'
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def crowd(program, url, visitors, rate=None):
    command = pinned(OUR_CORE, program, 'crowd', url, '--visitors', str(visitors), '--rise', str(RISE), '--half-life', str(HALF_LIFE),
                     '--pages', str(PAGES), '--think', str(THINK), '--patience', '1800', '--json')
    done = subprocess.run(command + (['--rate', f'{rate:.3f}'] if rate else []), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def table(straight, held):
    def served(figures):
        return figures['served'] + figures['served_at_once']

    def wait(figures):
        waited = figures['waited_seconds']
        return f"{waited['p50']:.0f} s, at most {waited['max']:.0f} s" if waited else '-'

    def whole(figures):
        return served(figures) - figures['cut_short']

    rows = [('', 'straight', 'with Écluse')]
    for name, value in (('visitors', lambda f: f['visitors']), ('whole visits', whole),
                        ('gave up or failed', lambda f: f['gave_up'] + f['failed'] + f['left_waiting']),
                        ('lost their place', lambda f: f['lost_place']),
                        ('page inside, median', lambda f: f"{f['latency_ms']['page']['p50'] / 1000:.2f} s"),
                        ('page inside, p99', lambda f: f"{f['latency_ms']['page']['p99'] / 1000:.2f} s"),
                        ('waited at the door, half of them', wait),
                        ('newcomers in the fullest second', lambda f: f['newcomers_most_in_second']), ('errors', lambda f: sum(f['errors'].values())),
                        ('inversions', lambda f: f['inversions']), ('until the last had left', lambda f: f"{f['seconds']:.0f} s")):
        rows.append((name, str(value(straight)), str(value(held))))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return '\n'.join('  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


# -- the picture: how long the site took for its pages, second by second --

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 330, 62, 40, 46


def picture(straight, held):
    """Of the pages of both. One panel: the worst page of each five seconds, on a logarithmic scale."""
    least, most = 0.02, 100

    def series(pages):
        begin = min(page.asked for page in pages)
        slowest = collections.defaultdict(float)
        for page in pages:
            step = int((page.asked + page.took - begin) // 5)
            slowest[step] = max(slowest[step], page.took)
        return sorted((5 * step, took) for step, took in slowest.items())

    lines = [series(straight), series(held)]
    end = max(line[-1][0] for line in lines) + 5

    def x(second):
        return LEFT + (WIDTH - LEFT - 14) * second / end

    def y(took):
        share = math.log(min(max(took, least), most) / least) / math.log(most / least)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img" '
           'aria-label="The slowest page of WordPress, with and without Écluse">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
           '<text x="14" y="22" font-weight="bold">The slowest page of each five seconds, as the visitor inside met it</text>']
    for tick, label in ((0.1, '0.1 s'), (1, '1 s'), (2, '2 s'), (10, '10 s'), (60, '60 s')):
        dash = ' stroke-dasharray="5 4"' if tick == INSIDE_P99 else ''
        out.append(f'<path d="M{LEFT} {y(tick):.1f}H{WIDTH - 14}" stroke="#ccc"{dash}/><text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{label}</text>')
    step = next(step for step in (30, 60, 120, 300, 600, 1200) if end / step <= 9)
    for second in range(0, int(end) + 1, step):
        out.append(f'<text x="{x(second):.1f}" y="{HEIGHT - 24}" text-anchor="middle">{second} s</text>')
    out.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">since the first visitor came</text>')
    for line, colour, name in zip(lines, ('#b3261e', '#0b6b53'), ('straight', 'with Écluse')):
        points = ' '.join(f'{x(second + 2.5):.1f},{y(took):.1f}' for second, took in line)
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        last = line[len(line) // 2]
        out.append(f'<text x="{x(last[0]):.1f}" y="{y(last[1]) - 8:.1f}" fill="{colour}" font-weight="bold">{name}</text>')
    return '\n'.join(out) + '\n</svg>\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--build', required=True)
    parser.add_argument('--visitors', type=int, help='default: as many as ask for four times what the site bears')
    parser.add_argument('--picture', help='an SVG')
    parser.add_argument('--json', help='all figures')
    arguments = parser.parse_args()
    program = os.path.abspath(os.path.join(arguments.build, 'ecluse'))
    folder = tempfile.mkdtemp(prefix='trial-')
    os.chmod(folder, 0o755)
    try:
        with Site(folder) as site:
            bears = site.bears()
            allowed = round(SHARE * bears, 2)  # as the shop file says it
            rate = allowed / PAGES
            # The shape's peak, a second: visitors / (rise / 2 + half life / ln 2).
            visitors = arguments.visitors or round(OVERLOAD * bears / PAGES * (RISE / 2 + HALF_LIFE / math.log(2)))
            print(f'WordPress bears {bears:.1f} pages a second on one core with {WORKERS} workers; {visitors} visitors of {PAGES} pages come,'
                  f' at their peak {OVERLOAD} times what it bears. Écluse lets {rate:.2f} visitors a second in.', flush=True)
            site.take_log()
            straight = crowd(program, site.url, visitors)
            straight_pages = site.take_log()
            with ecluse_before(program, folder, site, allowed) as url:
                held = crowd(program, url, visitors, rate)
            held_pages = site.take_log()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    straight['newcomers_most_in_second'] = most_in_second(straight_pages)
    held['newcomers_most_in_second'] = most_in_second(held_pages)
    print(table(straight, held))
    if arguments.picture:
        with open(arguments.picture, 'w', encoding='utf-8') as file:
            file.write(picture(straight_pages, held_pages))
    if arguments.json:
        with open(arguments.json, 'w', encoding='utf-8') as file:
            json.dump({'bears': bears, 'straight': straight, 'held': held}, file, indent=1)
    # Who came in within a second is the shop's to say: the crowd sees answers, which a slow page bunches.
    bound = int(max(rate + 1, 1.05 * rate))
    wanted = ((f'pages inside under {INSIDE_P99} s for 99 of 100', held['latency_ms']['page']['p99'] < 1000 * INSIDE_P99),
              (f'at most {bound} newcomers in any second', held['newcomers_most_in_second'] <= bound),
              ('nobody lost their place', held['lost_place'] == 0), ('nobody was overtaken', held['inversions'] == 0),
              ('no errors', sum(held['errors'].values()) == 0))
    for what, fine in wanted:
        print(f"{'yes' if fine else 'NO '}  {what}")
    return 0 if all(fine for _, fine in wanted) else 1


if __name__ == '__main__':
    sys.exit(main())
