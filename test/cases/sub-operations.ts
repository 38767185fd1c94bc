import type { Case } from './case.ts';
export const SUB_OPERATIONS: readonly Case[] = [];
