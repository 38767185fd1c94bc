/** Reads what engines before this one had still to do. Loaded where they left something. */
import { LEVELS } from '../../core/service/levels.ts';
import type { Unfinished } from './protocol.ts';

/** What one engine remembered; cut off by a crash it is nothing. */
export function readUnfinished(text: string): readonly Unfinished[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter(isUnfinished) : [];
  } catch {
    return [];
  }
}

/** Another edition of the page may have written it. */
function isUnfinished(read: unknown): read is Unfinished {
  const { peer, model, level, keys, paused } = (read ?? {}) as Partial<Unfinished>;
  if (typeof peer !== 'string' || typeof paused !== 'boolean' || typeof keys !== 'object') return false;
  const levels = model !== undefined && Object.hasOwn(LEVELS, model) ? LEVELS[model] : [];
  const texts = keys !== null && Object.values(keys).every((value) => typeof value === 'string');
  return texts && level !== undefined && levels.includes(level);
}
