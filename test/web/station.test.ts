/** What is loaded after the first search, where the bridge does not answer then. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StatusError } from '../../core/bytes/index.ts';
import { heard, opened, searched } from './opened.ts';

const STATION = '../../web/state/station.svelte.ts';
const SENTENCES = '../../web/state/sentences.ts';

function withhold(module: string): void {
  vi.doMock(module, () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
}

describe('what cannot be loaded', () => {
  afterEach(() => {
    vi.doUnmock(STATION);
    vi.doUnmock(SENTENCES);
  });

  it('is told where it is wanted, and asked for again the next time', async () => {
    withhold(STATION);
    const session = opened({});
    await session.start();
    const study = await searched(session);
    session.retrieve(study);
    expect(await heard(session)).toMatch(
      /^This part of the page could not be loaded: the server that it comes from does not/,
    );
    expect(session.station).toBeUndefined();
    vi.doUnmock(STATION);
    expect(await session.openStation()).toBe(session.station);
  });

  it('leaves a failure in the words of the engine', async () => {
    withhold(SENTENCES);
    const session = opened({ echo: () => Promise.reject(new StatusError(0x0122, 'echo: 0122H')) });
    await session.start();
    session.echo();
    expect(await heard(session)).toMatch(/^It failed, and what would explain it could not be loaded.*0122H/);
  });
});
