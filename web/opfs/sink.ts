/** Takes one instance on its way into a folder of packs. */
import type { Bytes } from '../../core/bytes/index.ts';
import { DicomError } from '../../core/bytes/index.ts';
import type { DataSet } from '../../core/data/index.ts';
import type { InstanceInfo, InstanceSink, Stored } from '../../core/file/index.ts';
import { HeaderCollector } from '../../core/file/index.ts';
import { Checksum } from './checksum.ts';
import type { Pack } from './pack.ts';
import type { Stages } from './stage.ts';

/** A long instance is written in such pieces, or in smaller ones where less is staged. */
const PIECE = 1 << 20;

/** A data set that lies whole in a pack, or still in memory. */
export interface Draft {
  readonly info: InstanceInfo;
  readonly header: DataSet;
  readonly bytes: number;
  readonly checksum: number;
  /** Undefined where `pack` holds it already. */
  readonly staged: Bytes | undefined;
  readonly pack: Pack | undefined;
}

/** What a sink asks of its folder. */
export interface Keeper {
  readonly stages: Stages;
  /** A file for one long instance. */
  createPack(): Promise<Pack>;
  dropPack(pack: Pack): Promise<void>;
  keep(draft: Draft): Promise<Stored>;
  /** Bytes under way, more or less than before. */
  count(bytes: number): void;
}

export class PackSink implements InstanceSink {
  readonly #info: InstanceInfo;
  readonly #keeper: Keeper;
  readonly #header: HeaderCollector;
  #stage: Bytes | undefined;
  #staged = 0;
  #bytes = 0;
  readonly #sum = new Checksum();
  #pack: Pack | undefined;
  /** The file of a long instance is being made. */
  #creating: Promise<void> | undefined;
  /** A piece is missing: this can only be aborted. */
  #broken = false;
  #ended = false;

  constructor(info: InstanceInfo, keeper: Keeper) {
    this.#info = info;
    this.#keeper = keeper;
    this.#header = new HeaderCollector(info.transferSyntaxUID);
  }

  write(bytes: Bytes): void | Promise<void> {
    this.#check();
    this.#header.write(bytes);
    this.#bytes += bytes.length;
    this.#keeper.count(bytes.length);
    if (this.#pack === undefined && this.#staged + bytes.length > this.#keeper.stages.limit)
      return this.#spill(bytes);
    this.#take(bytes);
  }

  async commit(): Promise<Stored> {
    this.#check();
    await this.#creating;
    this.#check();
    this.#ended = true;
    try {
      if (this.#pack !== undefined) this.#writePieces(true);
      return await this.#keeper.keep(this.#draft());
    } catch (error) {
      await this.#dropPack();
      throw error;
    } finally {
      this.#release();
    }
  }

  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#creating?.catch(() => {});
    await this.#dropPack();
    this.#release();
  }

  get #piece(): number {
    return Math.min(PIECE, this.#keeper.stages.limit);
  }

  #draft(): Draft {
    const staged = this.#stage?.subarray(0, this.#staged) ?? new Uint8Array(0);
    if (this.#pack === undefined) this.#sum.push(staged);
    return {
      info: this.#info,
      header: this.#header.finish(),
      bytes: this.#bytes,
      checksum: this.#sum.value,
      staged: this.#pack === undefined ? staged : undefined,
      pack: this.#pack,
    };
  }

  /** Too long for one write: what is staged goes into a file of its own, and this too. */
  #spill(bytes: Bytes): Promise<void> {
    const rest = bytes.slice(); // valid during the call only
    const create = async (): Promise<void> => {
      this.#pack = await this.#keeper.createPack();
      this.#writePieces();
      this.#take(rest);
    };
    this.#creating = create();
    return this.#creating;
  }

  #take(bytes: Bytes): void {
    const limit = this.#pack === undefined ? this.#keeper.stages.limit : this.#piece;
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(bytes.length - at, limit - this.#staged);
      this.#stagePiece(bytes.subarray(at, at + length));
      at += length;
      if (this.#pack !== undefined && this.#staged === this.#piece) this.#writePieces();
    }
  }

  #stagePiece(bytes: Bytes): void {
    const needed = this.#staged + bytes.length;
    this.#stage ??= this.#keeper.stages.take();
    if (needed > this.#stage.length)
      this.#stage = this.#keeper.stages.grow(this.#stage, this.#staged, needed);
    this.#stage.set(bytes, this.#staged);
    this.#staged = needed;
  }

  /** Writes what is staged as far as it makes whole pieces; with `last`, all of it. */
  #writePieces(last = false): void {
    const stage = this.#stage ?? new Uint8Array(0);
    let at = 0;
    for (; this.#staged - at >= this.#piece; at += this.#piece)
      this.#append(stage.subarray(at, at + this.#piece));
    if (last) this.#append(stage.subarray(at, (at = this.#staged)));
    stage.copyWithin(0, at, this.#staged);
    this.#staged -= at;
  }

  #append(bytes: Bytes): void {
    this.#sum.push(bytes);
    try {
      this.#pack!.append(bytes);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  async #dropPack(): Promise<void> {
    if (this.#pack !== undefined) await this.#keeper.dropPack(this.#pack);
  }

  #release(): void {
    if (this.#stage !== undefined) this.#keeper.stages.give(this.#stage);
    this.#stage = undefined;
    this.#keeper.count(-this.#bytes);
  }

  #check(): void {
    if (this.#ended || this.#broken)
      throw new DicomError('USAGE', 'this instance is committed, aborted or failed already');
  }
}
