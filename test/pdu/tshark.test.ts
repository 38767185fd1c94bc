import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePdu } from '../../core/pdu/index.ts';
import { describeWith, program } from '../support/needs.ts';
import { pcap } from './pcap.ts';
import { FULL_ACCEPT, FULL_REQUEST } from './samples.ts';
import type { Captured } from './sessions.ts';
import { captured, fixture, SESSIONS } from './sessions.ts';
import { expectedFields, parseTshark, runTshark } from './tshark.ts';

it.each(SESSIONS)('describes the captured session %s as tshark did', (session) => {
  const fields = parseTshark(readFileSync(fixture(`${session}.tshark.tsv`), 'utf8'));
  expect(captured(session).map(({ bytes }) => expectedFields(bytes))).toEqual(fields);
});

describeWith(['tshark'], 'tshark, live', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'webdimse-pdu-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function decoded(name: string, session: readonly Captured[]): string {
    const file = join(folder, `${name}.pcap`);
    writeFileSync(file, pcap(session));
    return runTshark(program('tshark')!, file);
  }

  it.each(SESSIONS)('reads the captured session %s as we do', (session) => {
    const output = decoded(session, captured(session));
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(fixture(`${session}.tshark.tsv`), output);
    expect(parseTshark(output)).toEqual(captured(session).map(({ bytes }) => expectedFields(bytes)));
  });

  it('reads what we encode as we do, with every item it knows', () => {
    const session: Captured[] = [
      { from: 'requestor', bytes: encodePdu(FULL_REQUEST) },
      { from: 'acceptor', bytes: encodePdu(FULL_ACCEPT) },
    ];
    expect(parseTshark(decoded('ours', session))).toEqual(session.map(({ bytes }) => expectedFields(bytes)));
  });
});
