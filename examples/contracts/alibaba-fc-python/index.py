# SPDX-License-Identifier: Apache-2.0
import base64
import json
import logging

logger = logging.getLogger()


def name_in(body):
    """The name that a JSON body carries, if it is one."""
    try:
        return json.loads(body).get('name')
    except (ValueError, AttributeError):
        return None


def handler(event, context):
    """An HTTP trigger and every other event source call the same handler; the payload tells them apart."""
    payload = json.loads(event or b'{}')
    logger.info('request %s', context.request_id)

    if payload.get('version') != 'v1':
        return {'message': 'hello ' + payload.get('name', 'world')}

    body = payload['body']
    if payload['isBase64Encoded']:
        body = base64.b64decode(body)
    name = name_in(body) or payload.get('queryParameters', {}).get('name') or 'world'
    return {
        'statusCode': 200,
        'headers': {'Content-Type': 'text/plain'},
        'body': f'hello {name}\n',
    }
