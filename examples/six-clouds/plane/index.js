// SPDX-License-Identifier: Apache-2.0
const functions = require('@google-cloud/functions-framework');

const EUROS_A_KILOGRAM = 9;

functions.http('offer', (request, response) => {
  const kilograms = Number(request.query.kilograms ?? request.body?.kilograms ?? 1);
  response.json({ carrier: 'plane', price: EUROS_A_KILOGRAM * kilograms, currency: process.env.CURRENCY });
});
