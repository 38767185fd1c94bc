// React 19 sets properties of elements as it does attributes, and hears their events by `on` and their name.
import { createElement as h, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

const root = document.querySelector('#root');
const { bridge } = root.dataset;

/** The portal's server would fetch it, for the user of its session. */
const getTicket = async ({ peer }) => (await fetch(`ticket?peer=${peer}`)).text();
const usual = { bridge, 'worker-url': 'webdimse/engine.js', user: 'anna', getTicket };

function Portal({ peers }) {
  const query = useRef(null);
  const [found, setFound] = useState('');
  const [wrong, setWrong] = useState('');
  const search = async (event) => {
    event.preventDefault();
    const patientName = new FormData(event.target).get('name');
    const { matches } = await query.current.search({ patientName, date: 'any' });
    setFound(`${matches.length} found`);
  };
  return h(
    'main',
    { 'ondimse-error': ({ detail }) => setWrong(detail.sentence) },
    h(
      'form',
      { onSubmit: search },
      h('input', { name: 'name', 'aria-label': 'Name' }),
      h('button', null, 'Find'),
      h('output', null, found),
    ),
    h('dimse-query', { ...usual, peers, peer: peers[0].name, compact: true, ref: query }),
    h('dimse-queue', { ...usual, peers, 'ondimse-error': ({ detail }) => setWrong(detail.sentence) }),
    h('p', { role: 'alert' }, wrong),
  );
}

const peers = await (await fetch('peers')).json();
createRoot(root).render(h(Portal, { peers }));
