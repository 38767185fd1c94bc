// A page of the portal's own over the engine, which signs in with tickets that the portal's server got.
import { startEngine } from 'webdimse/browser';

const main = document.querySelector('main');
const getTicket = async ({ peer }) => (await fetch(`ticket?peer=${peer}`)).text();
const usual = { bridge: main.dataset.bridge, user: 'anna', workerUrl: 'webdimse/engine.js' };
const engine = await startEngine({ ...usual, getTicket });
const [{ name, aeTitle }] = await (await fetch('peers')).json();
const keys = [{ PatientName: '', StudyInstanceUID: '' }];
let studies = 0;
const question = { model: 'STUDY', level: 'STUDY', keys };
for await (const matches of engine.find({ name, aeTitle, callingAETitle: 'WEBSCU' }, question, 100))
  studies += matches.length;
main.querySelector('output').value = `${studies} studies, with tickets`;
