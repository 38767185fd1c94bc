import { worklist } from '../../core/peer/index.ts';
import { worklistKeys } from '../../core/service/index.ts';
import { CHARACTER_SET_FLAG } from './character-sets.ts';
import type { Command } from './command.ts';
import { KEY_FLAG, LIMIT_FLAG, OTHER_WIDTH, limitOf, parseKey, showMatches } from './matches.ts';
import { SCU_FLAGS, peerOf } from './scu.ts';

const STEP = 'ScheduledProcedureStepSequence[0]';

/** What people look for in a worklist; `--json` prints all return keys of PS3.4 K.6.1. */
const COLUMNS = {
  [`${STEP}.ScheduledProcedureStepStartDate`]: 10,
  [`${STEP}.ScheduledProcedureStepStartTime`]: 8,
  [`${STEP}.Modality`]: 8,
  [`${STEP}.ScheduledStationAETitle`]: 16,
  PatientID: 14,
  PatientName: 28,
  AccessionNumber: 16,
  RequestedProcedureDescription: 28,
};

const HEADINGS = {
  [`${STEP}.ScheduledProcedureStepStartDate`]: 'StartDate',
  [`${STEP}.ScheduledProcedureStepStartTime`]: 'Time',
  [`${STEP}.Modality`]: 'Modality',
  [`${STEP}.ScheduledStationAETitle`]: 'Station',
};

export const worklistCommand: Command = {
  words: 'PEER',
  flags: { key: KEY_FLAG, limit: LIMIT_FLAG, 'character-set': CHARACTER_SET_FLAG, ...SCU_FLAGS },
  examples: [
    'webdimse worklist RIS@10.0.0.7:104 --key PatientName=DOE*',
    `webdimse worklist RIS@10.0.0.7:104 --key '${STEP}.Modality=CT' --json`,
  ],

  async run(call) {
    const { flags, signal } = call;
    flags.only(1);
    const given = Object.fromEntries(flags.list('key').map(parseKey));
    const others = Object.keys(given).filter((key) => !(key in COLUMNS));
    const columns = { ...Object.fromEntries(others.map((key) => [key, OTHER_WIDTH])), ...COLUMNS };
    const task = worklist(await peerOf(call), worklistKeys(given), { signal, ...limitOf(call) });
    return await showMatches(task, columns, call, HEADINGS);
  },
};
