#!/usr/bin/env python3
"""Buys, looks and asks at a server of its own for some seconds, so that a build that counts what runs (scripts/build --trained) has seen
what a busy evening runs: mostly orders and their pages, some refusals. Then it rehearses the example shop's moment: weeks in which holds end
and days begin.

usage: train.py ECLUSE [SECONDS]
"""
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile

BUYERS, SECONDS, RUNS_A_SECOND = 64, 10, 3
EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'examples', 'shopbreizh', 'shop.yaml')
OFFERS = ('candle', 'mug', 'box')
BASKET = ('set', 'mug', 'pair')
SHOP = '''shop: {name: Training, currency: EUR, time_zone: Europe/Paris}
promise: {horizon_days: 365, max_days: 364}
calendars: {week: {open: {mon-sun: "06:00-22:00"}}}
work_centers: {packing: {people: 200, calendar: week}, dipping: {people: 6, calendar: week}, glazing: {people: 4, efficiency: 0.9, calendar: week}}
items: {candle: {on_hand: 9000000, unit_cost: 1.00}, mug: {on_hand: 9000000, unit_cost: 2.00}, box: {on_hand: 9000000, unit_cost: 0.10}}
carriers:
  post: {cut_off: "18:00", collects: mon-sat, transit_days: 2, delivers: mon-sat, charge: 4.90, routing: [{work_center: packing, minutes: 0.25}]}
offers:
  candle: {name: Candle, price: 9.90, vat_rate: 20, carrier: post, items: {candle: 1, box: 1}}
  mug: {name: Mug, price: 12.50, vat_rate: 20, carrier: post, items: {mug: 1, box: 1}, routing: [{work_center: packing, minutes: 0.5}]}
  box: {name: Box, price: 3.00, vat_rate: 5.5, carrier: post, items: {box: 1}}
  set: {name: Set, price: 29.00, vat_rate: 20, carrier: post, items: {mug: 1, candle: 2}, routing: [{work_center: dipping, minutes: 1.5}, {work_center: glazing, minutes: 3}]}
  pair: {name: Pair, price: 24.00, vat_rate: 20, carrier: post, items: {mug: 2, box: 1}, routing: [{work_center: glazing, minutes: 1.5}, {work_center: dipping, minutes: 3}]}
'''
LOOKS = ('/', '/ecluse/store/', '/offers/candle', '/ecluse/api/v1/offers', '/ecluse/api/v1/queue', '/nothing-here')


def request(method, path, body=None, more=''):
    data = json.dumps(body).encode() if body is not None else b''
    kind = 'Content-Type: application/json\r\n' if body is not None else 'Accept: text/html, */*\r\nAccept-Encoding: gzip\r\n'
    return f'{method} {path} HTTP/1.1\r\nHost: training\r\n{kind}{more}Content-Length: {len(data)}\r\n\r\n'.encode() + data


def asks(buyer, number):
    """The next request of a buyer: of ten, seven orders, two of them of three lines, two held, a quote, two looks."""
    lines = [{'offer': OFFERS[(buyer + number) % len(OFFERS)], 'quantity': 1 + number % 2}]
    if number % 10 in (2, 4):
        lines = [{'offer': offer, 'quantity': 1} for offer in BASKET]
    if number % 10 < 7:
        person = {'name': 'Anne Le Goff', 'email': f'anne{buyer}.{number}@example.org',
                  'address': {'street': '3 rue des Filets', 'postcode': '29900', 'city': 'Concarneau', 'country': 'FR'}}
        key = f'Idempotency-Key: {buyer}-{number}\r\n' if number % 10 == 6 else ''
        return request('POST', '/ecluse/api/v1/orders', {'lines': lines, 'customer': person, 'hold': number % 10 in (4, 5)}, key)
    if number % 10 == 7:
        return request('POST', '/ecluse/api/v1/quotes', {'lines': lines})
    return request('GET', LOOKS[number % len(LOOKS)])


async def answered(reader, writer, ask, answers):
    """The body of the answer to a request."""
    writer.write(ask)
    head = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
    length = head.split('content-length:')[1].split('\r\n')[0] if 'content-length:' in head else 0
    body = await reader.readexactly(int(length))
    answers[head[9:12]] = answers.get(head[9:12], 0) + 1
    return body


async def buy(port, buyer, until, answers):
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    number = 0
    while loop.time() < until:
        body = await answered(reader, writer, asks(buyer, number), answers)
        if b'"held"' in body:
            # Most who hold pay; the others' goods and hours are free again, as after a hold that ends.
            step = 'confirm' if (buyer + number) % 4 else 'cancel'
            await answered(reader, writer, request('POST', f'/ecluse/api/v1/orders/{json.loads(body)["order"]}/{step}', {}), answers)
        number += 1
    writer.close()


async def evening(port, seconds):
    answers = {}
    until = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(buy(port, buyer, until, answers) for buyer in range(BUYERS)))
    return answers


def main():
    ecluse = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with tempfile.TemporaryDirectory(prefix='ecluse-train-') as folder:
        shop, database = os.path.join(folder, 'shop.yaml'), os.path.join(folder, 'shop.db')
        with open(shop, 'w', encoding='utf-8') as file:
            file.write(SHOP)
        subprocess.run([ecluse, 'init', database, shop], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, 'said'), 'w+', encoding='utf-8') as said, subprocess.Popen(
                [ecluse, 'serve', database, '--listen', '127.0.0.1:0'], stdout=subprocess.PIPE, stderr=said, text=True) as server:
            port = int(server.stdout.readline().rsplit(':', 1)[1].strip().strip('/'))
            answers = asyncio.run(evening(port, seconds))
            server.send_signal(signal.SIGTERM)
            server.stdout.read()
            said.seek(0)
            if server.wait() != 0 or '201' not in answers or '500' in answers:
                print(f'train.py: the server answered {answers}, ended with {server.returncode}, and said: {said.read()}', file=sys.stderr)
                return 1
        subprocess.run([ecluse, 'verify', database], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([ecluse, 'rehearse', EXAMPLE, '--runs', str(max(1, round(seconds * RUNS_A_SECOND))), '--sides', '--threads', '1'],
                       check=True, stdout=subprocess.DEVNULL)
    print(f'trained with {sum(answers.values())} requests: ' + ', '.join(f'{answers[status]} of {status}' for status in sorted(answers)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
