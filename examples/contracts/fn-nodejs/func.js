// SPDX-License-Identifier: Apache-2.0
const fdk = require('@fnproject/fdk');

// Serves an HTTP trigger (?name=ada, or {"name": "ada"}) and a plain `fn invoke` with that JSON.
fdk.handle((input, ctx) => {
  const url = ctx.httpGateway.requestURL;
  const asked = url ? new URL(url).searchParams.get('name') : null;
  const name = input?.name ?? asked ?? 'world';
  console.log(`saying hello to ${name}`);
  ctx.responseContentType = 'text/plain';
  return `hello ${name}\n`;
});
