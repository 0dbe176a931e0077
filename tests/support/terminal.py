"""A command in a pseudo-terminal, answered as a person would: when its question stands there."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time


class Terminal:
    """Runs a command whose standard streams are all one terminal of `columns`."""

    def __init__(self, command, folder, environment, columns=100):
        self.seen = ''
        self.bytes = b''
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 40, columns, 0, 0))
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True)
        os.close(slave)

    def read(self, done, seconds=30):
        """Reads until `done(text)`, or the end; the text so far."""
        end = time.monotonic() + seconds
        while not done(self.seen):
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f'waited {seconds} s; so far:\n{self.seen}')
            try:
                piece = os.read(self.master, 65536)
            except OSError:  # the other side is closed
                piece = b''
            if not piece:
                break
            self.bytes += piece
            self.seen = self.bytes.decode('utf-8', 'replace').replace('\r\n', '\n')
        return self.seen

    def answer(self, prompt_end, text):
        """Waits for a question that ends so, and answers it with a line."""
        self.read(lambda seen: seen.endswith(prompt_end))
        os.write(self.master, text.encode() + b'\n')
        length = len(self.bytes)
        self.read(lambda _: len(self.bytes) > length)

    def type(self, raw):
        os.write(self.master, raw)

    def finish(self):
        """Reads to the end; (exit code, all that the terminal showed)."""
        self.read(lambda _: False)
        code = self.process.wait(timeout=30)
        os.close(self.master)
        return code, self.seen
