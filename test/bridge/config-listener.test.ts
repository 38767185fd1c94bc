/** How pages are called, as it is configured and typed. */
import { expect, test } from 'vitest';
import { listenerOf } from '../../bridge/config/listener.ts';
import { parseConfig } from '../../bridge/config/config.ts';

const CONFIG = {
  dicomPort: 11114,
  dicomHost: '0.0.0.0',
  pools: { viewers: ['WEB01', ' WEB 02 '], archive: ['IN'] },
  allowSource: ['10.0.0.0/24', 'fd00::5'],
};

test('a configuration may say all of it', () => {
  const { peers, ...read } = parseConfig(JSON.stringify(CONFIG), 'file');
  expect(read).toEqual({ ...CONFIG, pools: { viewers: ['WEB01', 'WEB 02'], archive: ['IN'] } });
  expect(peers).toEqual([]);
  expect(listenerOf(read, '127.0.0.1')).toEqual({
    host: '0.0.0.0',
    port: 11114,
    pools: read.pools,
    allowSource: CONFIG.allowSource,
  });
});

test('the port alone is enough: sixteen titles, this machine, nobody but the peers', () => {
  const listener = listenerOf({ dicomPort: 0 }, '127.0.0.1');
  expect(listener).toMatchObject({ host: '127.0.0.1', port: 0, allowSource: [] });
  expect(listener?.pools['page']).toHaveLength(16);
  expect([listener?.pools['page']?.at(0), listener?.pools['page']?.at(-1)]).toEqual(['WEB01', 'WEB16']);
});

test('without the port there is none, and what belongs to it is a mistake', () => {
  expect(listenerOf({}, '127.0.0.1')).toBeUndefined();
  for (const more of [{ dicomHost: '::1' }, { pools: { a: ['A'] } }, { allowSource: ['10.0.0.0/8'] }]) {
    expect(() => listenerOf(more, '127.0.0.1')).toThrowError(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(Object.keys(more)[0]!) }),
    );
  }
});

test.each([
  [{ dicomPort: 0 }, 'file: dicomPort: a port is 1 to 65535'],
  [{ dicomHost: 'a b' }, 'file: dicomHost: not a host name or an IP address'],
  [{ pools: { viewers: [] } }, 'file: pools.viewers: a pool has at least one AE title'],
  [{ pools: { viewers: ['A\\B'] } }, 'file: pools.viewers[0]: an AE title has'],
  [{ pools: { viewers: ['A', 'A '] } }, 'file: pools.viewers: an AE title stands there twice'],
  [{ pools: { 'a=b': ['A'] } }, 'file: pools.a=b: a name has'],
  [{ allowSource: ['10.0.0.5/24'] }, 'file: allowSource[0]: not a network'],
  [{ allowSource: ['10.0.0.0/33'] }, 'file: allowSource[0]: not a network'],
  [{ allowSource: ['pacs.example'] }, 'file: allowSource[0]: not a network'],
  [{ allowSource: '10.0.0.0/8' }, 'file: allowSource: expected Array'],
])('%j is a mistake', (config, message) => {
  expect(() => parseConfig(JSON.stringify(config), 'file')).toThrowError(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
  );
});
