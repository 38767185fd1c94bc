/** What the commands that call a peer share: flags, the way to the peer, how an operation is reported. */
import { hexNumber } from '../../core/bytes/index.ts';
import { deadlinesOf } from '../../core/service/index.ts';
import type { Model, SubOperations } from '../../core/service/index.ts';
import type { PeerAddress } from '../../core/peer/index.ts';
import type { Peer, PeerSettings } from '../../core/transport/index.ts';
import { settingsOf } from '../../core/transport/index.ts';
import { parseAddress, parseSettings } from '../config/config.ts';
import { tcpDialer } from '../node/index.ts';
import type { CallablePeer } from '../dial/dial.ts';
import { associationsOf } from './associations.ts';
import { characterSetOf } from './character-sets.ts';
import type { Call } from './command.ts';
import type { FlagTable, Flags } from './flags.ts';
import { usage } from './flags.ts';
import { PEER_FLAGS, aeTitle, configOf } from './peers.ts';
import { extendedOf, watchNegotiation } from './extended.ts';
import { SYNTAX_FLAGS, syntaxesOf } from './syntaxes.ts';
import { TIMEOUT_FLAGS, timeoutsOf } from './timeouts.ts';
import { TLS_FLAGS, tlsClientOf, withoutTls } from './tls.ts';
import { USER_FLAGS, isLoopback, userOf, warnOfPlainText } from './user.ts';
import type { Bridge } from './via.ts';
import { VIA_FLAGS, bridgeOf, dialerThrough, peersOfBridge, warnOfToken } from './via.ts';

/** Our AE title where none is given. */
export const CALLING_AE_TITLE = 'WEBSCU';

export const SCU_FLAGS: FlagTable = {
  calling: { value: 'AET', help: `our AE title, ${CALLING_AE_TITLE} by default` },
  'max-pdu': { value: 'BYTES', help: 'the maximum length we offer, 131072 by default' },
  ...VIA_FLAGS,
  ...SYNTAX_FLAGS,
  ...USER_FLAGS,
  ...TIMEOUT_FLAGS,
  ...TLS_FLAGS,
  ...PEER_FLAGS,
};

/** The peer that the first word names. @throws DicomError USAGE; ConnectionError where the bridge is not there. */
export async function peerOf(call: Call): Promise<PeerAddress> {
  const { flags, sink } = call;
  const word = flags.words[0];
  if (word === undefined) throw usage('which peer? Write AET@host:port or a name');
  const maximumLength = flags.int('max-pdu', 4096, 0x7fffffff);
  const via = await bridgeOf(flags);
  if (via !== undefined) await warnOfToken(call, via);
  const timeouts = timeoutsOf(flags);
  const characterSet = characterSetOf(flags);
  const transferSyntaxes = syntaxesOf(call);
  const associations = associationsOf(flags);
  const extended = extendedOf(flags);
  const userIdentity = await userOf(call);
  const { settings, host, ...way } =
    via === undefined ? await direct(call, word) : await throughBridge(call, via, word);
  warnOfPlainText(call, userIdentity, host);
  return {
    ...way,
    ...(extended && { extended }),
    ...(userIdentity && { userIdentity }),
    ...watchNegotiation(call, { ...way, extended, userIdentity }),
    ...overridden(settings, { timeouts, associations, characterSet }),
    ...(transferSyntaxes && { transferSyntaxes }),
    callingAETitle: aeTitle(flags.text('calling') ?? CALLING_AE_TITLE, '--calling'),
    ...(maximumLength === undefined ? {} : { maximumLength }),
    ...(sink === undefined ? {} : { sink }),
  };
}

type Way = Pick<PeerAddress, 'dialer' | 'target' | 'aeTitle'> & {
  /** What the configuration says of it. */
  readonly settings: PeerSettings;
  /** The first machine beside this one that gets what we send unencrypted; undefined where TLS goes all the way. */
  readonly host: string | undefined;
};

/** The peer's settings, with what was typed in their place. */
function overridden(
  settings: PeerSettings,
  typed: PeerSettings,
): Pick<PeerAddress, 'deadlines' | 'associations' | 'characterSet' | 'emptyCharacterSet'> {
  const timeouts = { ...settings.timeouts, ...typed.timeouts };
  const { associations, characterSet, emptyCharacterSet } = { ...settingsOf(settings), ...settingsOf(typed) };
  return {
    deadlines: deadlinesOf(timeouts),
    ...(associations !== undefined && { associations }),
    ...(characterSet !== undefined && { characterSet }),
    ...(emptyCharacterSet !== undefined && { emptyCharacterSet }),
  };
}

async function direct(call: Call, word: string): Promise<Way> {
  const { peers } = await configOf(call.flags, call.output);
  const named = peers.find(({ name }) => name === word);
  if (named === undefined && !word.includes('@')) throw unknownPeer(word, peers, 'write AET@host:port');
  const {
    aeTitle: title,
    host,
    port,
    tls: own,
    ...settings
  }: Omit<CallablePeer, 'name'> = named ?? parseAddress(word);
  const tls = (await tlsClientOf(call)) ?? own;
  return {
    dialer: tcpDialer({ tls: () => tls }),
    target: { host, port },
    aeTitle: title,
    settings,
    host: tls === undefined ? host : undefined,
  };
}

async function throughBridge(call: Call, bridge: Bridge, word: string): Promise<Way> {
  withoutTls(call.flags, 'through a bridge the TLS settings of the bridge count');
  const peers = await peersOfBridge(bridge);
  const named = peers.find(({ name }) => name === word);
  if (named === undefined && word.includes('@')) return throughBridgeTo(bridge, word);
  if (named === undefined)
    throw unknownPeer(word, peers, 'or write AET@host:port where the bridge allows it');
  const settings = parseSettings(named, `the settings that the bridge gives for ${word}`);
  const way = { dialer: await dialerThrough(bridge), target: { peer: named.name }, aeTitle: named.aeTitle };
  return { ...way, settings, host: firstInTheClear(bridge, named.host) };
}

/** An address of which the bridge has no name. */
async function throughBridgeTo(bridge: Bridge, word: string): Promise<Way> {
  const { aeTitle: title, host, port } = parseAddress(word);
  const way = { dialer: await dialerThrough(bridge), target: { host, port }, aeTitle: title };
  return { ...way, settings: {}, host: firstInTheClear(bridge, host) };
}

function firstInTheClear({ base }: Bridge, host: string): string {
  return base.protocol === 'ws:' && !isLoopback(base.hostname) ? base.hostname : host;
}

function unknownPeer(word: string, peers: readonly Peer[], otherwise: string): Error {
  const names = peers.map(({ name }) => name).join(', ');
  return usage(
    `no peer is named "${word}"; ${names === '' ? 'no names are known' : `known: ${names}`}; ${otherwise}`,
  );
}

/** The counters of a progress or final response, for programs; null where the peer did not tell. */
export function counters(step: SubOperations): Record<keyof SubOperations, number | null> {
  const { remaining, completed, failed, warning } = step;
  return {
    remaining: remaining ?? null,
    completed: completed ?? null,
    failed: failed ?? null,
    warning: warning ?? null,
  };
}

/** A status as programs read it: `A801`. */
export function statusCode(status: number): string {
  return hexNumber(status, 4);
}

/** Information models as they are typed. */
const MODELS = {
  patient: 'PATIENT',
  study: 'STUDY',
  'patient-study': 'PATIENT/STUDY ONLY',
} as const satisfies Record<string, Model>;

/** Of `--model`. */
export const MODEL_CHOICES: string = Object.keys(MODELS).join('|');

/** The information model of `--model`. */
export function modelOf(flags: Flags, otherwise: Model): Model {
  const choice = flags.choice('model', Object.keys(MODELS) as (keyof typeof MODELS)[]);
  return choice === undefined ? otherwise : MODELS[choice];
}
