/** Where the bridge and the engine are, as far as an element says; by default where its script came from. */
import engineUrl from './engine.ts?worker&url';

/** Of the engine beside this script. */
export const scriptUrl: string = new URL(engineUrl, import.meta.url).href;

/** With a slash at its end. The bridge serves its elements one folder below itself. */
export function bridgeOf(attribute: string): string {
  if (attribute === 'none') return attribute;
  const url = new URL(attribute === '' ? new URL('..', scriptUrl) : attribute, document.baseURI);
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

export function workerOf(attribute: string, usual: string): string {
  return attribute === '' ? usual : new URL(attribute, document.baseURI).href;
}
