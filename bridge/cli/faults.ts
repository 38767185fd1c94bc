/** `--fault NAME[=VALUE][,…]`: what a mini-PACS does wrong on purpose. */
import { FAULT_NAMES, FAULTS, parseFaults } from '../../core/fault/index.ts';
import type { Fault } from '../../core/fault/index.ts';
import type { Flag, Flags } from './flags.ts';

export const FAULT_FLAG: { readonly fault: Flag } = {
  fault: {
    value: 'NAME[=VALUE][,...]',
    multiple: true,
    help: `what it does wrong on purpose: ${FAULT_NAMES.map(written).join(', ')}; may be given several times`,
  },
};

function written(name: (typeof FAULT_NAMES)[number]): string {
  const { value } = FAULTS[name];
  if (value === '') return name;
  return value.startsWith('[') ? `${name}[=${value.slice(1)}` : `${name}=${value}`;
}

/** What was typed, in that order. @throws DicomError USAGE naming what is allowed */
export function faultsOf(flags: Flags): Fault[] {
  return flags.list('fault').flatMap(parseFaults);
}
