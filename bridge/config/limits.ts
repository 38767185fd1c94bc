/** The part of a configuration that sets limits: each by its name in the table, times in seconds. */
import * as v from 'valibot';
import type { BridgeLimits } from '../limits.ts';
import { LIMITS, LIMIT_NAMES, fromUnit } from '../limits.ts';

const LONGEST = 86_400;
const RANGES = {
  '': [1, 1_000_000, 'a whole number from 1 to 1000000'],
  s: [0.1, LONGEST, `a time of 0.1 to ${LONGEST} s`],
  bytes: [4096, 65_536, 'a whole number of bytes from 4096 to 65536'],
} as const;

function limit(name: keyof BridgeLimits): v.GenericSchema<number> {
  const { unit } = LIMITS[name];
  const [least, most, words] = RANGES[unit];
  const fits = (value: number): boolean =>
    value >= least && value <= most && (unit === 's' || Number.isInteger(value));
  return v.pipe(v.number(), v.check(fits, `expected ${words}`));
}

/** `{"idleTime": 1800, "connections": 50}` */
export const limitsSchema: v.GenericSchema<unknown, Partial<BridgeLimits>> = v.pipe(
  v.strictObject(Object.fromEntries(LIMIT_NAMES.map((name) => [name, v.optional(limit(name))]))),
  v.transform((typed) =>
    Object.fromEntries(
      LIMIT_NAMES.filter((name) => typed[name] !== undefined).map((name) => [
        name,
        fromUnit(name, typed[name]!),
      ]),
    ),
  ),
);
