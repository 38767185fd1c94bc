/** Our side as requestor that leaves its associations to `core/peer`. */
import { dataSet } from '../../core/data/index.ts';
import { commit, echo, get, move, query, send, worklist } from '../../core/peer/index.ts';
import type {
  CommitOutcome,
  PeerAddress,
  Receiver,
  RetrieveReport,
  SendItem,
  SendOutcome,
  Task,
} from '../../core/peer/index.ts';
import type { Random } from '../support/random.ts';
import { leaving, outgoing, Reader } from './local.ts';
import type { Ours } from './local.ts';
import { commitmentOf, wishes } from './negotiable.ts';
import { KEYS, keysFrom, QUERIES, RECEIVER } from './samples.ts';
import type { Stage } from './stage.ts';

export function peerUser(stage: Stage, random: Random): Ours {
  const { fair } = stage.options;
  const reader = new Reader();
  const controller = new AbortController();
  const host = fair ? 'peer' : random.pick(['nobody', 'void', ...Array<string>(20).fill('peer')]);
  if (host === 'peer') void stage.answerAt(host);
  const address: PeerAddress = {
    dialer: stage.dialer,
    target: { host, port: 104 },
    aeTitle: 'PEER',
    callingAETitle: 'US',
    associations: 1 + random.int(3),
    sink: stage.journal.sink,
    ...wishes(random),
  };
  const { signal } = controller;
  const [what, task] = random.pick(Object.entries(TASKS));
  stage.log.push(`our side: ${what}`);
  void stage.attempt(what, async () => {
    const { result, steps } = task(stage, address, random, signal);
    stage.promise(`${what} result`, result);
    if (steps && random.int(4) > 0) await reader.read(stage, what, steps, leaving(stage, random));
    return await result;
  });
  return {
    acts: {
      signal: () => controller.abort(),
      pause: () => reader.pause(),
      'go on': () => reader.goOn(),
    },
    finish(how) {
      reader.goOn();
      if (how.int(2) === 0) controller.abort();
    },
  };
}

interface Doing {
  readonly result: Promise<unknown>;
  readonly steps?: AsyncIterable<unknown>;
}

const doing = (task: Task<unknown, unknown>): Doing => ({ result: task.result, steps: task });

type Start = (stage: Stage, address: PeerAddress, random: Random, signal: AbortSignal) => Doing;

const TASKS: Readonly<Record<string, Start>> = {
  echo: (_, address, random, signal) => ({ result: echo(address, { repeat: 1 + random.int(3), signal }) }),
  query(stage, address, random, signal) {
    const [model, level, keys] = keysFrom(QUERIES, random, stage.options.fair);
    const limit = random.pick([undefined, undefined, 0, 1]);
    return doing(query(address, { model, level, keys }, { signal, ...(limit !== undefined && { limit }) }));
  },
  worklist: (_, address, __, signal) => doing(worklist(address, dataSet({ PatientName: '' }), { signal })),
  get: retrieve,
  'get at once': retrieve,
  'get and receive': retrieve,
  move(stage, address, random, signal) {
    const [model, level, keys] = keysFrom(KEYS, random, stage.options.fair);
    return doing(move(address, { model, level, keys }, 'THERE', { signal }));
  },
  commit: commitSome,
  send: sendSome,
  'send more': sendSome,
};

function retrieve(stage: Stage, address: PeerAddress, random: Random, signal: AbortSignal): Doing {
  const [model, level, keys] = keysFrom(KEYS, random, stage.options.fair);
  const task = get(address, {
    request: { model, level, keys },
    store: stage.store.troubled,
    signal,
    missingOnly: random.int(4) === 0,
    ...(random.int(3) === 0 && {
      receiver: receiverOf(stage),
    }),
  });
  const compare = ({ received }: RetrieveReport): void => {
    const kept = stage.store.sinks.filter(({ committed }) => committed > 0);
    const uids = new Set(kept.map(({ info }) => info.sopInstanceUID));
    if (uids.size !== received) stage.wrong.push(`${uids.size} instances are kept, ${received} reported`);
  };
  task.result.then(compare, () => undefined);
  return doing(task);
}

function receiverOf(stage: Stage): Receiver {
  return { aeTitle: RECEIVER.aeTitle, listen: () => Promise.resolve(stage.listen(RECEIVER.host)) };
}

function commitSome(stage: Stage, address: PeerAddress, random: Random, signal: AbortSignal): Doing {
  const { instances } = commitmentOf(random);
  const receiver = random.int(3) === 0 && { receiver: receiverOf(stage) };
  const task = commit(address, instances, { signal, ...receiver });
  const asked = new Set(instances.map(({ sopInstanceUID }) => sopInstanceUID)).size;
  const compare = ({ committed, failed, unanswered }: CommitOutcome): void => {
    if (committed + failed + unanswered !== asked) stage.wrong.push('an instance is in no count');
  };
  task.result.then(compare, () => undefined);
  return doing(task);
}

function sendSome(stage: Stage, address: PeerAddress, random: Random, signal: AbortSignal): Doing {
  const items = Array.from({ length: 1 + random.int(5) }, (_, i): SendItem => ({
    ...outgoing(stage, random),
    label: String(i),
  }));
  const task = send(address, items, { signal });
  const compare = ({ sent, warnings, failed, untried }: SendOutcome): void => {
    if (sent + warnings + failed + untried !== items.length) stage.wrong.push('an item is in no count');
    const { stored } = stage.journal;
    if (sent + warnings > stored) stage.wrong.push(`${sent + warnings} sent, ${stored} of them answered`);
  };
  task.result.then(compare, () => undefined);
  return doing(task);
}
