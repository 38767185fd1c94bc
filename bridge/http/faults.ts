/** Where an answer fails that nobody foresaw: one request ends with it, and not the process with all its tunnels. */
import type { Refusal } from './door.ts';
import type { Exchange } from './http.ts';
import { answer } from './http.ts';
import type { Answerer } from './routes.ts';

/** Has a route answer. Where it throws, or rejects, 500 is answered, or what it began breaks off. */
export async function answerSafely(answerer: Answerer, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  try {
    await answerer(exchange);
  } catch (error) {
    if (response.headersSent)
      response.destroy(); // what breaks off must not look whole
    else answer(exchange, 500, FAILED);
    exchange.refused?.(faultOf(error));
  }
}

/** Of an error its kind alone is told: its text may hold anything. */
function faultOf(error: unknown): Refusal {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const kind = [name, code].filter((part) => part !== undefined && /^\w{1,40}$/.test(part)).join(' ');
  return { status: 500, cause: 'fault', reason: `an answer failed: ${kind === '' ? 'unknown' : kind}` };
}

const FAILED = 'The bridge failed to answer this. Ask again; where it stays so, tell who runs it.';
