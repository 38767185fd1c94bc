/** Asks for all studies and has each answer as DICOM JSON: `find PORT AET`. */
import { tcpDialer } from '../../../bridge/node/index.ts';
import { dataSet } from '../../../core/data/index.ts';
import { query } from '../../../core/peer/index.ts';
import { STUDY_KEYS } from '../bare.ts';

const [port, aeTitle = ''] = process.argv.slice(2);

async function ask(): Promise<number> {
  const peer = {
    dialer: tcpDialer(),
    target: { host: '127.0.0.1', port: Number(port) },
    aeTitle,
    callingAETitle: 'BENCH',
  };
  const keys = dataSet(Object.fromEntries(STUDY_KEYS.map((key) => [key, ''])));
  let count = 0;
  for await (const match of query(peer, { model: 'STUDY', level: 'STUDY', keys })) {
    if (match['0020000D']?.Value?.length === 1) count++;
  }
  return count;
}

console.log(JSON.stringify({ count: port === undefined ? 0 : await ask() }));
