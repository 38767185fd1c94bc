/** A page to which anything is sent, in whatever transfer syntax: it takes what comes as it is. */
import { tcpDialer } from '../../bridge/node/index.ts';
import type { Bytes } from '../../core/bytes/index.ts';
import type { InstanceInfo } from '../../core/file/index.ts';
import type { SendItem } from '../../core/peer/index.ts';
import { send } from '../../core/peer/index.ts';
import type { Hand } from './hand.ts';
import type { Served } from './stage.ts';

const TITLE = 'WEB01';

/** What the bridge needs for it. */
export const LISTENING = {
  listener: { host: '127.0.0.1', port: 0, pools: { page: [TITLE] }, allowSource: ['127.0.0.0/8'] },
};

/** Lets the page of this person receive; Received is what it shows then. */
export async function startReceiving(person: Hand): Promise<void> {
  await person.view('Received');
  await person.press('Start receiving');
  await person.page.getByText(`Receiving as ${TITLE}`).waitFor();
}

/** Sends instances to the page that receives: what became of each, by its label; undefined where all is well. */
export async function sendToPage(
  { dicomPort }: Served,
  instances: readonly { label: string; info: InstanceInfo; dataSet: Bytes }[],
): Promise<Map<string, string | undefined>> {
  const target = { host: '127.0.0.1', port: dicomPort! };
  const peer = { dialer: tcpDialer(), target, aeTitle: TITLE, callingAETitle: 'FEEDER' };
  const items = instances.map(({ label, info, dataSet }): SendItem => ({
    label,
    ...info,
    open: () => dataSet,
  }));
  const results = new Map<string, string | undefined>();
  for await (const { label, status, error } of send(peer, items)) {
    results.set(label, status === 0 ? undefined : (error?.message ?? `status ${status?.toString(16)}`));
  }
  return results;
}
