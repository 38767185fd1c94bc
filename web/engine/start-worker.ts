/**
 * Starts a module worker. Browsers start none from a script of another origin; a blob that imports it is of our own, and
 * lives under our policy (`worker-src blob:`). It imports by a call, since what a worker imports at once is a worker
 * for the policy, and keeps what comes meanwhile.
 */
export function startWorker(url: string): Worker {
  const options = { type: 'module' } as const;
  if (new URL(url).origin === self.origin) return new Worker(url, options);
  const script = `
    const early = [];
    const keep = (event) => early.push(event.data);
    addEventListener('message', keep);
    const begin = () => {
      removeEventListener('message', keep);
      for (const data of early) dispatchEvent(new MessageEvent('message', { data }));
    };
    import(${JSON.stringify(url)}).then(begin, (error) => setTimeout(() => { throw error; }));`;
  const own = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  // The browser has read it when the worker began; a minute is ample for that.
  setTimeout(() => URL.revokeObjectURL(own), 60_000);
  return new Worker(own, options);
}
