/** Sends messages over an association, one behind the other (PS3.8 E.1). */
import { asError, DicomError } from '../bytes/index.ts';
import type { Bytes } from '../bytes/index.ts';
import type { UlAssociation } from '../ul/index.ts';
import { encodeCommandSet } from './command-set.ts';
import { COMMAND_FIELD, DATA_SET_FOLLOWS, NO_DATA_SET } from './commands.ts';
import type { CommandName } from './commands.ts';
import type { CommandSet } from './elements.ts';
import type { CommandHappening, DataSetHappening } from './events.ts';
import { Fragmenter, WRITE_MEMORY } from './fragment.ts';

/** A data set to send: whole, or in pieces, each of which is done with when the next one is asked for. */
export type DataSetSource = Bytes | AsyncIterable<Bytes>;

export class Sender {
  readonly #association: UlAssociation;
  #sending: Promise<void> = Promise.resolve();
  /** Ends the wait for a data set's source, which may never go on. */
  #interrupt: ((error: DicomError) => void) | undefined;

  constructor(association: UlAssociation) {
    this.#association = association;
  }

  /** Ends what is being sent, where it waits for its source. */
  interrupt(error: DicomError): void {
    this.#interrupt?.(error);
  }

  /**
   * Sends one message; messages follow one another, never interleaved (PS3.8 E.1). Where the data set's
   * source fails in the middle, the message cannot be ended: the association is aborted.
   */
  send(
    contextId: number,
    name: CommandName,
    fields: Partial<CommandSet>,
    dataSet?: DataSetSource,
  ): Promise<void> {
    const sent = this.#sending.then(() => this.#sendNow(contextId, name, fields, dataSet));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  async #sendNow(
    contextId: number,
    name: CommandName,
    fields: Partial<CommandSet>,
    dataSet: DataSetSource | undefined,
  ): Promise<void> {
    const command: CommandSet = {
      ...fields,
      CommandField: COMMAND_FIELD[name],
      CommandDataSetType: dataSet === undefined ? NO_DATA_SET : DATA_SET_FOLLOWS,
    };
    const association = this.#association;
    if (!association.takesData) throw association.failure(); // before anybody is told that it was sent
    const fragmenter = new Fragmenter(
      contextId,
      association.peer.maximumLength,
      (pdus, taken) => association.send(pdus, taken),
      WRITE_MEMORY,
    );
    const bytes = encodeCommandSet(command);
    association.trace?.<CommandHappening>({
      layer: 'dimse',
      type: 'command',
      direction: 'sent',
      contextId,
      name,
      command,
    });
    await fragmenter.command(bytes);
    if (dataSet !== undefined) {
      const length = await this.#sendDataSet(fragmenter, dataSet);
      association.trace?.<DataSetHappening>({
        layer: 'dimse',
        type: 'data set',
        direction: 'sent',
        contextId,
        name,
        length,
      });
    }
    await fragmenter.flush();
  }

  async #sendDataSet(fragmenter: Fragmenter, dataSet: DataSetSource): Promise<number> {
    const interrupted = new Promise<never>((_, reject) => (this.#interrupt = reject));
    try {
      return await Promise.race([pump(dataSet, fragmenter), interrupted]);
    } catch (error) {
      this.#association.abort(error instanceof DicomError ? error : internal(error));
      throw error;
    } finally {
      this.#interrupt = undefined;
    }
  }
}

/** Gives a data set piece by piece; returns its length. */
async function pump(dataSet: DataSetSource, fragmenter: Fragmenter): Promise<number> {
  let length = 0;
  for await (const piece of dataSet instanceof Uint8Array ? [dataSet] : dataSet) {
    length += piece.length;
    const written = fragmenter.data(piece);
    if (written !== undefined) await written;
  }
  fragmenter.endData();
  return length;
}

/** The error of a failure that is ours, and that no message can tell. */
export function internal(error: unknown): DicomError {
  const cause = asError(error);
  return new DicomError('STORE_FAILED', `The association was aborted: ${cause.message}`, {}, cause);
}
