/** `-v` and `-d`: what is printed on stderr while it happens, and what never is. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { printer } from '../../bridge/cli/verbose.ts';
import { records, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startWebdimsePacs } from '../support/peers.ts';

const LEVEL = /^[DIWEF]: /;

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe('a command', () => {
  let pacs: RealPeer;
  beforeAll(async () => {
    pacs = await startWebdimsePacs([], { sample: true, more: ['-v'] });
  });
  afterAll(() => pacs?.stop());

  test('-v tells it in few words, patients behind asterisks', async () => {
    const args = ['-v', '--key', 'PatientName=A*'];
    const { code, stdout, stderr } = await webdimse('find', pacs.address, ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d+ match/);
    const lines = linesOf(stderr);
    expect(lines.every((line) => line.startsWith('I: '))).toBe(true);
    expect(lines.slice(0, 3)).toEqual([
      'I: Requesting Association',
      expect.stringMatching(/^I: Association Accepted \(Max Send PDV: \d+\)$/),
      'I: Sending Find Request (MsgID 1)',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^I: \(0010,0010\) PN \[\*+\] +# +2, 1 PatientName$/));
    expect(lines.at(-1)).toBe('I: Releasing Association');
    expect(stderr).not.toContain('A*');
  });

  test('-d tells all of it, patients if asked for, and leaves stdout to JSON', async () => {
    const finished = await webdimse(
      'find',
      pacs.address,
      '-d',
      '--patients',
      '--json',
      '--key',
      'PatientName=A*',
    );
    expect(records(finished).at(-1)).toMatchObject({ type: 'result' });
    const lines = linesOf(finished.stderr);
    expect(lines.filter((line) => !LEVEL.test(line))).toEqual([]);
    expect(lines).toContain('D: ====================== BEGIN A-ASSOCIATE-AC =====================');
    expect(lines).toContain('D: Message Type                  : C-FIND RSP');
    expect(lines).toContainEqual(expect.stringContaining('PN [A*]'));
  });

  test('a mini-PACS tells who calls it, as dcmqrscp does', async () => {
    await webdimse('echo', pacs.address, '--calling', 'VISITOR');
    const told = (): string[] => {
      const lines = linesOf(pacs.output()).filter((line) => !line.startsWith('I: [')); // of the one before
      return lines.slice(lines.findIndex((line) => line.includes('VISITOR')));
    };
    await vi.waitFor(() => expect(told()).toHaveLength(4));
    expect(told()).toEqual([
      'I: Association Received (VISITOR -> WEBDIMSE)',
      expect.stringMatching(/^I: Association Acknowledged \(Max Send PDV: \d+\)$/),
      'I: Received Echo SCP RQ: MsgID 1',
      'I: Association Release',
    ]);
  });
});

describe('inspect', () => {
  test('tells a capture, with --as the side that was called, beside --conquest', async () => {
    const pacs = await startWebdimsePacs([], { more: ['--conquest'] });
    const file = join(temporaryFolder(), 'echo.pcapng');
    await webdimse('echo', pacs.address, '--record', file);
    await vi.waitFor(() => expect(pacs.output()).toMatch(/TOTAL RUNNING TIME/));
    await pacs.stop();
    expect(pacs.output()).toMatch(/^\[WEBDIMSE\] \tCalled Application Title : "WEBDIMSE {8}"$/m);
    expect(pacs.output()).toMatch(/^\[WEBDIMSE\] Server Command {3}:= 0030$/m);
    const { stdout } = await webdimse('inspect', file, '--dcmtk', 'v', '--as', 'storescp');
    expect(linesOf(stdout).slice(0, 4)).toEqual([
      'I: Association Received',
      expect.stringMatching(/^I: Association Acknowledged \(Max Send PDV: \d+\)$/),
      'I: Received Echo Request (MsgID 1)',
      'I: Association Release',
    ]);
    const { code, stderr } = await webdimse('inspect', file, '--dcmtk', 'v', '--as', 'nobody');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--as is storescp, dcmqrscp, movescu')]);
  });
});

describe('a reader that is too slow', () => {
  afterEach(() => vi.restoreAllMocks());

  test('misses lines, is told how many, and holds nothing up', () => {
    let waiting = 0;
    const printed: string[] = [];
    vi.spyOn(process.stderr, 'writableLength', 'get').mockImplementation(() => waiting);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    const print = printer();
    print(['I: one', 'I: two\u001b[2J']);
    waiting = 2 << 20;
    print(['I: three']);
    print(['I: four', 'I: five']);
    waiting = 0;
    print(['I: six']);
    print([]);
    expect(printed).toEqual([
      'I: one\nI: two\uFFFD[2J\n',
      'W: 3 lines missing: they were read too slowly\nI: six\n',
    ]);
  });
});
