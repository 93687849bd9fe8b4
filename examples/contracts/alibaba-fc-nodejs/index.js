// SPDX-License-Identifier: Apache-2.0
'use strict';

/** The name that a JSON body carries, if it is one. */
function nameIn(body) {
  try {
    return JSON.parse(body).name;
  } catch {
    return undefined;
  }
}

/** An HTTP trigger and every other event source call the same handler; the payload tells them apart. */
exports.handler = async (event, context) => {
  const payload = JSON.parse(event.toString() || '{}');
  context.logger.info('request %s', context.requestId);

  if (payload.version !== 'v1') {
    return { message: `hello ${payload.name ?? 'world'}` };
  }

  const body = payload.isBase64Encoded ? Buffer.from(payload.body, 'base64').toString() : payload.body;
  const name = nameIn(body) ?? payload.queryParameters?.name ?? 'world';
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'text/plain' },
    body: `hello ${name}\n`,
  };
};
