/** Callers by TLS that leave at the worst moment. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { listenTcp, readTlsServer } from '../../bridge/node/index.ts';
import { Authority } from '../support/certificates.ts';
import { describeWith } from '../support/needs.ts';

describeWith(['openssl'], 'a caller by TLS', () => {
  // Of TLS 1.3 the client is done first: its reset overtakes the event by which we learn that it agreed.
  test('that resets as soon as it agreed is not taken', async () => {
    const authority = new Authority();
    const ca = readFileSync(authority.certificate, 'utf8');
    const tls = await readTlsServer(authority.issue());
    const listener = await listenTcp({ host: '127.0.0.1', port: 0, tls });
    for (let i = 0; i < 5; i++) {
      const carrier = connectTcp(listener.port, '127.0.0.1');
      const socket = connect({ socket: carrier, ca, host: '127.0.0.1' }, () =>
        socket.write('x', () => carrier.resetAndDestroy()),
      );
      await once(
        socket.on('error', () => {}),
        'close',
      );
    }
    await expect(listener.close()).resolves.toBeUndefined();
  });
});
