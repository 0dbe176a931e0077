#!/usr/bin/env python3
"""A small shop that bears little: each page takes 20 ms.

usage: slow_shop.py PORT
"""
import http.server
import sys
import time

PAGE = b'<!doctype html><title>Shop</title><h1>The shop behind</h1>'
PAGE_SECONDS = 0.02


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        time.sleep(PAGE_SECONDS)
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.send_header('Content-Length', str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


if __name__ == '__main__':
    http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Page).serve_forever()
