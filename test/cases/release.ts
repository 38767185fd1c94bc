import type { Case } from './case.ts';
export const RELEASE: readonly Case[] = [];
