#!/usr/bin/env python3
"""The assumptions in docs/rehearsal.md are those of the program."""
import os
import re
import sys

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(__file__), '..', '..'))


def rows_of_page():
    with open(os.path.join(SOURCE, 'docs', 'rehearsal.md'), encoding='utf-8') as file:
        table = file.read().split('<!-- assumptions -->')[1].split('\n\n')[1]
    return [tuple(cell.strip() for cell in line.strip('|').split('|')) for line in table.splitlines()[2:]]


def rows_of_program():
    with open(os.path.join(SOURCE, 'src', 'rehearse', 'assume.c'), encoding='utf-8') as file:
        table = file.read().split('assumption_table[] = {')[1].split('};')[0]
    rows = re.findall(r'\{"(\w+)", AT\(\1\), ([\d.]+), [\d.]+, [\d.]+, "([^"]+)",\s*"([^"]+)"\}', table)
    return [(f'`{name}`', default, unit, source) for name, default, unit, source in rows]


page, program = rows_of_page(), rows_of_program()
for here, there in ((page, program), (program, page)):
    for row in here:
        if row not in there:
            print(f'only in one place: {row}')
sys.exit(page != program or not program)
