// The portal's own script: what the elements tell is shown in the portal's own words.
const [chosen, here] = document.querySelectorAll('output');
let stored = 0;

document.addEventListener('dimse-select', ({ detail }) => {
  chosen.value = `${detail.level} ${detail.keys.StudyInstanceUID ?? detail.keys.PatientID}`;
});
document.addEventListener('dimse-stored', ({ detail }) => {
  stored += detail.length;
  here.value = String(stored);
});
