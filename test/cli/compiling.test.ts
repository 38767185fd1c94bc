/** Which flags V8 is given, by release: it complains on stderr of one that it does not know. */
import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { optimiseLate } from '../../bridge/cli/compiling.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.mocked(setFlagsFromString).mockClear();
});

function optimiseLateIn(release: string): void {
  vi.stubGlobal('process', { versions: { node: release } });
  optimiseLate();
}

test('Node 20 optimises late, and as usual who runs for long', () => {
  optimiseLateIn('20.19.0');
  expect(vi.mocked(setFlagsFromString).mock.calls).toEqual([['--interrupt-budget=1000000']]);
  vi.advanceTimersByTime(2999);
  expect(setFlagsFromString).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(vi.mocked(setFlagsFromString).mock.lastCall).toEqual(['--interrupt-budget=67584']);
});

test.each(['22.23.3', '24.9.0'])('Node %s, which knows no such flag, is left alone', (release) => {
  optimiseLateIn(release);
  vi.advanceTimersByTime(60_000);
  expect(setFlagsFromString).not.toHaveBeenCalled();
});
