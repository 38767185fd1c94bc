/** Completes the name of an attribute by the engine's dictionary: the page has none of its own. */
import type { Engine } from '../engine/client.ts';
import type { AttributeHint } from '../engine/protocol.ts';

export class Completion {
  readonly #engine: Engine;
  #hints = $state.raw<readonly AttributeHint[]>([]);
  #asked = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** For what was typed last, the likeliest first. */
  get hints(): readonly AttributeHint[] {
    return this.#hints;
  }

  async type(typed: string): Promise<void> {
    const asked = ++this.#asked;
    const hints = await hintsOf(this.#engine, typed);
    if (asked === this.#asked) this.#hints = hints; // what was typed before is answered too late
  }
}

/** The attribute of exactly this keyword or tag. */
export async function attributeOf(engine: Engine, key: string): Promise<AttributeHint | undefined> {
  const wanted = key.trim().toLowerCase();
  const hints = await hintsOf(engine, wanted);
  return hints.find(({ keyword, tag }) => [keyword, tag].some((each) => each.toLowerCase() === wanted));
}

/** Without an engine nothing is completed; that it is gone, the search itself says. */
async function hintsOf(engine: Engine, typed: string): Promise<readonly AttributeHint[]> {
  return typed.trim() === '' ? [] : await engine.attributes(typed).catch(() => []);
}
