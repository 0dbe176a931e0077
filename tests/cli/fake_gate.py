"""A waiting room in a few lines of asyncio, which keeps the contract of `ecluse crowd`, or breaks it on purpose.

GET of any page: inside at once if nobody waits and there is room, else a place, a cookie and `Ecluse-State: waiting`.
GET /ecluse/api/v1/queue: state, place, announced wait. Who is called and asks for the page is held until its turn.
"""
import asyncio
import json
import threading

POLL_SECONDS = 0.5


class Ticket:
    def __init__(self, place):
        self.place, self.state, self.turn, self.seen = place, 'waiting', None, 0


class FakeGate:
    """With FakeGate(rate=20) as gate: ... gate.url. `cheat`: None, 'overshoot', 'inversion', 'jump', 'fail', 'garble'.
    `announce(seconds)`: the range that is said, low and high."""

    def __init__(self, rate=20, cheat=None, refuse_bots=False, announce=lambda wait: (int(wait * 0.6), int(wait * 1.5) + 2)):
        self.rate, self.cheat, self.refuse_bots, self.announce = rate, cheat, refuse_bots, announce
        self.tickets, self.held, self.requests = {}, [], []
        self.places = self.called = 0
        self.room = 1.0

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.serve, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def serve(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.connection, '127.0.0.1', 0, backlog=1024))
        self.url = f'http://127.0.0.1:{server.sockets[0].getsockname()[1]}/'
        ticker = self.loop.create_task(self.tick())
        ready.set()
        self.loop.run_forever()
        ticker.cancel()
        server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()

    # ---- the rules ----

    def waiting(self):
        return [ticket for ticket in self.tickets.values() if ticket.state in ('waiting', 'called')]

    async def tick(self):
        """One visitor each 1/rate seconds, in the order of places; who was called and does not come is passed over."""
        due = self.loop.time()
        while True:
            due += 1 / self.rate
            await asyncio.sleep(max(0, due - self.loop.time()))
            now = self.loop.time()
            due = max(due, now - 0.002)  # what was missed is not made up for: that would be a rush
            for ticket in self.waiting():
                if now - ticket.seen > 4 * POLL_SECONDS + 1:
                    ticket.state = 'gone'
            self.call()
            self.held.sort(key=lambda ticket: ticket.place)
            if self.cheat == 'jump':
                self.held.reverse()
            if self.held:
                for ticket in self.held[:3 if self.cheat == 'overshoot' else 1]:
                    self.held.remove(ticket)
                    ticket.state = 'inside'
                    ticket.turn.set()
                self.room = 0
            elif not self.waiting():
                self.room = 1

    def call(self):
        """As many are called as come in within two polls; an inversion lets the even places wait until the odd are in."""
        waiting = sorted(self.waiting(), key=lambda ticket: ticket.place)
        if self.cheat == 'inversion':
            waiting.sort(key=lambda ticket: ticket.place % 2 == 0)
        for ticket in waiting[:max(2, int(self.rate * POLL_SECONDS * 3))]:
            ticket.state = 'called'

    async def page(self, cookie):
        if self.cheat == 'fail':
            return 500, [], '{}'
        ticket = self.tickets.get(cookie)
        if ticket is None and self.refuse_bots and len(self.tickets) > 3 and self.places % 2:
            self.places += 1
            return 429, ['Retry-After: 1'], ''
        if ticket is None and self.room >= 1 and not self.waiting():
            self.room = 0
            return 200, ['Ecluse-State: inside', self.give().cookie('inside')], 'shop'
        if ticket is None or ticket.state in ('waiting', 'gone'):
            ticket = self.give() if ticket is None or ticket.state == 'gone' else ticket
            ticket.seen = self.loop.time()
            return 200, ['Ecluse-State: waiting', ticket.cookie('waiting')], 'please wait'
        if ticket.state == 'called':
            if ticket.turn is None:
                ticket.turn = asyncio.Event()
                self.held.append(ticket)
            await ticket.turn.wait()
        return 200, ['Ecluse-State: inside'], 'shop'

    def give(self):
        self.places += 1
        ticket = Ticket(self.places)
        ticket.cookie = lambda state: self.keep(ticket, state)
        return ticket

    def keep(self, ticket, state):
        ticket.state, ticket.seen = state, self.loop.time()
        self.tickets[str(ticket.place)] = ticket
        return f'Set-Cookie: ecluse_ticket={ticket.place}; HttpOnly; Path=/'

    def status(self, cookie):
        ticket = self.tickets.get(cookie)
        if ticket is None:
            return 404, [], '{}'
        if self.cheat == 'garble':
            return 200, [], '{"state":"lost in thought"}'
        ticket.seen = self.loop.time()
        ahead = sum(1 for other in self.waiting() if other.place < ticket.place)
        low, high = self.announce(ahead / self.rate)
        return 200, [], json.dumps({'state': ticket.state, 'place': ticket.place, 'ahead': ahead,
                                    'wait_seconds': {'low': low, 'high': high},
                                    'poll_seconds': POLL_SECONDS})

    # ---- HTTP ----

    async def connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b'\r\n\r\n')).decode()
                target = head.split(' ', 2)[1]
                fields = dict(line.split(': ', 1) for line in head.split('\r\n')[1:] if line)
                cookie = dict(part.split('=', 1) for part in fields.get('Cookie', '').split('; ') if part)
                self.requests.append((target, fields))
                if target == '/ecluse/api/v1/queue':
                    status, extra, body = self.status(cookie.get('ecluse_ticket'))
                else:
                    status, extra, body = await self.page(cookie.get('ecluse_ticket'))
                lines = [f'HTTP/1.1 {status} X', f'Content-Length: {len(body)}', *extra, '', body]
                writer.write('\r\n'.join(lines).encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
