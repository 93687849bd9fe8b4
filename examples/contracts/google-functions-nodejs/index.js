// SPDX-License-Identifier: Apache-2.0
const functions = require('@google-cloud/functions-framework');

// Google's services POST what has happened, so an HTTP function hears of events too, in the request's body.
functions.http('hello', (request, response) => {
  const name = request.body?.name ?? request.query.name ?? 'world';
  response.send(`hello ${name}`);
});
