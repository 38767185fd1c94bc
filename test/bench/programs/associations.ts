/** Opens an association, echoes and releases it, so many times one after the other: `associations PORT AET TIMES`. */
import { tcpDialer } from '../../../bridge/node/index.ts';
import { echo } from '../../../core/peer/index.ts';

const [port = '', aeTitle = '', times = ''] = process.argv.slice(2);
const peer = {
  dialer: tcpDialer(),
  target: { host: '127.0.0.1', port: Number(port) },
  aeTitle,
  callingAETitle: 'BENCH',
};
let count = 0;
while (count < Number(times)) count += (await echo(peer)).milliseconds.length;
console.log(JSON.stringify({ count }));
