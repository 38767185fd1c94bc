/** Our side as acceptor: the mini-PACS, and an association without services that releases by itself. */
import { Archive, archiveHandlers } from '../../core/archive/index.ts';
import { StatusError } from '../../core/bytes/index.ts';
import { dataSet } from '../../core/data/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import { Messenger } from '../../core/dimse/index.ts';
import { serve } from '../../core/service/index.ts';
import type { Decision, Handlers } from '../../core/service/index.ts';
import { answeredContexts, DEFAULT_DEADLINES, negotiated, UlAssociation } from '../../core/ul/index.ts';
import type { Random } from '../support/random.ts';
import { turns } from '../support/streams.ts';
import { TIGHT } from './local.ts';
import type { Actor } from './actor.ts';
import type { Ours } from './local.ts';
import { decisionOn } from './negotiable.ts';
import { filled } from './samples.ts';
import type { Stage } from './stage.ts';
import { Mishap } from './store.ts';

export async function server(stage: Stage, random: Random): Promise<Ours> {
  const { fair } = stage.options;
  const trouble = fair ? 99 : random.int(16);
  const archive = await Archive.open(await filled(stage.store));
  const destination = (aeTitle: string) => ({ aeTitle, host: 'peer', port: 104 });
  const handlers: Handlers = {
    ...archiveHandlers(archive, { aeTitle: 'US', destination }),
    store: (info) => stage.store.take(info),
    worklist: (_, __, signal) => entries(stage, trouble, signal),
    async accept(_, user): Promise<Decision> {
      if (trouble === 0) await stage.wait(500);
      if (trouble === 1) return { result: 1, source: 1, reason: 1 };
      if (trouble === 2) throw new Mishap('the list of peers is gone');
      return decisionOn(user, random, fair);
    },
    onError: (error) => stage.failed('onError', error),
  };
  void stage.answerAt('peer');
  const limited = !fair && random.int(8) === 0;
  const running = serve(stage.listen('us'), handlers, {
    dialer: stage.dialer,
    sink: stage.journal.sink,
    ...(!fair && random.int(4) === 0 && { aeTitle: 'US' }),
    ...(limited && { maximumAssociations: 1 }),
    ...(!fair && random.int(4) === 0 && { limits: TIGHT }),
  });
  await connect(stage);
  let closed = false;
  const close = (): void => {
    stage.promise('close', running.close());
    stage.promise('done', running.done);
  };
  return {
    acts: {
      connect: () => void connect(stage),
      close(how) {
        if (how.int(3) > 0) return;
        closed = true;
        close();
      },
    },
    finish: close,
    rest: true,
    // Whatever became of the others, there is room for one more.
    room: () => (closed || trouble < 3 ? undefined : connect(stage)),
  };
}

async function connect(stage: Stage): Promise<Actor | undefined> {
  const connection = stage.network.connect({ host: 'us', port: 104 });
  const open = await connection.opened.catch(() => undefined); // our side may have closed
  return open && stage.enter(connection);
}

async function* entries(stage: Stage, trouble: number, signal: AbortSignal): AsyncGenerator<DataSet> {
  for (let i = 0; i < 3 && !signal.aborted; i++) {
    if (trouble === 3) await stage.wait(30_000);
    if (trouble === 4) throw new Mishap('the worklist is gone');
    if (trouble === 5) throw new StatusError(0xa700, 'too many entries');
    yield dataSet({ PatientName: `Doe^${i}` });
  }
}

/** An association that we accept without services: it answers echoes, and may release, which a server never does. */
export async function upperLayer(stage: Stage, random: Random): Promise<Ours> {
  const caller = stage.network.connect({ host: 'us', port: 104 });
  const reader = stage.listen('us').incoming.getReader();
  const { value } = await reader.read();
  stage.enter(caller);
  const { journal } = stage;
  const environment = { deadlines: DEFAULT_DEADLINES, maximumLength: 16384, sink: journal.sink };
  const association = new UlAssociation(value!, 'acceptor', environment); // it was called
  const accept = async (): Promise<void> => {
    const request = await association.requested();
    const contexts = answeredContexts(request, ({ transferSyntaxes }) =>
      transferSyntaxes[0] === undefined ? { result: 4 } : { transferSyntax: transferSyntaxes[0] },
    );
    const { type: _, ...titles } = request;
    const userInformation = { maximumLength: 16384, implementationClassUID: '1.2.3' };
    const answer = { ...titles, type: 'A-ASSOCIATE-AC', contexts, userInformation } as const;
    const messenger = new Messenger(
      association,
      ({ name, respond }) =>
        void respond({ Status: name === 'C-ECHO-RQ' ? 0 : 0x0211 }).catch(() => undefined),
      environment,
    );
    association.answer(answer);
    association.establish(request, answer, negotiated(request, answer), (pdvs) => messenger.receive(pdvs));
    if (random.int(2) === 0) return;
    await turns(1 + random.int(3));
    await association.release();
  };
  stage.promise('accept', accept());
  stage.promise(
    'ended',
    association.ended.then(({ error }) => error && stage.failed('end', error)),
  );
  return {
    acts: {
      release: () => stage.promise('release', association.release()),
      abort: () => association.abort(),
    },
    finish: (how) =>
      how.int(2) === 0 ? association.abort() : stage.promise('release', association.release()),
    rest: true,
  };
}
