/** What a portal's page with a viewer in it does, by the word of a test. */
let root;
let body;
const state = { way: '', asked: [] };

const WAYS = {
  right: async (purpose) =>
    (await fetch('/ticket', { method: 'POST', body: JSON.stringify(purpose) })).text(),
  wrong: async () => 'of-somebody-else',
  none: async () => undefined,
  rejects: () => Promise.reject(new Error('Your session has ended.')),
  hangs: () => new Promise(() => {}),
};

/** Where tickets come from is said with each question. */
const getTicket = (purpose) => {
  state.asked.push(purpose);
  return WAYS[state.way](purpose);
};

async function next({ reader }) {
  const { value, done } = await reader.read();
  if (!done) body.text += new TextDecoder('latin1').decode(value);
  return !done;
}

window.portal = {
  async boot({ script = '/dicom/dicomweb/boot.js', withTickets = false, ...options }) {
    const { boot } = await import(script);
    root = await boot({ ...options, ...(withTickets && { getTicket }) });
    return root.rootOf('SLOW');
  },

  /** The status of an answer, and what a refusal says, or how many there are. */
  async ask({ path, way = '' }) {
    state.way = way;
    const response = await fetch(path, { headers: { accept: 'application/dicom+json' } });
    const told = await response.json();
    return [response.status, response.ok ? told.length : told.detail];
  },

  /** For what tickets were asked. */
  asked: () => state.asked,

  /** Gives a request up while a ticket is waited for. */
  async giveUp({ path }) {
    const before = state.asked.length;
    state.way = 'hangs';
    const stop = new AbortController();
    const response = fetch(path, { signal: stop.signal });
    while (state.asked.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    return response.then(
      () => 'answered',
      ({ name }) => name,
    );
  },

  /** Reads the first bytes of a body. */
  async begin({ path, bytes }) {
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
    const response = await fetch(path, { headers: { accept } });
    body = { reader: response.body.getReader(), text: '' };
    while (body.text.length < bytes) if (!(await next(body))) throw new Error('It ended.');
  },

  /** How it ends, and whether its last boundary stands there. */
  async rest() {
    try {
      while (await next(body));
    } catch {
      return 'broken off';
    }
    return /--webdimse-[0-9a-f]{32}--\s*$/.test(body.text) ? 'whole' : 'cut off';
  },

  /** Associations that are open, or waited for. */
  async slots() {
    const { held, pending } = await navigator.locks.query();
    return [...held, ...pending].filter(({ name }) => name.startsWith('peer:')).length;
  },
};
