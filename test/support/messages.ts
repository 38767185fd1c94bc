import type { Bytes } from '../../core/bytes/index.ts';
import { concat } from '../../core/bytes/index.ts';
import { COMMAND_FIELD, decodeCommandSet, encodeCommandSet } from '../../core/dimse/index.ts';
import type { CommandName, CommandSet } from '../../core/dimse/index.ts';
import type { Parrot } from './parrot.ts';
import { commandPdv, dataPdv, pData } from './parrot.ts';

/** A whole DIMSE message as a peer got it. */
export interface Message {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly data: Bytes | undefined;
}

/** The bytes of a command set. */
export function commandSet(name: CommandName, fields: Partial<CommandSet>, dataSet = false): Bytes {
  return encodeCommandSet({
    CommandField: COMMAND_FIELD[name],
    CommandDataSetType: dataSet ? 1 : 0x0101,
    ...fields,
  });
}

/** The bytes of a message, its command and its data set in a PDU each. */
export function message(
  contextId: number,
  name: CommandName,
  fields: Partial<CommandSet>,
  dataSet?: Bytes,
): Bytes {
  const command = pData(commandPdv(contextId, commandSet(name, fields, dataSet !== undefined)));
  return dataSet === undefined ? command : concat([command, pData(dataPdv(contextId, dataSet))]);
}

/** The next message that the parrot gets. */
export async function expectMessage(peer: Parrot): Promise<Message> {
  const commands: Bytes[] = [];
  const data: Bytes[] = [];
  for (;;) {
    const { pdvs } = await peer.expect('P-DATA-TF');
    for (const pdv of pdvs) {
      (pdv.command ? commands : data).push(pdv.data.slice());
      if (!pdv.last) continue;
      const { contextId } = pdv;
      const command = decodeCommandSet(concat(commands));
      if (!pdv.command) return { contextId, command, data: concat(data) };
      if (command.CommandDataSetType === 0x0101) return { contextId, command, data: undefined };
    }
  }
}
