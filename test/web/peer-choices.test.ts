import { beforeEach, describe, expect, test } from 'vitest';
import { PeerChoices, typedSeconds } from '../../web/state/peer-choices.svelte.ts';

const PACS = { name: 'Mine', aeTitle: 'ARCHIVE', host: '10.0.0.5', port: 104 };

let kept: Map<string, string>;
const store = () => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
});
let choices: PeerChoices;
beforeEach(() => {
  kept = new Map();
  choices = new PeerChoices(store());
});

describe('choices for a peer', () => {
  test('are kept, and go when they are emptied', () => {
    choices.choose('MAIN', { callingAETitle: 'STATION1', associations: 2 });
    choices.choose('MAIN', { characterSet: 'ISO_IR 100' });
    expect(new PeerChoices(store()).of('MAIN')).toEqual({
      callingAETitle: 'STATION1',
      associations: 2,
      characterSet: 'ISO_IR 100',
    });
    choices.choose('MAIN', { callingAETitle: '', associations: undefined, characterSet: '' });
    expect(new PeerChoices(store()).of('MAIN')).toEqual({});
    expect(kept.get('webdimse.peers')).not.toContain('MAIN');
  });

  test.each([
    [{ callingAETitle: 'LONGER THAN SIXTEEN' }],
    [{ aeTitle: 'A\\B' }],
    [{ associations: 0 }],
    [{ associations: 1.5 }],
    [{ associations: 17 }],
    [{ characterSet: 'x'.repeat(256) }],
    [{ timeouts: { connect: 0, associate: 86_401, response: -1, progress: NaN, release: 5 } }],
  ])('that cannot be are not taken: %j', (choice) => {
    choices.choose('MAIN', choice);
    expect(choices.of('MAIN')).toEqual({});
  });
});

describe('how long to wait', () => {
  test('is kept phase by phase', () => {
    choices.choose('MAIN', { timeouts: { connect: 2, 'move-progress': 0.5 } });
    expect(new PeerChoices(store()).of('MAIN')).toEqual({ timeouts: { connect: 2, 'move-progress': 0.5 } });
    choices.choose('MAIN', { timeouts: { connect: undefined } });
    expect(new PeerChoices(store()).of('MAIN')).toEqual({});
  });

  test.each([
    ['30', 30],
    [' 0.5 ', 0.5],
    ['2,5', 2.5],
    ['', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['86401', undefined],
    ['soon', undefined],
  ])('%j is %s seconds', (typed, seconds) => expect(typedSeconds(typed)).toBe(seconds));
});

describe('peers of this page', () => {
  test('are kept, replaced by name, and removed with their choices', () => {
    choices.add(PACS);
    choices.add({ ...PACS, port: 11112 });
    choices.choose('Mine', { callingAETitle: 'ME' });
    expect(new PeerChoices(store()).own).toEqual([{ ...PACS, port: 11112 }]);
    choices.remove('Mine');
    const again = new PeerChoices(store());
    expect(again.own).toEqual([]);
    expect(again.of('Mine')).toEqual({});
  });

  test('go into a file and come out of it', () => {
    choices.add(PACS);
    choices.choose('MAIN', { callingAETitle: 'ME' });
    kept = new Map();
    const other = new PeerChoices(store());
    other.add({ ...PACS, host: 'elsewhere' });
    expect(other.import(choices.exported())).toEqual({ peers: 1, choices: 1 });
    expect(other.own).toEqual([PACS]);
    expect(new PeerChoices(store()).of('MAIN')).toEqual({ callingAETitle: 'ME' });
  });
});

describe('what others wrote', () => {
  test.each(['', 'no JSON', '[]', 'null', '{"peers":[]}', '{"webdimsePeers":2}'])(
    '%j is no such file',
    (text) => {
      expect(choices.import(text)).toBeUndefined();
    },
  );

  test('is taken as far as it can be used', () => {
    const peers = [
      PACS,
      { ...PACS, port: 0 },
      { ...PACS, aeTitle: '\u0007' },
      { ...PACS, host: 7 },
      null,
      'x',
      PACS,
    ];
    const file = { webdimsePeers: 1, peers, choices: { MAIN: { associations: 4, own: 'else' }, NONE: null } };
    expect(choices.import(JSON.stringify(file))).toEqual({ peers: 1, choices: 2 });
    expect(choices.own).toEqual([PACS]);
    expect(choices.of('MAIN')).toEqual({ associations: 4 });
  });

  test('names such as __proto__ change nothing', () => {
    choices.import(
      '{"webdimsePeers":1,"choices":{"__proto__":{"associations":2},"constructor":{"associations":3}}}',
    );
    expect(choices.of('toString')).toEqual({});
    expect(({} as { associations?: number }).associations).toBeUndefined();
  });

  test('never has more than a person would type', () => {
    const peers = Array.from({ length: 1000 }, (_, i) => ({ ...PACS, name: `P${i}` }));
    choices.import(JSON.stringify({ webdimsePeers: 1, peers }));
    expect(choices.own).toHaveLength(200);
  });

  test('a browser that keeps nothing is no fault', () => {
    const blocked = {
      getItem: (): string => {
        throw new Error('blocked');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    const those = new PeerChoices(blocked);
    those.add(PACS);
    expect(those.own).toEqual([PACS]);
  });
});
