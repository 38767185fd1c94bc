// As a framework of the kind of Angular does it: elements are made by name, [properties] are set on the object, (events)
// are heard of on it, and the definition may come later. Nothing is an attribute.
const view = document.querySelector('#view');
const { bridge } = view.dataset;

function bind(tag, properties, events = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, heard] of Object.entries(events)) element.addEventListener(name, heard);
  return view.appendChild(element);
}

const told = document.createElement('output');
const usual = { bridge, peer: 'WEBDIMSE', theme: 'dark' };
const query = bind('dimse-query', usual, {
  'dimse-ready': ({ detail }) => (told.value = detail.peers.map(({ name }) => name).join(' ')),
  // The portal has a viewer of its own.
  'dimse-view': (event) => {
    event.preventDefault();
    told.value = `opens ${event.detail.SeriesInstanceUID}`;
  },
});
const queue = bind('dimse-queue', usual, {
  'dimse-retrieved': ({ detail }) => (told.value = `${detail.state} ${detail.done} of ${detail.peer}`),
});
view.append(told);

await import(`${bridge}elements/index.js`);
await query.ready;
const echo = await queue.echo();
const { matches } = await query.search({ patientID: 'SAMPLE-002', date: 'any' });
const [study] = matches[0]['0020000D'].Value;
await queue.get({ StudyInstanceUID: study });
const sent = await queue.store([new File(['no DICOM'], 'letter.txt')]).catch((error) => error);
const wrong = bind('dimse-queue', { ...usual, peer: 'NOBODY' });
const unknown = await wrong.echo().catch((error) => error);
const right = await queue.echo();
const answers = [
  echo.state,
  matches.length,
  queue.jobs.length > 2,
  sent.message,
  unknown.message,
  right.state,
];
view.dataset.done = JSON.stringify(answers);
await query.open({ StudyInstanceUID: study }).catch(() => {});
