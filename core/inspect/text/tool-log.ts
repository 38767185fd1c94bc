/** What the logs of all tools have in common. */
import type { Entry } from '../conversation.ts';
import type { Message } from '../messages.ts';
import { dumpMessage } from './message-dump.ts';
import type { Printer } from './printer.ts';

/** Tells one association as one tool does. */
export interface ToolLog {
  take(entry: Entry): void;
}

/** A message for which the tools have no line: in the form of those that they have. */
export function wordless(print: Printer, message: Message, sent: boolean): void {
  const { name, command } = message;
  const [verb, direction] = sent ? (['Sending', 'OUTGOING'] as const) : (['Received', 'INCOMING'] as const);
  const what = (name ?? 'Unknown Message').replace(/-RQ$/, ' Request').replace(/-RSP$/, ' Response');
  print.say('I', `${verb} ${what} (MsgID ${command?.MessageID ?? command?.MessageIDBeingRespondedTo ?? 0})`);
  print.detail(...dumpMessage(message, direction));
}
