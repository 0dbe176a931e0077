#!/usr/bin/env python3
"""The same small queue in another program: two people, Poisson arrivals at two thirds of what they can do, exponential minutes.

The bench's floor (bench/bench_rehearse.c) and SimPy (bench/peer_simpy.py) each make independent replications; the difference of their
mean waits, and each one's to what theory says (M/M/2: 0.8 services), must be within its interval of 99.9 percent. Seeds are fixed.
Skipped where Debian's python3-simpy is not installed.

usage: simpy_test.py BENCH_REHEARSE
"""
import os
import re
import statistics
import subprocess
import sys

PYTHON = '/usr/bin/python3'  # the one for which Debian installs SimPy
PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'bench', 'peer_simpy.py')
REPLICATIONS = 12
JOBS = 6000
THEORY = 0.8
T_OF_ONE = 4.437    # Student's t, 99.9 percent, 11 degrees of freedom
T_OF_TWO = 3.792    # 22 degrees
WIDEST = 0.15       # of each interval: a wider one would tell nothing


def mean_waits(command):
    """Of a replication each, in services."""
    waits = []
    for seed in range(1, REPLICATIONS + 1):
        output = subprocess.run([*command, str(JOBS), str(seed)], check=True, capture_output=True, text=True).stdout
        waits.append(float(re.search(r'mean wait ([\d.]+)', output).group(1)))
    return waits


def error(waits):
    return statistics.stdev(waits) / len(waits) ** 0.5


def judge(what, difference, half):
    print(f'{what}: {difference:+.4f}, interval +- {half:.4f}')
    return abs(difference) <= half <= WIDEST


def main():
    known = subprocess.run([PYTHON, '-c', 'import SimPy.Simulation'], capture_output=True, check=False) if os.path.exists(PYTHON) else None
    if known is None or known.returncode != 0:
        print('skipped: no SimPy here (apt-get install python3-simpy)')
        return 77
    ours, theirs = mean_waits([sys.argv[1]]), mean_waits([PYTHON, PEER])
    good = [judge('ours less theory', statistics.mean(ours) - THEORY, T_OF_ONE * error(ours)),
            judge("SimPy's less theory", statistics.mean(theirs) - THEORY, T_OF_ONE * error(theirs)),
            judge("ours less SimPy's", statistics.mean(ours) - statistics.mean(theirs),
                  T_OF_TWO * (error(ours) ** 2 + error(theirs) ** 2) ** 0.5)]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main())
