/** Whether the inspector is open. What it shows is loaded with its first opening. */
import type { Inspector, InspectorNeeds } from './inspector.svelte.ts';

export class Inspecting {
  readonly #needs: InspectorNeeds;
  #open = $state.raw(false);
  #inspector: Promise<Inspector> | undefined;

  constructor(needs: InspectorNeeds) {
    this.#needs = needs;
  }

  get open(): boolean {
    return this.#open;
  }

  set open(open: boolean) {
    this.#open = open;
  }

  /** Loads it where it is not here yet; rejects where the bridge does not answer. */
  inspector(): Promise<Inspector> {
    this.#inspector ??= this.#load().catch((error: unknown) => {
      this.#inspector = undefined; // the bridge may be back the next time
      throw error;
    });
    return this.#inspector;
  }

  /** Opens it at an association of the record. */
  show(association: number): void {
    this.open = true;
    this.inspector().then(
      (inspector) => inspector.showAssociation(association),
      () => {}, // the drawer itself says that it could not be loaded
    );
  }

  async #load(): Promise<Inspector> {
    const { Inspector } = await import('./inspector.svelte.ts');
    return new Inspector(this.#needs);
  }
}
