/** Opens streams, in a process of its own: `stream-client.ts <url> <amount>`. Says when all have had an event. */
import { get } from 'node:http';

const [url = '', amount = '1'] = process.argv.slice(2);
let opened = 0;
for (let i = 0; i < Number(amount); i++) {
  get(url, { agent: false }, (answer) => {
    answer.once('data', () => {
      if (++opened === Number(amount)) console.log('all opened');
    });
  });
}
