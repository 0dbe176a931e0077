#!/usr/bin/env python3
"""docs/connect.md, "Five minutes", word by word: its csv block is written, its yaml line added to the shop file, and each command of its console
blocks must show exactly what the page shows. A stand-in is the shop at port 8081; both ports are replaced by free ones."""
import http.server
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import check_setup_doc

PAGE = (b'<!doctype html><title>Caramel</title><h1>Salted caramel, 220 g</h1><p class="price">6,90</p><form class="cart"></form>'
        b'<div class="product_meta"><span class="sku_wrapper">SKU: <span class="sku">CAR-220</span></span></div>')
BLOCK = re.compile(r'^```(csv|yaml|console)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.startswith('/product/') else 404)
        self.send_header('Content-Type', 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


class Reader:
    def __init__(self, program, folder, behind):
        self.program, self.folder, self.behind, self.port = program, folder, behind, free_port()
        self.server = None

    def shell(self, line, **options):
        line = line.replace(':8080/', f':{self.port}/').replace(':8081', f':{self.behind}')
        return subprocess.Popen(['bash', '-c', 'ecluse() { "$PROGRAM" "$@"; }; ' + line], cwd=self.folder, text=True,
                                env={**os.environ, 'PROGRAM': self.program, 'LC_ALL': 'C.UTF-8', 'NO_COLOR': '1'}, **options)

    def serve(self, line):
        line = line.removesuffix(' &') + f' --listen 127.0.0.1:{self.port}'
        self.server = self.shell('exec ' + line.replace('ecluse ', '"$PROGRAM" ', 1), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return []
            except OSError:
                time.sleep(0.05)
        return [f'{line}: it does not listen']

    def run(self, line, shown):
        """What differs."""
        if line.endswith(' &'):
            return self.serve(line)
        if line.startswith('ecluse setup '):
            return check_setup_doc.run(self.program, self.folder, line, shown)
        child = self.shell(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        seen = child.communicate(timeout=60)[0]
        return [] if child.returncode == 0 and seen == shown else [f'{line}: {child.returncode}: the page {shown!r}; the program {seen!r}']


def main():
    program = os.path.abspath(os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(check_setup_doc.ROOT, 'build')), 'ecluse'))
    with open(os.path.join(check_setup_doc.ROOT, 'docs', 'connect.md'), encoding='utf-8') as page:
        text = page.read()
    section = re.search(r'^## Five minutes\n(.*?)^## ', text, re.MULTILINE | re.DOTALL).group(1)
    behind = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Shop)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    found, ran = [], 0
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(program, folder, behind.server_port)
        for kind, block in BLOCK.findall(section):
            if kind == 'console':
                for command in re.split(r'^\$ ', block, flags=re.MULTILINE)[1:]:
                    line, shown = command.split('\n', 1)
                    found += reader.run(line, shown)
                    ran += 1
                continue
            with open(os.path.join(folder, 'products_export.csv' if kind == 'csv' else 'my-shop.yaml'), 'a', encoding='utf-8') as file:
                file.write(block)
        if reader.server is not None:
            reader.server.send_signal(signal.SIGTERM)
            reader.server.wait(30)
    behind.shutdown()
    print('\n'.join(found + [f'{ran} commands, {len(found)} differences']))
    return 1 if found or ran < 5 else 0


if __name__ == '__main__':
    sys.exit(main())
