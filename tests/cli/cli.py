"""The built program as a script uses it, and a small shop that can be checked by hand."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', os.path.join(os.path.dirname(__file__), '..', '..'))
ECLUSE = os.path.join(os.environ.get('ECLUSE_BUILD', os.path.join(SOURCE, 'build')), 'ecluse')
EXAMPLE = os.path.join(SOURCE, 'examples', 'shopbreizh', 'shop.yaml')

# Tuesday 1 December 2026, 10:00 in Paris is where every test begins. One person packs from 9 to 12.
SHOP = '''shop: {name: Essai, currency: EUR, time_zone: Europe/Paris, opened: 2026-12-01T10:00}
promise: {horizon_days: 60, max_days: 20, hold_minutes: 15, payment_minutes: 35}
calendars:
  mornings: {open: {mon-fri: "09:00-12:00"}}
work_centers:
  packing: {people: 1, calendar: mornings, efficiency: 0.5}
items:
  caramel: {on_hand: 20, unit_cost: 2.10, keep_back: 4}
  far-away: {on_hand: 0, unit_cost: 1.00}
receipts:
  - {item: caramel, quantity: 30, due: 2026-12-07}
commitments:
  - {item: caramel, quantity: 3, due: 2026-12-02}
carriers:
  post: {cut_off: "11:00", collects: mon-fri, transit_days: 2, delivers: mon-fri, charge: 4.90}
offers:
  coffret: {name: {fr: "Coffret", en: "Gift box"}, price: 29.90, vat_rate: 20, carrier: post, items: {caramel: 2},
            routing: [{work_center: packing, minutes: 6, setup_minutes: 3}]}
  caramel-jar: {name: "Jar", price: 5.90, vat_rate: 20, carrier: post, items: {caramel: 1}}
  dream: {name: "Dream", price: 1.00, vat_rate: 20, carrier: post, items: {far-away: 1}}
'''
START = '2026-12-01T10:00'
ORDER = re.compile(r'^[0-9a-hjkmnp-tv-z]{24}$')


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)


def ecluse(*arguments, folder=None, language='en', environment=None, timeout=60):
    """Runs the program; standard output and error as text."""
    variables = {key: value for key, value in os.environ.items() if key not in ('LC_ALL', 'LC_MESSAGES', 'LANG')}
    variables['LC_ALL'] = 'fr_FR.UTF-8' if language == 'fr' else 'C.UTF-8'
    variables.update(environment or {})
    return Result(subprocess.run([ECLUSE, *arguments], cwd=folder, env=variables, capture_output=True, text=True,
                                 timeout=timeout, check=False))


class FolderTest(unittest.TestCase):
    """Each test in a folder of its own, with shop.yaml in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='ecluse-cli-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.write('shop.yaml', SHOP)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)

    def run_in(self, *arguments, **more):
        return ecluse(*arguments, folder=self.folder, **more)

    def done(self, *arguments, **more):
        """Must end with 0 and be silent on stderr."""
        result = self.run_in(*arguments, **more)
        self.assertEqual((result.code, result.err), (0, ''), arguments)
        return result

    def refused(self, code, *arguments, says=''):
        """Must end with `code` and one line on stderr that says something."""
        result = self.run_in(*arguments)
        self.assertEqual(result.code, code, (arguments, result.out, result.err))
        self.assertRegex(result.err, r'\Aecluse: [^\n]+\n\Z', arguments)
        self.assertIn(says, result.err)
        return result

    def init(self):
        self.done('init', 'shop.db', 'shop.yaml')
