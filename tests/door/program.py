"""What the door's socket tests share: the program under test, and one raw connection to it."""
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys


def from_arguments():
    """The program's path, taken off the test's arguments; None if a test is listed without one."""
    given = len(sys.argv) > 1 and not sys.argv[1].startswith('-')
    return os.path.abspath(sys.argv.pop(1)) if given else None


def is_sanitized(path):
    if path is None:
        return False
    with open(path, 'rb') as file:
        return b'__asan_init' in file.read()


class Program:
    """Runs with these options and prints its port; stopped, it prints its figures."""

    def __init__(self, path, *options):
        self.process = subprocess.Popen([path, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(line) if line.strip() else 0
        self.figures = None

    def stop(self, kill=signal.SIGTERM):
        if self.process.returncode is None:
            self.process.send_signal(kill)
            self.finish()
        return self.process.returncode

    def finish(self):
        out, self.errors = self.process.communicate(timeout=20)
        self.figures = json.loads(out) if out.strip() else None
        return self.process.returncode

    def rss(self):
        with open(f'/proc/{self.process.pid}/statm') as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    def cpu_seconds(self):
        with open(f'/proc/{self.process.pid}/stat') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


class Connection:
    """Keeps what came after the last reply; whoever inherits reads replies."""

    def __init__(self, address, timeout=10):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ':' in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self.bytes = b''

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        data = self.socket.recv(1 << 18)
        self.bytes += data
        return bool(data)

    def until(self, mark):
        while mark not in self.bytes:
            if not self.more():
                raise EOFError(self.bytes)
        part, self.bytes = self.bytes.split(mark, 1)
        return part

    def exactly(self, length):
        parts, got = [self.bytes], len(self.bytes)
        while got < length:
            data = self.socket.recv(1 << 20)
            if not data:
                raise EOFError(f'{got} of {length} bytes')
            parts.append(data)
            got += len(data)
        every = b''.join(parts)
        self.bytes = every[length:]
        return every[:length]

    def head(self):
        """The status, and the values of each field by its name in small letters."""
        lines = self.until(b'\r\n\r\n').decode('latin-1').split('\r\n')
        version, status, _ = lines[0].split(' ', 2)
        assert version == 'HTTP/1.1'
        fields = {}
        for line in lines[1:]:
            name, value = line.split(': ', 1)
            fields.setdefault(name.lower(), []).append(value)
        return int(status), fields

    def ask(self, data, head=False):
        self.send(data)
        return self.reply(head)

    def ended(self):
        """The server has closed, without another byte."""
        try:
            return not self.bytes and not self.more()
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.socket.close()
