/**
 * The commands by name. Their code is loaded when one is called, in three parts: that of a part is mostly shared, and
 * each further file costs a start more than what it leaves out.
 */
import type { Command } from './command.ts';

/** A command as it is listed. */
export interface Listed {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly Listed[] = [
  {
    name: 'serve',
    summary: 'Serves the page, the bridge behind it, and two mini-PACS to try it with.',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'echo',
    summary: 'Asks a peer whether it is there and talks DICOM (C-ECHO).',
    load: async () => (await import('./asking.ts')).echoCommand,
  },
  {
    name: 'probe',
    summary: 'Learns what a peer can do: it is asked for services, classes and syntaxes, and five studies.',
    load: async () => (await import('./asking.ts')).probeCommand,
  },
  {
    name: 'find',
    summary: 'Searches a peer (C-FIND).',
    load: async () => (await import('./asking.ts')).findCommand,
  },
  {
    name: 'worklist',
    summary:
      'Searches the modality worklist of a peer (C-FIND); all return keys of PS3.4 K.6.1 are asked for.',
    load: async () => (await import('./asking.ts')).worklistCommand,
  },
  {
    name: 'get',
    summary: 'Fetches instances from a peer over the association we open (C-GET).',
    load: async () => (await import('./asking.ts')).getCommand,
  },
  {
    name: 'move',
    summary: 'Has a peer send instances to another AE title, whose address the peer must know (C-MOVE).',
    load: async () => (await import('./asking.ts')).moveCommand,
  },
  {
    name: 'store',
    summary: 'Sends files to a peer (C-STORE); folders are walked.',
    load: async () => (await import('./asking.ts')).storeCommand,
  },
  {
    name: 'commit',
    summary:
      'Asks a peer to answer for files that it was sent (storage commitment), and waits for its report; folders are walked.',
    load: async () => (await import('./asking.ts')).commitCommand,
  },
  {
    name: 'receive',
    summary:
      'Waits for instances and keeps them as files, until Ctrl+C; every storage class and syntax is taken.',
    load: async () => (await import('./others.ts')).receiveCommand,
  },
  {
    name: 'pacs',
    summary: 'Runs a small PACS: it takes every storage class and syntax, answers find, get and move.',
    load: async () => (await import('./others.ts')).pacsCommand,
  },
  {
    name: 'proxy',
    summary: 'Stands between two DICOM programs: hands their bytes on as they are, records and shows them.',
    load: async () => (await import('./others.ts')).proxyCommand,
  },
  {
    name: 'dicomweb',
    summary: 'Answers DICOMweb for a peer that speaks DIMSE only: searches, retrieves and stores (PS3.18).',
    load: async () => (await import('./others.ts')).dicomwebCommand,
  },
  {
    name: 'inspect',
    summary: 'Tells the DICOM conversations of a capture (pcap or pcapng), a line a PDU or message.',
    load: async () => (await import('./others.ts')).inspectCommand,
  },
  {
    name: 'check',
    summary:
      'Reads a configuration, calls every peer in it, and tells what works and what would keep a bridge from working.',
    load: async () => (await import('./asking.ts')).checkCommand,
  },
  {
    name: 'token',
    summary: 'Makes an access token, and the entry of the file that "signIn": {"tokens": FILE} names.',
    load: async () => (await import('./others.ts')).tokenCommand,
  },
];
