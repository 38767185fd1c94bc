/**
 * Every text that people read in the page, in English: a section for each panel or topic. A text with values is a
 * function of them; sizes and durations come already formatted, numbers are formatted here, with the words that go
 * with them. What stands between grave accents is shown as code. `de.ts` has the same shape. Topics that come later have
 * files of their own (`failures.ts`, `inspector.ts`, `lessons`).
 */
import type { Forms } from './locale.svelte.ts';
import { count, counted } from './locale.svelte.ts';

const FILES: Forms = { one: 'file', other: 'files' };
const IMAGES: Forms = { one: 'image', other: 'images' };
const LEVELS = {
  PATIENT: { one: 'patient', other: 'patients' },
  STUDY: { one: 'study', other: 'studies' },
  SERIES: { one: 'series', other: 'series' },
  IMAGE: IMAGES,
} satisfies Record<string, Forms>;

/** Where what came is; apart: in an element of another's page, without the view. */
function keptAt(apart: boolean): string {
  return apart ? 'in this page' : 'under Received';
}

export type Strings = typeof en;

export const en = {
  app: {
    views: 'Views',
    find: 'Find',
    worklist: 'Worklist',
    received: 'Received',
    send: 'Send',
    learn: 'Learn',
    drop: 'Drop to put the files on the list of Send',
    theme: { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' },
    loading: 'Load a part of the page',
    notLoaded:
      'This part of the page could not be loaded: the server that it comes from does not answer. Reload the page.',
    unexplained: (message: string) =>
      `It failed, and what would explain it could not be loaded, as the server of this page does not answer: ${message}`,
    engineLost: 'its engine could not be loaded',
  },

  settings: {
    title: 'Settings',
    language: 'Language',
    asBrowser: 'As the browser',
    shortcuts:
      'Single keys: / goes to the search, 1 to 5 to the views, 0 to what was done, i opens the inspector',
  },

  aeTitle: {
    empty: 'An AE title has 1 to 16 characters.',
    tooLong: (length: number) => `An AE title has 16 characters at most; this one has ${count(length)}.`,
    characters: 'An AE title has letters, digits and signs of ASCII only, no backslash.',
  },

  withheld: {
    locks: 'locks between tabs (use one at a time)',
    storage: 'storage for files (those received go with this tab)',
    and: ' and ',
    sentence: (what: string) =>
      'This page came over plain http: others on the network could read what passes, and the browser withholds ' +
      `${what}. Ask who runs the bridge for https.`,
  },

  /** Where there is no bridge. */
  alone: {
    notice:
      'This page works by itself: the two PACS of its list run within it, and nothing that you open here leaves this browser.',
    withheld: (what: string) => ` Over plain http the browser withholds ${what}.`,
    peers:
      'No bridge is behind this page, and a browser by itself opens no connection to a PACS: it can call those within the ' +
      'page. To call yours, start webdimse on a computer that reaches it, with a line like this one, and open the page from there:',
    receiving: 'No bridge is behind this page: only the PACS within it can send here.',
    reached: 'It reaches this page.',
  },

  signIn: {
    title: 'Sign in',
    why: 'This bridge tells its users apart. Who runs it gives out access tokens.',
    token: 'Access token',
    kept: 'Kept in this tab until it is closed, and sent to the bridge only.',
    unknown: 'The bridge does not know this token.',
    noAnswer: (why: string) => `The bridge does not answer (${why}).`,
  },

  peers: {
    peer: 'Peer',
    none: 'no peer',
    add: 'Add a peer',
    here: 'This page',
    hereEmpty: 'nothing is kept here yet',
    echo: 'Echo',
    answered: (time: string) => `✓ ${time}`,
    noEcho: '✕ no echo',
    callingAETitle: 'Calling AE title',
    callingHint: 'How we call ourselves. Many peers answer only to titles they know.',
    noneKnown: 'The bridge knows no peer yet. “Add a peer” tells how to name one.',
    noAnswer: (why: string) =>
      `The bridge does not answer (${why}), so no peer can be listed. ` +
      'Check that it still runs where it was started, then reload the page.',
  },

  peerCard: {
    title: (peer: string) => `About ${peer}`,
    open: 'About',
    openHint: 'What this peer can do, and how we call it',
    close: 'Close',
    called: 'How it is called',
    address: 'address',
    callingAETitle: 'Calling AE title here',
    callingHint: 'Only for this peer; empty for the one above.',
    calledAETitle: 'Called AE title',
    calledHint: 'Empty for the one in the list of peers.',
    characterSet: 'Character set',
    characterSetHint: 'How queries are written, and answers read that name no set; as in (0008,0005).',
    associations: 'Associations at once',
    associationsUsual: 'as usual',
    timeouts: 'How long to wait, in seconds',
    phases: {
      connect: 'For the connection',
      associate: 'For the association',
      response: 'For the first answer',
      progress: 'For the next answer',
      'move-progress': 'For the next answer of a move',
    },
    timeoutHint: 'Only for this peer; empty for the number shown.',
    noSeconds: 'A number of seconds, a day at most.',
    remove: 'Remove this peer',
    abilities: 'What it can do',
    ask: 'Ask it',
    askHint:
      'Four or five short associations: services, storage classes, transfer syntaxes, and a query of five studies.',
    asking: 'Asking …',
    job: (peer: string) => `Ask ${peer} what it can do`,
    cancelled: 'Asking cancelled.',
    done: (peer: string, time: string) => `${peer} told what it can do in ${time}.`,
    yes: 'yes',
    no: 'no',
    models: { STUDY: 'Study Root', PATIENT: 'Patient Root', 'PATIENT/STUDY ONLY': 'Patient/Study Only' },
    implementation: 'Implementation',
    longestPDU: 'Longest PDU',
    unlimited: 'unlimited',
    bytes: (number: number) => `${count(number)} bytes`,
    echo: 'Echo',
    find: 'Search (C-FIND)',
    beyond: 'Beyond the baseline',
    extended: {
      relational: 'relational',
      combinedDateTime: 'date and time combined',
      fuzzy: 'names that sound alike',
      timezone: 'other time zones',
    },
    get: 'Retrieve (C-GET)',
    mayNotStore: 'but it may not store here',
    move: 'Move (C-MOVE)',
    worklist: 'Worklist',
    commitment: 'Storage commitment',
    stores: 'Stores',
    classes: (number: number) => counted(number, { one: 'storage class', other: 'storage classes' }),
    syntaxesFor: (sopClass: string) => `Syntaxes for ${sopClass}`,
    answers: 'Answers',
    noMatch: (days: number) => `no study of the last ${count(days)} days`,
    noSet: 'no character set named',
    countsFilled: 'counts of images told',
    countsEmpty: 'counts of images not told',
    file: 'Peers as a file',
    export: 'Export',
    import: 'Import',
    exportHint: 'The peers added here and what was chosen for each peer; no patient data.',
    imported: (peers: number, choices: number) =>
      `Taken from the file: ${counted(peers, { one: 'peer', other: 'peers' })}, settings of ${counted(choices, { one: 'peer', other: 'peers' })}.`,
    notImported: 'This is no file of peers from here.',
  },

  destination: {
    title: 'Sending to this page (C-MOVE)',
    noPort:
      'This bridge opens no DICOM port, so no PACS can send here. It does when it is started with `--dicom-port 11112`.',
    tell: 'Tell the PACS where this page is:',
    inItsPage: (aeTitle: string, host: string, port: string) =>
      `Configuration › AE list › New AET: ${aeTitle}, ${host}, ${port}`,
    echo: 'Let its administrator send an echo to that title; it appears here.',
    waiting: 'Waiting for an echo …',
    echoed: (aeTitle: string) => `${aeTitle} sent an echo.`,
    move: 'Let it move one image here:',
    test: 'Move one image here',
    job: (peer: string) => `Let ${peer} move one image here`,
    cancelled: 'Trying the move cancelled.',
    states: { open: 'not tried', ok: 'works', failed: 'failed' },
    hops: {
      found: 'It lists an image.',
      known: 'It knows the title of this page.',
      reached: 'It reaches the DICOM port of the bridge.',
      arrived: 'The image is here.',
    },
    nothingThere: (peer: string) => `${peer} lists no image that could be moved.`,
    works: (peer: string, aeTitle: string) =>
      `It works: ${peer} moved an image to ${aeTitle}, and it is among the received files.`,
    failed: {
      found: (peer: string, _aeTitle: string, _status: string) =>
        `${peer} lists no image that could be moved.`,
      known: (peer: string, aeTitle: string, status: string) =>
        `${peer} does not know the destination ${aeTitle} (${status}): tell it the line above.`,
      reached: (peer: string, aeTitle: string, status: string) =>
        `${peer} took the request, but nothing came (${status}). It knows ${aeTitle} under another host or port, a firewall is between, or the bridge does not serve its address (\`--allow-source\`).`,
      arrived: (peer: string, _aeTitle: string, status: string) =>
        `${peer} reached this page, but the image could not be kept (${status}): there is no room for it.`,
    },
  },

  addPeer: {
    name: 'Name',
    aeTitle: 'AE title',
    host: 'Host',
    port: 'Port',
    add: 'Add',
    here: 'Name a peer by its address. It is kept in this browser, and the bridge calls it where its rules allow that.',
    taken: 'Another peer has this name.',
    badPort: 'A port is a number from 1 to 65535.',
    reload: 'Look again',
    reloadHint: 'Asks the bridge for its peers, as after a reload of its configuration.',
    how: 'The bridge calls only peers it was started with. Stop it, start it with one more `--peer`, and reload this page:',
    line: 'the line to start with',
    form:
      'NAME=AET@host:port. The peer must also know us: its administrator adds our calling AE title and this ' +
      'machine’s address. Several peers are easier kept in a file: `--config FILE`.',
    close: 'Close',
  },

  search: {
    title: 'Search',
    patient: 'Patient',
    patientExample: 'Family, Given',
    patientHint: 'Finds names that begin so. * stands for any characters, ? for one.',
    patientID: 'Patient ID',
    patientIDHint: 'The whole ID, or with * and ?.',
    date: 'Study date',
    dates: {
      any: 'Any',
      today: 'Today',
      yesterday: 'Yesterday',
      tomorrow: 'Tomorrow',
      next7: 'Next 7 days',
      '7': '7 days',
      '30': '30 days',
      range: 'Range',
    },
    from: 'From',
    to: 'To',
    backwards: 'The last day is before the first.',
    ofStudies:
      'Patient Root asks for patients first: date, accession number, description and modality choose among their studies, when a patient is opened.',
    modality: 'Modality',
    modalityHint: 'Any of the chosen; none means all.',
    otherModality: 'Another modality',
    accession: 'Accession number',
    accessionHint: 'The whole number, or with * and ?.',
    description: 'Study description',
    descriptionHint: 'Finds descriptions that contain it. * stands for any characters, ? for one.',
    submit: 'Search',
    more: 'More fields',
    fewer: 'Fewer fields',
    clear: 'Clear the form',
    stop: 'Stop',
    further: (limit: number) => `Ask for up to ${count(limit)}`,
    limit: 'At most',
    addAttribute: '+ Attribute',
    attribute: 'Attribute',
    attributeExample: 'BodyPartExamined',
    attributeHint:
      'Begin to type a keyword, a name or a tag. A path such as Sequence[0].Keyword is taken as well.',
    attributeValue: 'Value',
    attributeValueHint: 'With * and ? as elsewhere. Left empty it is only shown, in a column of its own.',
    removeAttribute: (attribute: string) => `Remove ${attribute}`.trim(),
    also: 'Ask others, too',
    alsoChosen: (number: number) => `+ ${counted(number, { one: 'peer', other: 'peers' })}`,
    alsoNone: 'The bridge knows no other peer.',
    alsoHow: 'Each is asked by itself; that one fails does not hide the others.',
    saved: 'Saved searches',
    save: 'Save this search',
    saveName: 'Name',
    saveExample: 'CT today',
    saveSubmit: 'Save',
    savePatient: 'With patient, ID, accession number and values of other attributes',
    savePatientWhy: 'Kept in this browser, for whoever uses it after you.',
    removeSaved: (name: string) => `Remove ${name}`,
    everything: (peer: string) => `No field is filled in: this asks ${peer} for everything.`,
    /** Who is asked, where it is more than one. */
    peers: (first: string, others: readonly string[]) =>
      `${first} and ${others.length === 1 ? others[0]! : `${count(others.length)} others`}`,
    job: (peer: string) => `Search ${peer}`,
    searching: (peer: string) => `Searching ${peer} …`,
    soFar: (found: string) => `${found} so far …`,
    cancelled: (found: string) => `${found} · cancelled`,
    jobCancelled: 'Search cancelled; what had come is shown.',
    limited: (summary: string, limit: number) =>
      `${summary} · stopped at ${count(limit)}, there are more: fill in another field to see the rest`,
  },

  results: {
    title: 'Results',
    columns: {
      name: 'Patient',
      id: 'ID',
      born: 'Born',
      when: 'Date',
      modality: 'Mod',
      description: 'Description',
      accession: 'Accession',
      sex: 'Sex',
      referrer: 'Referring physician',
      studyID: 'Study ID',
      peer: 'Peer',
      uid: 'UID',
      series: 'Series',
      images: 'Images',
    },
    filter: 'Filter results',
    filterExample: 'Filter',
    filtered: (shown: number, all: number) => `${count(shown)} of ${count(all)} shown`,
    noneLeft: 'No result holds all of these words. Esc in the filter shows all again.',
    chooseColumns: 'Columns',
    columnsByWidth: 'As the width allows',
    export: 'Export',
    exportHow: 'What is shown, in this order:',
    exports: { csv: 'CSV, for spreadsheets', json: 'DICOM JSON' },
    exporting: 'Export results',
    exported: (rows: number, file: string) =>
      `${counted(rows, { one: 'row', other: 'rows' })} saved as ${file}.`,
    exportCancelled: 'Export cancelled.',
    retrieve: 'Retrieve',
    move: 'Move',
    searching: 'Searching …',
    failed: 'Nothing to show. The line above says why.',
    noMatch: 'Nothing matches. Leave fields empty, choose another date, or end a name with *.',
    begin: (peer: string) => `Press Search to see what ${peer} holds.`,
    model: 'Query model',
    modelHint:
      'Study Root lists studies; Patient Root lists patients first, and searches by name and ID only.',
    models: { STUDY: 'Study Root', PATIENT: 'Patient Root' },
    found: {
      PATIENT: (number: number) => counted(number, LEVELS.PATIENT),
      STUDY: (number: number) => counted(number, LEVELS.STUDY),
      SERIES: (number: number) => counted(number, LEVELS.SERIES),
      IMAGE: (number: number) => counted(number, LEVELS.IMAGE),
    },
    open: {
      PATIENT: 'Open patient',
      STUDY: 'Open study',
      SERIES: 'Open series',
      IMAGE: 'Open image',
    },
    opened: (found: string) => `Opened: ${found}.`,
    openedWanted: (found: string) =>
      `Opened: ${found} with the date, accession number, description and modality of the search. The patient may have others.`,
    openedInPart: (found: string) => `Opened; the first ${found} are shown.`,
    openingCancelled: 'Opening cancelled.',
  },

  worklist: {
    title: 'Worklist',
    form: 'Search the worklist',
    date: 'Scheduled for',
    station: 'Station AE title',
    stationHint: 'Of the device that does it. The whole title, or with * and ?.',
    columns: {
      when: 'Start',
      name: 'Patient',
      id: 'ID',
      born: 'Born',
      sex: 'Sex',
      modality: 'Mod',
      procedure: 'Procedure',
      station: 'Station',
      accession: 'Accession',
    },
    job: (peer: string) => `Worklist of ${peer}`,
    found: (number: number) => counted(number, { one: 'procedure step', other: 'procedure steps' }),
    none: 'Nothing is scheduled that matches. Choose another date, or leave fields empty.',
    begin: (peer: string) => `Press Search to see what ${peer} has scheduled.`,
    refused: (peer: string) =>
      `${peer} accepted the association, but offers us no worklist. Many archives have none: ask the administrator ` +
      'which system keeps it, often the one that takes the orders, and whether it knows our calling AE title.',
    detail: 'Details',
    close: 'Close the details',
    details: {
      ScheduledProcedureStepDescription: 'Procedure step',
      ScheduledProtocolCodeSequence: 'Protocol',
      RequestedProcedureDescription: 'Requested procedure',
      RequestedProcedureCodeSequence: 'Requested procedure, coded',
      RequestedProcedurePriority: 'Priority',
      ScheduledStationAETitle: 'Station AE title',
      ScheduledStationName: 'Station',
      ScheduledProcedureStepLocation: 'Location',
      ScheduledPerformingPhysicianName: 'Performing physician',
      RequestingPhysician: 'Requesting physician',
      ReferringPhysicianName: 'Referring physician',
      PatientSex: 'Sex',
      PatientWeight: 'Weight (kg)',
      PregnancyStatus: 'Pregnancy status',
      Allergies: 'Allergies',
      MedicalAlerts: 'Medical alerts',
      SpecialNeeds: 'Special needs',
      RequestedContrastAgent: 'Contrast agent',
      CurrentPatientLocation: 'Where the patient is',
      AdmissionID: 'Admission ID',
      AccessionNumber: 'Accession number',
      RequestedProcedureID: 'Requested procedure ID',
      ScheduledProcedureStepID: 'Procedure step ID',
      StudyInstanceUID: 'Study Instance UID',
    },
  },

  names: {
    unnamed: 'without a name',
    study: 'Study',
    series: (number: string) => `Series ${number}`.trim(),
    image: (number: string) => `Image ${number}`.trim(),
    ofSeries: (number: string) => `series ${number}`,
    ofImage: (number: string) => `image ${number}`,
    frames: (number: string) => `${number} frames`,
  },

  moveTo: {
    title: 'Move to',
    what: (what: string) => `Move ${what} to`,
    destinations: 'Destinations',
    thisPage: 'This page',
    other: 'Another AE title',
    otherHint: 'The peer must know its address.',
    go: 'Move there',
  },

  queue: {
    done: 'What was done',
    messages: 'Messages',
    progress: 'Progress',
    part: (job: string, percent: number) => `${job}: ${count(percent)} %`,
    waits: 'waits for the one before it',
    paused: 'paused',
    pause: 'Pause',
    resume: 'Resume',
    first: 'Go first',
    retry: 'Try again',
    retryMissing: 'Retrieve what is missing',
    ofJob: (what: string, job: string) => `${what}: ${job}`,
    left: (time: string) => `${time} left`,
    copyCommand: 'Copy as DCMTK command',
    copyReason: 'Copy the reason',
    inspector: 'Inspector',
    inspect: 'Show in inspector',
    cancel: 'Cancel',
    clear: 'Clear',
    showLast: 'Show the last',
    showAll: (number: number) => `Show all ${count(number)}`,
    states: {
      waiting: 'waiting',
      running: 'running',
      paused: 'paused',
      done: 'done',
      partial: 'partial',
      failed: 'failed',
      cancelled: 'cancelled',
    },
  },

  keeping: {
    memory: (problem: string | undefined) =>
      'In this page’s memory until it is closed; 1 GiB at most' +
      (problem === undefined ? '.' : `, since the browser gives no room on the disk (${problem}).`),
    session: 'On this computer’s disk until the browser is closed',
    kept: 'On this computer’s disk until they are removed',
    room: (used: string, all: string) => `${used} of ${all} used`,
    keep: 'Keep on this computer',
    question: 'How long files are kept',
    asked:
      'Files lie on this computer’s disk, for you alone, and go when the browser is closed. Keep them on this computer ' +
      'beyond that? Others who use this account of the computer could read them.',
    yes: 'Keep on this computer',
    no: 'Until the browser is closed',
    wipe: 'Wipe everything',
    wipeWhat: 'All files and settings of this page in this browser go for good.',
    wipeNow: 'Wipe it now',
    wipeNot: 'Do not wipe',
    wipeCancelled: 'Wiping cannot be cancelled.',
    wiped: 'Everything that this page kept in this browser is gone.',
  },

  received: {
    title: 'Received files',
    columns: {
      name: 'Study',
      when: 'Date',
      modality: 'Mod',
      description: 'Description',
      syntax: 'Transfer syntax',
      uid: 'UID',
      from: 'From',
      files: 'Files',
      size: 'Size',
    },
    save: 'Save',
    remove: 'Remove',
    removeAll: 'Remove all',
    chooseNone: 'Choose none',
    choose: (what: string) => `Choose ${what}`,
    send: 'Send …',
    searchHere: 'Search here',
    gone: 'This is not kept here any more. Search again to see what is.',
    nothing: 'Nothing received yet. Search under Find, and press Retrieve on a study, a series or an image.',
    all: (files: number, size: string) => `${counted(files, FILES)} · ${size}`,
    chosen: (chosen: number, files: number, size: string) =>
      `${count(chosen)} of ${counted(files, FILES)} chosen · ${size}`,
    saveJob: (files: number) => `Save ${counted(files, FILES)}`,
    saveCancelled: 'Saving cancelled.',
    toFolder: 'Save to a folder',
    pattern: 'Names there',
    folderJob: (files: number, folder: string) => `Save ${counted(files, FILES)} to ${folder}`,
    folderCancelled: 'Saving cancelled; what was written stays in the folder.',
    savedInFolder: (files: number, folder: string, size: string) =>
      `Saved ${counted(files, FILES)} (${size}) in ${folder}.`,
    savedOne: (name: string, size: string) => `Gave ${name} (${size}) to the browser to save.`,
    savedSeveral: (files: number, name: string, size: string) =>
      `Gave ${counted(files, FILES)} as ${name} (${size}) to the browser to save.`,
    savedAs: (files: number, name: string, size: string) =>
      `Saved ${counted(files, FILES)} (${size}) as ${name}.`,
    removeJob: (files: number) => `Remove ${counted(files, FILES)}`,
    removeCancelled: 'Removing cancelled.',
    removed: (files: number) => `Removed ${counted(files, FILES)} from this page.`,
  },

  receiving: {
    start: 'Start receiving',
    stop: 'Stop receiving',
    needs: 'A PACS that moves or sends here needs',
    aeTitle: 'AE title',
    host: 'host',
    port: 'port',
    why: 'Lets a PACS send to this page, as destination of a Move.',
    asking: 'Asking the bridge for an AE title …',
    at: (aeTitle: string, port: string) => `Receiving as ${aeTitle} (port ${port})`,
    stopped: 'Receiving was stopped.',
  },

  send: {
    title: 'Files to send',
    columns: { path: 'File', size: 'Size', state: 'Result' },
    chooseFiles: 'Choose files',
    chooseFolder: 'Choose a folder',
    files: 'Files',
    folder: 'Folder',
    orDrop: 'or drop files, folders or ZIP archives anywhere on this page.',
    retry: (files: number) => `Retry ${count(files)} failed`,
    unseen: (files: number) => `looking into ${counted(files, FILES)} …`,
    unpacked: (files: number) => `${counted(files, FILES)} found in it.`,
    beyond: (why: string) => `It is too large to be opened: ${why}.`,
    listed: (files: number) => `It lists ${counted(files, FILES)}; none is missing.`,
    listedNone: (files: number) =>
      `It lists ${counted(files, FILES)}, and none of them is here. Choose the folder that holds it.`,
    listedMissing: (files: number, missing: number, names: string, more: boolean) =>
      `It lists ${counted(files, FILES)}; ${count(missing)} missing: ${names}${more ? ' …' : ''}`,
    submit: 'Send',
    clear: 'Clear the list',
    to: (peer: string, address: string) => `to ${peer} (${address})`,
    nothing:
      'Choose DICOM files or a folder of them, or drop them here. Nothing leaves before you press Send.',
    states: {
      chosen: 'Not sent yet',
      sending: 'Sending …',
      stored: 'Stored',
      warning: 'Stored',
      failed: 'Failed',
      skipped: 'Left out',
      opened: 'Opened',
    },
    fileCount: (files: number) => counted(files, FILES),
    counts: {
      stored: (files: number) => `${count(files)} stored`,
      warning: (files: number) => `${count(files)} with warning`,
      failed: (files: number) => `${count(files)} failed`,
      skipped: (files: number) => `${count(files)} left out`,
    },
    unreadable: (why: string) => `It cannot be read: ${why}`,
    job: (files: number, peer: string) => `Send ${counted(files, FILES)} to ${peer}`,
    jobCancelled: 'Sending cancelled; what was stored before stays stored.',
    cancelled: 'Cancelled.',
    notSent: 'It was not sent.',
    sentAs: (syntax: string) => ` Sent as ${syntax}.`,
    plan: {
      title: 'What will be sent',
      columns: {
        kind: 'Kind',
        syntax: 'Transfer syntax',
        files: 'Files',
        size: 'Size',
        fate: 'What becomes of it',
      },
      ask: (peer: string) => `Ask ${peer} what it takes`,
      asking: 'Asking …',
      fates: {
        unasked: (_peer: string, syntax: string) =>
          syntax === '' ? 'Not asked yet' : `Not asked yet: as it is, else as ${syntax}`,
        unchanged: (_peer: string, _syntax: string) => 'Sent as it is',
        converted: (_peer: string, syntax: string) => `Sent as ${syntax}`,
        refused: (peer: string, _syntax: string) => `${peer} does not take it`,
        unreadable: (_peer: string, _syntax: string) => 'Cannot be de-identified',
      },
    },
    deidentify: {
      on: 'De-identify',
      title: 'De-identification',
      dates: 'Dates',
      dateChoices: { remove: 'Remove', shift: 'Shift alike', keep: 'Keep' },
      options: {
        retainDevice: 'Keep device',
        retainInstitution: 'Keep institution',
        retainPatientCharacteristics: 'Keep age, sex, size',
        retainUIDs: 'Keep UIDs',
      },
      choose:
        'By the basic profile of DICOM PS3.15. Press a file in the list to see what changes in it. Pixels stay as they are.',
      shown: (path: string, changes: number) => `${path}: ${count(changes)} attributes change.`,
      noPreview: (path: string, why: string) => `${path} cannot be shown: ${why}`,
      hide: 'Hide',
      changes: 'What changes',
      columns: { attribute: 'Attribute', before: 'Before', after: 'After' },
      kinds: { removed: 'removed', emptied: 'emptied', replaced: 'replaced', added: 'added' },
      warnings: {
        'burned in': (files: number) =>
          `${counted(files, FILES)} with names in the picture, as the file itself says. They would be sent with it.`,
        'often burned in': (files: number) =>
          `${counted(files, FILES)} of a kind that often has names in the picture: look before you send.`,
        'overlay in pixels': (files: number) =>
          `${counted(files, FILES)} with an overlay inside the pixels, which stays.`,
        face: (files: number) => `${counted(files, FILES)} in which a face can be recognised.`,
      },
    },
  },

  jobs: {
    echo: (peer: string) => `Echo ${peer}`,
    echoCancelled: 'Echo cancelled.',
    echoed: (peer: string, time: string) => `${peer} answered the echo in ${time}.`,
    implementation: (name: string) => ` It is ${name}.`,
    retrieve: (what: string) => `Retrieve ${what}`,
    retrieveRest: (uid: string) => `Retrieve the rest of ${uid}`,
    retrieveCancelled: (apart: boolean) => `Retrieve cancelled; what had arrived is ${keptAt(apart)}.`,
    move: (what: string, destination: string) => `Move ${what} to ${destination}`,
    moveCancelled: 'Move cancelled; what had been sent stays at the destination.',
    thisPage: 'this page',
    moveHereCancelled: (apart: boolean) => `Move cancelled; what had arrived is ${keptAt(apart)}.`,
  },

  outcomes: {
    retrieved: (
      images: number,
      peer: string,
      size: string,
      time: string,
      compared: boolean,
      apart: boolean,
    ) =>
      `Retrieved ${counted(images, IMAGES)} from ${peer}: ${size} in ${time}${compared ? ', all that it listed' : ''}. ` +
      `${images === 1 ? 'It is' : 'They are'} ${keptAt(apart)}.`,
    allHere: (peer: string, apart: boolean) =>
      `Nothing is missing: all that ${peer} lists is ${keptAt(apart)}.`,
    movedBecause: (why: string) => ` It was sent by C-MOVE: ${why}`,
    nothingSent: (peer: string) =>
      `${peer} sent nothing. It may hold no images of this any more, or can send them only by Move.`,
    inPart: (images: number, all: number, peer: string, size: string, time: string) =>
      `${counted(images, IMAGES)} of ${count(all)} arrived from ${peer} (${size} in ${time}); ` +
      `${count(all - images)} did not. `,
    again: 'Retrieve again to fetch the rest, or use Move.',
    refusedKinds: (peer: string, kinds: string) => `${peer} does not send ${kinds} this way. `,
    full: (images: number, apart: boolean) =>
      `There is no room left in this page: ${counted(images, IMAGES)} arrived, the rest was refused. ` +
      `${apart ? 'Ask who runs the site how to make room' : 'Save what you need under Received, remove it there'}, then retrieve again.`,
    nothingCame: (peer: string, destination: string, apart: boolean) =>
      `${peer} was asked to send to ${destination}, and nothing came. It may have another address for it: ` +
      `its list of AE titles needs the host and port ${apart ? 'at which the bridge is called' : 'under Received'}.`,
    movedInPart: (images: number, all: number, peer: string, destination: string) =>
      `${count(images)} of ${counted(all, IMAGES)} went from ${peer} to ${destination}; ` +
      `${count(all - images)} did not. Check that ${destination} runs and has room, then move again.`,
    nothingToMove: (peer: string, destination: string) =>
      `${peer} found nothing to move to ${destination}. Search again: it may be gone.`,
    moved: (images: number, peer: string, destination: string, time: string) =>
      `${peer} moved ${counted(images, IMAGES)} to ${destination} in ${time}.`,
    movedEverything: (peer: string, destination: string, time: string) =>
      `${peer} moved everything to ${destination} in ${time}.`,
    /** What the peer itself wrote, Error Comment (0000,0902). */
    says: (comment: string) => ` It says: “${comment}”.`,
    stored: (files: number, peer: string, size: string) =>
      `${counted(files, FILES)} stored by ${peer} (${size})`,
    withWarning: (files: number) => `${count(files)} of them with a warning`,
    failed: (files: number) => `${count(files)} failed`,
    leftOut: (files: number) => `${counted(files, FILES)} left out as no DICOM instance`,
    listSays: ' The list says why for each file.',
  },

  viewer: {
    title: 'Viewer',
    view: 'View',
    close: 'Close',
    whole: 'Whole view',
    beside: 'Beside the list',
    series: 'Series',
    seriesOption: (number: string, modality: string, description: string, images: number) =>
      `${[number, modality, description].filter(Boolean).join(' ')} (${counted(images, FILES)})`,
    save: 'Save',
    saveHint: 'Save this instance as a DICOM file',
    tagsButton: 'Tags',
    loading: 'Reading …',
    gone: 'It is no longer kept in this page. Retrieve it again to see it.',
    codecBlocked:
      'This image is compressed, and its decoder is WebAssembly, which the content security policy of this page does not ' +
      "let run. Who runs the site has to allow 'wasm-unsafe-eval' for the script of the decoders. The file can be saved as it is.",
    notShown: (why: string) => `This cannot be shown: ${why}. Tags and Save may still work.`,
    kindNotShown: (kind: string) =>
      `There is nothing to draw in this instance (${kind}). Its tags are listed, and it can be saved.`,
    waveformNotShown:
      'This waveform contradicts itself or is sound, so it is not drawn. Its tags are listed, and it can be saved.',
    noPdf:
      'This claims to be a PDF, but does not begin as one, so it is not opened. It can be saved and looked at with care.',
    documentNotShown: (type: string) =>
      `Documents of the type ${type === '' ? 'that is not told' : type} are saved and not opened here.`,
    noPdfViewer: 'This browser has no viewer for PDF in a page. Save the document instead.',
    saveDocument: 'Save the document',
    pdf: 'Document',
    image: {
      title: 'Image',
      tools: 'What dragging does',
      tool: { window: 'Contrast', pan: 'Pan', zoom: 'Zoom', measure: 'Measure' },
      preset: 'Window',
      ownWindow: 'As the image says',
      presets: {
        abdomen: 'Abdomen',
        angio: 'Angio',
        bone: 'Bone',
        brain: 'Brain',
        liver: 'Liver',
        lung: 'Lung',
        mediastinum: 'Mediastinum',
        subdural: 'Subdural',
      },
      invert: 'Invert',
      reset: 'Reset',
      play: 'Play',
      stop: 'Stop',
      position: 'Image of the series',
      of: (at: number, all: number) => `${count(at)}/${count(all)}`,
      location: (position: string) => `Location ${position} mm`,
      window: (width: string, center: string) => `W ${width} L ${center}`,
      zoom: (percent: number) => `${count(percent)} %`,
      lossy: 'Lossy compression',
      onDetector: 'mm on the detector',
    },
    report: {
      title: 'Report',
      flags: (completion: string, verification: string) =>
        [completion, verification].filter(Boolean).join(' · ').toLowerCase(),
      verifiedBy: (names: string) => `verified by ${names}`,
      untitled: 'Report without a title',
      copy: 'Copy as text',
      cut: (lines: number) => `Only the first ${count(lines)} lines are shown.`,
    },
    waveform: {
      title: 'Waveform',
      group: 'Group',
      groupOption: (number: number) => `Group ${count(number)}`,
      from: 'From, in seconds',
      span: 'Seconds shown',
      seconds: (value: string) => `${value} s`,
    },
    tags: {
      title: 'Tags',
      search: 'Search tags',
      columns: { tag: 'Tag', name: 'Name', vr: 'VR', value: 'Value' },
      found: (rows: number) => counted(rows, { one: 'row', other: 'rows' }),
      copyText: 'Copy as text',
      copyJSON: 'Copy as JSON',
      copied: 'Copied',
      notCopied: 'The browser does not let this page copy.',
      none: 'No tag holds this.',
      item: (number: number) => `Item ${count(number)}`,
      items: (number: number) => counted(number, { one: 'item', other: 'items' }),
      left: (size: string) => `${size}, not listed`,
      binary: (size: string, shown: string) => `${size}: ${shown}`,
      creator: 'Private Creator',
      ofCreator: (creator: string) => (creator === '' ? 'private' : `private, ${creator}`),
      unknown: 'not in the dictionary',
      about: (syntax: string, size: string, from: string) =>
        [syntax, size, from === '' ? '' : `from ${from}`].filter(Boolean).join(' · '),
      cut: (why: string) => `The list ends early: ${why}.`,
    },
  },

  ui: {
    notice: 'Notice',
    dismiss: 'Dismiss',
    dismissNotice: 'Dismiss the notice',
    uid: 'UID',
    copied: 'Copied',
    copy: (what: string) => `Copy ${what}`,
    copyValue: (what: string, value: string) => `Copy ${what}: ${value}`,
  },
};
