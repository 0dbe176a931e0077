"""The control socket: each command of control.h over the socket beside the database, and what it refuses."""
import base64
import datetime
import http.client
import json
import os
import socket
import stat
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'system'))
import running  # noqa: E402


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Control(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = running.Shop()
        cls.shop.__enter__()
        cls.addClassCleanup(cls.shop.__exit__, None, None, None)
        cls.shop.start()

    def send(self, text, method='POST', path='/ecluse/control/v1'):
        connection = SocketConnection(self.shop.database + '.sock')
        connection.request(method, path, text, {'Content-Type': 'application/json'})
        reply = connection.getresponse()
        data = json.loads(reply.read())
        connection.close()
        return reply.status, data

    def run_command(self, command, **fields):
        return self.send(json.dumps({'command': command, **fields}))

    def refused(self, status, problem, command, **fields):
        got, data = self.run_command(command, **fields)
        self.assertEqual((got, data.get('type')), (status, '/ecluse/problems/' + problem), data)
        self.assertTrue(data['detail'])

    def order(self, offer='jar', quantity=1, **more):
        return self.run_command('order', lines=[{'offer': offer, 'quantity': quantity}], email='a@b.example', **more)

    def test_only_its_owner_may_use_the_socket(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.shop.database + '.sock').st_mode), 0o600)

    def test_a_server_that_finds_its_port_taken_leaves_no_socket(self):
        with running.Shop() as other:
            ended = other.run('serve', other.database, '--listen', f'127.0.0.1:{self.shop.port}')
            self.assertEqual(ended.returncode, 3, ended.stderr)
            self.assertIn(str(self.shop.port), ended.stderr)
            self.assertFalse(os.path.exists(other.database + '.sock'))
            # The socket comes first: who finds the port open finds it, too.
            os.mkdir(other.database + '.sock')
            ended = other.run('serve', other.database, '--listen', f'127.0.0.1:{self.shop.port}')
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn(other.database + '.sock', ended.stderr)

    def test_what_is_no_socket_is_not_removed(self):
        with running.Shop() as other:
            with open(other.database + '.sock', 'w', encoding='utf-8') as file:
                file.write('the accounts of May')
            ended = other.run('serve', other.database, '--listen', '127.0.0.1:0')
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn('no socket; move it away', ended.stderr)
            with open(other.database + '.sock', encoding='utf-8') as file:
                self.assertEqual(file.read(), 'the accounts of May')

    def test_a_socket_left_over_by_a_killed_server_is_replaced(self):
        with running.Shop() as other:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
                left.bind(other.database + '.sock')
            other.start()
            self.assertEqual(other.run('board', other.database).returncode, 0)

    def test_an_order_from_placing_to_delivery(self):
        status, order = self.order(hold=True, name='Anne')
        self.assertEqual((status, order['status']), (201, 'held'))
        for command, becomes in (('confirm', 'confirmed'), ('start', 'started'), ('done', 'done'), ('ship', 'shipped'),
                                 ('deliver', 'delivered')):
            status, now = self.run_command(command, order=order['order'])
            self.assertEqual((status, now['status']), (200, becomes))
            self.assertEqual(self.run_command('show', order=order['order'])[1], now)
        self.refused(409, 'wrong-status', 'ship', order=order['order'])
        self.refused(409, 'wrong-status', 'cancel', order=order['order'])
        self.assertEqual(self.run_command('confirm', order=order['order'])[1]['status'], 'delivered')

    def test_cancel_twice(self):
        _, order = self.order()
        for _ in range(2):
            status, now = self.run_command('cancel', order=order['order'])
            self.assertEqual((status, now['status']), (200, 'cancelled'))

    def test_a_step_of_one_line(self):
        _, order = self.order()
        status, now = self.run_command('start', order=order['order'], line=1)
        self.assertEqual((status, now['status']), (200, 'started'))
        self.refused(409, 'wrong-status', 'done', order=order['order'], line=2)
        for wrong in (0, -1, 101, 1.5):
            self.refused(422, 'bad-value', 'done', order=order['order'], line=wrong)
        self.refused(422, 'unknown-field', 'cancel', order=order['order'], line=1)
        self.assertEqual(self.run_command('done', order=order['order'], line=1)[1]['status'], 'done')

    def test_a_hold_is_paid_and_lasts_longer(self):
        _, order = self.order(hold=True)
        status, extended = self.run_command('extend', order=order['order'])
        self.assertEqual((status, extended['status']), (200, 'held'))
        self.assertGreaterEqual(extended['held_until'], order['held_until'])
        self.assertEqual(self.run_command('pay', order=order['order'])[0], 200)
        self.assertEqual(self.run_command('confirm', order=order['order'])[0], 200)
        for command in ('pay', 'extend'):
            self.refused(409, 'wrong-status', command, order=order['order'])

    def test_wanted_days(self):
        lines = [{'offer': 'jar', 'quantity': 1}]
        day = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
        self.assertEqual(self.run_command('quote', lines=lines, want=day)[1]['deliver_by'], day)
        wished = self.order(want=day, policy='split', priority=9)[1]
        self.assertEqual(wished['deliver_by'], day)
        for order, stored in ((wished, (1, 9)), (self.order(policy='complete')[1], (0, 0)), (self.order()[1], (0, 0))):
            self.assertEqual(self.shop.query('select split, priority from orders where id = ?', order['order']), [stored])
        self.refused(422, 'want-beyond', 'quote', lines=lines, want='2999-01-01T10:00')
        for wrong in ({'want': '1'}, {'policy': ''}, {'priority': 10}, {'priority': -1}, {'priority': 0.5}):
            self.refused(422, 'bad-value', 'order', lines=lines, email='a@b.example', **wrong)

    def test_wishes(self):
        """Made, met by a cancellation, confirmed; another withdrawn. What is wrong is refused and leaves nothing behind."""
        day = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
        fields = {'offer': 'rare', 'quantity': 2, 'latest': day, 'email': 'wisher@example.org', 'name': 'Anne'}
        _, sold = self.order('rare', 100)
        status, made = self.run_command('wish', **fields)
        self.assertEqual((status, made['status'], made['before'], made['quantity']), (201, 'waiting', 0, 2))
        _, second = self.run_command('wish', **dict(fields, quantity=100))
        self.assertEqual(second['before'], 1)
        self.assertEqual(self.run_command('cancel', order=sold['order'])[0], 200)
        status, met = self.run_command('show_wish', wish=made['wish'])
        self.assertEqual((status, met['status'], met['order']['status'], met['token']), (200, 'offered', 'held', made['token']))
        self.assertEqual(self.shop.query("SELECT customers.name FROM orders JOIN customers ON customers.number = orders.contact"
                                         " WHERE orders.id = ?", met['order']['order']), [('Anne',)])
        self.assertEqual(self.run_command('confirm', order=met['order']['order'])[1]['status'], 'confirmed')
        self.refused(409, 'wrong-status', 'withdraw', wish=made['wish'])
        for _ in range(2):
            status, gone = self.run_command('withdraw', wish=second['wish'])
            self.assertEqual((status, gone['status']), (200, 'withdrawn'))
        count = self.shop.query('SELECT count(*) FROM wishes')
        for problem, wrong in (('unknown-offer', {'offer': 'raer'}), ('bad-quantity', {'quantity': 0}), ('bad-value', {'latest': 'soon'}),
                               ('want-beyond', {'latest': '2999-01-01'}), ('bad-email', {'email': 'nobody'}), ('wrong-kind', {'name': 1}),
                               ('bad-value', {'name': 'x' * 201}), ('unknown-field', {'hold': True})):
            self.refused(422, problem, 'wish', **dict(fields, **wrong))
        for missing in ('offer', 'quantity', 'latest', 'email'):
            self.refused(422, 'missing-field', 'wish', **{name: value for name, value in fields.items() if name != missing})
        for command in ('withdraw', 'show_wish'):
            self.refused(422, 'unknown-order', command, wish='x')
            self.refused(404, 'not-found', command, wish='0' * 24)
        self.assertEqual(self.shop.query('SELECT count(*) FROM wishes'), count)
        self.run_command('cancel', order=met['order']['order'])

    def test_quote_and_sold_out(self):
        lines = [{'offer': 'rare', 'quantity': 100}]
        self.assertEqual(self.run_command('quote', lines=lines)[0], 200)
        status, answer = self.order('rare', 101)
        self.assertEqual((status, answer['promised']), (409, False))

    def test_changes_by_their_names(self):
        """A count that is short moves the order that it can no longer serve; each kind takes its own fields."""
        _, first = self.order('rare', 60)
        status, answer = self.run_command('change', kind='count', item='rare', quantity=40.5)
        self.assertEqual(status, 200)
        self.assertEqual((answer['change'], answer['dry_run'], answer['entry']), ('count', False, None))
        moved, = answer['moved']
        self.assertEqual((moved['order'], moved['broken'], moved['after']), (first['order'], True, None))
        self.assertEqual(moved['before'], {key: first[key] for key in ('ship_by', 'deliver_by')})
        self.assertEqual(self.run_command('change', kind='count', item='rare', quantity=100)[0], 200)
        self.assertEqual(self.run_command('cancel', order=first['order'])[1]['status'], 'cancelled')

    def test_a_cancelling_says_whom_it_mends(self):
        _, first = self.order('rare', 40)
        _, second = self.order('rare', 60)
        moved, = self.run_command('change', kind='count', item='rare', quantity=60)[1]['moved']
        self.assertEqual((moved['order'], moved['broken']), (second['order'], True))
        self.refused(422, 'refused', 'cancel', order=first['order'], dry_run=True)
        status, answer = self.run_command('cancel', order=first['order'])
        self.assertEqual((status, answer['status']), (200, 'cancelled'))
        moved, = answer['moved']
        self.assertEqual((moved['order'], moved['broken']), (second['order'], False))
        self.assertEqual(self.run_command('cancel', order=second['order'])[1]['moved'], [])
        self.assertEqual(self.run_command('change', kind='count', item='rare', quantity=100)[0], 200)

    def test_changes_refused(self):
        self.refused(422, 'bad-value', 'change', kind='weather')
        self.refused(422, 'bad-value', 'change', kind='count', item='rare')
        self.refused(422, 'bad-value', 'change', kind='count', item='raer', quantity=1)
        self.refused(422, 'bad-value', 'change', kind='count', item='rare', quantity=-1)
        self.refused(422, 'bad-value', 'change', kind='count', item='rare', quantity=1, people=2)
        self.refused(422, 'bad-value', 'change', kind='date', entry=1, **{'from': 'tomorrow'})
        self.refused(404, 'not-found', 'change', kind='quantity', entry=1, quantity=0)
        self.refused(422, 'bad-value', 'change', kind='bought', item='rare', quantity=1, **{'from': '2026-12-01'})
        self.refused(422, 'bad-value', 'change', kind='balance', amount='1.00')
        self.refused(422, 'refused', 'change', kind='count', item='rare', quantity=1, dry_run=True)

    def test_apply(self):
        changed = running.SHOP.replace('name: Jar,', 'name: "Big « jar »",')
        status, answer = self.run_command('apply', shop=changed, file='s.yaml', dry_run=True)
        self.assertEqual((status, answer['dry_run']), (200, True), answer)
        self.assertIn('jar', answer['changes'])
        self.assertEqual(self.run_command('apply', shop=changed)[1]['changes'], answer['changes'])
        self.assertEqual(self.shop.call('GET', '/ecluse/api/v1/offers/jar')[2]['name']['en'], 'Big « jar »')
        self.assertNotIn('jar', self.run_command('apply', shop=changed)[1]['changes'])
        self.refused(422, 'refused', 'apply', shop='shop: {nonsense: 1}', file='s.yaml')
        self.assertEqual(self.run_command('apply', shop=running.SHOP)[0], 200)

    def test_history(self):
        line = {'order': 'é1', 'offer': 'jar', 'quantity': -1.5, 'unit_price': '29.90', 'at': '2025-12-01T10:00'}
        status, answer = self.run_command('history', lines=[line, dict(line, order='2', customer='a@example.org')])
        self.assertEqual((status, answer), (200, {'lines': 2}))
        for wrong in ({'quantity': 0.0001}, {'unit_price': '1.001'}, {'unit_price': 1}, {'at': 'yesterday'}, {'more': 1}):
            self.refused(422, 'bad-value', 'history', lines=[dict(line, **wrong)])
        self.refused(422, 'wrong-kind', 'history', lines=[1])

    def test_picture(self):
        picture = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
        for padded in (picture, picture + b' ', picture + b'  '):
            status, answer = self.run_command('picture', offer='jar', media_type='image/svg+xml',
                                              bytes=base64.b64encode(padded).decode())
            self.assertEqual((status, answer), (200, {'bytes': len(padded)}))
        for wrong in ('', 'abc', '!!!!', 'ab=c'):
            self.refused(422, 'bad-value', 'picture', offer='jar', media_type='image/svg+xml', bytes=wrong)

    def test_bodies_larger_than_a_request_may_be(self):
        line = {'order': '1', 'offer': 'jar', 'quantity': 1, 'unit_price': '1.00', 'at': '2025-12-01'}
        self.assertEqual(self.run_command('history', lines=[line] * 20000), (200, {'lines': 20000}))

    def test_ping(self):
        status, answer = self.run_command('ping')
        self.assertEqual((status, answer['ping'], answer['pid']), (200, 'pong', self.shop.process.pid))

    def test_refusals(self):
        self.refused(422, 'unknown-command', 'dance')
        self.refused(422, 'unknown-field', 'ping', x=1)
        self.refused(422, 'missing-field', 'ship')
        self.refused(422, 'unknown-order', 'ship', order='x')
        self.refused(404, 'not-found', 'ship', order='0' * 24)
        self.refused(422, 'bad-email', 'order', lines=[{'offer': 'jar', 'quantity': 1}], email='x')
        for text, status, problem in (('', 400, 'invalid-json'), ('[]', 422, 'wrong-kind'), ('{}', 422, 'missing-field'),
                                      ('{"command":1}', 422, 'missing-field'),
                                      ('{"command":"ping","command":"ping"}', 400, 'duplicate-key')):
            got, data = self.send(text)
            self.assertEqual((got, data['type']), (status, '/ecluse/problems/' + problem), text)
        self.assertEqual(self.send(None, 'GET')[0], 405)

    def test_staff_of_the_machine_need_no_token(self):
        _, order = self.order()
        status, answer = self.send(None, 'GET', '/ecluse/api/v1/orders/' + order['order'])
        self.assertEqual((status, answer['order']), (200, order['order']))


if __name__ == '__main__':
    if not os.path.exists(running.ECLUSE):
        print('skipped: build ecluse first')
        sys.exit(77)
    unittest.main()
