"""Is web/openapi.json what the program's tables say? Each route, method, status, problem and request field, in both directions."""
import json
import os
import subprocess
import sys
import unittest

SOURCE = os.environ.get('ECLUSE_SOURCE', '.')
DUMP = sys.argv.pop(1)

CONTROL_ONLY = {'refused', 'unknown-command'}


def load():
    with open(os.path.join(SOURCE, 'web', 'openapi.json'), encoding='utf-8') as file:
        document = json.load(file)
    tables = json.loads(subprocess.run([DUMP], capture_output=True, check=True, text=True).stdout)
    return document, tables


DOCUMENT, TABLES = load()


def operations():
    for path, item in DOCUMENT['paths'].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def resolve(schema):
    while '$ref' in schema:
        prefix, name = schema['$ref'].rsplit('/', 1)
        assert prefix == '#/components/schemas'
        schema = DOCUMENT['components']['schemas'][name]
    return schema


def references(node):
    if isinstance(node, dict):
        if '$ref' in node:
            yield node['$ref']
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


class OpenApi(unittest.TestCase):
    def test_routes_both_ways(self):
        documented = {(method, path) for method, path, _ in operations()}
        served = {(route['method'], route['path']) for route in TABLES['routes']}
        self.assertEqual(documented, served)

    def test_each_operation(self):
        routes = {(route['method'], route['path']): route for route in TABLES['routes']}
        for method, path, operation in operations():
            with self.subTest(method=method, path=path):
                route = routes[method, path]
                statuses = {str(route['success'])} | {str(TABLES['problems'][problem]) for problem in route['problems']}
                self.assertEqual(operation['operationId'], route['operation'])
                self.assertEqual(set(operation['x-problem-types']), set(route['problems']))
                self.assertEqual(set(operation['responses']), statuses)
                for problem in route['problems']:
                    said = operation['responses'][str(TABLES['problems'][problem])]
                    self.assertIn(problem, said['description'])
                    self.assertIn('application/problem+json', said['content'])

    def test_bodies_of_operations(self):
        routes = {(route['method'], route['path']): route for route in TABLES['routes']}
        for method, path, operation in operations():
            with self.subTest(method=method, path=path):
                route = routes[method, path]
                request = operation.get('requestBody', {}).get('content', {}).get('application/json', {}).get('schema', {})
                self.assertEqual(request.get('$ref', '').rsplit('/', 1)[-1], route['request'])
                content = operation['responses'][str(route['success'])]['content']
                if '/' in route['response']:
                    self.assertEqual(list(content), [route['response']])
                else:
                    self.assertTrue(content['application/json']['schema']['$ref'].endswith('/' + route['response']))

    def test_path_parameters(self):
        for method, path, operation in operations():
            with self.subTest(method=method, path=path):
                named = {parameter['name'] for parameter in operation.get('parameters', []) if parameter['in'] == 'path'}
                self.assertEqual(named, {part[1:-1] for part in path.split('/') if part.startswith('{')})

    def test_request_fields_both_ways(self):
        for table in TABLES['schemas']:
            with self.subTest(schema=table['name']):
                schema = DOCUMENT['components']['schemas'][table['name']]
                fields = {field['name']: field for field in table['fields']}
                self.assertEqual(set(schema['properties']), set(fields))
                self.assertEqual(set(schema['required']), {name for name, field in fields.items() if field['required']})
                self.assertIs(schema['additionalProperties'], False)
                for name, field in fields.items():
                    self.assertEqual(resolve(schema['properties'][name])['type'], field['kind'], name)

    def test_problem_types_both_ways(self):
        listed = {name.rsplit('/', 1)[-1] for name in DOCUMENT['components']['schemas']['Problem']['properties']['type']['enum']}
        self.assertEqual(listed, set(TABLES['problems']) - CONTROL_ONLY)
        used = {problem for route in TABLES['routes'] for problem in route['problems']}
        self.assertEqual(used, listed)

    def test_references_lead_somewhere_and_nothing_is_left_over(self):
        schemas = DOCUMENT['components']['schemas']
        used = {reference.rsplit('/', 1)[-1] for reference in references(DOCUMENT)}
        self.assertEqual(used - set(schemas), set())
        self.assertEqual(set(schemas) - used, set())

    def test_version(self):
        with open(os.path.join(SOURCE, 'meson.build'), encoding='utf-8') as file:
            self.assertIn(f"version: '{DOCUMENT['info']['version']}'", file.read())


if __name__ == '__main__':
    unittest.main()
