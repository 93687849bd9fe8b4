// SPDX-License-Identifier: Apache-2.0
import { app } from '@azure/functions';

app.http('hello', {
  methods: ['GET', 'POST'],
  authLevel: 'anonymous',
  handler: async (request, context) => {
    const body = await request.text();
    const named = body ? JSON.parse(body).name : undefined;
    const name = named ?? request.query.get('name') ?? 'world';
    context.log(`said hello to ${name}`);
    return { body: `hello ${name}\n` };
  },
});

// an event: `weft invoke hello-azure-functions-nodejs` calls the HTTP function above; with `handler: greetings` this one
app.storageQueue('greetings', {
  queueName: 'greetings',
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    context.log(`greeting number ${context.triggerMetadata.dequeueCount}`);
    return `hello ${message.name ?? 'world'}\n`;
  },
});
