/** What elements are made of, without a browser. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { forShadowTree } from '../../web/elements/one-sheet.ts';
import { PortalTickets, answerTickets } from '../../web/engine/portal-tickets.ts';
import type { GetTicket } from '../../web/engine/portal-tickets.ts';
import { wantedBy } from '../../web/elements/telling.ts';

it.each([
  [':root{color-scheme:light dark;--a:1px}', ':host{--a:1px}'],
  [':root{--b:2px}', ':host{--b:2px}'],
  [':root[data-theme=dark]{color-scheme:dark}', '.ground[data-theme=dark]{color-scheme:dark}'],
  ['@media print{:root:root{color-scheme:light}}', '@media print{.ground.ground{color-scheme:light}}'],
  ['html,body{margin:0}', '.ground{margin:0}'],
  [
    '@media (width<620px) or (height<480px){a{b:c}}',
    '@container dimse (width<620px) or (height<480px){a{b:c}}',
  ],
  ['@media (620px<=width<1100px){a{b:c}}', '@container dimse (620px<=width<1100px){a{b:c}}'],
  ['@media (forced-colors:active){a{width:1px}}', '@media (forced-colors:active){a{width:1px}}'],
  ['a{height:100dvh}b{min-height:60dvh}', 'a{height:100cqh}b{min-height:60cqh}'],
])('of the style %s becomes that of a shadow tree', (page, element) => {
  expect(forShadowTree(page)).toBe(element);
});

function tickets(getTicket: GetTicket | undefined): PortalTickets {
  const made = new PortalTickets(
    'ws://127.0.0.1:9/bridge/v1/connect',
    answerTickets(() => getTicket),
  );
  made.access = { tickets: true };
  return made;
}

it('asks the page around for each ticket, with what it is for', async () => {
  const asked: unknown[] = [];
  const { getTicket } = tickets(async (purpose) => `ticket${asked.push(purpose)}`);
  expect(await Promise.all([getTicket({ peer: 'PACS' }), getTicket({ pool: 'viewers' })])).toEqual([
    'ticket1',
    'ticket2',
  ]);
  expect(asked).toEqual([{ peer: 'PACS' }, { pool: 'viewers' }]);
});

it.each([
  [
    async () => Promise.reject(new Error('the session has ended.')),
    /has no ticket .*: the session has ended\.$/,
  ],
  [async () => undefined as unknown as string, /has no ticket .*: it gave none\.$/],
  [async () => '', /: it gave none\.$/],
  [async () => '<!doctype html><title>Sign in</title>', /: what it gave is no ticket\.$/],
  [async () => 'good\u0000but not', /: what it gave is no ticket\.$/],
  [async () => 'x'.repeat(1_000_000), /: what it gave is no ticket\.$/],
  [() => Promise.reject('no\u0007 one\r\nis \u202e here'), /: no one is here\.$/],
  [() => Promise.reject(new Error('long '.repeat(1000))), /: (long ){40}…\.$/],
  [
    () => {
      throw new Error('');
    },
    /: it gave none\.$/,
  ],
] as [GetTicket, RegExp][])('tells why the page around has none', async (getTicket, sentence) => {
  await expect(tickets(getTicket).getTicket({ peer: 'PACS' })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
    message: expect.stringMatching(sentence),
  });
});

it('waits for a ticket no longer than a connection would, and asks anew then', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const answers: GetTicket[] = [() => new Promise<string>(() => {}), async () => 'second'];
  const { getTicket } = tickets((purpose) => answers.shift()!(purpose));
  const refused = expect(getTicket({ peer: 'PACS' })).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringMatching(/: it did not answer in 8 seconds\.$/),
  });
  await vi.advanceTimersByTimeAsync(8000);
  await refused;
  expect(await getTicket({ peer: 'PACS' })).toBe('second');
});

it('asks nobody where the bridge wants no ticket', async () => {
  const without = tickets(() => Promise.reject(new Error('asked')));
  without.access = { tickets: false };
  expect(await without.getTicket({ peer: 'PACS' })).toBeUndefined();
});

it.each([
  [{ StudyInstanceUID: '1' }, 'STUDY'],
  [{ StudyInstanceUID: '1', SeriesInstanceUID: '2' }, 'SERIES'],
  [{ PatientID: 'A', StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '3' }, 'IMAGE'],
])('of %o the lowest is retrieved', (keys, level) => {
  const { PatientID: _, ...unique } = keys as Record<string, string>;
  expect(wantedBy(keys)).toEqual({ model: 'STUDY', level, keys: unique });
});

it('retrieves nothing that names no study', () => {
  expect(() => wantedBy({ SeriesInstanceUID: '2' })).toThrow('StudyInstanceUID');
});
