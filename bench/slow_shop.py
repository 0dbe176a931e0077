#!/usr/bin/env python3
"""A small shop that bears little: three workers, 20 ms a page, so 150 requests a second. What comes sooner waits for a worker, and is
answered 504 after 20 seconds, as behind a host's usual time limit.

usage: slow_shop.py PORT [FIGURES]

When it is told to stop, it writes into FIGURES, as JSON: answers, how many failed, milliseconds from request to answer (p50, p99).
"""
import asyncio
import heapq
import json
import signal
import sys

PAGE = b'<!doctype html><title>Shop</title><h1>The shop behind</h1>'
WORKERS, PAGE_SECONDS, PATIENCE_SECONDS = 3, 0.02, 20
HEAD_BYTES_MAX = 65536
taken_ms, failed = [], 0


def answer(status, body):
    return f'HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body


def worker_taken(free_at, now):
    """When a worker will have made a page that is asked for now; None: not in time. By the clock, so that a busy machine makes answers
    late, but the shop no slower."""
    begins = max(now, free_at[0])
    if begins > now + PATIENCE_SECONDS:
        return None
    heapq.heapreplace(free_at, begins + PAGE_SECONDS)
    return begins + PAGE_SECONDS


async def visit(free_at, reader, writer):
    global failed  # pylint: disable=global-statement
    loop = asyncio.get_running_loop()
    try:
        while True:
            await reader.readuntil(b'\r\n\r\n')
            asked = loop.time()
            done = worker_taken(free_at, asked)
            await asyncio.sleep((done or asked + PATIENCE_SECONDS) - asked)
            failed += done is None
            taken_ms.append(1000 * (loop.time() - asked))
            writer.write(answer('200 OK', PAGE) if done else answer('504 Gateway Timeout', b''))
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, asyncio.CancelledError):
        pass  # gone, or told to stop
    finally:
        writer.close()


async def serve(port):
    free_at, stop = [0.0] * WORKERS, asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await asyncio.start_server(lambda reader, writer: visit(free_at, reader, writer), '127.0.0.1', port, backlog=4096, limit=HEAD_BYTES_MAX)
    await stop.wait()


def main():
    asyncio.run(serve(int(sys.argv[1])))
    if len(sys.argv) > 2:
        taken_ms.sort()
        with open(sys.argv[2], 'w', encoding='utf-8') as file:
            json.dump({'answers': len(taken_ms), 'failed': failed, 'p50_ms': taken_ms[len(taken_ms) // 2] if taken_ms else 0,
                       'p99_ms': taken_ms[len(taken_ms) * 99 // 100] if taken_ms else 0}, file)


if __name__ == '__main__':
    main()
