/** Our side as requestor that opens its association itself, and does one thing or several over it. */
import { dataSet } from '../../core/data/index.ts';
import { associate } from '../../core/service/index.ts';
import type { Association } from '../../core/service/index.ts';
import { Random } from '../support/random.ts';
import { leaving, outgoing, Reader, TIGHT } from './local.ts';
import type { Ours } from './local.ts';
import { commitmentOf, wishes } from './negotiable.ts';
import { KEYS, keysFrom, PROPOSALS, QUERIES } from './samples.ts';
import type { Stage } from './stage.ts';

export function caller(stage: Stage, random: Random): Ours {
  const { fair } = stage.options;
  const reader = new Reader(); // of progress
  const finder = new Reader(); // of matches
  const controllers: AbortController[] = [];
  const operations = Array.from({ length: 1 + random.int(3) }, () => random.int(1 << 30));
  const atOnce = random.int(4) === 0;
  const host = fair ? 'peer' : random.pick(['nobody', 'void', ...Array<string>(20).fill('peer')]);
  let association: Association | undefined;
  let finished = false;
  if (host === 'peer') void stage.answerAt(host);

  const signal = (): AbortSignal => {
    const controller = new AbortController();
    controllers.push(controller);
    return controller.signal;
  };
  const operate = async (seed: number): Promise<void> => {
    if (!association) return;
    const how = new Random(seed);
    const [what, operation] = how.pick(Object.entries(OPERATIONS));
    stage.log.push(`our side: ${what}`);
    await stage.attempt(what, () => operation(stage, association!, { reader, finder }, how, signal()));
  };
  const call = async (): Promise<void> => {
    association = await associate(
      stage.dialer,
      { host, port: 104 },
      {
        callingAETitle: 'US',
        calledAETitle: 'PEER',
        contexts: PROPOSALS,
        sink: stage.journal.sink,
        signal: signal(),
        ...wishes(random),
        ...(random.int(4) === 0 && !fair && { limits: TIGHT }),
      },
    );
    stage.promise(
      'ended',
      association.ended.then(({ error }) => error && stage.failed('end', error)),
    );
    if (finished) return association.abort();
    if (atOnce) await Promise.all(operations.map(operate));
    else for (const operation of operations) await operate(operation);
    if (fair || random.int(2) === 0) await association.release();
  };
  stage.promise('call', call());

  return {
    acts: {
      signal(how) {
        finder.patient = false;
        if (controllers.length > 0) how.pick(controllers).abort();
      },
      pause: () => [reader, finder].forEach((one) => one.pause()),
      'go on': () => [reader, finder].forEach((one) => one.goOn()),
      release: () => association && stage.promise('release', association.release()),
      abort: () => association?.abort(),
      operate: (how) => stage.promise('one more operation', operate(how.int(1 << 30))),
    },
    finish(how) {
      finished = true;
      for (const one of [reader, finder]) one.goOn();
      if (association === undefined) return;
      if (how.int(3) === 0) association.abort();
      else stage.promise('release', association.release());
    },
    verdict() {
      const { matches, cancelled } = stage.journal;
      if (!finder.patient || cancelled || finder.count === matches) return [];
      return [`${matches} matches came, ${finder.count} were given to the reader`];
    },
  };
}

type Operate = (
  stage: Stage,
  association: Association,
  readers: { readonly reader: Reader; readonly finder: Reader },
  random: Random,
  signal: AbortSignal,
) => Promise<unknown>;

const OPERATIONS: Readonly<Record<string, Operate>> = {
  echo: (_, association, __, ___, signal) => association.echo({ signal }),
  async find(stage, association, { finder }, random, signal) {
    const [model, level, keys] = keysFrom(QUERIES, random, stage.options.fair);
    const responses = association.find({ model, level, keys }, { signal });
    stage.promise('find result', responses.result);
    await finder.read(stage, 'find', responses, leaving(stage, random));
  },
  async worklist(stage, association, { finder }, random, signal) {
    const responses = association.worklist(dataSet({ PatientName: '' }), { signal });
    stage.promise('worklist result', responses.result);
    await finder.read(stage, 'worklist', responses, leaving(stage, random));
  },
  async get(stage, association, { reader }, random, signal) {
    const [model, level, keys] = keysFrom(KEYS, random, stage.options.fair);
    const responses = association.get(
      { model, level, keys },
      { store: (info) => stage.store.take(info), signal },
    );
    stage.promise('get result', responses.result);
    if (random.int(4) > 0) await reader.read(stage, 'get', responses, leaving(stage, random));
  },
  async move(stage, association, { reader }, random, signal) {
    const [model, level, keys] = keysFrom(KEYS, random, stage.options.fair);
    const responses = association.move({ model, level, keys }, { destination: 'THERE', signal });
    stage.promise('move result', responses.result);
    await reader.read(stage, 'move', responses, leaving(stage, random));
  },
  commit: (_, association, __, random, signal) =>
    association.commit(commitmentOf(random), { report: () => undefined, signal }),
  store: (stage, association, _, random, signal) => association.store(outgoing(stage, random), { signal }),
};
