"""Is a reply what web/openapi.json says? The part of JSON Schema that the document uses, in a page."""
import json
import os
import re

with open(os.path.join(os.environ.get('ECLUSE_SOURCE', '.'), 'web', 'openapi.json'), encoding='utf-8') as opened:
    DOCUMENT = json.load(opened)

KNOWN = {'$ref', 'type', 'enum', 'const', 'pattern', 'required', 'properties', 'additionalProperties', 'items', 'oneOf', 'allOf',
         'description', 'format', 'default', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum',
         'exclusiveMinimum', 'multipleOf'}
TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}


def is_type(value, name):
    if name == 'number':
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == 'integer':
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def wrong(value, schema, at='$'):
    """A sentence that says what is wrong, or None."""
    if not set(schema) <= KNOWN:
        return f'{at}: the test does not know {set(schema) - KNOWN}'
    if '$ref' in schema:
        return wrong(value, DOCUMENT['components']['schemas'][schema['$ref'].rsplit('/', 1)[1]], at)
    if 'oneOf' in schema and sum(wrong(value, one, at) is None for one in schema['oneOf']) != 1:
        return f'{at}: not exactly one of the forms: {value}'
    for one in schema.get('allOf', []):
        if wrong(value, one, at):
            return wrong(value, one, at)
    types = schema.get('type', [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, name) for name in types):
        return f'{at}: {value!r} is no {types}'
    if 'enum' in schema and value not in schema['enum']:
        return f'{at}: {value!r} is none of the values'
    if 'const' in schema and value != schema['const']:
        return f'{at}: {value!r} is not {schema["const"]!r}'
    if 'pattern' in schema and isinstance(value, str) and not re.search(schema['pattern'], value):
        return f'{at}: {value!r} does not match'
    return wrong_inside(value, schema, at)


def wrong_inside(value, schema, at):
    if isinstance(value, dict):
        for name in schema.get('required', []):
            if name not in value:
                return f'{at}: {name} is missing'
        properties = schema.get('properties', {})
        for name, inner in value.items():
            if name in properties:
                fault = wrong(inner, properties[name], f'{at}.{name}')
                if fault:
                    return fault
            elif schema.get('additionalProperties') is False:
                return f'{at}: {name} is not described'
    if isinstance(value, list):
        for i, inner in enumerate(value):
            fault = wrong(inner, schema.get('items', {}), f'{at}[{i}]')
            if fault:
                return fault
    return None


def find(method, path):
    """The operation that serves this path, or None."""
    method = 'get' if method == 'HEAD' else method.lower()
    for pattern, item in DOCUMENT['paths'].items():
        if re.fullmatch(re.sub(r'\{[a-z]+\}', '[^/]+', pattern), path.split('?')[0]) and method in item:
            return item[method]
    return None


def check(method, path, status, content_type, data):
    """A sentence that says how the reply differs from the document, or None."""
    operation = find(method, path)
    if operation is None:
        return None
    reply = operation['responses'].get(str(status))
    if reply is None:
        return f'{method} {path}: status {status} is not described'
    media_type = content_type.split(';')[0]
    content = reply['content'].get(media_type)
    if content is None:
        return f'{method} {path}: {status} as {media_type} is not described'
    if status >= 400 and data['type'].rsplit('/', 1)[1] not in operation['x-problem-types']:
        return f'{method} {path}: problem {data["type"]} is not described'
    return wrong(data, content['schema']) if 'json' in media_type else None


def wrong_hook(message):
    """A sentence that says how the message of a webhook differs from the document, or None."""
    hook = DOCUMENT['webhooks'].get(message.get('type'))
    if hook is None:
        return f'{message.get("type")} is not described'
    return wrong(message, hook['post']['requestBody']['content']['application/json']['schema'])
