/** The page's own archive: searched as a peer is, and a source of what is sent. */
import type { Stored } from '../../core/file/store.ts';
import type { StackKeys } from '../engine/looked.ts';
import type { KeptInstance } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';
import type { Asked } from './asked.ts';
import type { Keyword } from './attributes.ts';
import { text } from './attributes.ts';
import { personName } from './format.ts';
import type { ResultNode } from './results.svelte.ts';

/** Whom to ask for what is kept here. */
export function askedHere(): Asked {
  const name = t.peers.here;
  return {
    peer: { name, aeTitle: '', callingAETitle: '', here: true },
    at: { host: '', port: 0 },
    situation: { service: 'C-FIND', peer: name, address: '', calledAETitle: '', callingAETitle: '' },
  };
}

/** Whether a match was found here. */
export function isHere({ asked }: ResultNode): boolean {
  return asked.peer.here === true;
}

/** Whether an instance lies below what the keys name; headers hold the keys of all levels. */
export function isBelow({ header }: Pick<Stored, 'header'>, keys: StackKeys): boolean {
  return Object.entries(keys).every(
    ([key, value]) => value === undefined || text(header, key as Keyword) === value,
  );
}

/** What names the instances of a match: patients without an ID are told apart by name. */
export function keysHere({ keys, top }: ResultNode): StackKeys {
  return keys['PatientID'] === '' ? { ...keys, PatientName: text(top.match, 'PatientName') } : keys;
}

/** As they are listed where they are sent: `Doe, Jane / Series 2 · Image 3`. */
export function keptInstances(files: readonly Stored[]): KeptInstance[] {
  return files.map((file) => ({
    path: `${personName(file.header, '00100010').main || t.names.unnamed} / ${fileName(file)}`,
    sopInstanceUID: file.sopInstanceUID,
    bytes: file.bytes,
  }));
}

/** `Series 2 · Image 3`. */
export function fileName({ header }: Stored): string {
  const series = text(header, 'SeriesNumber');
  const image = text(header, 'InstanceNumber');
  return [series && t.names.series(series), t.names.image(image)].filter(Boolean).join(' · ');
}
