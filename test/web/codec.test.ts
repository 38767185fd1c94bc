/** The engine's end of the decoders, with a worker that does what the test says. */
import { describe, expect, test } from 'vitest';
import type { DecodedFrame, EncodedFormat } from '../../core/image/index.ts';
import { UID } from '../../core/dict/index.ts';
import { CodecClient } from '../../web/codec/client.ts';
import type { CodecPort, DecodeAnswer, DecodeRequest } from '../../web/codec/protocol.ts';
import { FakeClock } from '../support/fake-clock.ts';

const SYNTAX = UID.JPEG2000;
const FORMAT = { transferSyntaxUID: SYNTAX, rows: 1, columns: 1 } as EncodedFormat;
const DECODED = { rows: 1, columns: 1 } as DecodedFrame;

class Worker implements CodecPort {
  readonly requests: DecodeRequest[] = [];
  ended = false;
  #answered: (event: { data: DecodeAnswer }) => void = () => {};
  #failed: () => void = () => {};

  postMessage(message: DecodeRequest): void {
    this.requests.push(message);
  }

  addEventListener(type: string, listener: never): void {
    if (type === 'message') this.#answered = listener;
    else this.#failed = listener;
  }

  terminate(): void {
    this.ended = true;
  }

  answer(answer: DecodeAnswer): void {
    this.#answered({ data: answer });
  }

  fail(): void {
    this.#failed();
  }
}

function client(): {
  codecs: CodecClient;
  workers: Worker[];
  clock: FakeClock;
  decode(): Promise<DecodedFrame>;
} {
  const workers: Worker[] = [];
  const clock = new FakeClock();
  const start = (): Worker => {
    workers.push(new Worker());
    return workers.at(-1)!;
  };
  const codecs = new CodecClient(start, clock);
  const decode = async (): Promise<DecodedFrame> => codecs.decoders[SYNTAX]!(Uint8Array.of(1, 2), FORMAT);
  return { codecs, workers, clock, decode };
}

describe('decoders in a worker', () => {
  test('start with the first frame, one worker for all', async () => {
    const { workers, decode } = client();
    expect(workers).toHaveLength(0);
    const [first, second] = [decode(), decode()];
    expect(workers).toHaveLength(1);
    workers[0]!.answer({ id: 2, decoded: DECODED });
    workers[0]!.answer({
      id: 1,
      failure: { code: 'IMAGE_INVALID', message: 'broken', details: { rows: 1 } },
    });
    expect(await second).toBe(DECODED);
    await expect(first).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: 'broken',
      details: { rows: 1 },
    });
  });

  test('get a copy: the instance stays whole here', () => {
    const { codecs, workers } = client();
    const whole = Uint8Array.of(1, 2, 3, 4);
    void codecs.decoders[SYNTAX]!(whole.subarray(1, 3), FORMAT);
    const [request] = workers[0]!.requests;
    expect([...request!.encoded]).toEqual([2, 3]);
    expect(request!.encoded.buffer).not.toBe(whole.buffer);
  });

  test('that give no answer for 30 s are ended; the next frame starts them again', async () => {
    const { workers, clock, decode } = client();
    const frames = [decode(), decode()];
    const refused = expect(frames[1]).rejects.toMatchObject({ code: 'CODEC_FAILED' });
    await clock.advance(29_000);
    workers[0]!.answer({ id: 1, decoded: DECODED });
    await clock.advance(29_000);
    expect(workers[0]!.ended).toBe(false);
    await clock.advance(1_000);
    expect(workers[0]!.ended).toBe(true);
    expect(await frames[0]).toBe(DECODED);
    await refused;
    const again = decode();
    workers[1]!.answer({ id: 3, decoded: DECODED });
    expect(await again).toBe(DECODED);
  });

  test('with nothing to do may rest', async () => {
    const { workers, clock, decode } = client();
    void decode();
    workers[0]!.answer({ id: 1, decoded: DECODED });
    await clock.advance(3_600_000);
    expect(workers[0]!.ended).toBe(false);
  });

  test('that do not start: an error; late words of an ended worker do nothing', async () => {
    const { workers, decode } = client();
    const first = decode();
    workers[0]!.fail();
    await expect(first).rejects.toMatchObject({ code: 'CODEC_FAILED' });
    const second = decode();
    workers[0]!.fail();
    workers[1]!.answer({ id: 2, decoded: DECODED });
    expect(await second).toBe(DECODED);
  });

  test('that the browser refuses at once: the same error', async () => {
    const codecs = new CodecClient(() => {
      throw new Error('refused by a policy');
    });
    const frame = Promise.resolve(codecs.decoders[SYNTAX]!(Uint8Array.of(1), FORMAT));
    await expect(frame).rejects.toMatchObject({ code: 'CODEC_FAILED' });
  });

  test('closed: what is waited for is cancelled', async () => {
    const { codecs, workers, decode } = client();
    const frame = decode();
    codecs.close();
    expect(workers[0]!.ended).toBe(true);
    await expect(frame).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
