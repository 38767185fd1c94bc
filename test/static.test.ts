import { describe, expect, test } from 'vitest';
import { CHECKS, check } from './check.mjs';

describe('static checks', () => {
  for (const [name, args] of Object.entries(CHECKS)) {
    test(name, { timeout: 120_000 }, async () => {
      const output = await check(args);
      if (output !== undefined) expect.fail(output);
    });
  }
});
