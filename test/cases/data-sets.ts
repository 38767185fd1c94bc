import type { Case } from './case.ts';
export const DATA_SETS: readonly Case[] = [];
