import type { Case } from './case.ts';
export const DIMSE: readonly Case[] = [];
