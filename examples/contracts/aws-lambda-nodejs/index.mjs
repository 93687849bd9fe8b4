// SPDX-License-Identifier: Apache-2.0

export const handler = async (event) => {
  // from a function URL or an HTTP API the event is a request, else it is whatever was sent
  if (!event.requestContext?.http) {
    return { message: `hello ${event.name ?? 'world'}` };
  }
  const name = nameIn(event.body, event.isBase64Encoded) ?? event.queryStringParameters?.name ?? 'world';
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `hello ${name}\n`,
  };
};

function nameIn(body, isBase64Encoded) {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body).name;
  } catch {
    return undefined;
  }
}
