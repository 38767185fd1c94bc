/** Every limit of the bridge with its default, what comes of going beyond it, and why it is there. */

/**
 * `usual` is in `unit`: seconds, bytes, or a number of things; `beyond` is a close code, an HTTP status or words. A test
 * holds the table of the README to this one.
 */
export const LIMITS = {
  connections: { usual: 200, unit: '', beyond: '4429', why: 'tunnels at once, over all users' },
  connectionsPerUser: {
    usual: 16,
    unit: '',
    beyond: '4429',
    why: 'tunnels of one user, where users sign in',
  },
  connectionsPerPeer: {
    usual: 64,
    unit: '',
    beyond: '4429',
    why: 'tunnels to one peer: servers have few associations to give',
  },
  connectionsPerPeerAndUser: {
    usual: 8,
    unit: '',
    beyond: '4429',
    why: 'tunnels of one user to one peer: a page needs four for a transfer and one for its queries',
  },
  opensPerMinute: { usual: 300, unit: '', beyond: '4429', why: 'tunnels that one user may open in a minute' },
  webSockets: { usual: 400, unit: '', beyond: 'HTTP 503', why: 'WebSockets of any kind' },
  sockets: { usual: 1000, unit: '', beyond: 'closed', why: 'TCP connections of pages and programs' },
  tickets: { usual: 32, unit: '', beyond: 'HTTP 429', why: 'tickets of one user that are not used yet' },
  ticketLifetime: { usual: 30, unit: 's', beyond: '4401', why: 'how long a ticket is good for' },
  reviewInterval: {
    usual: 30,
    unit: 's',
    beyond: '4401, 4403',
    why: 'how often what was authorised is looked at again: sign-ins end while tunnels are open',
  },
  headerBytes: { usual: 16384, unit: 'bytes', beyond: 'HTTP 431', why: 'header lines of a request' },
  headerTime: { usual: 10, unit: 's', beyond: 'HTTP 408', why: 'how long they may take' },
  bodyTime: { usual: 10, unit: 's', beyond: 'HTTP 408', why: 'how long a whole request may take' },
  helloTime: { usual: 10, unit: 's', beyond: '4400', why: 'how long the first message of a page may take' },
  connectTime: { usual: 10, unit: 's', beyond: '4408', why: 'how long connecting to a peer may take' },
  requestTime: {
    usual: 10,
    unit: 's',
    beyond: '4504',
    why: 'how long the A-ASSOCIATE-RQ of a page may take once its peer is connected',
  },
  idleTime: {
    usual: 600,
    unit: 's',
    beyond: '4504',
    why: 'without a byte either way; associations may be quiet, and keep a place at their peer',
  },
  pageStuckTime: {
    usual: 60,
    unit: 's',
    beyond: '4429',
    why: 'bytes wait for a page that takes none of them; without a code where they are an answer of HTTP',
  },
  peerStuckTime: {
    usual: 60,
    unit: 's',
    beyond: '4504',
    why: 'bytes wait for a peer that takes none of them',
  },
  pingInterval: {
    usual: 30,
    unit: 's',
    beyond: 'TCP reset',
    why: 'how often a WebSocket is pinged: a page whose machine went away closes nothing',
  },
  missedPings: {
    usual: 2,
    unit: '',
    beyond: 'TCP reset',
    why: 'pings without a sign of life before it is cut off',
  },
  drainTime: { usual: 30, unit: 's', beyond: '4503', why: 'how long open tunnels may go on after SIGTERM' },
  callers: {
    usual: 256,
    unit: '',
    beyond: 'closed',
    why: 'callers at the DICOM port that have not got to a page: they wait for it, or are being turned away',
  },
  peeks: {
    usual: 64,
    unit: '',
    beyond: 'closed',
    why: 'those of them that have not said yet whom they call',
  },
  peeksPerSource: { usual: 8, unit: '', beyond: 'closed', why: 'those of one address' },
  peekTime: {
    usual: 5,
    unit: 's',
    beyond: 'closed',
    why: 'how long the head of their A-ASSOCIATE-RQ may take',
  },
  leases: { usual: 64, unit: '', beyond: '4429', why: 'AE titles leased at once, over all users' },
  leasesPerUser: { usual: 2, unit: '', beyond: '4429', why: 'AE titles of one user, where users sign in' },
  leaseGrace: {
    usual: 10,
    unit: 's',
    beyond: 'lease ends',
    why: 'how long a title stays with a page that went away without a word',
  },
  callersPerLease: {
    usual: 8,
    unit: '',
    beyond: 'RJ 2/3/2',
    why: 'callers of one title that wait for its page',
  },
  claimTime: {
    usual: 9.5,
    unit: 's',
    beyond: 'RJ 2/3/2',
    why: 'how long a caller waits for the page, and its ticket lasts: below the 10 s we promise',
  },
} as const;

/** Times are in milliseconds here. */
export type BridgeLimits = { readonly [Name in keyof typeof LIMITS]: number };

/** As a limit is configured: in seconds where it is a time. */
export function fromUnit(name: keyof BridgeLimits, value: number): number {
  return LIMITS[name].unit === 's' ? value * 1000 : value;
}

export const LIMIT_NAMES: readonly (keyof BridgeLimits)[] = Object.keys(LIMITS) as (keyof BridgeLimits)[];

export const DEFAULT_BRIDGE_LIMITS: BridgeLimits = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, fromUnit(name, LIMITS[name].usual)]),
) as BridgeLimits;
