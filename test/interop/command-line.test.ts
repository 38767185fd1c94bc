/** Echo, store, find, get and move by our command line, direct and through the bridge, against three servers. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { OURS } from '../conformance.mjs';
import { describeWith } from '../support/needs.ts';
import { content, contentOf, instancesBelow, readRaw } from '../support/peers-files.ts';
import { records, runWell, temporaryFolder, webdimse } from '../support/peers-process.ts';
import type { RealPeer } from '../support/peers.ts';
import { startBridgeProcess, startStorescp } from '../support/peers.ts';
import { proves } from '../support/proves.ts';
import { SERVERS, received, studyArguments } from '../support/servers.ts';
import { FILES, NUMBERS, PATIENT, SERIES, STUDY } from './instances.ts';

for (const server of SERVERS) {
  describeWith(['dcmtk', 'pydicom', ...server.needs], `against ${server.name}`, () => {
    let third: RealPeer;
    let peer: RealPeer;
    let bridge: RealPeer;
    beforeAll(async () => {
      third = await startStorescp('MOVEDST');
      peer = await server.start([third]);
      bridge = await startBridgeProcess([peer, third]);
    });
    afterAll(async () => {
      await Promise.all([bridge, peer, third].map((each) => each?.stop()));
    });

    describe.each(['direct', 'through the bridge'])('%s', (way) => {
      const to = (called = peer): string[] =>
        way === 'direct' ? [called.address] : [called.aeTitle, '--via', bridge.address];
      const call = async (command: string, ...args: string[]): Promise<Record<string, unknown>[]> => {
        const finished = await webdimse(command, ...to(), ...args, '--json');
        expect(finished.stderr).toBe('');
        expect(finished.code).toBe(0);
        return records(finished);
      };
      const matches = async (model: string, level: string, ...keys: string[]): Promise<number> => {
        const lines = await call(
          'find',
          '--model',
          model,
          '--level',
          level,
          ...keys.flatMap((key) => ['-k', key]),
        );
        const found = lines.filter(({ type }) => type === 'match').length;
        expect(lines.at(-1)).toMatchObject({
          type: 'result',
          status: '0000',
          name: 'Success',
          matches: found,
        });
        return found;
      };

      proves(server.name, 'Verification', 'echo, several times in one association', async () => {
        const lines = await call('echo', '--repeat', '3');
        expect(lines).toMatchObject([{ type: 'result', status: '0000', name: 'Success', echoes: 3 }]);
      });

      proves(server.name, 'Storage, native', 'store', async () => {
        // One at a time: results come in the order of the files, and dcmqrscp answers C000 to some stored at once.
        const lines = await call('store', '--associations', '1', ...FILES);
        const sent = lines.filter(({ type }) => type === 'instance');
        expect(sent.map(({ file }) => file)).toEqual(FILES);
        expect(sent.every(({ status }) => status === '0000')).toBe(true);
        expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000', sent: FILES.length, failed: 0 });
      });

      proves('storescp', 'Storage, native', 'store sends the bytes of the files as they are', async () => {
        expect(await webdimse('store', ...to(third), ...FILES)).toMatchObject({ code: 0, stderr: '' });
        expect(received(third)).toEqual(contentOf(FILES.map(readRaw)));
      });

      proves(server.name, 'Query, Patient Root', 'find at every level of Patient Root', async () => {
        const [patient, study, series] = [
          `PatientID=${PATIENT}`,
          `StudyInstanceUID=${STUDY}`,
          `SeriesInstanceUID=${SERIES}`,
        ];
        expect(await matches('patient', 'patient')).toBe(NUMBERS.patients);
        expect(await matches('patient', 'study', patient)).toBe(NUMBERS.studiesOfPatient);
        expect(await matches('patient', 'series', patient, study)).toBe(NUMBERS.series);
        expect(await matches('patient', 'image', patient, study, series)).toBe(NUMBERS.images);
      });

      proves(server.name, 'Query, Study Root', 'find at every level of Study Root', async () => {
        const [study, series] = [`StudyInstanceUID=${STUDY}`, `SeriesInstanceUID=${SERIES}`];
        expect(await matches('study', 'study')).toBe(NUMBERS.studies);
        expect(await matches('study', 'study', 'PatientName=Doe^Archibald')).toBe(2);
        expect(await matches('study', 'series', study)).toBe(NUMBERS.series);
        expect(await matches('study', 'image', study, series)).toBe(NUMBERS.images);
      });

      proves(
        server.name,
        'refusals and faults',
        'a user and extended behavior upset nobody, and what is not answered is said',
        async () => {
          const asked = ['--user', 'jane', '--timezone', '--fuzzy'];
          const { code, stdout, stderr } = await webdimse('find', ...to(), ...asked);
          expect(stdout).toMatch(new RegExp(`^${NUMBERS.studies} matches`, 'm'));
          expect(stderr).toMatch(/did not confirm the user/);
          expect(stderr).toMatch(/did not agree to (fuzzy matching of names, )?timezone adjustment/);
          expect(stderr.includes('fuzzy')).toBe(server.name !== OURS);
          expect(code).toBe(0);
        },
      );

      proves(
        server.name,
        'refusals and faults',
        'find at the patient level of Study Root, which is none',
        async () => {
          const { code, stderr } = await webdimse('find', ...to(), '--model', 'study', '--level', 'patient');
          expect(code).toBe(server.patientsInStudyRoot ? 0 : 1);
          expect(stderr).toMatch(server.patientsInStudyRoot ? /^$/ : /^webdimse find: .+\n$/);
        },
      );

      proves(server.name, 'query cancelled', 'find ends at its limit', async () => {
        const lines = await call('find', '--limit', '1');
        expect(lines.map(({ type }) => type)).toEqual(['match', 'result']);
        expect(lines.at(-1)).toMatchObject({ matches: 1, limited: true });
      });

      proves(server.name, 'GET', 'get: the same bytes that getscu writes', async () => {
        const [ours, theirs] = [temporaryFolder(), temporaryFolder()];
        const lines = await call('get', '--study', STUDY, '--out', ours);
        await runWell('getscu', ['+B', '-od', theirs, ...studyArguments(peer, STUDY)]);
        expect(content(ours)).toEqual(content(theirs));
        const came = lines.filter(({ type }) => type === 'instance');
        expect(came.map(({ file }) => file).toSorted()).toEqual(
          [...instancesBelow(ours).values()].map(({ path }) => path).toSorted(),
        );
        expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000', completed: NUMBERS.ofStudy });
      });

      proves(
        server.name,
        'MOVE',
        'move: the third party gets the same bytes that movescu makes it get',
        async () => {
          await runWell('movescu', ['-aem', third.aeTitle, ...studyArguments(peer, STUDY)]);
          const theirs = received(third);
          expect(Object.keys(theirs)).toHaveLength(NUMBERS.ofStudy);
          const lines = await call('move', '--dest', third.aeTitle, '--study', STUDY);
          expect(received(third)).toEqual(theirs);
          expect(lines.some(({ type }) => type === 'progress')).toBe(true);
          expect(lines.at(-1)).toMatchObject({ type: 'result', status: '0000', completed: NUMBERS.ofStudy });
        },
      );

      proves(server.name, 'MOVE', 'move of one series of the patient model', async () => {
        const keys = ['--patient', PATIENT, '--study', STUDY, '--series', SERIES];
        await call('move', '--model', 'patient', '--dest', third.aeTitle, ...keys);
        expect(Object.keys(received(third))).toHaveLength(NUMBERS.images);
      });

      proves(
        server.name,
        server.patientStudyOnly ? 'Patient/Study Only' : 'refusals and faults',
        'find, get and move in the Patient/Study Only model, or that there is none',
        async () => {
          const model = ['--model', 'patient-study'];
          if (!server.patientStudyOnly) {
            const { code, stderr } = await webdimse('find', ...to(), ...model, '--level', 'patient');
            expect([code, stderr]).toEqual([1, expect.stringMatching(/Patient\/Study Only/)]);
            return;
          }
          expect(await matches('patient-study', 'patient')).toBe(NUMBERS.patients);
          expect(await matches('patient-study', 'study', `PatientID=${PATIENT}`)).toBe(
            NUMBERS.studiesOfPatient,
          );
          const study = [...model, '--patient', PATIENT, '--study', STUDY];
          const got = await call('get', ...study, '--discard');
          expect(got.at(-1)).toMatchObject({ promised: null, received: NUMBERS.ofStudy });
          await call('move', ...study, '--dest', third.aeTitle);
          expect(Object.keys(received(third))).toHaveLength(NUMBERS.ofStudy);
        },
      );

      proves(server.name, 'refusals and faults', 'move to an unknown destination fails', async () => {
        const { code, stderr } = await webdimse('move', ...to(), '--dest', 'NOWHERE', '--study', STUDY);
        expect(code).toBe(1);
        expect(stderr).toMatch(/^webdimse .+\n$/);
      });
    });
  });
}
