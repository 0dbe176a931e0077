#!/usr/bin/env python3
"""ecluse setup: as a person at a terminal, and as a script."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'support'))
from cli import ECLUSE, FolderTest, Result  # noqa: E402
from terminal import Terminal  # noqa: E402

NOW = ('--now', '2026-11-23T09:00', '--time-zone', 'Europe/Paris')
WOO = '''ID,Type,UGS,Nom,Publié,"En stock ?",Stock,"Tarif promo","Tarif régulier",Catégories,Parent
7,simple,miel,"Miel de sarrasin",1,1,40,,"8,50",Épicerie,
9,simple,brouillon,Brouillon,-1,1,5,,"9,00",Épicerie,
'''
PRESTASHOP = '''"ID";"Image";"Nom";"Référence";"Catégorie";"Prix (HT)";"Prix (TTC)";"Quantité";"État"
1;x.jpg;Bol breton;BOL;Table;"12,08 €";"14,50 €";0;1
'''


class Setup(FolderTest):
    def setUp(self):
        super().setUp()
        self.write('woo.csv', WOO)
        self.write('prestashop.csv', PRESTASHOP)

    def script(self, answers, *options, path='new.yaml', language='en'):
        """Answers as lines of standard input."""
        environment = {**os.environ, 'LC_ALL': 'fr_FR.UTF-8' if language == 'fr' else 'C.UTF-8'}
        return Result(subprocess.run([ECLUSE, 'setup', path, *NOW, *options], cwd=self.folder, env=environment,
                                     input='\n'.join(answers), capture_output=True, text=True, timeout=60, check=False))

    def terminal(self, *options, path='new.yaml', language='en'):
        environment = {**os.environ, 'LC_ALL': 'fr_FR.UTF-8' if language == 'fr' else 'C.UTF-8', 'TERM': 'xterm'}
        return Terminal([ECLUSE, 'setup', path, *NOW, *options], self.folder, environment)

    def there(self, name):
        return os.path.exists(self.path(name))

    def read(self, name):
        with open(self.path(name), encoding='utf-8') as file:
            return file.read()

    def assert_opens(self, path):
        """The file reads back, opens, and its shop promises."""
        self.done('init', 'opened.db', path)
        self.done('verify', 'opened.db')
        os.remove(self.path('opened.db'))

    # ---- a person ----

    def test_a_person_who_takes_all_defaults(self):
        person = self.terminal()
        for _ in range(5):
            person.answer(']: ', '')
        code, seen = person.finish()
        self.assertEqual(code, 0, seen)
        self.assertIn('new.yaml is written: 1 offer, 1 item.', seen)
        self.assertIn('Delivered by  Wed 2026-11-25', seen)
        self.assert_opens('new.yaml')

    def test_a_person_who_errs(self):
        """Each wrong answer is told at once, with what would be right, and asked again."""
        person = self.terminal(language='fr')
        for end, answer in (('[aucun] : ', 'nulle-part.csv'), ('[aucun] : ', 'shop.yaml'), ('[aucun] : ', "'woo.csv'"),
                            ('17:00] : ', 'deux personnes'), ('17:00] : ', '1 lun-ven 9h-12h 13h30-17h'), ('[14] : ', 'bientôt'),
                            ('[14] : ', '7'), ('[aucun] : ', '8000 3500'), ('[20] : ', '0'), ('[20] : ', '30')):
            person.answer(end, answer)
        code, seen = person.finish()
        self.assertEqual(code, 0, seen)
        for told in ('    nulle-part.csv: no such file', '    shop.yaml: its first line is no header', 'un nombre de personnes de 1 à 250',
                     'un nombre de jours de 0 à 730', 'un nombre de colis', '1  brouillons et produits cachés (brouillon, ligne 3)',
                     'Livré au plus tard  mer. 2026-11-25'):
            self.assertIn(told, seen)
        text = self.read('new.yaml')
        for line in ('  emballage: {people: 1, calendar: semaine}', '  fournisseur: {lead_days: 7}', '  miel: {on_hand: 40, unit_cost: 3.54, supplier: fournisseur}',
                     'minutes: 2}', '  opening_balance: 8000.00', '# Ce qui est vendu'):
            self.assertIn(line, text)
        self.assert_opens('new.yaml')

    def test_a_person_who_leaves(self):
        """End of input at a terminal is no answer: nothing is written."""
        person = self.terminal()
        person.answer(']: ', '')
        person.read(lambda seen: seen.endswith('17:00]: '))
        person.type(b'\x04')
        code, seen = person.finish()
        self.assertEqual(code, 2)
        self.assertIn('no answer to question 2; nothing is written', seen)
        self.assertFalse(self.there('new.yaml'))

    def test_json_at_a_terminal(self):
        """The dialogue stands on standard error; what follows it is one document."""
        person = self.terminal('--json')
        for _ in range(5):
            person.answer(']: ', '')
        code, seen = person.finish()
        self.assertEqual(code, 0)
        self.assertEqual(json.loads(seen[seen.index('{'):])['file'], 'new.yaml')

    # ---- a script ----

    def test_a_pipe(self):
        result = self.script(['woo.csv', '', '', '', '25'])
        self.assertEqual((result.code, result.err), (0, ''))
        self.assertIn('woocommerce-products: 2 rows read.', result.out)
        self.assertIn('Ordered now, Miel de sarrasin (miel):', result.out)
        self.assertIn('minutes: 2.4}', self.read('new.yaml'))
        self.assert_opens('new.yaml')

    def test_lines_that_are_missing(self):
        result = self.script(['woo.csv'])
        self.assertEqual((result.code, result.err), (0, ''))
        self.assert_opens('new.yaml')
        self.assertEqual(self.script([], path='nothing.yaml').code, 0)

    def test_answers_in_a_file(self):
        self.write('answers.txt', '# the export of Monday\nprestashop.csv\n# who packs\n1 mon-sat 8-12\nnone\n')
        result = self.script([], '--answers', 'answers.txt', '--json', '--name', 'Chez "Anne"', '--currency', 'CHF', '--vat-rate', '8.1')
        self.assertEqual((result.code, result.err), (0, ''))
        answer = result.json
        self.assertEqual((answer['file'], answer['format'], answer['offers'], answer['items'], answer['currency'], answer['time_zone']),
                         ('new.yaml', 'prestashop-products', 1, 1, 'CHF', 'Europe/Paris'))
        self.assertEqual(answer['products']['taken']['offers_new']['count'], 1)
        # None in stock and nobody who delivers: that is the honest date.
        self.assertEqual((answer['offer'], answer['quote']['promised'], answer['quote']['possible_on']), ('BOL', False, None))
        self.assertIn('vat_rate: 8.1', self.read('new.yaml'))
        self.assertIn('name: "Chez \\"Anne\\""', self.read('new.yaml'))
        self.assert_opens('new.yaml')

    def test_the_first_wrong_answer_ends_it(self):
        for number, answers, words in ((1, ['nowhere.csv'], 'no such file'), (1, ['shop.yaml'], 'no header of a product export'),
                                       (2, ['', '3'], 'a number of people'), (2, ['', '1 mon-fri 17-9'], 'a number of people'),
                                       (3, ['', '', '731'], 'from 0 to 730'), (4, ['', '', '', '1,234'], "today's balance"),
                                       (5, ['', '', '', '', '1001'], 'from 0.1 to 1000')):
            result = self.script(answers)
            self.assertEqual(result.code, 2, answers)
            self.assertRegex(result.err, rf'^ecluse: answer {number}, ".*": .*{words}')
            self.assertFalse(self.there('new.yaml'), answers)

    def test_an_answer_of_any_length(self):
        for length, words in ((300, 'no such file'), (4094, 'answer 1'), (4095, 'over 4094 bytes'), (100000, 'over 4094 bytes')):
            result = self.script(['x' * length, ''])
            self.assertEqual(result.code, 2, length)
            self.assertIn(words, result.err)
            self.assertFalse(self.there('new.yaml'))

    def test_an_export_of_nothing(self):
        self.write('drafts.csv', ''.join(WOO.splitlines(keepends=True)[:1] + WOO.splitlines(keepends=True)[2:]))
        result = self.script(['drafts.csv'])
        self.assertEqual(result.code, 2)
        self.assertIn('no product of it can be taken', result.err)

    def test_a_file_that_is_there_stays(self):
        before = self.read('shop.yaml')
        result = self.script(['woo.csv'], path='shop.yaml')
        self.assertEqual((result.code, result.out), (2, ''))
        self.assertIn('shop.yaml is there and is not written over', result.err)
        self.assertEqual(self.read('shop.yaml'), before)
        self.assertIn('ends in .yaml', self.script([], path='shop.db').err)

    def test_options_that_are_wrong(self):
        for options, words in ((('--currency', 'EURO'), 'ISO 4217'), (('--name', 'a\nb'), '--name'), (('--answers', 'none.txt'), '--answers'),
                               (('--vat-rate', 'x'), '--vat-rate')):
            result = self.script(['woo.csv'], *options)
            self.assertEqual(result.code, 2, options)
            self.assertIn(words, result.err)
        environment = {**os.environ, 'LC_ALL': 'C.UTF-8'}
        done = subprocess.run([ECLUSE, 'setup', 'new.yaml', '--time-zone', 'Mars/Base'], cwd=self.folder, env=environment, input='',
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn('Mars/Base', done.stderr)
        self.assertFalse(self.there('new.yaml'))

    def test_the_computers_zone(self):
        for zone, expected in (('America/Montreal', 'America/Montreal'), ('UTC', 'Europe/Paris'), ('Etc/UTC', 'Europe/Paris'),
                               ('No/Where', 'Europe/Paris')):
            done = subprocess.run([ECLUSE, 'setup', f'{zone.replace("/", "-")}.yaml', '--json'], cwd=self.folder, input='',
                                  env={**os.environ, 'TZ': zone}, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, json.loads(done.stdout)['time_zone']), (0, expected))


if __name__ == '__main__':
    unittest.main()
