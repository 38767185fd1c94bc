/** Who uses the page, where the bridge wants to know. */
import { asError } from '../../core/bytes/index.ts';
import type { DoorAnswer } from '../../core/transport/peers.ts';
import type { Engine } from '../engine/client.ts';
import { t } from '../strings/index.ts';

export class SignIn {
  readonly #engine: Engine;
  readonly #fetchDoor: (token?: string) => Promise<DoorAnswer>;
  readonly #browserSession: string;
  #wanted = $state.raw(false);
  #user = $state.raw('');
  #problem = $state.raw('');
  #token: string | undefined;

  constructor(engine: Engine, fetchDoor: (token?: string) => Promise<DoorAnswer>, browserSession = '') {
    this.#engine = engine;
    this.#fetchDoor = fetchDoor;
    this.#browserSession = browserSession;
  }

  /** Whether nobody is signed in who has to be. */
  get wanted(): boolean {
    return this.#wanted;
  }

  /** Empty where nobody is told apart. */
  get user(): string {
    return this.#user;
  }

  /** Why a token was not taken; empty where all is well. */
  get problem(): string {
    return this.#problem;
  }

  /** What requests are signed in with; the portal's cookie needs none. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Asks the bridge what it takes this page for; true where its peers may be asked for. */
  async enter(token?: string): Promise<boolean> {
    try {
      const { ticket, user } = await this.#fetchDoor(token);
      this.#wanted = ticket && user === null;
      this.#user = user ?? '';
      this.#problem = this.#wanted && token !== undefined ? t.signIn.unknown : '';
      if (this.#wanted) return false;
      this.#token = token;
      await this.#engine.access({ tickets: ticket, token, user: this.#user, session: this.#browserSession });
      return true;
    } catch (error) {
      this.#problem = token === undefined ? '' : t.signIn.noAnswer(asError(error).message);
      return !this.#wanted; // the list of peers tells what is wrong
    }
  }
}
