/** The picture of one frame: how it is drawn, and how it lies in the pane. */
import type { VOI } from '../../core/image/index.ts';
import type { Engine } from '../engine/client.ts';
import type { DrawnPicture } from '../engine/looked.ts';
import { explainLook } from './look-sentences.ts';

/** Which frame, from 0. */
export interface FrameOf {
  readonly sopInstanceUID: string;
  readonly frame: number;
}

export interface Window {
  readonly center: number;
  readonly width: number;
}

/** What a drag over the whole of a pane of usual size changes a window by, in widths. */
const DRAG = 1 / 300;
const ZOOMS = { least: 0.1, most: 40 };
const AT_REST = { x: 0, y: 0 };

export class Picture {
  readonly #engine: Engine;
  #shown = $state.raw<(DrawnPicture & FrameOf) | undefined>();
  #problem = $state.raw('');
  #voi = $state.raw<VOI | undefined>();
  #invert = $state.raw(false);
  #zoom = $state.raw(1);
  #pan = $state.raw(AT_REST);
  #wanted: FrameOf | undefined;
  #ahead: readonly FrameOf[] = [];
  #drawing: Promise<void> | undefined;
  /** Wanted differently since drawing began. */
  #changed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** What was drawn last; undefined before the first, and where the one at hand cannot be drawn. */
  get shown(): (DrawnPicture & FrameOf) | undefined {
    return this.#shown;
  }

  /** Why it cannot be drawn; '' where it can. */
  get problem(): string {
    return this.#problem;
  }

  get invert(): boolean {
    return this.#invert;
  }

  set invert(invert: boolean) {
    this.#invert = invert;
    this.#redraw();
  }

  get zoom(): number {
    return this.#zoom;
  }

  get pan(): { readonly x: number; readonly y: number } {
    return this.#pan;
  }

  /** The window it is drawn with; undefined in colour and with a table. */
  get window(): Window | undefined {
    const { colour, voi } = this.#shown ?? { colour: true, voi: undefined };
    const used = this.#voi ?? voi;
    return colour || used === undefined || 'lut' in used ? undefined : used;
  }

  /** Another window for this and all that follow; undefined: that of each. */
  set voi(voi: VOI | undefined) {
    this.#voi = voi;
    this.#redraw();
  }

  get voi(): VOI | undefined {
    return this.#voi;
  }

  /** Draws a frame; `ahead` are those that will be wanted soon. */
  show(wanted: FrameOf, ahead: readonly FrameOf[]): void {
    this.#wanted = wanted;
    this.#ahead = ahead;
    this.#redraw();
  }

  /** When what is wanted now has been drawn. */
  async settled(): Promise<void> {
    while (this.#drawing !== undefined) await this.#drawing;
  }

  /** Contrast by going right and left, brightness by going down and up. */
  dragWindow(dx: number, dy: number): void {
    const window = this.window ?? this.#range;
    if (window === undefined) return;
    const step = Math.max(window.width, 1) * DRAG;
    const width = Math.max(1, window.width + dx * step);
    this.voi = { center: rounded(window.center + dy * step), width: rounded(width) };
  }

  /** Where a drag begins when a table was drawn with. */
  get #range(): Window | undefined {
    const { colour, range } = this.#shown ?? { colour: true, range: undefined };
    return colour || range === undefined || 'lut' in range ? undefined : range;
  }

  movePan(dx: number, dy: number): void {
    this.#pan = { x: this.#pan.x + dx, y: this.#pan.y + dy };
  }

  /** Enlarges around the middle of the pane. */
  zoomBy(factor: number): void {
    const zoom = Math.max(ZOOMS.least, Math.min(ZOOMS.most, this.#zoom * factor));
    const by = zoom / this.#zoom;
    this.#zoom = zoom;
    this.#pan = { x: this.#pan.x * by, y: this.#pan.y * by };
  }

  reset(): void {
    this.#zoom = 1;
    this.#pan = AT_REST;
    this.#invert = false;
    this.voi = undefined;
  }

  #redraw(): void {
    this.#changed = true;
    this.#drawing ??= this.#draw().finally(() => (this.#drawing = undefined));
  }

  /** One at a time, and after it what is wanted then: who scrolls fast passes over some. */
  async #draw(): Promise<void> {
    while (this.#changed && this.#wanted !== undefined) {
      this.#changed = false;
      await this.#drawOne(this.#wanted);
      await this.#prepare();
    }
  }

  async #drawOne(wanted: FrameOf): Promise<void> {
    try {
      const drawn = await this.#engine.picture({ ...wanted, voi: this.#voi, invert: this.#invert });
      this.#replace({ ...drawn, ...wanted });
      this.#problem = '';
    } catch (error) {
      if (wanted !== this.#wanted) return;
      this.#replace(undefined);
      this.#problem = explainLook(error);
    }
  }

  /** What comes next is decoded while this one is looked at; what fails then fails again when it is shown. */
  async #prepare(): Promise<void> {
    for (const next of this.#ahead) {
      if (this.#changed) return;
      await this.#engine.prepare(next).catch(() => undefined);
    }
  }

  #replace(next: (DrawnPicture & FrameOf) | undefined): void {
    const before = this.#shown;
    this.#shown = next;
    // Whoever draws it learns of the next one first.
    if (before !== undefined) setTimeout(() => before.bitmap.close(), 100);
  }
}

/** Windows of images with few values are fine; those of others would print digits that mean nothing. */
function rounded(value: number): number {
  return Math.abs(value) < 10 ? Math.round(value * 1000) / 1000 : Math.round(value * 10) / 10;
}
