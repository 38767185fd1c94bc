/** What can happen in a conversation: each act is small, and follows from its name and its seed alone. */
import type { Bytes } from '../../core/bytes/index.ts';
import { fromLatin1 } from '../../core/bytes/index.ts';
import { writeDataSet } from '../../core/data/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { AssociateRQ } from '../../core/pdu/index.ts';
import { QUERY_RETRIEVE, STORAGE_COMMITMENT } from '../../core/service/index.ts';
import { actionInformation } from '../../core/service/commitment-data.ts';
import type { Random } from '../support/random.ts';
import { turns } from '../support/streams.ts';
import type { Actor } from './actor.ts';
import type { Ours } from './local.ts';
import { commitmentOf } from './negotiable.ts';
import { KEYS, keysFrom, QUERIES, SAMPLES } from './samples.ts';
import type { Stage } from './stage.ts';
import { bytesOf, odd, releasing, speech, spoiled } from './utterance.ts';
import type { Utterance } from './utterance.ts';

type Act = (stage: Stage, random: Random, ours: Ours) => void | Promise<void>;

/** Makes an act of something that one of the peers does: as a rule the one that came last. */
function byPeer(act: (actor: Actor, random: Random, stage: Stage) => void | Promise<void>): Act {
  return (stage, random) => {
    const open = stage.actors.filter(({ closed }) => !closed);
    const actor = random.int(4) > 0 ? open.at(-1) : random.pick(open);
    return actor && act(actor, random, stage);
  };
}

/** What is right to say now, else something of its own accord. */
const turn = (actor: Actor, random: Random): Utterance => actor.next(random) ?? initiative(actor, random);

const ACTS: Readonly<Record<string, Act>> = {
  async 'the peers answer'(stage, random) {
    for (let rounds = 1 + random.int(12); rounds > 0; rounds--) {
      if (!answerAll(stage, random)) return;
      await turns(1);
    }
  },
  'a peer answers': byPeer((actor, random) => {
    const utterance = actor.next(random);
    if (utterance) actor.speak(utterance, random);
  }),
  'a peer asks': byPeer((actor, random) => {
    if (actor.options.fair && actor.waits) return;
    actor.speak(initiative(actor, random), random);
  }),
  'a peer says something odd': byPeer((actor, random) =>
    actor.speak(odd(turn(actor, random), random), random),
  ),
  'a peer says something spoiled': byPeer((actor, random) =>
    actor.speak(turn(actor, random), random, (bytes) => spoiled(bytes, random)),
  ),
  'a peer says anything': byPeer((actor, random) =>
    actor.speak(random.pick(ANYTHING)(actor, random), random),
  ),
  'a peer releases': byPeer((actor, random) => actor.speak(releasing(), random)),
  'a peer says it again': byPeer((actor, random) => actor.again(random)),
  'a peer says half': byPeer((actor, random) => {
    const { what, say } = turn(actor, random);
    const bytes = bytesOf({ what, say }, random);
    const half = random.int(bytes.length);
    actor.send(bytes.slice(0, half), `the beginning of ${what}`);
    actor.held = random.int(4) > 0 ? bytes.slice(half) : undefined;
  }),
  'a peer trickles': byPeer(async (actor, random, stage) => {
    const { what, say } = turn(actor, random);
    actor.held = bytesOf({ what, say }, random);
    stage.log.push(`${actor.options.label} trickles ${what}`);
    const pause = random.pick([0, 1, 10_000, 40_000]);
    for (let pieces = random.int(12); pieces > 0 && actor.held; pieces--) {
      actor.trickle(1 + random.int(8));
      if (pause > 0) await stage.clock.advance(pause);
      else await turns(1);
    }
  }),
  'a peer speaks two at once': byPeer((actor, random) => {
    const said = [turn(actor, random), turn(actor, random)];
    for (const utterance of said) actor.speak(utterance, random);
  }),
  'a peer stops reading': byPeer((actor, _, stage) => {
    stage.log.push(`${actor.options.label} stops reading`);
    actor.stopReading();
  }),
  'a peer reads on': byPeer((actor) => actor.readOn()),
  'a peer closes': byPeer((actor, _, stage) => {
    stage.log.push(`${actor.options.label} closes`);
    actor.close();
  }),
  'a peer is cut off': byPeer((actor, _, stage) => {
    stage.log.push(`${actor.options.label} is cut off`);
    actor.cut();
  }),
  async 'time passes'(stage, random) {
    const time = random.pick([1, 100, 2000, 5000, 10_000, 30_000, 59_000, 60_000, 300_000]);
    stage.log.push(`${time / 1000} s pass`);
    await stage.clock.advance(time);
  },
  'our side acts'(stage, random, { acts }) {
    const [what, act] = random.pick(Object.entries(acts));
    stage.log.push(`our side: ${what}`);
    act(random);
  },
};

export type ActName = keyof typeof ACTS;

/** How often each comes in conversations of both kinds; what is not named may not come in a fair one. */
const FAIR: Readonly<Record<string, number>> = { 'the peers answer': 2, 'a peer asks': 1 };
const FOUL: Readonly<Record<string, number>> = {
  'the peers answer': 34,
  'a peer answers': 12,
  'a peer asks': 12,
  'a peer says something odd': 8,
  'a peer says something spoiled': 6,
  'a peer says anything': 5,
  'a peer releases': 3,
  'a peer says it again': 2,
  'a peer says half': 3,
  'a peer trickles': 2,
  'a peer speaks two at once': 3,
  'a peer stops reading': 2,
  'a peer reads on': 2,
  'a peer closes': 1,
  'a peer is cut off': 1,
  'time passes': 4,
  'our side acts': 7,
};

/** The names of acts, each as many times as it shall come among the others. */
export const BAG: Readonly<Record<'fair' | 'foul', readonly string[]>> = { fair: bag(FAIR), foul: bag(FOUL) };

function bag(often: Readonly<Record<string, number>>): string[] {
  return Object.entries(often).flatMap(([name, times]) => Array<string>(times).fill(name));
}

export async function perform(name: string, stage: Stage, random: Random, ours: Ours): Promise<void> {
  await ACTS[name]!(stage, random, ours);
  await turns(1);
}

/** Every peer says what is right to say now. Returns whether any did. */
export function answerAll(stage: Stage, random: Random): boolean {
  let any = false;
  for (const actor of stage.actors) {
    const utterance = actor.closed ? undefined : actor.next(random);
    if (utterance === undefined) continue;
    actor.speak(utterance, random);
    any = true;
  }
  return any;
}

/** What a peer asks where it has the initiative: an association first. */
function initiative(actor: Actor, random: Random): Utterance {
  if (!actor.associated && (actor.options.fair || random.int(8) > 0)) return actor.request(random);
  return random.pick(REQUESTS)(actor, random);
}

type Saying = (actor: Actor, random: Random) => Utterance;

const CT_IMAGE = SAMPLES[0]!.info.sopClassUID;
const WORKLIST = '1.2.840.10008.5.1.4.31';

function identified(name: 'C-FIND-RQ' | 'C-GET-RQ' | 'C-MOVE-RQ'): Saying {
  return (actor, random) => {
    const { FIND, GET, MOVE } = QUERY_RETRIEVE.STUDY;
    const abstractSyntax = { 'C-FIND-RQ': FIND, 'C-GET-RQ': GET, 'C-MOVE-RQ': MOVE }[name];
    const contextId = actor.contextOf(abstractSyntax);
    const [, QueryRetrieveLevel, keys] = keysFrom(
      name === 'C-FIND-RQ' ? QUERIES : KEYS,
      random,
      actor.options.fair,
    );
    return speech(
      contextId,
      name,
      {
        MessageID: actor.nextMessageId(),
        AffectedSOPClassUID: abstractSyntax,
        Priority: 0,
        ...(name === 'C-MOVE-RQ' && { MoveDestination: 'THERE' }),
      },
      writeDataSet({ ...keys, ...dataSet({ QueryRetrieveLevel }) }, syntaxOf(actor, contextId)),
    );
  };
}

const syntaxOf = (actor: Actor, contextId: number): string =>
  actor.contexts.get(contextId)?.transferSyntax ?? '1.2.840.10008.1.2';

const REQUESTS: readonly Saying[] = [
  (actor) =>
    speech(actor.contextOf('1.2.840.10008.1.1'), 'C-ECHO-RQ', {
      MessageID: actor.nextMessageId(),
      AffectedSOPClassUID: '1.2.840.10008.1.1',
    }),
  identified('C-FIND-RQ'),
  identified('C-GET-RQ'),
  identified('C-MOVE-RQ'),
  storing,
  storing,
  (actor) => {
    const contextId = actor.contextOf(WORKLIST);
    const fields = { MessageID: actor.nextMessageId(), AffectedSOPClassUID: WORKLIST, Priority: 0 };
    return speech(
      contextId,
      'C-FIND-RQ',
      fields,
      writeDataSet(dataSet({ PatientName: '' }), syntaxOf(actor, contextId)),
    );
  },
  committing,
  releasing,
];

function committing(actor: Actor, random: Random): Utterance {
  const contextId = actor.contextOf(STORAGE_COMMITMENT);
  const fields = {
    MessageID: actor.nextMessageId(),
    RequestedSOPClassUID: STORAGE_COMMITMENT,
    RequestedSOPInstanceUID: '1.2.840.10008.1.20.1.1',
    ActionTypeID: 1,
  };
  return speech(
    contextId,
    'N-ACTION-RQ',
    fields,
    actionInformation(commitmentOf(random), syntaxOf(actor, contextId)),
  );
}

function storing(actor: Actor, random: Random): Utterance {
  const { info, bytes } = random.pick(SAMPLES);
  return speech(
    actor.contextOf(CT_IMAGE),
    'C-STORE-RQ',
    {
      MessageID: actor.nextMessageId(),
      AffectedSOPClassUID: CT_IMAGE,
      AffectedSOPInstanceUID: `${info.sopInstanceUID}.${random.int(3)}`,
      Priority: 0,
    },
    bytes,
  );
}

const noise =
  (what: string, bytes: Bytes): Saying =>
  () => ({ what, say: bytes });

/** Legal by itself, and out of place as a rule. */
const ANYTHING: readonly Saying[] = [
  ...REQUESTS,
  (actor, random) => actor.request(random),
  (actor, random) => {
    const request = actor.request(random).say as AssociateRQ;
    const { userIdentity: _, ...userInformation } = request.userInformation;
    const pdu = {
      ...request,
      userInformation,
      type: 'A-ASSOCIATE-AC',
      contexts: [{ id: 1, result: 0, transferSyntax: '1.2.840.10008.1.2' }],
    };
    return { what: 'A-ASSOCIATE-AC of one context', say: pdu as Utterance['say'] };
  },
  () => ({ what: 'A-ASSOCIATE-RJ', say: { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 } }),
  releasing,
  releasing,
  () => ({ what: 'A-RELEASE-RP', say: { type: 'A-RELEASE-RP' } }),
  () => ({ what: 'A-ABORT', say: { type: 'A-ABORT', source: 0, reason: 0 } }),
  () => ({ what: 'A-ABORT by the provider', say: { type: 'A-ABORT', source: 2, reason: 1 } }),
  (_, random) => speech(1 + 2 * random.int(6), 'C-CANCEL-RQ', { MessageIDBeingRespondedTo: random.int(4) }),
  (_, random) =>
    speech(1 + 2 * random.int(6), 'C-STORE-RSP', { MessageIDBeingRespondedTo: random.int(4), Status: 0 }),
  (_, random) =>
    speech(1 + 2 * random.int(6), 'C-FIND-RSP', { MessageIDBeingRespondedTo: random.int(4), Status: 0xff00 }),
  (_, random) =>
    speech(1 + 2 * random.int(6), 'C-GET-RSP', { MessageIDBeingRespondedTo: random.int(4), Status: 0xff00 }),
  (actor) =>
    speech(1, 'N-EVENT-REPORT-RQ', {
      MessageID: actor.nextMessageId(),
      AffectedSOPClassUID: STORAGE_COMMITMENT,
      AffectedSOPInstanceUID: '1.2.840.10008.1.20.1.1',
      EventTypeID: 1,
    }),
  noise('HTTP', fromLatin1('HTTP/1.1 400 Bad Request\r\n\r\n')),
  noise('a TLS hello', Uint8Array.of(0x16, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3, 1, 2, 3)),
  noise('SSH', fromLatin1('SSH-2.0-OpenSSH_9.2\r\n')),
  (_, random) => ({ what: 'noise', say: random.bytes(1 + random.int(40)) }),
  noise('a huge length', Uint8Array.of(4, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0)),
];
