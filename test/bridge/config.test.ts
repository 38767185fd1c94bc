import { describe, expect, test } from 'vitest';
import { parseAddress, parseConfig, parsePeer, parseSettings } from '../../bridge/config/config.ts';

const JWT = {
  jwks: 'keys.json',
  issuer: 'https://id.example',
  audience: 'webdimse',
  algorithms: ['ES256'],
  peers: '*',
  aeTitles: { claim: 'ae' },
};
const PEER = { name: 'PACS', aeTitle: 'ARCHIVE', host: '10.0.0.5', port: 104 };

describe('the configuration file', () => {
  test('may hold peers, host and ports', () => {
    const config = {
      host: '::1',
      port: 8080,
      pacsPort: 11112,
      publicUrl: 'https://pacs.example/dimse/',
      allowHosts: ['pacs', '10.0.0.5:8080', '[::1]:8080'],
      allowOrigins: ['https://portal.example', 'http://localhost:3000'],
      signIn: { tokens: 'tokens.json', jwt: { ...JWT, user: { claim: 'email' } } },
      peers: [
        PEER,
        { ...PEER, name: 'Safe', tls: true },
        { ...PEER, name: 'Pinned', tls: { ca: ['a.pem', 'b.pem'], fingerprint: 'AB:'.repeat(31) + 'AB' } },
        {
          ...PEER,
          name: 'Zweites PACS',
          timeouts: { associate: 10, 'move-progress': 0.5 },
          associations: 8,
          characterSet: 'ISO_IR 100',
          emptyCharacterSet: false,
        },
      ],
    };
    expect(parseConfig(JSON.stringify(config), 'c.json')).toEqual(config);
    expect(parseConfig('{}', 'c.json')).toEqual({ peers: [] });
    const padded = parseConfig(JSON.stringify({ peers: [{ ...PEER, aeTitle: ' ARCHIVE  ' }] }), 'c.json');
    expect(padded.peers[0]!.aeTitle).toBe('ARCHIVE');
  });

  test.each<[unknown, string]>([
    [{ colour: 1 }, 'c.json: unknown key colour'],
    [{ peers: [PEER, { ...PEER, name: 'B', tsl: true }] }, 'c.json: unknown key peers[1].tsl'],
    [{ peers: [{ ...PEER, tls: false }] }, 'c.json: peers[0].tls: expected true, not false'],
    [{ peers: [{ ...PEER, tls: { verify: false } }] }, 'c.json: unknown key peers[0].tls.verify'],
    [{ peers: [{ ...PEER, tls: { ca: 1 } }] }, 'c.json: peers[0].tls.ca: expected string, not 1'],
    [{ peers: [{ ...PEER, tls: { ca: [] } }] }, 'c.json: peers[0].tls.ca: no file is named'],
    [{ peers: [{ ...PEER, tls: { key: '' } }] }, 'c.json: peers[0].tls.key: the name of a file is empty'],
    [
      { peers: [{ ...PEER, tls: { minVersion: '1.1' } }] },
      'c.json: peers[0].tls.minVersion: the lowest version',
    ],
    [{ peers: [{ ...PEER, tls: { fingerprint: 'AB:CD' } }] }, 'c.json: peers[0].tls.fingerprint: a SHA-256'],
    [{ peers: [{ ...PEER, port: undefined }] }, 'c.json: peers[0].port is missing'],
    [{ peers: [{ ...PEER, port: '104' }] }, 'c.json: peers[0].port: expected number, not "104"'],
    [{ peers: [{ ...PEER, port: 65536 }] }, 'c.json: peers[0].port: a port is 1 to 65535'],
    [{ peers: [{ ...PEER, port: 1.5 }] }, 'c.json: peers[0].port: a port is a whole number'],
    [{ peers: [{ ...PEER, aeTitle: 'SEVENTEEN LETTERS' }] }, 'c.json: peers[0].aeTitle: an AE title has'],
    [{ peers: [{ ...PEER, aeTitle: 'A\\B' }] }, 'c.json: peers[0].aeTitle: an AE title has'],
    [{ peers: [{ ...PEER, aeTitle: '   ' }] }, 'c.json: peers[0].aeTitle: an AE title has'],
    [{ peers: [{ ...PEER, host: 'a b' }] }, 'c.json: peers[0].host: not a host name'],
    [{ peers: [{ ...PEER, name: '' }] }, 'c.json: peers[0].name: a name has'],
    [{ peers: [{ ...PEER, timeouts: { asociate: 10 } }] }, 'c.json: unknown key peers[0].timeouts.asociate'],
    [
      { peers: [{ ...PEER, timeouts: { associate: 0 } }] },
      'c.json: peers[0].timeouts.associate: a time is more than 0 s',
    ],
    [
      { peers: [{ ...PEER, timeouts: { release: '5' } }] },
      'c.json: peers[0].timeouts.release: expected number, not "5"',
    ],
    [{ peers: [{ ...PEER, associations: 0 }] }, 'c.json: peers[0].associations: associations are 1 to 8'],
    [{ peers: [{ ...PEER, associations: 2.5 }] }, 'c.json: peers[0].associations: associations are 1 to 8'],
    [{ peers: [{ ...PEER, characterSet: 'latin1!' }] }, 'c.json: peers[0].characterSet: not the terms'],
    [
      { peers: [{ ...PEER, emptyCharacterSet: 'no' }] },
      'c.json: peers[0].emptyCharacterSet: expected boolean',
    ],
    [{ peers: [PEER, PEER] }, 'c.json: peers[1].name: "PACS" is the name of another peer'],
    [{ peers: {} }, 'c.json: peers: expected Array, not Object'],
    [{ host: 'a b' }, 'c.json: host: not a host name'],
    [{ publicUrl: 'pacs.example' }, 'c.json: publicUrl: not an http or https URL'],
    [{ publicUrl: 'https://anna:secret@pacs.example/' }, 'c.json: publicUrl: not an http or https URL'],
    [{ metricsUsers: ['prometheus'] }, 'c.json: metricsUsers: needs signIn'],
    [{ dicomPort: 104, pools: {} }, 'c.json: pools: no pool is named'],
    [{ dicomPort: 104, pools: { constructor: ['A'], b: ['B'] } }, 'c.json: pools: a pool is not called'],
    [{ dicomPort: 104, pools: { page: 'A' } }, 'c.json: pools.page: expected Array'],
    [{ dicomPort: 104, pools: ['A'] }, 'c.json: pools.0: expected Array'],
    [{ allowHosts: ['http://pacs.example'] }, 'c.json: allowHosts[0]: not a value of Host'],
    [{ allowOrigins: ['https://portal.example/'] }, 'c.json: allowOrigins[0]: not an origin'],
    [{ allowOrigins: ['*'] }, 'c.json: allowOrigins[0]: not an origin'],
    [{ signIn: {} }, 'c.json: signIn: name tokens, jwt or both'],
    [
      { signIn: { jwt: { ...JWT, algorithms: ['HS256'] } } },
      'c.json: signIn.jwt.algorithms[0]: an algorithm is one of RS256',
    ],
    [{ signIn: { jwt: { ...JWT, audience: undefined } } }, 'c.json: signIn.jwt.audience is missing'],
    [{ signIn: { jwt: { ...JWT, peers: 'all' } } }, 'c.json: signIn.jwt.peers: expected {"claim": NAME}'],
    [[], 'c.json: expected Object, not Array'],
  ])('%j is refused', (config, message) => {
    expect(() => parseConfig(JSON.stringify(config), 'c.json')).toThrowError(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
    );
  });

  test('what is not JSON is said to be none', () => {
    expect(() => parseConfig('{peers}', 'c.json')).toThrowError(/c\.json is not JSON/);
  });
});

test('what a bridge says of a peer beside its address is looked at before it is used', () => {
  const settings = { associations: 2, characterSet: '\\ISO 2022 IR 87', timeouts: { connect: 1 } };
  expect(parseSettings({ ...PEER, ...settings }, 'the bridge')).toEqual(settings);
  expect(() => parseSettings({ associations: 999 }, 'the bridge')).toThrowError(
    expect.objectContaining({ code: 'USAGE', message: 'the bridge: associations: associations are 1 to 8' }),
  );
});

describe('a peer as it is typed', () => {
  test.each([
    ['PACS=ARCHIVE@10.0.0.5:104', PEER],
    ['a b=X Y@pacs.example:1', { name: 'a b', aeTitle: 'X Y', host: 'pacs.example', port: 1 }],
    ['V6=A@[::1]:11112', { name: 'V6', aeTitle: 'A', host: '::1', port: 11112 }],
    ['AT=A@B=C@h:65535', { name: 'AT', aeTitle: 'A@B=C', host: 'h', port: 65535 }],
  ])('%s', (text, peer) => {
    expect(parsePeer(text)).toEqual(peer);
  });

  test.each([
    '',
    'PACS',
    '=A@h:1',
    'P=A@h',
    'P=A@h:',
    'P=A@h:0',
    'P=A@h:65536',
    'P=A@h:1e3',
    'P=@h:1',
    'P=A@:1',
    'P=A@::1:104',
    'P=A@[::1:104',
    'P=A@[h]x:104',
    'P=SEVENTEEN LETTERS@h:1',
  ])('%j is refused', (text) => {
    expect(() => parsePeer(text)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });

  test('an address without a name', () => {
    expect(parseAddress('ARCHIVE@10.0.0.5:104')).toEqual({ aeTitle: 'ARCHIVE', host: '10.0.0.5', port: 104 });
    expect(() => parseAddress('10.0.0.5:104')).toThrowError(/AET@host:port/);
  });
});
