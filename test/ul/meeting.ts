/** An association and the scripted peer that it meets. */
import type { Bytes } from '../../core/bytes/index.ts';
import type { Abort, Pdv } from '../../core/pdu/index.ts';
import { WiredConnection } from '../../core/transport/wired.ts';
import type { Connection } from '../../core/transport/index.ts';
import { DEFAULT_DEADLINES, negotiated, UlAssociation } from '../../core/ul/index.ts';
import type { AssociationEnvironment } from '../../core/ul/index.ts';
import { clock } from '../support/fake-clock.ts';
import { AC, dataPdv, Parrot, pData, RQ, wire } from '../support/parrot.ts';
import { splitConnection } from '../support/splitting.ts';
import type { Split } from '../support/splits.ts';

export const RELEASE_RQ = { type: 'A-RELEASE-RQ' } as const;
export const RELEASE_RP = { type: 'A-RELEASE-RP' } as const;
/** What our own abort looks like, and a peer's user's. */
export const ABORT: Abort = { type: 'A-ABORT', source: 0, reason: 0 };

type Role = 'requestor' | 'acceptor';

export function environment(extra: Partial<AssociationEnvironment> = {}): AssociationEnvironment {
  return { deadlines: DEFAULT_DEADLINES, maximumLength: 131_072, clock, ...extra };
}

/** An association over an open connection, and the peer at its other end. */
export async function meet(
  role: Role,
  how: Split = 'whole',
  extra: Partial<AssociationEnvironment> = {},
): Promise<{ association: UlAssociation; peer: Parrot; ends: string[] }> {
  const { caller, called } = await wire();
  const [ours, theirs] = role === 'requestor' ? [caller, called] : [called, caller];
  const association = new UlAssociation(splitConnection(ours, how, 7), role, environment(extra));
  const ends: string[] = [];
  void association.ended.then(({ kind }) => ends.push(kind));
  return { association, peer: new Parrot(theirs), ends };
}

/** The same with the association established; `received` gathers its P-DATA. */
export async function established(
  role: Role,
  how: Split = 'whole',
  extra: Partial<AssociationEnvironment> = {},
): Promise<{ association: UlAssociation; peer: Parrot; received: Pdv[]; ends: string[] }> {
  const met = await meet(role, how, extra);
  const received: Pdv[] = [];
  const take = (pdvs: readonly Pdv[]): void =>
    void received.push(...pdvs.map((pdv) => ({ ...pdv, data: pdv.data.slice() })));
  if (role === 'requestor') {
    const answer = met.association.associate(RQ);
    await met.peer.expect('A-ASSOCIATE-RQ');
    await met.peer.send(AC);
    met.association.establish(RQ, await answer, negotiated(RQ, AC), take);
  } else {
    await met.peer.send(RQ);
    const request = await met.association.requested();
    met.association.answer(AC);
    met.association.establish(request, AC, negotiated(request, AC), take);
    await met.peer.expect('A-ASSOCIATE-AC');
  }
  return { ...met, received };
}

/** Sends until the peer, which reads nothing, has enough. */
export async function fill(association: UlAssociation): Promise<void> {
  const pdu = pData(dataPdv(1, new Uint8Array(100_000)));
  for (;;) await association.send(pdu);
}

/** A connection whose wire does nothing: never opened by itself, never answered, bytes only gathered. */
export function silentConnection(sent: Bytes[] = []): WiredConnection & Connection {
  return new WiredConnection({
    send: (chunk) => void sent.push(chunk.slice()),
    finish: () => undefined,
    reset: () => undefined,
    release: () => undefined,
    taken: () => undefined,
  });
}
