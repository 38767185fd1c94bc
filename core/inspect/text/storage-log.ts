/** An association as the tool that only stores what it is sent logs it: storescp, and movescu where it moves to itself. */
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import { Accepting } from './accepting.ts';
import { dcmtkModality } from './dcmtk-names.ts';
import { dumpMessage } from './message-dump.ts';
import type { Printer } from './printer.ts';
import { endedParts } from './printer.ts';
import type { ToolLog } from './tool-log.ts';
import { wordless } from './tool-log.ts';

export class StorageLog implements ToolLog {
  readonly #print: Printer;
  readonly #accepting: Accepting;

  constructor(print: Printer, tool: 'storescp' | 'movescu') {
    this.#print = print;
    const alone = tool === 'storescp';
    this.#accepting = new Accepting(print, { what: alone ? 'Association' : 'Sub-Association', ends: alone });
  }

  take(entry: Entry): void {
    this.#accepting.take(entry);
    for (const { message, fragment, whole } of endedParts(entry)) {
      if (message.sender === 'acceptor') continue; // neither tells of its responses
      if (fragment.command) this.#command(message);
      else if (whole) this.#print.readDataSet(message, entry.conversation);
    }
  }

  #command(message: Message): void {
    this.#print.readCommand();
    const { name, command } = message;
    const modality = dcmtkModality(command!.AffectedSOPClassUID ?? '');
    if (name === 'C-ECHO-RQ') this.#request(message, 'Echo', '', ['Affected SOP Class UID']);
    else if (name === 'C-STORE-RQ') this.#request(message, 'Store', `, ${modality}`, []);
    else wordless(this.#print, message, false);
  }

  #request(message: Message, what: string, more: string, without: readonly string[]): void {
    const id = this.#print.debug ? '' : ` (MsgID ${message.command!.MessageID}${more})`;
    this.#print.say('I', `Received ${what} Request${id}`);
    this.#print.detail(...dumpMessage(message, 'INCOMING', { without }));
  }
}
