#!/usr/bin/env python3
"""The model of bench_rehearse.c in SimPy 2 (Debian's python3-simpy): two people, Poisson arrivals at two thirds of what they can
do, exponential minutes."""
import random
import sys
import time

from SimPy.Simulation import Process, Resource, activate, hold, initialize, now, release, request, simulate

SERVICE = 600.0


class Job(Process):
    def work(self, people, waits):
        came = now()
        yield request, self, people
        waits.append(now() - came)
        yield hold, self, random.expovariate(1 / SERVICE)
        yield release, self, people


class Arrivals(Process):
    def come(self, people, waits, jobs):
        for _ in range(jobs):
            yield hold, self, random.expovariate(1 / (SERVICE * 0.75))
            job = Job()
            activate(job, job.work(people, waits))


count = int(sys.argv[1])
random.seed(int(sys.argv[2]))
begun = time.process_time()
initialize()
waited = []
source = Arrivals()
activate(source, source.come(Resource(capacity=2), waited, count))
simulate(until=1e12)
took = time.process_time() - begun
print(f'jobs: {count / took:.0f} a second, mean wait {sum(waited) / count / SERVICE:.4f} services')
