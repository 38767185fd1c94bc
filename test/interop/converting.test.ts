/** What the page sends otherwise than it is: a real server takes it, and DCMTK reads what was written. */
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { tcpDialer } from '../../bridge/node/index.ts';
import { MemoryStore, sampleInstances } from '../../core/archive/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { inUTF8, readDataSet } from '../../core/data/index.ts';
import { Deidentifier } from '../../core/deidentify/index.ts';
import { UID } from '../../core/dict/index.ts';
import { bytesSource, fileMetaInformation, openPart10 } from '../../core/file/index.ts';
import { send } from '../../core/peer/index.ts';
import { sendItems } from '../../web/engine/files.ts';
import { acceptedKinds } from '../../web/engine/inspect.ts';
import { dcmdump } from '../data/dcmdump.ts';
import { collected } from '../service/world.ts';
import { describeWith } from '../support/needs.ts';
import { filesBelow } from '../support/peers-files.ts';
import { startStorescp } from '../support/peers.ts';

const NEVER = new AbortController().signal;

describeWith(['dcmtk'], 'storescp that takes Implicit VR alone', () => {
  const WAYS = [
    ['as it is, after it was asked', undefined, true],
    ['as it is, unasked', undefined, false],
    ['de-identified, after it was asked', new Deidentifier(), true],
    ['de-identified, unasked', new Deidentifier(), false],
  ] as const;

  test.each(WAYS)('is sent what it takes, %s', async (_, deidentifier, ask) => {
    const server = await startStorescp('IMPLICIT', { more: ['+xi'] });
    onTestFinished(() => server.stop());
    const peer = {
      dialer: tcpDialer(),
      target: { host: '127.0.0.1', port: server.port },
      aeTitle: 'IMPLICIT',
      callingAETitle: 'WEBSCU',
    };
    const [sample] = sampleInstances();
    const { info, dataSet } = sample!;
    const kind = { sopClassUID: info.sopClassUID, transferSyntaxUID: info.transferSyntaxUID };
    const convert = ask ? await acceptedKinds(peer, [kind], deidentifier !== undefined, NEVER) : [];
    if (ask) expect(convert).toEqual([{ ...kind, sentAs: UID.ImplicitVRLittleEndian }]);

    const files = [{ path: 'one.dcm', file: new Blob([concat([fileMetaInformation(info), dataSet])]) }];
    const items = await sendItems(new MemoryStore(), files, () => {}, NEVER, { deidentifier, convert });
    const task = send(peer, items);
    const told = await collected(task);
    expect(await task.result).toMatchObject({ sent: 1, failed: 0 });
    expect(told).toMatchObject([{ status: 0, transferSyntaxUID: UID.ImplicitVRLittleEndian }]);

    const [path] = filesBelow(server.folder);
    const stored = new Uint8Array(readFileSync(path!));
    const part10 = await openPart10(bytesSource(stored));
    expect(part10.info.transferSyntaxUID).toBe(UID.ImplicitVRLittleEndian);
    const value = readDataSet(stored.subarray(part10.dataSetOffset), UID.ImplicitVRLittleEndian);
    const given = readDataSet(dataSet, info.transferSyntaxUID);
    const { '7FE00010': pixels, ...attributes } = value;
    const { '7FE00010': givenPixels, ...givenAttributes } = given;
    expect(pixels!.InlineBinary === givenPixels!.InlineBinary).toBe(true);
    if (deidentifier === undefined) expect(attributes).toEqual(inUTF8(givenAttributes));
    const [lines] = dcmdump([path!]);
    const name = lines!.find(({ tag }) => tag === '00100010')!.value;
    expect(name.startsWith('[ANON-')).toBe(deidentifier !== undefined);
  });
});
