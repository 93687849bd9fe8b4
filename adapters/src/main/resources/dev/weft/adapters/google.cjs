// SPDX-License-Identifier: Apache-2.0
// The function as Google's functions framework calls one: with the HTTP signature, by which CloudEvents come too.
'use strict';

const opening = import('./code.mjs').then(({ open }) => open());
opening.catch((error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exit(1);
});

exports.weft = async (request, response) => {
  const { serve } = await import('./calls.mjs');
  await serve(await opening, request, response, request.rawBody ?? Buffer.alloc(0));
};
