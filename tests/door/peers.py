"""Real servers to stand behind, or in front of, what is tested. Each writes down every request as it understood it.

A peer that this machine lacks is None: whoever needs it skips with `missing`.
"""
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time

NGINX_COMMON = '''daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
scgi_temp_path {folder}; log_format seen "$request_method $request_uri $status $content_length"; access_log {folder}/seen seen;
keepalive_requests 100000; keepalive_timeout 60; client_max_body_size 8m;
'''

# Answers with the target; what it could not read is a line too.
NODE = '''const [port, log, lenient] = process.argv.slice(1)
const write = line => require('fs').appendFileSync(log, line + '\\n')
const server = require('http').createServer({ insecureHTTPParser: lenient === 'yes', keepAliveTimeout: 60000 }, (request, response) => {
  let length = 0
  const done = () => { write(request.method + ' ' + request.url + ' 200 ' + length); response.end(request.url) }
  if (request.url.startsWith('/early')) return done()
  request.on('data', part => { length += part.length })
  request.on('end', done)
})
server.on('clientError', (error, socket) => { write('- - 400 0'); socket.end('HTTP/1.1 400 Bad Request\\r\\nConnection: close\\r\\n\\r\\n') })
server.on('connect', (request, socket) => { write('CONNECT ' + request.url + ' 200 0'); socket.destroy() })
server.listen(+port, '127.0.0.1')
'''

PHP = '''<?php
$body = file_get_contents('php://input');
file_put_contents('%s', "$_SERVER[REQUEST_METHOD] $_SERVER[REQUEST_URI] 200 " . strlen($body) . "\\n", FILE_APPEND);
header('Content-Type: text/plain');
echo $_SERVER['REQUEST_URI'];
'''

FPM = '''[global]
error_log = {folder}/fpm.log
daemonize = no
[www]
listen = {folder}/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 2
{user}
'''


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def fpm_program():
    found = sorted(glob.glob('/usr/sbin/php-fpm*')) + [shutil.which('php-fpm')]
    return next((path for path in found if path), None)


class Peer:
    """A folder of its own, programs in it, and the lines that they wrote."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='ecluse-peer-')
        os.chmod(self.folder, 0o755)
        self.log = os.path.join(self.folder, 'seen')
        with open(self.log, 'w', encoding='utf-8'):
            os.chmod(self.log, 0o666)
        self.port = free_port()
        self.url = f'http://127.0.0.1:{self.port}'
        self.children = []

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def spawn(self, command, until, **options):
        """Starts a program; `until` says whether it is up."""
        errors = open(os.path.join(self.folder, 'errors'), 'ab')
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, **options)
        errors.close()
        self.children.append(child)
        deadline = time.monotonic() + 20
        while not until():
            if child.poll() is not None or time.monotonic() > deadline:
                with open(os.path.join(self.folder, 'errors'), encoding='utf-8', errors='replace') as file:
                    raise AssertionError(f'{command[0]} did not start: {file.read()}')
            time.sleep(0.02)

    def listens(self, port=None):
        try:
            socket.create_connection(('127.0.0.1', port or self.port), 1).close()
            return True
        except OSError:
            return False

    def lines(self):
        with open(self.log, encoding='latin-1') as file:
            return [tuple(line.split(' ')) for line in file.read().splitlines()]

    def close(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def nginx():
    if not shutil.which('nginx'):
        return None
    peer = Peer()
    conf = peer.write('nginx.conf', NGINX_COMMON.format(folder=peer.folder) +
                      f'server {{ listen 127.0.0.1:{peer.port}; location / {{ return 200 $request_uri; }} }} }}')
    peer.spawn(['nginx', '-c', conf], peer.listens)
    return peer


def node(lenient=False):
    if not shutil.which('node'):
        return None
    peer = Peer()
    peer.spawn(['node', '-e', NODE, '--', str(peer.port), peer.log, 'yes' if lenient else 'no'], peer.listens)
    return peer


def php():
    """The server that is built into PHP."""
    if not shutil.which('php'):
        return None
    peer = Peer()
    script = peer.write('index.php', PHP % peer.log)
    peer.spawn(['php', '-S', f'127.0.0.1:{peer.port}', script], peer.listens)
    return peer


def php_fpm():
    """As most shops run it: nginx, and PHP behind it by FastCGI. The lines are PHP's."""
    program = fpm_program()
    if not program or not shutil.which('nginx'):
        return None
    peer = Peer()
    script = peer.write('index.php', PHP % peer.log)
    user = 'user = www-data\ngroup = www-data' if os.getuid() == 0 else ''
    fpm = peer.write('fpm.conf', FPM.format(folder=peer.folder, user=user))
    peer.spawn([program, '-n', '-y', fpm], lambda: os.path.exists(os.path.join(peer.folder, 'fpm.sock')))
    parameters = ('fastcgi_param SCRIPT_FILENAME %s; fastcgi_param REQUEST_METHOD $request_method; fastcgi_param REQUEST_URI '
                  '$request_uri; fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;' % script)
    common = NGINX_COMMON.format(folder=peer.folder).replace('/seen seen', '/front seen')
    conf = peer.write('nginx.conf', common + f'server {{ listen 127.0.0.1:{peer.port}; location / {{ '
                      f'fastcgi_pass unix:{peer.folder}/fpm.sock; {parameters} }} }} }}')
    peer.spawn(['nginx', '-c', conf], peer.listens)
    return peer
