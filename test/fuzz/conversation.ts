/** One conversation from its script to the verdict. */
import { CLOSE_GRACE_MS } from '../../core/transport/index.ts';
import { DEFAULT_DEADLINES } from '../../core/ul/index.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { Random } from '../support/random.ts';
import { turns } from '../support/streams.ts';
import { answerAll, BAG, perform } from './acts.ts';
import { caller } from './caller.ts';
import type { Ours } from './local.ts';
import { peerUser } from './peer-user.ts';
import { server, upperLayer } from './server.ts';
import { Stage } from './stage.ts';
import { wholeInstances } from './whole.ts';

type Role = 'caller' | 'peer user' | 'server' | 'upper layer';
const ROLES: Readonly<Record<Role, (stage: Stage, random: Random) => Ours | Promise<Ours>>> = {
  caller,
  'peer user': peerUser,
  server,
  'upper layer': upperLayer,
};

/** Which side of ours: each has its roles, as often as they come. */
export const CASTS = {
  requestor: [...Array<Role>(8).fill('caller'), ...Array<Role>(6).fill('peer user')],
  acceptor: [...Array<Role>(8).fill('server'), 'upper layer'],
} as const satisfies Record<string, readonly Role[]>;
export type Side = keyof typeof CASTS;

const ENDINGS = ['silence', 'silence', 'answers', 'answers', 'close', 'cut'] as const;

/** A conversation as data: dropping steps leaves the others as they are. */
export interface Script {
  readonly seed: number;
  readonly role: Role;
  readonly fair: boolean;
  readonly steps: readonly { readonly act: string; readonly seed: number }[];
  /** What the peers do when the steps are over. */
  readonly ending: (typeof ENDINGS)[number];
}

export function scriptOf(side: Side, seed: number): Script {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1));
  const role = random.pick<Role>(CASTS[side]);
  const fair = role !== 'upper layer' && random.int(10) === 0;
  const bag = BAG[fair ? 'fair' : 'foul'];
  const length = fair ? 3 + random.int(6) : 1 + random.int(1 + random.int(24));
  return {
    seed,
    role,
    fair,
    steps: Array.from({ length }, () => ({ act: random.pick(bag), seed: random.int(1 << 30) })),
    ending: fair ? 'answers' : random.pick(ENDINGS),
  };
}

export interface Verdict {
  readonly wrong: readonly string[];
  readonly log: readonly string[];
  /** An association came about. */
  readonly established: boolean;
}

/** All that one association may wait for, one after the other. */
const PATIENCE = Object.values(DEFAULT_DEADLINES).reduce((a, b) => a + b) + CLOSE_GRACE_MS;

export async function converse(script: Script, clock: FakeClock, seen: Set<string>): Promise<Verdict> {
  const { seed, fair, role, steps } = script;
  const stage = new Stage({ seed, fair, clock, seen });
  const ours = await ROLES[role](stage, stage.random);
  await turns(1);
  for (const step of steps) await perform(step.act, stage, new Random(step.seed), ours);
  await end(script, stage, ours);
  const { log, journal } = stage;
  return { wrong: await verdict(stage, ours), log, established: journal.established };
}

async function end({ ending, seed }: Script, stage: Stage, ours: Ours): Promise<void> {
  const random = new Random(seed);
  stage.log.push(`the steps are over, the peers end in ${ending}`);
  if (ending === 'answers') for (let i = 0; i < 60 && answerAll(stage, random); i++) await turns(1);
  for (const actor of stage.actors) {
    if (ending === 'close') actor.close();
    if (ending === 'cut') actor.cut();
  }
  await turns(1);
  if (ours.rest) {
    await rest(stage, () => false);
    for (const request of stage.journal.unanswered) stage.wrong.push(`${request} was never answered`);
    if (seed % 4 === 0) await makeRoom(stage, ours, random);
  }
  stage.log.push('our side gives up');
  ours.finish(random);
  await turns(1);
  if (ending === 'answers') for (let i = 0; i < 60 && answerAll(stage, random); i++) await turns(1);
  await rest(stage, () => stage.promised.size === 0);
  if (stage.promised.size > 0) stage.wrong.push(`never came: ${[...stage.promised].join(', ')}`);
  await rest(stage, () => stage.over); // ARTIM may run, and the grace of a close
  if (stage.over && stage.clock.pending > 0) stage.wrong.push(`${stage.clock.pending} timers are left`);
  await rest(stage, () => false);
  await stage.close();
  for (const actor of stage.actors) actor.readOn();
  await turns(1);
}

/** When all peers are gone, one more is served as the first was. */
async function makeRoom(stage: Stage, ours: Ours, random: Random): Promise<void> {
  for (const actor of stage.actors) actor.cut();
  await rest(stage, () => false);
  const actor = await ours.room?.();
  if (actor === undefined) return;
  stage.log.push('when all others are gone');
  actor.speak(actor.request(random, true), random);
  await turns(1);
  if (!actor.associated) stage.wrong.push('there is no room for one more');
}

/** Lets time pass until `enough`, or until nothing is waited for. */
async function rest(stage: Stage, enough: () => boolean): Promise<void> {
  const begun = stage.clock.now();
  const before = stage.ends.length;
  for (;;) {
    await turns(1);
    if (enough() || !(await stage.clock.toNext())) return;
    const spent = stage.clock.now() - begun;
    const allowed = PATIENCE * (1 + before + 2 * (stage.ends.length - before));
    if (spent > allowed) {
      stage.wrong.push(`waited for ${spent / 1000} s, ${allowed / 1000} s allowed`);
      return;
    }
  }
}

async function verdict(stage: Stage, ours: Ours): Promise<string[]> {
  const { wrong, journal, clock, actors, ends, store } = stage;
  const open = actors.filter(({ closed }) => !closed).map(({ options }) => options.label);
  return [
    ...wrong,
    ...journal.wrong,
    ...(ours.verdict?.() ?? []),
    ...actors.flatMap(({ ear }) => ear.wrong),
    ...(clock.pending > 0 ? [`${clock.pending} timers are left`] : []),
    ...(ends.some(({ closed }) => !closed) ? ['one of our connections is open'] : []),
    ...(open.length > 0 ? [`the connection is open for ${open.join(', ')}`] : []),
    ...(await store.faults(actors.flatMap(({ sent }) => wholeInstances(sent)))),
  ];
}
