/** Whether and how files are de-identified before they are sent, and what that would change in one of them. */
import type { DeidentifyOptions } from '../../core/deidentify/index.ts';
import type { Engine } from '../engine/client.ts';
import type { Deidentification, Outgoing, Preview } from '../engine/protocol.ts';
import { failureOf } from '../engine/protocol.ts';
import { t } from '../strings/index.ts';

export interface ShownPreview extends Preview {
  readonly path: string;
}

export class Deidentifying {
  readonly #engine: Engine;
  on: boolean = $state(false);
  #options = $state.raw<DeidentifyOptions>({});
  #batch = $state(1);
  #shown = $state.raw<ShownPreview | undefined>(undefined);
  #problem = $state('');
  /** Which file is shown, or asked for. */
  #of: Outgoing | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get options(): DeidentifyOptions {
    return this.#options;
  }

  /** Other options make another batch: UIDs that were given out under the old ones mean nothing any more. */
  set(change: DeidentifyOptions): void {
    this.#options = { ...this.#options, ...change };
    if (this.#of) void this.preview(this.#of);
  }

  /** How the files are to be sent; undefined for as they are. */
  get wanted(): Deidentification | undefined {
    if (!this.on) return undefined;
    return { batch: `${this.#batch} ${JSON.stringify(this.#options)}`, options: this.#options };
  }

  get shown(): ShownPreview | undefined {
    return this.#shown;
  }

  /** Why there is nothing to show; '' where nothing went wrong. */
  get problem(): string {
    return this.#problem;
  }

  /** Forgets the batch: who adds the same files again is given other UIDs for them. */
  renew(): void {
    this.#batch++;
    this.hide();
  }

  hide(): void {
    this.#of = undefined;
    this.#shown = undefined;
    this.#problem = '';
  }

  async preview(of: Outgoing): Promise<void> {
    const { wanted } = this;
    if (wanted === undefined) return;
    this.#of = of;
    const { path } = of;
    try {
      const preview = await this.#engine.preview(of, wanted);
      if (this.#of !== of) return; // another one was chosen meanwhile
      this.#shown = { ...preview, path };
      this.#problem = '';
    } catch (error) {
      if (this.#of !== of) return;
      this.#shown = undefined;
      this.#problem = t.send.deidentify.noPreview(path, failureOf(error).message);
    }
  }
}
